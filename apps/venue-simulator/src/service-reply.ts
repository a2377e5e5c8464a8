import { parseDecimal, type Decimal } from '@maxxit/domain';
import { privateKeyToAccount } from 'viem/accounts';

/** What a simulated service answers. */
export interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export type JsonObject = Record<string, unknown>;

export const ok = (body: JsonObject): Reply => ({ status: 200, body: { success: true, ...body } });

/** `{"success": false, "error": text}`, with further fields where the contract has them. */
export const failure = (status: number, error: string, more: JsonObject = {}): Reply => ({
  status,
  body: { success: false, error, ...more },
});

/** Python's idea of a missing value: null, false, 0 and the empty string. */
export const isFalsy = (value: unknown): boolean => value === undefined || value === null || value === false || value === 0 || value === '';

/** A JSON number for the wire: the services lose precision here, as their contracts say. */
export const num = (value: Decimal): number => value.toNumber();

export const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Python's float(): throws its exception for what isn't a number. */
export function float(value: unknown): Decimal {
  const parsed = parseDecimal(value);
  if (parsed) return parsed;
  if (value === null || value === undefined || typeof value === 'object')
    throw new Error("float() argument must be a string or a real number, not 'NoneType'");
  throw new Error(`could not convert string to float: '${text(value)}'`);
}

/**
 * The address of a private key in hex, with or without 0x; lower-case. Throws an Error with the Python library's words, never with
 * the key in it.
 */
export function addressOfKey(key: unknown): string {
  const hex = text(key).replace(/^0x/, '');
  if (!/^[0-9a-fA-F]*$/.test(hex)) throw new Error('Non-hexadecimal digit found');
  if (hex.length !== 64) throw new Error(`The private key must be exactly 32 bytes long, instead of ${Math.ceil(hex.length / 2)} bytes.`);
  try {
    return privateKeyToAccount(`0x${hex}`).address.toLowerCase();
  } catch {
    throw new Error('The private key is not valid on this curve.');
  }
}

/** What the Flask services make of a body: an object, or an exception with the framework's text, which they answer as 500. */
export function parseFlaskBody(raw: unknown, contentType: string | undefined): JsonObject {
  if (!/^application\/(\w+\+)?json\b/i.test(contentType ?? ''))
    throw new Error(
      "415 Unsupported Media Type: Did not attempt to load JSON data because the request Content-Type was not 'application/json'.",
    );
  let body: unknown;
  try {
    body = JSON.parse(typeof raw === 'string' ? raw : '');
  } catch {
    throw new Error('400 Bad Request: The browser (or proxy) sent a request that this server could not understand.');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    const kind = Array.isArray(body)
      ? 'list'
      : body === null
        ? 'NoneType'
        : typeof body === 'string'
          ? 'str'
          : typeof body === 'number'
            ? 'float'
            : 'bool';
    throw new Error(`'${kind}' object has no attribute 'get'`);
  }
  return body as JsonObject;
}
