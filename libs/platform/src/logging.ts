import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import pretty from 'pino-pretty';
import { logContext } from './log-context';

const REDACTED = '[redacted]';
const MAX_DEPTH = 8;
const SECRET_NAME = /authorization|cookie|privatekey|secret|masterkey|password|passphrase|mnemonic|apikey|accesstoken|refreshtoken/;
const URL_PASSWORD = /(:\/\/[^\s:@/"\\]*:)[^\s@/"\\]+@/g;
const QUERY_SECRET = /([?&][\w.-]*(?:key|token|secret|password|signature|authorization)=)[^&\s"\\#]+/gi;

/** Whether a field of this name holds something that must never be logged; "x-api-key", "apiKey" and "API_KEY" are one name. */
function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.toLowerCase().replace(/[^a-z]/g, ''));
}

/** A copy of what is logged without its secrets, at any depth; errors become plain objects without the request or query they carry. */
export function redact(value: unknown, depth = 0, parents: readonly object[] = []): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (parents.includes(value)) return '[circular]';
  if (depth > MAX_DEPTH) return '[too deep]';
  const inside = [...parents, value];
  if (value instanceof Error) return redactError(value, depth, inside);
  if ('toJSON' in value && typeof value.toJSON === 'function') return redact((value.toJSON as () => unknown)(), depth + 1, inside);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1, inside));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, isSecretName(name) && item != null ? REDACTED : redact(item, depth + 1, inside)]),
  );
}

/** HTTP clients and drivers hang whole requests, headers included, on their errors: only these fields are taken. */
function redactError(error: Error, depth: number, parents: readonly object[]): Record<string, unknown> {
  const fields: Record<string, unknown> = { type: error.name, message: error.message, stack: error.stack };
  for (const name of ['code', 'constraint', 'details'] as const) {
    const value = (error as Error & Record<string, unknown>)[name];
    if (value !== undefined) fields[name] = redact(value, depth + 1, parents);
  }
  if (error.cause !== undefined) fields['cause'] = redact(error.cause, depth + 1, parents);
  if (error instanceof AggregateError) fields['errors'] = redact(error.errors, depth + 1, parents);
  return fields;
}

/** Passwords in URLs and secrets in query strings, wherever in a line they are. */
function scrubLine(line: string): string {
  return line.replace(URL_PASSWORD, `$1${REDACTED}@`).replace(QUERY_SECRET, `$1${REDACTED}`);
}

/**
 * The one logger of a process: JSON lines to stdout with `service`, the ids of `withLogContext`, and no secrets; for people
 * when `pretty`. Writes synchronously, so that the last lines before an exit are not lost.
 */
export function createLogger(
  options: { service: string; level: string; pretty: boolean },
  destination: DestinationStream = pino.destination({ fd: 1, sync: true }),
): Logger {
  const settings: LoggerOptions = {
    level: options.level,
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => ({ ...logContext() }),
    formatters: {
      level: (level) => ({ level }),
      log: (fields) => redact(fields) as Record<string, unknown>,
    },
    // The `log` formatter has made plain objects of errors already.
    serializers: { err: (error: unknown) => error },
    hooks: { streamWrite: scrubLine },
  };
  if (!options.pretty) return pino(settings, destination);
  return pino(
    settings,
    pretty({ sync: true, ignore: 'service,context', translateTime: 'SYS:HH:MM:ss.l', singleLine: true, messageFormat: '{service} {msg}' }),
  );
}
