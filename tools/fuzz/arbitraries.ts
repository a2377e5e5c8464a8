import fc from 'fast-check';
import type { ApiDocument, Schema } from './document';

/** Values that exist, by the name of the field or parameter that takes them. */
export type KnownValues = Readonly<Record<string, readonly string[]>>;

const MAX_DEPTH = 6;

/** Texts that break programs: U+0000, half a surrogate pair, right-to-left marks, combining signs, SQL, paths, and very long ones. */
const NASTY_TEXTS = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202eabc',
  'e\u0301\u0301\u0301',
  '\ufeff',
  '👩‍👩‍👧‍👦',
  "' OR 1=1; --",
  '%00',
  '%',
  '_',
  '\\',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'null',
  'NaN',
  'Infinity',
  '-0',
  '1e400',
  '9'.repeat(400),
  '0.' + '0'.repeat(40) + '1',
  '00000000-0000-0000-0000-000000000000',
  '2026-13-45T99:99:99Z',
  '+275760-09-13T00:00:00.001Z',
  '0001-01-01T00:00:00Z',
  '${7*7}',
  '<script>',
  'x'.repeat(5_000),
  'ß'.repeat(20_000),
];

export const nastyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NASTY_TEXTS),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
);

/** Of every type that JSON has, nested and large ones too. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  nastyText,
  fc.constantFrom(null, true, false, 0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, -1e308, 5e-324),
  fc.constantFrom<unknown>([], {}, [[]], [null], [{}], { length: 1 }, { toString: 1 }, { $ne: null }),
  fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown),
  fc.integer({ min: 50, max: 3_000 }).map(nested),
);

function nested(depth: number): unknown {
  let value: unknown = 'x';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Values that a schema allows, those at its limits among them; where it's a field whose rows exist, often one of theirs. */
export function allowed(schema: Schema, document: ApiDocument, known: KnownValues, name = '', depth = 0): fc.Arbitrary<unknown> {
  const { $ref } = schema;
  if ($ref !== undefined) {
    return allowed(document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {}, document, known, name, depth + 1);
  }
  const { oneOf, anyOf, ...own } = schema;
  const alternatives = oneOf ?? anyOf;
  // Beside fields they are rules about them.
  if (alternatives && schema.properties) {
    return fc.oneof(...alternatives.map((rule) => allowed(withRule(own, rule), document, known, name, depth)));
  }
  if (alternatives) return fc.oneof(...alternatives.map((one) => allowed(one, document, known, name, depth + 1)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if ('const' in schema) return fc.constant(schema.const);
  const [type = 'object', ...more] = [schema.type ?? []].flat();
  if (more.length > 0) return fc.oneof(...[type, ...more].map((one) => allowed({ ...schema, type: one }, document, known, name, depth)));
  switch (type) {
    case 'string':
      return text(schema, known[name]);
    case 'integer':
    case 'number':
      return number(schema, type);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return (schema.uniqueItems ? fc.uniqueArray : fc.array)(
        depth > MAX_DEPTH ? fc.constant('x') : allowed(schema.items ?? {}, document, known, name, depth + 1),
        {
          minLength: schema.minItems ?? 0,
          maxLength: Math.min(schema.maxItems ?? 4, (schema.minItems ?? 0) + 4),
        },
      );
    default:
      return object(schema, document, known, depth);
  }
}

function withRule(schema: Schema, rule: Schema): Schema {
  const ruled = Object.entries({ ...schema.properties, ...rule.properties } as Record<string, Schema | false>);
  const properties = Object.fromEntries(ruled.filter((entry): entry is [string, Schema] => entry[1] !== false));
  return { ...schema, properties, required: [...new Set([...(schema.required ?? []), ...(rule.required ?? [])])] };
}

function object(
  { properties = {}, required = [] }: Schema,
  document: ApiDocument,
  known: KnownValues,
  depth: number,
): fc.Arbitrary<object> {
  const fields = Object.entries(properties).filter(([name]) => depth <= MAX_DEPTH || required.includes(name));
  const record = Object.fromEntries(fields.map(([name, field]) => [name, allowed(field, document, known, name, depth + 1)]));
  return fc.record(record, { requiredKeys: required.filter((name) => name in record) });
}

function text(schema: Schema, known: readonly string[] = []): fc.Arbitrary<string> {
  const { format, pattern, minLength = 0, maxLength = 200 } = schema;
  const isMatch = (value: string) => pattern === undefined || new RegExp(pattern).test(value);
  const some = formatted(format, isMatch) ?? (pattern === undefined ? lengths(minLength, maxLength) : matching(pattern));
  return known.length > 0 ? fc.oneof({ arbitrary: fc.constantFrom(...known), weight: 4 }, { arbitrary: some, weight: 1 }) : some;
}

/** Those at the limits of our fields among them. */
const DECIMALS = [
  '0',
  '0.000000000000000001',
  '0.1',
  '0.5',
  '1',
  '2',
  '5',
  '50',
  '99.99',
  '1000',
  '1000000000000000',
  '1000000000000001',
  '-0.5',
  '-1',
  '100',
];

function formatted(format: string | undefined, isMatch: (value: string) => boolean): fc.Arbitrary<string> | undefined {
  if (format === 'uuid') return fc.uuid(isMatch('019a0000-0000-4000-8000-000000000000') ? {} : { version: 7 });
  if (format === 'date-time') {
    const near = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true });
    return fc
      .oneof(near, fc.date({ min: new Date('1000-01-01'), max: new Date('2999-12-31'), noInvalidDate: true }))
      .map((at) => at.toISOString());
  }
  if (format === 'date')
    return fc
      .date({ min: new Date('2020-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
      .map((at) => at.toISOString().slice(0, 10));
  if (format === 'decimal') return fc.constantFrom(...DECIMALS.filter(isMatch));
  if (format === 'uri' || format === 'url') return fc.webUrl();
  return undefined;
}

function lengths(minLength: number, maxLength: number): fc.Arbitrary<string> {
  const exactly = (length: number) => fc.constant('a'.repeat(Math.min(length, 60_000)));
  return fc.oneof(
    fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) }),
    fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(maxLength, 20)) }),
    exactly(minLength),
    exactly(maxLength),
  );
}

