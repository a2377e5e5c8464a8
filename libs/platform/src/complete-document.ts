import type { OpenAPIObject } from '@nestjs/swagger';
import { STATUS_CODES } from 'node:http';

type Json = Record<string, unknown>;
interface Operation {
  requestBody?: Json;
  responses: Record<string, { description?: string; content?: Json } & Json>;
  parameters?: Json[];
  security?: Json[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Rules of a DTO about several of its fields, by its name. */
const RULES = new Map<string, object>();

/** Adds to the schema of a DTO what no field can say alone, such as `anyOf` with what is `required`. That it is kept is up to the handler. */
export function SchemaRule(rule: object): ClassDecorator {
  return ({ name }) => void RULES.set(name, rule);
}

/** What a field of that name is wherever a DTO says nothing more exact of it. */
const FIELDS: Record<string, { description?: string; example?: unknown }> = {
  alg: { description: 'The algorithm of its signatures', example: 'ES256' },
  altRank: { description: "LunarCrush's AltRank" },
  agent: { example: 'eyJhbGciOi...' },
  author: { description: 'Who published it' },
  authorisation: { description: 'What the user has to sign or send for the venue' },
  code: { description: 'A stable code for programs' },
  correlationId: { example: '019ab9a1-5f5e-7c61-8d0b-3a1f0e6d2c4b' },
  crv: { description: 'The curve', example: 'P-256' },
  data: { example: '0x095ea7b3' },
  deployment: { description: 'The deployment as it is now', example: 'eyJhbGciOi...' },
  description: { description: 'What it does, in the words of its creator' },
  detail: { example: 'There is no agent 019ab9a1-5f5e-7c61-8d0b-3a1f0e6d2c4b.' },
  explanation: { example: 'A long call of BTC by alice_trades, scored 0.41' },
  feedUrl: { description: 'Where its reports come from' },
  galaxyScore: { description: "LunarCrush's Galaxy Score" },
  input: { description: 'The input of the score' },
  institute: { description: 'The research institute' },
  items: { description: 'The items of this page' },
  key: { example: 'mxk_...' },
  kind: { description: 'What it is' },
  kty: { description: 'The kind of key', example: 'EC' },
  liftedBy: { example: 'user 0x52908400098527886e0f7030069857d2e4169ee7' },
  name: { description: 'What it is called' },
  nextCursor: { example: 'WyIyMDI2LTExLTIzVDA5OjMwOjAwLjAwMFoiXQ' },
  orders: { description: 'How many orders' },
  priceChange24hPct: { description: 'The change of the price within 24 h' },
  promptVersion: { example: '3' },
  purpose: { description: 'What it is for', example: 'open' },
  rawHash: { example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
  reason: { example: 'More than the deployment allows' },
  refreshToken: { example: 'kq3Vb0u8Jm5cH2sYt7RzP1xW' },
  sentiment: { description: "LunarCrush's share of positive posts" },
  setBy: { example: 'user 0x52908400098527886e0f7030069857d2e4169ee7' },
  side: { description: 'Whether it gains when the price rises (long) or falls (short)' },
  signal: { example: 'eyJhbGciOi...' },
  sizing: { example: { rule: 'risk' } },
  socialVolumeChangePct: { description: 'The change of how much is said of it' },
  sourceId: { example: '1859912345678900001' },
  sourceKind: { description: 'What kind of source it came from' },
  state: { description: 'The state that it is in' },
  step: { description: 'The step of the authorisation' },
  symbol: { description: 'The market: the symbol of what is traded, as in BTC', example: 'BTC' },
  text: { description: 'What was published, in its own words', example: 'Long $BTC here, SL 98000, TP 103000' },
  title: { description: 'The title', example: 'Gold outlook' },
  to: { example: '0x52908400098527886e0f7030069857d2e4169ee7' },
  url: { description: 'Where it is sent' },
  use: { description: 'What the key is for', example: 'sig' },
  username: { description: 'The name of the account at X, without @' },
  value: { description: 'The value of the input' },
  venue: { description: 'The venue' },
  venueFillId: { example: '118906512037719' },
  venueOrderId: { example: '4000123' },
  venues: { description: 'The venues where its orders may go' },
  weight: { description: 'How much it counts' },
  why: { example: 'The stop lies above the entry' },
  times: { description: 'How often' },
  window: { description: 'How far back' },
  worstCase: { description: 'What may be lost at worst' },
  riskPreset: { description: 'How much is risked and how far stops may be' },
  scope: { description: 'How much it stops' },
  x: { description: 'What the value counts as, -1..1', example: 'SVqB4JcUD6lsfvqMr-OKUNUphdNn64Eay60978ZlL74' },
  y: { example: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' },
};

/**
 * Adds to the document of an API what is the same for all of its routes, and states what Nest leaves open: errors of the frame, which routes
 * need no credentials, that requests with unknown fields are refused, texts of fields that are alike everywhere.
 */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  document.servers = [{ url: '/', description: 'The process that answers this document' }];
  unwrap(document as unknown as Json);
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => (item[method] ? [{ path, method, operation: item[method] as unknown as Operation }] : [])),
  );
  for (const { path, method, operation } of operations) {
    operation.security ??= [];
    if (path.includes('{')) addProblem(operation, 400, 'INVALID_URL');
    if (method !== 'get') {
      addProblem(operation, 400, 'INVALID_JSON');
      if (operation.requestBody) addProblem(operation, 400, 'BODY_TOO_DEEP');
      addProblem(operation, 413, 'BODY_TOO_LARGE');
      addProblem(operation, 415, 'UNSUPPORTED_MEDIA_TYPE');
    }
    addProblem(operation, 431, 'HEADERS_TOO_LARGE');
    addProblem(operation, 500, 'INTERNAL');
    addProblem(operation, 503, 'REQUEST_TIMEOUT');
  }
  const schemas = (document.components?.schemas ?? {}) as Record<string, Json>;
  for (const [name, rule] of RULES) if (schemas[name]) Object.assign(schemas[name], rule);
  describeFields(schemas);
  closeRequests(
    schemas,
    operations.map(({ operation }) => operation),
  );
  return document;
}

function addProblem(operation: Operation, status: number, code: string): void {
  const words = STATUS_CODES[status] ?? 'Error';
  const present = operation.responses[status];
  const said = present?.description ?? words;
  if (said.split(/[ ,:]+/).includes(code)) return;
  operation.responses[status] = {
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDto' } } },
    ...present,
    description: said.includes(': ') ? `${said}, ${code}` : `${words}: ${code}`,
  };
}

/** `allOf` around one reference, which OpenAPI 3.0 needed for a description beside it. */
function unwrap(node: Json): void {
  for (const value of Object.values(node)) {
    if (typeof value !== 'object' || value === null) continue;
    const { allOf } = value as { allOf?: Json[] };
    if (Array.isArray(allOf) && allOf.length === 1) {
      Object.assign(value, allOf[0]);
      delete (value as Json)['allOf'];
    }
    unwrap(value as Json);
  }
}

function describeFields(schemas: Record<string, Json>): void {
  for (const schema of Object.values(schemas)) {
    for (const [name, field] of Object.entries((schema['properties'] ?? {}) as Record<string, Json>)) {
      const { description, example } = FIELDS[name] ?? {};
      if (description !== undefined) field['description'] ??= description;
      if (example === undefined || !takesExample(field, example)) continue;
      field['example'] = example;
    }
  }
}

function takesExample(field: Json, example: unknown): boolean {
  if ('example' in field || '$ref' in field || 'enum' in field) return false;
  const types = [field['type']].flat();
  return types.includes(typeof example) && (typeof example === 'object' || field['format'] === undefined);
}

/** Requests are refused with fields that are not theirs; what only requests are made of says so. */
function closeRequests(schemas: Record<string, Json>, operations: Operation[]): void {
  const answered = reachable(
    schemas,
    operations.map(({ responses }) => responses),
  );
  const requested = reachable(
    schemas,
    operations.map(({ requestBody }) => requestBody),
  );
  for (const name of requested) {
    const schema = schemas[name];
    if (schema?.['properties'] && !answered.has(name)) schema['additionalProperties'] ??= false;
  }
}

function reachable(schemas: Record<string, Json>, from: unknown): Set<string> {
  const found = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { $ref } = node as { $ref?: unknown };
    const name = typeof $ref === 'string' ? ($ref.split('/').at(-1) ?? '') : '';
    if (name !== '' && !found.has(name)) {
      found.add(name);
      walk(schemas[name]);
    }
    for (const value of Object.values(node)) walk(value);
  };
  walk(from);
  return found;
}
