import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import http from 'node:http';
import type { KnownValues } from './arbitraries';
import type { ApiDocument, Schema } from './document';
import { operationsOf, requestsOf, type FuzzCaller, type FuzzOperation, type FuzzRequest } from './requests';

export interface FuzzTarget {
  api: string;
  url: string;
  document: ApiDocument;
  /** Ids and names of rows that exist, by the name of the parameter or field that takes them; the `id` in a path is told by its route. */
  known(operation: FuzzOperation): KnownValues;
  credentials(caller: FuzzCaller): Promise<Record<string, string>>;
  /** The request with what it describes signed by its caller, as the API says; undefined where there is nothing to sign. */
  sign?(operation: FuzzOperation, request: FuzzRequest): Promise<FuzzRequest | undefined>;
}

export interface Finding {
  operation: string;
  what: string;
  request: FuzzRequest;
  answer: string;
  /** How many requests came to the same. */
  times: number;
}

export interface FuzzReport {
  api: string;
  cases: number;
  /** How often each status was answered. */
  statuses: Record<string, number>;
  /** The same of requests with a valid signature. */
  signed: Record<string, number>;
  /** How many events were read and compared. */
  events: number;
  findings: Finding[];
}

interface Answer {
  status: number;
  type: string;
  text: string;
  events?: EventSourceMessage[];
}

const PROBLEM = 'application/problem+json';
const BODY_LIMIT_BYTES = 100 * 1024;
/** Of a stream so many are read; it is left earlier when nothing more comes. */
const MAX_EVENTS = 20;
const ANSWER_TIMEOUT_MS = 60_000;
/** They take away what the other operations work on: tried last. */
const ENDING = /^DELETE|archive|close|wind-down|sign-out|kill-switches/;

/**
 * Sends `cases` requests to an API, made from its document with a seed, and compares what it answers with the document: no 5xx, only statuses and
 * content types that are in it, bodies and events as their schemas say and no field more, problems with a code that the document names, no 2xx for a
 * body that its schema forbids, and no 400 for a request that it allows.
 */
export async function fuzzApi(target: FuzzTarget, cases: number, seed: number): Promise<FuzzReport> {
  const { api, document } = target;
  const validators = new Validators(document);
  const findings = new Map<string, Finding>();
  const statuses: Record<string, number> = {};
  const signed: Record<string, number> = {};
  let events = 0;
  const agent = new http.Agent();
  const operations = operationsOf(document);
  const inOrder = [...operations.filter((one) => !isEnding(one)), ...operations.filter(isEnding)];
  const each = Math.ceil(cases / operations.length);
  let sent = 0;
  try {
    for (const [index, operation] of inOrder.entries()) {
      const requests = fc.sample(requestsOf(operation, document, target.known(operation)), { numRuns: each, seed: seed + index });
      for (const made of requests) {
        const withSignature = made.isSigned ? await target.sign?.(operation, made) : undefined;
        const request = withSignature ?? made;
        const headers = { ...request.headers, ...(await target.credentials(request.caller)) };
        const answer = await send(agent, target.url, { ...request, headers });
        if (answer === 'cut off') continue;
        sent++;
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        if (withSignature) signed[answer.status] = (signed[answer.status] ?? 0) + 1;
        events += answer.events?.length ?? 0;
        for (const what of validators.problems(operation, request, answer)) {
          const name = `${operation.method} ${operation.path}`;
          const key = `${name} ${what}`;
          const known = findings.get(key);
          const isSmaller = !known || lengthOf(request) < lengthOf(known.request);
          const shown = isSmaller ? { request, answer: `${answer.status} ${answer.type} ${answer.text.slice(0, 400)}` } : known;
          findings.set(key, { operation: name, what, request: shown.request, answer: shown.answer, times: (known?.times ?? 0) + 1 });
        }
      }
    }
  } finally {
    agent.destroy();
  }
  return { api, cases: sent, statuses, signed, events, findings: [...findings.values()] };
}

function isEnding({ method, path }: FuzzOperation): boolean {
  return ENDING.test(`${method} ${path}`);
}

function lengthOf({ url, body }: FuzzRequest): number {
  return url.length + (body?.length ?? 0);
}

/** One finding as text: what, how often, and the smallest request that showed it. */
export function findingText({ operation, what, times, request, answer }: Finding): string {
  const { method, url, caller, headers, body } = request;
  const sent = `${method} ${url.slice(0, 300)} by ${caller}, ${JSON.stringify(headers)}${body === undefined ? '' : `, ${String(body).slice(0, 300)}`}`;
  return `${operation}: ${what} (${times} times)\n    ${sent}\n    -> ${answer}`;
}

function send(agent: http.Agent, base: string, { method, url, headers, body }: FuzzRequest): Promise<Answer | 'cut off'> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const request = http.request(base + url, { method, agent, headers: { ...headers, ...length } }, (response) => {
      const type = (response.headers['content-type'] ?? '').split(';')[0] ?? '';
      const status = response.statusCode ?? 0;
      if (type === 'text/event-stream') {
        const events: EventSourceMessage[] = [];
        // A stream doesn't end: it is left when it says that it has no more, or after some events.
        const leave = () => {
          request.destroy();
          resolve({ status, type, text: '', events });
        };
        const parser = createParser({ onEvent: (event) => void events.push(event), onComment: leave });
        response.on('data', (chunk: Buffer) => {
          parser.feed(chunk.toString());
          if (events.length >= MAX_EVENTS) leave();
        });
        response.on('error', leave);
        response.on('end', leave);
        return;
      }
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status, type, text: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    request.setTimeout(ANSWER_TIMEOUT_MS, () => request.destroy(new Error(`${method} ${url.slice(0, 200)} was not answered.`)));
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') return reject(error);
      // A body over the limit is refused before it is read to its end: whether the refusal still arrives is up to TCP.
      resolve((body?.length ?? 0) > BODY_LIMIT_BYTES ? 'cut off' : { status: 0, type: '', text: error.message });
    });
    request.end(body);
  });
}

