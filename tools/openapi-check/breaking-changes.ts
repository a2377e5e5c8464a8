import { isDeepStrictEqual } from 'node:util';

/** What is read here of a JSON schema as the documents have it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  [keyword: string]: unknown;
}

interface Content {
  content?: Record<string, { schema?: Schema }>;
}

interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[];
  requestBody?: Content & { required?: boolean };
  responses?: Record<string, Content>;
  security?: object[];
}

export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

/** Whose values a schema is about: what clients send, which may only be allowed more, or what they get, of which they may count on all. */
type Direction = 'request' | 'answer';

/** Keywords that allow less when they get larger, and those that do when they get smaller. */
const AT_LEAST = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'];
const AT_MOST = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'];

/**
 * What a client that was written for `released` can no longer do with `current`, a line each: paths, methods, answers and fields of answers that
 * are gone; fields that requests now need, or no longer may have; values that are no longer taken. New values of an enum in an answer are
 * allowed: clients have to expect them. Problem answers are not compared: their form is the same everywhere.
 */
export function breakingChanges(released: ApiDocument, current: ApiDocument): string[] {
  return new Comparison(released, current).run();
}

class Comparison {
  private readonly found: string[] = [];
  private readonly compared = new Set<string>();

  constructor(
    private readonly released: ApiDocument,
    private readonly current: ApiDocument,
  ) {}

  run(): string[] {
    for (const [path, methods] of Object.entries(this.released.paths)) {
      if (!this.current.paths[path]) {
        this.found.push(`${path}: the path is gone`);
        continue;
      }
      for (const [method, operation] of Object.entries(methods)) {
        const where = `${method.toUpperCase()} ${path}`;
        const now = this.current.paths[path][method];
        if (now) this.operation(where, operation, now);
        else this.found.push(`${where}: the method is gone`);
      }
    }
    return [...new Set(this.found)];
  }

  private operation(where: string, old: Operation, now: Operation): void {
    const isOpen = ({ security }: Operation) =>
      security === undefined || security.length === 0 || security.some((one) => Object.keys(one).length === 0);
    if (isOpen(old) && !isOpen(now)) this.found.push(`${where}: needs credentials now`);
    this.parameters(where, old, now);
    this.requestBody(where, old, now);
    for (const [status, answer] of Object.entries(old.responses ?? {})) {
      if (!status.startsWith('2')) continue;
      if (!now.responses?.[status]) this.found.push(`${where}: no longer answers ${status}`);
      else this.content('answer', `${where} ${status}`, answer, now.responses[status]);
    }
  }

  private parameters(where: string, { parameters: old = [] }: Operation, { parameters: now = [] }: Operation): void {
    const same = (one: { name: string; in: string }) => (other: { name: string; in: string }) =>
      other.in === one.in && (one.in === 'header' ? other.name.toLowerCase() === one.name.toLowerCase() : other.name === one.name);
    for (const parameter of old) {
      const after = now.find(same(parameter));
      const name = `${where} ${parameter.in} parameter ${parameter.name}`;
      if (!after) this.found.push(`${name}: is gone`);
      else {
        if (after.required && !parameter.required) this.found.push(`${name}: is required now`);
        this.schema('request', name, parameter.schema ?? {}, after.schema ?? {});
      }
    }
    for (const parameter of now) {
      if (parameter.required && !old.some(same(parameter))) {
        this.found.push(`${where} ${parameter.in} parameter ${parameter.name}: is new and required`);
      }
    }
  }

  private requestBody(where: string, { requestBody: old }: Operation, { requestBody: now }: Operation): void {
    if (now?.required && !old?.required) this.found.push(`${where}: needs a body now`);
    if (old && !now) this.found.push(`${where}: no longer takes a body`);
    if (old && now) this.content('request', `${where} body`, old, now);
  }

  private content(direction: Direction, where: string, old: Content, now: Content): void {
    for (const [type, { schema }] of Object.entries(old.content ?? {})) {
      const after = now.content?.[type];
      if (!after) this.found.push(`${where}: no longer is ${type}`);
      else this.schema(direction, where, schema ?? {}, after.schema ?? {});
    }
  }

  private schema(direction: Direction, where: string, old: Schema, now: Schema): void {
    if (old.$ref !== undefined && now.$ref !== undefined) {
      const pair = `${direction} ${old.$ref} ${now.$ref}`;
      if (this.compared.has(pair)) return;
      this.compared.add(pair);
      where = old.$ref.split('/').at(-1) ?? where;
    }
    const [before, after] = [variants(old, this.released), variants(now, this.current)];
    // Whatever was sent must still be taken; whatever is answered must be something that could be answered before.
    const [given, taken] = direction === 'request' ? [before, after] : [after, before];
    for (const one of given) {
      const candidates = taken.map((other) =>
        direction === 'request' ? this.variant(direction, where, one, other) : this.variant(direction, where, other, one),
      );
      const best = candidates.toSorted((a, b) => a.length - b.length)[0] ?? [`${where}: has no form any more`];
      this.found.push(...best);
    }
  }

