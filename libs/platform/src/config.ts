import { type Decimal, parseDecimal } from '@maxxit/domain';
import { z } from 'zod';

/** The environment does not give the settings a service needs. `problems` has one sentence per problem and never a value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

/**
 * Reads a service's settings, once, before it starts. An empty variable counts as a missing one. Throws a ConfigError that lists
 * every problem at once and says what is wanted by the setting's `.describe()` text; what the variables held is never repeated.
 */
export function loadConfig<S extends z.ZodObject>(schema: S, env: NodeJS.ProcessEnv): z.infer<S> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const wanted = descriptionOf(fieldsOf(schema)[name]);
    const what = wanted === undefined ? '' : `: ${wanted}`;
    if (issue.code === 'custom' && issue.message.startsWith('is required')) return `${name} ${issue.message}${what}`;
    if (!(name in given)) return `${name} is required${what}`;
    return `${name} is not valid (${issue.message})${what}`;
  });
  throw new ConfigError([...new Set(problems)]);
}

/**
 * The schema, with one more rule: `name` is required when the condition holds. `because` ends the sentence, e.g.
 * "VENUES contains hyperliquid". The rule is checked even when other settings are wrong, so that all problems show at once;
 * what is wrong or missing is then undefined in `settings`.
 */
export function requireWhen<S extends z.ZodObject>(
  schema: S,
  name: keyof z.infer<S> & string,
  because: string,
  condition: (settings: Partial<z.infer<S>>) => boolean,
): S {
  return schema.refine(
    (settings) => {
      const known = settings as Partial<z.infer<S>>;
      return known[name] !== undefined || !condition(known);
    },
    { path: [name], error: `is required because ${because}`, when: () => true },
  );
}

/** Types of settings: each reads the text of one variable. Chain `.default(...)` or `.optional()`, and always `.describe(...)`. */
export const setting = {
  text: () => z.string(),
  /** A whole number within the limits, both included. */
  integer: (min: number, max: number = Number.MAX_SAFE_INTEGER) =>
    z.string().transform((text, context) => {
      const value = /^-?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
      if (value >= min && value <= max) return value;
      return refuse(
        context,
        max === Number.MAX_SAFE_INTEGER ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`,
      );
    }),
  port: () => setting.integer(1, 65535),
  /** A duration in milliseconds; at most 24 days, the longest that a timer can wait. */
  milliseconds: (min = 1) => setting.integer(min, 2_147_483_647),
  boolean: () =>
    z.string().transform((text, context) => {
      const word = text.trim().toLowerCase();
      if (['true', '1', 'yes', 'on'].includes(word)) return true;
      if (['false', '0', 'no', 'off'].includes(word)) return false;
      return refuse(context, 'true or false');
    }),
  /** An absolute URL without its trailing slash; `protocols` as in "https". */
  url: (protocols: readonly string[] = ['http', 'https']) =>
    z.string().transform((text, context) => {
      const value = text.trim();
      const url = URL.canParse(value) ? new URL(value) : undefined;
      if (url && protocols.includes(url.protocol.slice(0, -1))) return value.replace(/\/+$/, '');
      return refuse(context, `a URL that starts with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`);
    }),
  /** An exact decimal number, e.g. 0.0005. */
  decimal: () => z.string().transform((text, context): Decimal => parseDecimal(text) ?? refuse(context, 'a decimal number, like 0.5')),
  /** Words separated by commas; with `allowed`, only those. */
  list: <const W extends string = string>(allowed?: readonly W[]) =>
    z.string().transform((text, context): W[] => {
      const words = text
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== '');
      if (allowed && !words.every((word) => (allowed as readonly string[]).includes(word))) {
        return refuse(context, `words separated by commas, each one of ${allowed.join(', ')}`);
      }
      return words as W[];
    }),
};

function refuse(context: z.RefinementCtx, wanted: string): never {
  context.addIssue({ code: 'custom', message: `it has to be ${wanted}` });
  return z.NEVER;
}

/** The settings that every service has. PORT is the app's own, since each has its own default. */
export const appSettings = {
  HOST: setting.text().default('127.0.0.1').describe('the address to listen on; 0.0.0.0 in a container'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('the least severe log lines that are written: trace, debug, info, warn, error, fatal or silent'),
  LOG_PRETTY: setting
    .boolean()
    .optional()
    .describe('true for log lines for people, false for JSON; unset: people on a terminal, else JSON'),
};

/** The settings that every worker has besides `appSettings`. Its interval is its own. */
export const workerSettings = {
  SHUTDOWN_GRACE_MS: setting
    .milliseconds(2000)
    .default(10_000)
    .describe('the longest time from SIGTERM to the exit of the process, ms; the tick in hand may use all of it but the last 1500 ms'),
};

/** The text of an app's `.env.example`: each setting with its description and default. */
export function renderEnvExample(app: { service: string; settings: z.ZodObject }): string {
  const entries = Object.entries(fieldsOf(app.settings)).map(([name, schema]) => {
    const fallback = defaultOf(schema);
    const note = fallback !== undefined ? '' : z.safeParse(schema, undefined).success ? ' (optional)' : ' (required)';
    return `${wrapComment(`${descriptionOf(schema) ?? name}${note}`)}\n${name}=${fallback ?? ''}\n`;
  });
  return [`# Settings of ${app.service}; an empty one counts as not set.\n`, ...entries].join('\n');
}

function wrapComment(text: string): string {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines[lines.length - 1] ?? '';
    if (line !== '' && line.length + word.length > 110) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => `# ${line}`).join('\n');
}

function fieldsOf(schema: z.ZodObject): Record<string, z.core.$ZodType> {
  return schema.shape;
}

/** `.describe()` may stand before or after `.default()` and `.optional()`, so the wrapped schemas are asked too. */
function descriptionOf(schema: z.core.$ZodType | undefined): string | undefined {
  for (let at = schema; at !== undefined; at = innerOf(at)) {
    const description = z.globalRegistry.get(at)?.description;
    if (description !== undefined) return description;
  }
  return undefined;
}

function defaultOf(schema: z.core.$ZodType): string | undefined {
  for (let at: z.core.$ZodType | undefined = schema; at !== undefined; at = innerOf(at)) {
    if (at instanceof z.ZodDefault) return String(at.def.defaultValue);
  }
  return undefined;
}

function innerOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional ? schema.unwrap() : undefined;
}
