import type { OpenAPIObject } from '@nestjs/swagger';
import { STATUS_CODES } from 'node:http';
import type { AccessRule } from './access';
import { IDEMPOTENCY_HOURS } from './idempotency';
import { takesIfMatch } from './if-match';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & { 'x-access'?: AccessRule };

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: false,
  description: `Makes it safe to repeat the request: it is done once, and for ${IDEMPOTENCY_HOURS} h answered as it was the first time, with Idempotency-Replayed. Best a UUID such as 7c0f3c52-7f0e-4d0a-9a2f-0f6d3f1c8a11, a new one for each request. A request that failed changed nothing and may be repeated with its key.`,
  // No example: whoever took it over would repeat what somebody else's tool has done.
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
};

const IF_MATCH = {
  name: 'If-Match',
  in: 'header' as const,
  required: false,
  description:
    'The ETag under which the row was last read, as in "3" or "3-q1Xk0vJ8bYw2mT5cZr7LdA", or * for any. Changes the row only if nobody else has since; without it, whatever is there.',
  schema: { type: 'string' },
  // An ETag would be that of no row: whoever took it over would be refused.
  example: '*',
};

const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header' as const,
  required: false,
  description: 'The ETag of the answer that is there already: when it would be the same the answer is 304, without a body.',
  schema: { type: 'string' },
  example: '"3-q1Xk0vJ8bYw2mT5cZr7LdA"',
};

const ETAG = {
  ETag: { description: 'Names this very answer; for If-None-Match, and for If-Match where that is taken', schema: { type: 'string' } },
};

const RETRY_AFTER = { 'Retry-After': { description: 'How many seconds to wait', schema: { type: 'integer', minimum: 0 } } };

/** Adds to an OpenAPI document what the frame does for every route: the headers that it takes and gives, and how it refuses. */
export function documentEdge(document: OpenAPIObject): OpenAPIObject {
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method];
      if (operation) documentOperation(operation, method);
    }
  }
  return document;
}

function documentOperation(operation: Operation, method: string): void {
  const rule = operation['x-access'];
  addProblem(operation, 429, ['RATE_LIMITED'], RETRY_AFTER);
  if (method !== 'get' && rule && rule.level !== 'public') {
    addParameter(operation, IDEMPOTENCY_KEY);
    addProblem(operation, 400, ['IDEMPOTENCY_KEY_INVALID']);
    addProblem(operation, 409, ['IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_KEY_IN_PROGRESS', 'IDEMPOTENCY_ANSWER_NOT_KEPT']);
  }
  const read = method === 'get' ? operation.responses['200'] : undefined;
  if (read && 'content' in read && !read.content?.['text/event-stream']) {
    addParameter(operation, IF_NONE_MATCH);
    read.headers = ETAG;
    operation.responses['304'] = { description: 'It is as If-None-Match has it', headers: ETAG };
  }
  if (method !== 'get' && !takesIfMatch(method, rule)) addProblem(operation, 400, ['IF_MATCH_NOT_TAKEN']);
  if (takesIfMatch(method, rule)) {
    addParameter(operation, IF_MATCH);
    addProblem(operation, 412, ['PRECONDITION_FAILED']);
  }
}

function addParameter(operation: Operation, parameter: typeof IDEMPOTENCY_KEY | typeof IF_MATCH | typeof IF_NONE_MATCH): void {
  operation.parameters = [...(operation.parameters ?? []), parameter];
}

/** Adds codes to the answer with a status, or such an answer. */
function addProblem(operation: Operation, status: number, codes: string[], headers?: typeof RETRY_AFTER): void {
  const words = STATUS_CODES[status] ?? 'Error';
  const present = operation.responses[status];
  const said = present && 'description' in present && present.description ? present.description : words;
  operation.responses[status] = {
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDto' } } },
    ...present,
    description: said.includes(': ') ? `${said}, ${codes.join(', ')}` : `${words}: ${codes.join(', ')}`,
    ...(headers && { headers }),
  };
}
