import type { AppModuleClass } from '@maxxit/platform';
import { createTestDatabase, type TestDatabase } from '@maxxit/testing';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { findingText, fuzzApi } from './api-fuzz';
import type { ApiDocument } from './document';
import { FUZZED_APIS, startFuzzSystem, type FuzzSystem } from './fuzz-system';

const CASES = 300;
const SEED = 20261126;

describe('the APIs under requests made from their documents', () => {
  let database: TestDatabase;
  let system: FuzzSystem | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
    system = await startFuzzSystem(database.dataSource, database.url, async (app) => {
      const exported = (await import(path.resolve(`apps/${app}/src/${app}.module`))) as Record<string, AppModuleClass>;
      return Object.values(exported).find((value) => value.service === app)!;
    });
  }, 120_000);

  afterAll(async () => {
    await system?.stop();
    await database.drop();
  });

  it.each(FUZZED_APIS)(
    '%s answers nothing but what its document says',
    async (api) => {
      const report = await fuzzApi(
        system!.targets.find((target) => target.api === api)!,
        CASES,
        SEED,
      );
      expect(report.findings.map(findingText)).toEqual([]);
      expect(report.cases).toBeGreaterThanOrEqual(CASES);
      // Otherwise nothing but refusals was compared.
      expect(report.statuses['200']).toBeGreaterThan(CASES / 20);
      // Nothing is signed for the signal API.
      if (api !== 'signal-api') expect((report.signed['200'] ?? 0) + (report.signed['201'] ?? 0)).toBeGreaterThan(0);
      if (api === 'deployment-api') expect(report.events).toBeGreaterThan(0);
    },
    180_000,
  );
});

describe('the comparison of an answer with the document', () => {
  const PROBLEM = { code: 'BAD' };
  const document = {
    paths: {
      '/things': {
        post: {
          operationId: 'things',
          requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/ThingDto' } } } },
          responses: {
            200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/AnswerDto' } } } },
            400: {
              description: 'Bad Request: BAD',
              content: { 'application/problem+json': { schema: { type: 'object', required: ['code'] } } },
            },
          },
          'x-access': { level: 'public' },
        },
      },
    },
    components: {
      schemas: {
        ThingDto: { type: 'object', properties: { count: { type: 'integer' } }, required: ['count'], additionalProperties: false },
        AnswerDto: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
      },
    },
  } satisfies ApiDocument;

  it.each([
    ['a server error', 500, 'application/problem+json', PROBLEM, 'answers 500'],
    ['a status that is not documented', 404, 'application/problem+json', PROBLEM, 'answers 404, which is not documented'],
    ['another content type', 400, 'application/json', PROBLEM, 'answers 400 as application/json, which is not documented'],
    ['a problem without a code', 400, 'application/problem+json', {}, 'answers 400 without a code'],
    ['a field of another type', 200, 'application/json', { id: 1 }, 'answers 200 with /id that its schema forbids: must be string '],
    [
      'a field that is not documented',
      200,
      'application/json',
      { id: 'a', b: 1 },
      expect.stringMatching('additional properties b') as string,
    ],
    [
      'a code that is not documented',
      400,
      'application/problem+json',
      { code: 'ELSE' },
      'answers 400 with the code ELSE, which is not documented',
    ],
    ['an allowed body refused', 400, 'application/problem+json', PROBLEM, 'refuses BAD, which its schema allows'],
    ['any body taken', 200, 'application/json', { id: 'a' }, 'takes a body that its schema forbids'],
  ])('finds %s', async (_what, status, type, body, finding) => {
    const server = http.createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const report = await fuzzApi({ api: 'things', url, document, known: () => ({}), credentials: async () => ({}) }, 60, 1);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(report.findings.map(({ what }) => what)).toContainEqual(finding);
  });

  it('finds nothing where all is as documented, with the same requests for the same seed', async () => {
    const seen: string[] = [];
    const server = http.createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        seen.push(`${request.url} ${text}`);
        const isGood = /^\{"count":-?\d+\}$/.test(text) && request.headers['content-type'] === 'application/json';
        if (isGood) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: 'a' }));
        else response.writeHead(400, { 'content-type': 'application/problem+json' }).end(JSON.stringify(PROBLEM));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const run = () => fuzzApi({ api: 'things', url, document, known: () => ({}), credentials: async () => ({}) }, 40, 7);
    expect((await run()).findings).toEqual([]);
    const first = seen.splice(0);
    await run();
    expect(seen).toEqual(first);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
