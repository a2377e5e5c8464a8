import fc from 'fast-check';
import { allowed, anyJson, changed, nastyText, type KnownValues } from './arbitraries';
import type { ApiDocument, Operation, Parameter } from './document';

/** Who sends a request. */
export const CALLERS = [
  'owner',
  'other user',
  'admin',
  'service',
  'API key',
  'anonymous',
  'expired',
  'wrong audience',
  'garbage',
  'two',
] as const;
export type FuzzCaller = (typeof CALLERS)[number];

export interface FuzzRequest {
  method: string;
  /** With its query, encoded. */
  url: string;
  headers: Record<string, string>;
  body?: string | Buffer;
  /** The body as JSON, when that is what it is. */
  json?: unknown;
  caller: FuzzCaller;
  /** What of it can be judged by the document: the parameters with their texts. Absent where a part is none of the document's, or no text or JSON. */
  parameters?: readonly { parameter: Parameter; text: string }[];
  /** Whether what it describes is to be signed by its caller first. */
  isSigned: boolean;
}

/** An operation with its place in the document. */
export interface FuzzOperation {
  method: string;
  path: string;
  operation: Operation;
}

export function operationsOf(document: ApiDocument): FuzzOperation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

const caller: fc.Arbitrary<FuzzCaller> = fc.oneof(
  { weight: 6, arbitrary: fc.constant('owner' as const) },
  { weight: 3, arbitrary: fc.constant('admin' as const) },
  { weight: 3, arbitrary: fc.constantFrom(...CALLERS) },
);

/** Bodies that are not the JSON that is wanted, with their content type. */
const otherBody = fc.constantFrom<[string | undefined, string | Buffer]>(
  ['application/json', '{"a":'],
  ['application/json', ''],
  ['application/json', 'nonsense'],
  ['application/json', '{"__proto__":{"a":1}}'],
  ['application/json', '{"constructor":{"prototype":{"a":1}}}'],
  ['application/json', '['.repeat(20_000)],
  ['application/json', '{"a":1}{"b":2}'],
  ['application/json', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ['application/json', JSON.stringify({ a: 'x'.repeat(110_000) })],
  ['application/json; charset=utf-16', '{}'],
  ['text/plain', '{}'],
  ['application/xml', '<a/>'],
  ['application/x-www-form-urlencoded', 'a=1'],
  ['multipart/form-data; boundary=x', '--x--'],
  ['application/json;;;', '{}'],
  ['nonsense', '{}'],
  [undefined, '{}'],
  [undefined, ''],
);

const strangeHeaders: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, string>>(
      { 'x-correlation-id': 'x'.repeat(500) },
      { 'x-correlation-id': 'a b;c' },
      { accept: 'text/plain' },
      { accept: 'nonsense' },
      { 'if-match': '"1"' },
      { 'if-match': '*' },
      { 'if-match': 'W/"0", nonsense,,' },
      { 'idempotency-key': 'the same' },
      { 'idempotency-key': 'x'.repeat(300) },
      { 'idempotency-key': '' },
      { 'last-event-id': 'nonsense' },
      { origin: 'https://elsewhere.example' },
      { 'content-encoding': 'gzip' },
      { 'x-forwarded-for': '999.1.1.1' },
    ),
  },
);