/** What the document says of requests and answers. */
class Validators {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true });
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(document: ApiDocument) {
    addFormats(this.ajv);
    this.ajv.addFormat('decimal', /^-?\d+(\.\d+)?$/);
    this.ajv.addSchema(document, 'requests');
    this.ajv.addSchema(closed(document), 'answers');
  }

  problems(operation: FuzzOperation, request: FuzzRequest, { status, type, text, events }: Answer): string[] {
    if (status === 0) return ['closes the connection without an answer'];
    if (status >= 500) return [`answers ${status}`];
    const documented = operation.operation.responses[status];
    if (!documented) return [`answers ${status}, which is not documented`];
    if (status < 400 && request.json !== undefined && !this.allows(operation, request.json))
      return ['takes a body that its schema forbids'];
    if (status === 400 && this.allowsAll(operation, request))
      return [`refuses ${String((JSON.parse(text) as { code?: unknown }).code)}, which its schema allows`];
    if (events) return this.eventProblems(operation, events);
    if (!documented.content) return text === '' ? [] : [`answers ${status} with a body, and none is documented`];
    if (!documented.content[type]) return [`answers ${status} as ${type || 'nothing'}, which is not documented`];
    if (!type.endsWith('json')) return [];
    const body = JSON.parse(text) as { code?: unknown };
    if (status >= 400 && (type !== PROBLEM || typeof body.code !== 'string')) return [`answers ${status} without a code`];
    if (status >= 400 && documented.description !== undefined && !documented.description.split(/[^A-Z_]+/).includes(String(body.code)))
      return [`answers ${status} with the code ${String(body.code)}, which is not documented`];
    return this.bodyProblems(
      this.compile('answers', operation, ['responses', String(status), 'content', type, 'schema']),
      body,
      `answers ${status}`,
    );
  }

  private eventProblems(operation: FuzzOperation, events: EventSourceMessage[]): string[] {
    const validate = this.compile('answers', operation, ['responses', '200', 'content', 'text/event-stream', 'schema', 'contentSchema']);
    return events.flatMap(({ event = '', id, data }) => {
      if (id === undefined) return [`sends an event ${event} without an id`];
      if (event === 'ready' || event === 'gap') return data === '{}' ? [] : [`sends ${event} with data`];
      const body = JSON.parse(data) as { kind?: unknown };
      if (body.kind !== event) return [`sends an event ${event} of the kind ${String(body.kind)}`];
      return this.bodyProblems(validate, body, `sends an event ${event}`);
    });
  }

  private bodyProblems(validate: ValidateFunction, body: unknown, what: string): string[] {
    if (validate(body)) return [];
    const [error] = validate.errors ?? [];
    const place = (error?.instancePath ?? '').replaceAll(/\/\d+/g, '/*');
    const field = (error?.params as { additionalProperty?: string } | undefined)?.additionalProperty ?? '';
    return [`${what} with ${place || 'a body'} that its schema forbids: ${error?.message} ${field}`];
  }

  /** Whether the document allows all of a request: its parameters, and the body that it has or may leave out. */
  private allowsAll(operation: FuzzOperation, request: FuzzRequest): boolean {
    const { requestBody } = operation.operation;
    if (!request.parameters || (request.json === undefined ? requestBody !== undefined : !requestBody)) return false;
    if (request.json !== undefined && !this.allows(operation, request.json)) return false;
    return request.parameters.every(({ parameter, text }) => {
      const index = (operation.operation.parameters ?? []).indexOf(parameter);
      const isNumber = ['integer', 'number'].includes(String(parameter.schema.type));
      // Of headers that are no ASCII, and of empty parts of a path, nothing is left.
      if (text === '' && parameter.in !== 'query') return false;
      const value =
        isNumber && text !== ''
          ? Number(text)
          : parameter.schema.type === 'boolean'
            ? text === 'true' || (text === 'false' ? false : text)
            : text;
      return this.compile('requests', operation, ['parameters', String(index), 'schema'])(value);
    });
  }

  private allows(operation: FuzzOperation, body: unknown): boolean {
    if (!operation.operation.requestBody?.content['application/json']) return true;
    return this.compile('requests', operation, ['requestBody', 'content', 'application/json', 'schema'])(body);
  }

  private compile(root: string, { method, path }: FuzzOperation, rest: string[]): ValidateFunction {
    const pointer = ['paths', path, method.toLowerCase(), ...rest].map((part) =>
      encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
    );
    const $ref = `${root}#/${pointer.join('/')}`;
    const known = this.compiled.get($ref) ?? this.ajv.compile({ $ref });
    this.compiled.set($ref, known);
    return known;
  }
}

/** The document with objects that have no field but those that it names. */
function closed(document: ApiDocument): ApiDocument {
  const copy = structuredClone(document);
  const combined = new Set<string>();
  const note = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const part of (node as Schema).allOf ?? []) if (part.$ref) combined.add(part.$ref.split('/').at(-1) ?? '');
    Object.values(node).forEach(note);
  };
  note(copy);
  for (const [name, schema] of Object.entries(copy.components.schemas)) {
    if (schema.properties && !schema.allOf && !combined.has(name)) schema.additionalProperties ??= false;
  }
  return copy;
}