const patterns = new Map<string, fc.Arbitrary<string>>();
function matching(pattern: string): fc.Arbitrary<string> {
  const known = patterns.get(pattern) ?? fc.stringMatching(new RegExp(pattern));
  patterns.set(pattern, known);
  return known;
}

function number({ minimum, maximum }: Schema, type: string): fc.Arbitrary<number> {
  const [min, max] = [minimum ?? -(2 ** 31), maximum ?? 2 ** 31];
  return type === 'integer' ? fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max)) : fc.double({ min, max, noNaN: true });
}

/** A value with one thing in it changed: another value in a place, a field more or less. Whether that is still allowed, the schema says. */
export function changed(value: unknown): fc.Arbitrary<unknown> {
  const places = placesIn(value);
  return fc.oneof(
    { weight: 1, arbitrary: anyJson },
    {
      weight: 5,
      arbitrary: fc
        .tuple(fc.constantFrom(...places), fc.oneof(anyJson, fc.constant(undefined)))
        .map(([place, other]) => withValueAt(value, place, other)),
    },
    { weight: 1, arbitrary: fc.tuple(nastyText, anyJson).map(([name, other]) => withValueAt(value, [name], other)) },
  );
}

type Place = readonly (string | number)[];

function placesIn(value: unknown, path: Place = [], found: Place[] = []): Place[] {
  found.push(path);
  if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) placesIn((value as Record<string, unknown>)[key], [...path, key], found);
  }
  return found;
}

function withValueAt(value: unknown, [first, ...rest]: Place, other: unknown): unknown {
  if (first === undefined) return other;
  if (typeof value !== 'object' || value === null) return other;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string | number, unknown>;
  Object.defineProperty(copy, first, {
    value: rest.length === 0 ? other : withValueAt(copy[first], rest, other),
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return copy;
}