/** Requests of an operation: as they should be, at the limits, and wrong in every way that there is to be wrong. */
export function requestsOf(
  { method, path, operation }: FuzzOperation,
  document: ApiDocument,
  known: KnownValues,
): fc.Arbitrary<FuzzRequest> {
  const parameters = operation.parameters ?? [];
  const of = (place: Parameter['in']) => parameters.filter((parameter) => parameter.in === place);
  const value = ({ name, schema }: Parameter) => allowed(schema, document, known, name).map(String);

  const pathValues = fc.record(
    Object.fromEntries(
      of('path').map((parameter) => [
        parameter.name,
        fc.oneof({ weight: 9, arbitrary: value(parameter) }, { weight: 1, arbitrary: nastyText }),
      ]),
    ),
  );
  const goodQuery = fc
    .record(Object.fromEntries(of('query').map((parameter) => [parameter.name, value(parameter)])), {
      requiredKeys: of('query').flatMap(({ name, required }) => (required ? [name] : [])),
    })
    .map((fields) => Object.entries(fields));
  const names = [...of('query').map(({ name }) => name), 'surprise', 'limit[]', 'limit[a]', '__proto__'];
  const badQuery = fc.array(fc.tuple(fc.constantFrom(...names), nastyText), { minLength: 1, maxLength: 4 });
  const query = fc.oneof(
    { weight: 5, arbitrary: goodQuery },
    { weight: 2, arbitrary: badQuery },
    { weight: 1, arbitrary: fc.tuple(goodQuery, badQuery).map(([good, bad]) => [...good, ...bad]) },
    { weight: 1, arbitrary: goodQuery.map((good) => [...good, ...good]) },
  );
  const headers = fc.record(
    Object.fromEntries(
      of('header').map((parameter) => [
        parameter.name.toLowerCase(),
        fc.oneof(value(parameter), fc.string({ maxLength: 40 })).map((text) => text.replaceAll(/[^\x21-\x7e]/g, '') || 'x'),
      ]),
    ),
    { requiredKeys: of('header').flatMap(({ name, required }) => (required ? [name.toLowerCase()] : [])) },
  );
  return fc
    .tuple(pathValues, query, headers, strangeHeaders, caller, bodies(operation, document, known), fc.boolean())
    .map(([inPath, inQuery, own, strange, sender, body, isSigned]) => {
      const filled = Object.entries(inPath).reduce((url, [name, text]) => url.replace(`{${name}}`, encoded(text) || '-'), path);
      const search = inQuery.map(([name, text]) => `${encoded(name)}=${encoded(text)}`).join('&');
      const given = (place: Parameter['in'], texts: readonly (readonly [string, string])[]) =>
        texts.map(([name, text]) => ({
          parameter: of(place).find((one) => (place === 'header' ? one.name.toLowerCase() : one.name) === name),
          text,
        }));
      const all = [...given('path', Object.entries(inPath)), ...given('query', inQuery), ...given('header', Object.entries(own))];
      // A parameter that is given twice is a list.
      const isOnce = new Set(inQuery.map(([name]) => name)).size === inQuery.length;
      const isOfDocument = isOnce && Object.keys(strange).length === 0 && (body.body === undefined || body.json !== undefined);
      const parameters = all.flatMap(({ parameter, text }) => (parameter ? [{ parameter, text }] : []));
      return {
        method,
        isSigned,
        ...(isOfDocument && parameters.length === all.length && { parameters }),
        url: search ? `${filled}?${search}` : filled,
        caller: sender,
        ...body,
        headers: { ...own, ...strange, ...body.headers },
      };
    });
}

type Body = Pick<FuzzRequest, 'headers' | 'body' | 'json'>;

function bodies({ requestBody }: Operation, document: ApiDocument, known: KnownValues): fc.Arbitrary<Body> {
  const other = otherBody.map(([type, body]): Body => ({ headers: type === undefined ? {} : { 'content-type': type }, body }));
  const schema = requestBody?.content['application/json']?.schema;
  if (!schema) return fc.oneof({ weight: 12, arbitrary: fc.constant<Body>({ headers: {} }) }, { weight: 1, arbitrary: other });
  const good = allowed(schema, document, known);
  const json = fc.oneof({ weight: 3, arbitrary: good }, { weight: 4, arbitrary: good.chain(changed) }, { weight: 1, arbitrary: anyJson });
  const asJson = json.map((value): Body => {
    const text = JSON.stringify(value) ?? 'null';
    return { headers: { 'content-type': 'application/json' }, body: text, json: JSON.parse(text) as unknown };
  });
  return fc.oneof({ weight: 12, arbitrary: asJson }, { weight: 1, arbitrary: other });
}

/** Percent-encoded, half surrogate pairs too, of which URLs can't be made. */
function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}
