import { breakingChanges, type ApiDocument, type Schema } from './breaking-changes';

interface Parts {
  request?: Schema;
  answer?: Schema;
  query?: { name: string; required?: boolean; schema?: Schema }[];
  status?: string;
  type?: string;
  security?: object[];
}

/** A document with one route, POST /things. */
function document({ request, answer, query = [], status = '200', type = 'application/json', security = [] }: Parts): ApiDocument {
  return {
    paths: {
      '/things': {
        post: {
          security,
          parameters: query.map((parameter) => ({ in: 'query', ...parameter })),
          ...(request && { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Request' } } } } }),
          responses: { [status]: { content: { [type]: { schema: { $ref: '#/components/schemas/Answer' } } } }, '404': {} },
        },
      },
    },
    components: { schemas: { Request: request ?? {}, Answer: answer ?? { type: 'object' } } },
  };
}

const object = (properties: Record<string, Schema>, required: string[] = Object.keys(properties)): Schema => ({
  type: 'object',
  properties,
  required,
});
const text = { type: 'string' };
const nothing: ApiDocument = { paths: {} };

describe('What breaks a client of the last release', () => {
  const rules: [string, ApiDocument, ApiDocument, string][] = [
    ['a path that is gone', document({}), nothing, '/things: the path is gone'],
    ['a method that is gone', document({}), { paths: { '/things': {} } }, 'POST /things: the method is gone'],
    ['an answer that is gone', document({}), document({ status: '201' }), 'POST /things: no longer answers 200'],
    ['another content type', document({}), document({ type: 'text/csv' }), 'POST /things 200: no longer is application/json'],
    ['credentials where none were needed', document({}), document({ security: [{ key: [] }] }), 'POST /things: needs credentials now'],
    [
      'credentials that were optional',
      document({ security: [{}, { key: [] }] }),
      document({ security: [{ key: [] }] }),
      'POST /things: needs credentials now',
    ],
    [
      'a field of an answer that is gone',
      document({ answer: object({ a: text, b: text }) }),
      document({ answer: object({ a: text }) }),
      'Answer.b: is gone',
    ],
    [
      'a field of an answer, further in, that is gone',
      document({ answer: object({ list: { type: 'array', items: object({ a: text }) } }) }),
      document({ answer: object({ list: { type: 'array', items: object({}) } }) }),
      'Answer.list[].a: is gone',
    ],
    [
      'a field of an answer that may be absent',
      document({ answer: object({ a: text }) }),
      document({ answer: object({ a: text }, []) }),
      'Answer.a: may be absent now',
    ],
    [
      'a field of an answer that may be null',
      document({ answer: object({ a: text }) }),
      document({ answer: object({ a: { type: ['string', 'null'] } }) }),
      'Answer.a: was string, is string or null',
    ],
    [
      'an answer of another form beside the old one',
      document({ answer: object({ a: text }) }),
      document({ answer: { oneOf: [object({ a: text }), object({ b: text })] } }),
      'Answer.a: is gone',
    ],
    [
      'a new required field of a request',
      document({ request: object({ a: text }) }),
      document({ request: object({ a: text, b: text }) }),
      'Request.b: is required now',
    ],
    [
      'a field that requests may no longer have',
      document({ request: object({ a: text }) }),
      document({ request: object({}) }),
      'Request.a: is refused now',
    ],
    [
      'fewer values of an enum',
      document({ request: object({ a: { ...text, enum: ['x', 'y'] } }) }),
      document({ request: object({ a: { ...text, enum: ['x'] } }) }),
      'Request.a: no longer takes y',
    ],
    [
      'an enum where anything was taken',
      document({ request: object({ a: text }) }),
      document({ request: object({ a: { ...text, enum: ['x'] } }) }),
      'Request.a: no longer takes anything else',
    ],
    [
      'another type',
      document({ request: object({ a: { type: 'number' } }) }),
      document({ request: object({ a: { type: 'integer' } }) }),
      'Request.a: was number, is integer',
    ],
    [
      'a smaller maximum',
      document({ request: object({ a: { type: 'integer', maximum: 9 } }) }),
      document({ request: object({ a: { type: 'integer', maximum: 8 } }) }),
      'Request.a: maximum was 9, is 8',
    ],
    [
      'a larger minimum',
      document({ request: object({ a: { type: 'string', minLength: 1 } }) }),
      document({ request: object({ a: { type: 'string', minLength: 2 } }) }),
      'Request.a: minLength was 1, is 2',
    ],
    [
      'another pattern',
      document({ request: object({ a: text }) }),
      document({ request: object({ a: { ...text, pattern: '^x' } }) }),
      'Request.a: has another pattern',
    ],
    [
      'a pattern that not all of the former values match',
      document({ request: object({ a: { ...text, enum: ['x', 'y'] } }) }),
      document({ request: object({ a: { ...text, pattern: '^x$' } }) }),
      'Request.a: has another pattern',
    ],
    [
      'another rule about several fields',
      document({ request: { ...object({ a: text }, []), anyOf: [{ required: ['a'] }, {}] } }),
      document({ request: { ...object({ a: text }, []), anyOf: [{ required: ['a'] }] } }),
      'Request: has another anyOf',
    ],
    [
      'a field that is refused beside a rule about several',
      document({ request: { ...object({ a: text, b: text }, []), anyOf: [{ required: ['a'] }] } }),
      document({ request: { ...object({ a: text }, []), anyOf: [{ required: ['a'] }] } }),
      'Request.b: is refused now',
    ],
    ['a parameter that is gone', document({ query: [{ name: 'sort' }] }), document({}), 'POST /things query parameter sort: is gone'],
    [
      'a parameter that became required',
      document({ query: [{ name: 'sort' }] }),
      document({ query: [{ name: 'sort', required: true }] }),
      'POST /things query parameter sort: is required now',
    ],
    [
      'a new required parameter',
      document({}),
      document({ query: [{ name: 'sort', required: true }] }),
      'POST /things query parameter sort: is new and required',
    ],
  ];

  it.each(rules)('is %s', (_what, released, current, line) => {
    expect(breakingChanges(released, current)).toEqual([line]);
    expect(breakingChanges(released, released)).toEqual([]);
  });

  it('is none of these: new paths, fields, parameters and values, and limits that allow more', () => {
    const released = document({
      request: object({ a: { type: 'integer', minimum: 2, maximum: 3 }, b: { ...text, enum: ['x'] } }),
      answer: object({ a: { ...text, enum: ['x'] }, b: { type: ['string', 'null'] } }),
      query: [{ name: 'sort', required: true }],
      security: [{ key: [] }],
    });
    const current = document({
      request: object({ a: { type: 'number', minimum: 1 }, b: text, c: text }, ['a']),
      answer: object({ a: { ...text, enum: ['x', 'y'] }, b: text, c: text }),
      query: [{ name: 'sort' }, { name: 'search' }],
    });
    current.paths['/others'] = {};
    expect(breakingChanges(released, current)).toEqual([]);
  });

  it('is no pattern in the place of values that all match it', () => {
    const released = document({ request: object({ a: { ...text, enum: ['x', 'y'] } }) });
    const current = document({ request: object({ a: { ...text, pattern: '^(x|y|x-[a-z]+)$' } }) });
    expect(breakingChanges(released, current)).toEqual([]);
  });

  it('comes to an end with schemas that contain themselves', () => {
    const tree = (leaf: Schema) =>
      document({ answer: object({ leaf, children: { type: 'array', items: { $ref: '#/components/schemas/Answer' } } }) });
    expect(breakingChanges(tree(text), tree({ type: 'number' }))).toEqual(['Answer.leaf: was string, is number']);
  });
});
