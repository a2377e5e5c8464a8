import { ConflictError, FatalError, NotFoundError, RetryableError } from '@maxxit/domain';
import { Body, Controller, Get, Logger, Module, Param, Post, Query, type DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Type } from 'class-transformer';
import { IsArray, IsString, ValidateNested } from 'class-validator';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { Access } from './access';
import { appSettings, setting } from './config';
import { createApiApp, openApiDocument } from './http-app';
import { PageQueryDto } from './page';
import { ApiProblems } from './problem';

class LegDto {
  @IsString()
  symbol!: string;
}

class ThingDto {
  @IsString()
  name!: string;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => LegDto)
  legs!: LegDto[];
}

const FAILURES: Record<string, () => Error> = {
  notFound: () => new NotFoundError('AGENT_NOT_FOUND', 'There is no agent a1.'),
  conflict: () => new ConflictError('AGENT_ARCHIVED', 'The agent a1 is archived.'),
  retryable: () => new RetryableError('VENUE_BUSY', 'The venue asked us to wait.'),
  fatal: () => new FatalError('VENUE_CONFUSED', 'The venue answered nonsense.'),
  unique: () =>
    Object.assign(new Error('duplicate key: Key (email)=(a@b)'), { driverError: Object.assign(new Error(), { code: '23505' }) }),
  badUuid: () => Object.assign(new Error('invalid input syntax'), { driverError: Object.assign(new Error(), { code: '22P02' }) }),
  outOfRange: () => Object.assign(new Error('numeric overflow'), { driverError: Object.assign(new Error(), { code: '22003' }) }),
  check: () => Object.assign(new Error('violates check'), { driverError: Object.assign(new Error(), { code: '23514' }) }),
  bug: () => new TypeError("Cannot read properties of undefined (reading 'the inside')"),
};

@Controller('things')
class ThingController {
  private readonly logger = new Logger(ThingController.name);

  /** What changes without a change of the thing. */
  private readonly marks = [1, 1, 2];
  private get mark(): number {
    return this.marks.shift() ?? 2;
  }

  @Post('search')
  @Access('public')
  search(): void {}

  @Post('wait')
  @Access('public')
  wait(): Promise<void> {
    return new Promise(() => undefined);
  }

  @Post()
  @Access('public')
  @ApiProblems(400)
  create(@Body() body: ThingDto): ThingDto {
    this.logger.log({ thingName: body.name, nested: { privateKey: '0xdeadbeef' } }, 'thing created');
    return body;
  }

  @Get()
  @Access('public')
  list(@Query() query: PageQueryDto): PageQueryDto {
    return query;
  }

  @Get(':id')
  @Access('public')
  get(@Param('id') id: string): { id: string; revision: number; mark: number } {
    return { id, revision: 3, mark: this.mark };
  }

  @Get('fail/:how')
  @Access('public')
  fail(@Param('how') how: string): never {
    throw FAILURES[how]?.() ?? new Error(how);
  }
}

@Module({ controllers: [ThingController] })
class ThingModule {
  static readonly service = 'thing-api';
  static readonly settings = z.object({ ...appSettings, PORT: setting.port().default(4999).describe('the port to listen on') });

  static register(): DynamicModule {
    return { module: ThingModule };
  }
}

const config = { HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'info' as const, LOG_PRETTY: false };