  /** What is wrong between two schemas without alternatives. */
  private variant(direction: Direction, where: string, old: Schema, now: Schema): string[] {
    const outer = this.found.splice(0);
    this.types(direction, where, old, now);
    if (direction === 'request') this.limits(where, old, now);
    this.fields(direction, where, old, now);
    if (old.items && now.items) this.schema(direction, `${where}[]`, old.items, now.items);
    if (typeof old.additionalProperties === 'object' && typeof now.additionalProperties === 'object') {
      this.schema(direction, `${where}.*`, old.additionalProperties, now.additionalProperties);
    }
    return this.found.splice(0, this.found.length, ...outer);
  }

  private types(direction: Direction, where: string, old: Schema, now: Schema): void {
    const [before, after] = [typesOf(old), typesOf(now)];
    const [given, taken] = direction === 'request' ? [before, after] : [after, before];
    const isTaken = (type: string) => taken.includes(type) || (type === 'integer' && taken.includes('number'));
    if (taken.length > 0 && (given.length === 0 || !given.every(isTaken))) {
      this.found.push(`${where}: was ${before.join(' or ') || 'anything'}, is ${after.join(' or ') || 'anything'}`);
    }
    const values = enumOf(now);
    if (direction === 'request' && values) {
      const missing = enumOf(old)?.filter((value) => !values.includes(value)) ?? ['anything else'];
      if (missing.length > 0) this.found.push(`${where}: no longer takes ${missing.map(String).join(', ')}`);
    }
  }

  private limits(where: string, old: Schema, now: Schema): void {
    for (const keyword of [...AT_LEAST, ...AT_MOST]) {
      const [before, after] = [old[keyword], now[keyword]] as (number | undefined)[];
      if (after === undefined) continue;
      const isNarrower = before === undefined || (AT_LEAST.includes(keyword) ? after > before : after < before);
      if (isNarrower) this.found.push(`${where}: ${keyword} was ${before ?? 'not limited'}, is ${after}`);
    }
    for (const keyword of ['pattern', 'format', 'anyOf', 'oneOf', 'dependentRequired']) {
      if (now[keyword] === undefined || isDeepStrictEqual(now[keyword], old[keyword])) continue;
      const allowed = keyword === 'pattern' && old.enum ? new RegExp(String(now.pattern), 'u') : null;
      if (allowed && old.enum?.every((value) => allowed.test(String(value)))) continue;
      this.found.push(`${where}: has another ${keyword}`);
    }
  }

  private fields(direction: Direction, where: string, old: Schema, now: Schema): void {
    for (const [name, field] of Object.entries(old.properties ?? {})) {
      const after = now.properties?.[name];
      const path = `${where}.${name}`;
      if (!after) {
        this.found.push(direction === 'request' ? `${path}: is refused now` : `${path}: is gone`);
        continue;
      }
      if (direction === 'answer' && old.required?.includes(name) && !now.required?.includes(name)) {
        this.found.push(`${path}: may be absent now`);
      }
      this.schema(direction, path, field, after);
    }
    if (direction === 'answer') return;
    for (const name of now.required ?? []) {
      if (!old.required?.includes(name)) this.found.push(`${where}.${name}: is required now`);
    }
  }
}

/** The schemas without references and alternatives that a schema comes to. */
function variants(schema: Schema, document: ApiDocument, depth = 0): Schema[] {
  if (depth > 20) return [{}];
  const { $ref, allOf, anyOf, oneOf, ...own } = schema;
  if ($ref !== undefined) return variants(document.components?.schemas?.[$ref.split('/').at(-1) ?? ''] ?? {}, document, depth + 1);
  const alternatives = anyOf ?? oneOf;
  // Beside fields they are rules about them, which `limits` compares.
  if (schema.properties && alternatives) return [schema];
  if (alternatives) return alternatives.flatMap((one) => variants(one, document, depth + 1));
  if (!allOf) return [own];
  const parts = allOf.flatMap((one) => variants(one, document, depth + 1).slice(0, 1));
  return [
    [...parts, own].reduce<Schema>(
      (all, part) => ({
        ...all,
        ...part,
        properties: { ...all.properties, ...part.properties },
        required: [...(all.required ?? []), ...(part.required ?? [])],
      }),
      {},
    ),
  ];
}

function typesOf({ type }: Schema): string[] {
  return type === undefined ? [] : [type].flat();
}

function enumOf(schema: Schema): unknown[] | undefined {
  return 'const' in schema ? [schema.const] : schema.enum;
}