describe('the HTTP app of an API', () => {
  let app: NestFastifyApplication;
  let lines: string[];

  beforeAll(async () => {
    lines = [];
    app = await createApiApp(ThingModule, config, { logTo: { write: (line) => void lines.push(line) } });
    await app.listen(0, '127.0.0.1');
  });

  beforeEach(() => lines.splice(0));
  afterAll(() => app.close());

  const log = (): Record<string, unknown>[] => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

  it('gives what is read an ETag, and answers 304 as long as it would be the same', async () => {
    const read = (ifNoneMatch?: string) =>
      app.inject({ url: '/things/a', headers: ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch } });
    const first = await read();
    const etag = String(first.headers['etag']);
    expect([first.statusCode, etag]).toEqual([200, expect.stringMatching(/^"3-[\w-]{22}"$/)]);
    const same = await read(`"other", W/${etag}`);
    expect([same.statusCode, same.body, same.headers['etag']]).toEqual([304, '', etag]);
    // Its revision is the same, and yet something else is answered.
    const other = await read(etag);
    expect([other.statusCode, other.headers['etag']]).toEqual([200, expect.not.stringMatching(etag) as string]);
    expect((await read('*')).statusCode).toBe(304);
    expect((await app.inject({ url: '/things?limit=5' })).headers).toMatchObject({
      etag: expect.stringMatching(/^"[\w-]{22}"$/) as string,
      'cache-control': 'private, no-cache',
    });
  });

  it('answers 405 with Allow where a path takes another method, also one that could be an id', async () => {
    for (const [method, url, allow] of [
      ['DELETE', '/things', 'GET, HEAD, POST'],
      ['GET', '/things/search', 'POST'],
      ['PUT', '/things/a', 'GET, HEAD'],
    ] as const) {
      const answer = await app.inject({ method, url });
      expect([url, answer.statusCode, answer.headers['allow']]).toEqual([url, 405, allow]);
    }
  });

  it('answers 503 when a handler takes too long', async () => {
    const impatient = await createApiApp(ThingModule, config, { logTo: { write: () => undefined }, handlerTimeoutMs: 50 });
    try {
      await impatient.init();
      await impatient.getHttpAdapter().getInstance().ready();
      const answer = await impatient.inject({ method: 'POST', url: '/things/wait' });
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([503, 'REQUEST_TIMEOUT']);
    } finally {
      await impatient.close();
    }
  });

  describe('answers with a problem', () => {
    it.each([
      ['notFound', 404, 'AGENT_NOT_FOUND', 'There is no agent a1.'],
      ['conflict', 409, 'AGENT_ARCHIVED', 'The agent a1 is archived.'],
      ['retryable', 503, 'VENUE_BUSY', 'The venue asked us to wait.'],
      ['fatal', 502, 'VENUE_CONFUSED', 'The venue answered nonsense.'],
      ['unique', 409, 'CONFLICT', expect.not.stringContaining('email')],
      ['badUuid', 400, 'INVALID_VALUE', expect.any(String)],
      ['outOfRange', 400, 'VALUE_OUT_OF_RANGE', expect.any(String)],
      ['check', 400, 'INVALID_VALUE', expect.any(String)],
      ['bug', 500, 'INTERNAL', expect.not.stringContaining('inside')],
    ])('for %s: %i %s', async (how, status, code, detail: unknown) => {
      const answer = await app.inject({ url: `/things/fail/${how}`, headers: { 'x-correlation-id': 'test-1' } });
      expect(answer.statusCode).toBe(status);
      expect(answer.headers['content-type']).toMatch('application/problem+json');
      expect(answer.json()).toEqual({
        type: `urn:maxxit:problem:${code.toLowerCase().replaceAll('_', '-')}`,
        title: expect.any(String) as unknown,
        status,
        detail,
        code,
        correlationId: 'test-1',
      });
    });

    it.each([
      ['a route that does not exist', { url: '/nowhere' }, 404, 'NOT_FOUND'],
      [
        'a body that is not JSON',
        { method: 'POST', url: '/things', headers: { 'content-type': 'application/json' }, payload: '{"a":' },
        400,
        'INVALID_JSON',
      ],
      [
        'a body that would poison a prototype',
        { method: 'POST', url: '/things', headers: { 'content-type': 'application/json' }, payload: '{"__proto__":{"a":1}}' },
        400,
        'INVALID_JSON',
      ],
      [
        'an empty JSON body',
        { method: 'POST', url: '/things', headers: { 'content-type': 'application/json' }, payload: '' },
        400,
        'INVALID_JSON',
      ],
      ['a body over 100 kB', { method: 'POST', url: '/things', payload: { name: 'x'.repeat(110_000) } }, 413, 'BODY_TOO_LARGE'],
      [
        'a body of another type',
        { method: 'POST', url: '/things', headers: { 'content-type': 'text/xml' }, payload: '<a/>' },
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      ],
      [
        'a body that is nested deeply',
        {
          method: 'POST',
          url: '/things',
          headers: { 'content-type': 'application/json' },
          payload: '{"a":'.repeat(3_000) + '1' + '}'.repeat(3_000),
        },
        400,
        'BODY_TOO_DEEP',
      ],
      [
        'a body that is null',
        { method: 'POST', url: '/things', headers: { 'content-type': 'application/json' }, payload: 'null' },
        400,
        'INVALID_JSON',
      ],
      [
        'a body that is a list',
        { method: 'POST', url: '/things', headers: { 'content-type': 'application/json' }, payload: '[]' },
        400,
        'INVALID_JSON',
      ],
      ['a field that every object inherits', { method: 'POST', url: '/things', payload: { toString: 1 } }, 400, 'INVALID_JSON'],
      ['an id in the path that is longer than any', { url: `/things/fail/${'x'.repeat(300)}` }, 400, 'INVALID_URL'],
      ['a path that cannot be decoded', { url: '/things/fail/%zz' }, 400, 'INVALID_URL'],
      ['a limit that is too large', { url: '/things?limit=101' }, 400, 'VALIDATION_FAILED'],
    ] as const)('for %s', async (_what, request, status, code) => {
      const answer = await app.inject(request as Parameters<typeof app.inject>[0]);
      expect(answer.json()).toMatchObject({ status, code });
      expect(answer.statusCode).toBe(status);
      expect(answer.headers['content-type']).toMatch('application/problem+json');
      expect(answer.headers['x-correlation-id']).toBe(answer.json<{ correlationId: string }>().correlationId);
    });

    it('for a URL that is too long to be read', async () => {
      const { port } = app.getHttpServer().address() as AddressInfo;
      const answer = await fetch(`http://127.0.0.1:${port}/things?a=${'x'.repeat(20_000)}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([431, 'application/problem+json; charset=utf-8']);
      expect(await answer.json()).toMatchObject({ status: 431, code: 'HEADERS_TOO_LARGE', correlationId: expect.any(String) as unknown });
    });

    it('for a method that the path does not have, with those that it has', async () => {
      const answer = await app.inject({ method: 'PUT', url: '/things?a=1', payload: {} });
      expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
      expect(answer.json()).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED', correlationId: answer.headers['x-correlation-id'] });
      expect((await app.inject({ method: 'DELETE', url: '/things/fail/notFound' })).headers.allow).toBe('GET, HEAD');
      expect((await app.inject({ method: 'HEAD', url: '/things' })).statusCode).toBe(200);
    });

    it('that names each wrong field, nested and unknown ones too', async () => {
      const answer = await app.inject({ method: 'POST', url: '/things', payload: { legs: [{ symbol: 1 }], surprise: true } });
      const { errors } = answer.json<{ errors: { field: string }[] }>();
      expect(errors.map((error) => error.field).sort()).toEqual(['legs.0.symbol', 'name', 'surprise']);
    });
  });

  it('logs an unexpected error with its text and stack under the correlation id that the caller got', async () => {
    await app.inject({ url: '/things/fail/bug', headers: { 'x-correlation-id': 'bug-7' } });
    expect(log()).toContainEqual(
      expect.objectContaining({
        level: 'error',
        service: 'thing-api',
        correlationId: 'bug-7',
        err: expect.objectContaining({ type: 'TypeError', message: expect.stringContaining('the inside') as unknown }) as unknown,
      }),
    );
  });

  it('gives every line of a request its own correlation id, in handlers after a body that came in pieces over a shared connection too', async () => {
    const { port } = app.getHttpServer().address() as AddressInfo;
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const post = (id: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json', 'x-correlation-id': id };
        const request = http.request({ port, agent, path: '/things', method: 'POST', headers }, (answer) =>
          answer.resume().on('end', resolve),
        );
        request.on('error', reject);
        app.getHttpServer().once('request', () => request.end('"legs":[]}'));
        request.write('{"name":"n",');
      });
    await post('body-1');
    await post('body-2');
    agent.destroy();
    expect(log().map(({ msg, correlationId }) => [msg, correlationId])).toEqual([
      ['thing created', 'body-1'],
      ['request answered', 'body-1'],
      ['thing created', 'body-2'],
      ['request answered', 'body-2'],
    ]);
  });

  it('makes a correlation id when the given one is unsafe', async () => {
    const answer = await app.inject({ url: '/things', headers: { 'x-correlation-id': 'a b"<script>' } });
    expect(answer.headers['x-correlation-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('logs requests with route, status and duration, and without bodies, headers and query secrets', async () => {
    await app.inject({
      method: 'GET',
      url: '/things?limit=5&api_key=SECRET1',
      headers: { authorization: 'Bearer SECRET2', cookie: 'SECRET3' },
    });
    await app.inject({ method: 'POST', url: '/things', payload: { name: 'SECRET4', legs: 7 } });
    expect(log()[0]).toMatchObject({ method: 'GET', route: '/things', status: 400, durationMs: expect.any(Number) as unknown });
    expect(lines.join('')).not.toContain('SECRET');
    expect(lines.join('')).not.toContain('0xdeadbeef');
  });

  it('does not log health and metrics requests', async () => {
    for (const url of ['/health', '/health/live', '/health/ready', '/status', '/metrics']) {
      expect((await app.inject(url)).statusCode).toBe(200);
    }
    expect(lines).toEqual([]);
  });

  it('measures requests by method, route template and status, and counts errors by code', async () => {
    await app.inject('/things/fail/conflict');
    const { payload } = await app.inject('/metrics');
    expect(payload).toMatch(/maxxit_http_request_duration_seconds_count\{method="GET",route="\/things\/fail\/:how",status="409"\} [1-9]/);
    expect(payload).toMatch(/maxxit_errors_total\{code="AGENT_ARCHIVED"\} [1-9]/);
    expect(payload).toMatch(/maxxit_uptime_seconds \d/);
    expect(payload).toContain('nodejs_eventloop_lag_seconds');
  });

  it('shows Swagger UI at /docs, and the document declares the problem answers and no health routes', async () => {
    expect((await app.inject('/docs')).payload).toContain('swagger-ui');
    const document = openApiDocument(app, { title: 'Things', description: 'd' });
    expect(Object.keys(document.paths)).toEqual(['/things/search', '/things/wait', '/things', '/things/{id}', '/things/fail/{how}']);
    expect(document.paths['/things']?.post?.responses['400']).toMatchObject({
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDto' } } },
    });
  });

  it('gives the same document in preview mode, without making a provider', async () => {
    const preview = await createApiApp(ThingModule, config, { preview: true });
    const about = { title: 'Things', description: 'd' };
    expect(openApiDocument(preview, about)).toEqual(openApiDocument(app, about));
  });
});
