import { CLOCK, type Clock, InvalidRequestError, newId } from '@maxxit/domain';
import fastifyHelmet from '@fastify/helmet';
import { Logger, MethodNotAllowedException, ValidationPipe, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Logger as NestPinoLogger, PinoLogger, type Params } from 'nestjs-pino';
import type { DestinationStream, Logger as PinoBaseLogger } from 'pino';
import type { z } from 'zod';
import { ACCESS_TOKEN_SCHEME, API_KEY_HEADER, API_KEY_SCHEME, assertAccessDeclared } from './access';
import { AccessGuard } from './access.guard';
import { ACCESS_STORE, type AccessStore } from './access-store';
import type { AppModuleClass, FrameConfig } from './app-module';
import { completeDocument } from './complete-document';
import { documentEdge } from './edge-document';
import { FRAME, type Frame } from './frame';
import { IDEMPOTENCY_STORE, IdempotencyInterceptor, type IdempotencyStore } from './idempotency';
import { addEntityTags, IfMatchInterceptor } from './if-match';
import { createLogger } from './logging';
import { withLogContext } from './log-context';
import { Metrics } from './metrics';
import { PlatformModule } from './platform.module';
import { RateLimitGuards } from './rate-limit';
import { ProblemFilter, ValidationFailedError, sendProblem } from './problem.filter';

const BODY_LIMIT_BYTES = 100 * 1024;
/** No body of ours has more than a few levels; what walks through one may go as deep as it is. */
const MAX_BODY_LEVELS = 32;
const REQUEST_TIMEOUT_MS = 30_000;
const HANDLER_TIMEOUT_MS = 30_000;

const CORRELATION_HEADER = 'x-correlation-id';
const CORRELATION_ID = /^[A-Za-z0-9._:-]{1,128}$/;
/** Asked every few seconds by machines, or files of Swagger UI: not worth a log line. */
const QUIET_PATHS = /^\/(health(\/live|\/ready)?|status|metrics|docs.*)$/;

/** The contexts under which Nest logs its own start. */
const NEST_CONTEXTS = new Set<unknown>(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

export interface AppOptions {
  /** Makes no provider: enough for the OpenAPI document, without a database. */
  preview?: boolean;
  /** Where log lines go instead of stdout; for tests. */
  logTo?: DestinationStream;
  /** How long a handler may take, ms, instead of 30 s; for tests. */
  handlerTimeoutMs?: number;
}

/** Makes the HTTP app of an API, not yet listening: validation, problem answers, health, metrics and Swagger UI at /docs. */
export async function createApiApp<S extends z.ZodObject>(
  AppModule: AppModuleClass<S>,
  config: z.infer<S>,
  options: AppOptions = {},
): Promise<NestFastifyApplication> {
  const frame: Frame = { service: AppModule.service, kind: AppModule.hasNoUsers ? 'stand-in' : 'api' };
  const app = await createApp(frame, AppModule.register(config), config, options);
  if (!options.preview) {
    SwaggerModule.setup('docs', app, () => openApiDocument(app, AppModule.about ?? { title: AppModule.service, description: '' }));
  }
  return app;
}

/** Makes the app of a worker, not yet listening, its loops not started; its only HTTP is health, status and metrics. */
export async function createWorkerApp<S extends z.ZodObject>(
  AppModule: AppModuleClass<S>,
  config: z.infer<S>,
  options: AppOptions = {},
): Promise<NestFastifyApplication> {
  return createApp({ service: AppModule.service, kind: 'worker' }, AppModule.register(config), config, options);
}

/** The OpenAPI 3.1 document of an app that `createApiApp` made. The id of an operation is the name of its controller's method. */
export function openApiDocument(app: NestFastifyApplication, about: { title: string; description: string }): OpenAPIObject {
  const builder = new DocumentBuilder().setTitle(about.title).setDescription(about.description).setVersion('1').setOpenAPIVersion('3.1.0');
  if (app.get<Frame>(FRAME).kind === 'api') {
    builder
      .addBearerAuth(
        { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token of this API' },
        ACCESS_TOKEN_SCHEME,
      )
      .addApiKey(
        { type: 'apiKey', in: 'header', name: API_KEY_HEADER, description: 'An API key with the scope in x-access' },
        API_KEY_SCHEME,
      );
  }
  const document = SwaggerModule.createDocument(app, builder.build(), { operationIdFactory: (_controller, method) => method });
  return app.get<Frame>(FRAME).kind === 'api' ? completeDocument(documentEdge(document)) : document;
}

async function createApp(frame: Frame, appModule: DynamicModule, config: unknown, options: AppOptions): Promise<NestFastifyApplication> {
  const settings = config as FrameConfig;
  const { LOG_LEVEL, LOG_PRETTY } = settings;
  const logger = createLogger(
    { service: frame.service, level: LOG_LEVEL, pretty: LOG_PRETTY ?? process.stdout.isTTY === true },
    options.logTo,
  );
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    handlerTimeout: options.handlerTimeoutMs ?? HANDLER_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    genReqId: correlationIdOf,
    clientErrorHandler: refuseUnreadable,
    trustProxy: (_address, hop) => hop < (settings.TRUSTED_PROXIES ?? 0),
    // Requests that the router itself can't read never reach Nest's filters.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      withLogContext({ correlationId: request.id }, () => {
        void reply.header(CORRELATION_HEADER, request.id);
        sendProblem(error, reply, app.get(Metrics), new Logger('Router'));
      });
    },
  });
  const root = { module: class AppRoot {}, imports: [PlatformModule.forRoot(frame), appModule] };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: nestLoggerOf(logger),
    abortOnError: false,
    preview: options.preview ?? false,
  });
  if (frame.kind !== 'stand-in') assertAccessDeclared(app);
  if (options.preview) return app;
  const metrics = app.get(Metrics);
  if (frame.kind !== 'stand-in') {
    const store = () => app.get<AccessStore>(ACCESS_STORE, { strict: false });
    const limits = frame.kind === 'api' ? await RateLimitGuards.of(app, settings) : undefined;
    const access = new AccessGuard(store, frame.service, app.get<Clock>(CLOCK), async (context) => limits?.refused.canActivate(context));
    app.useGlobalGuards(...(limits ? [limits.open, access, limits.callers] : [access]));
    const keys = () => app.get<IdempotencyStore>(IDEMPOTENCY_STORE, { strict: false });
    app.useGlobalInterceptors(new IfMatchInterceptor(), new IdempotencyInterceptor(keys));
  }
  if (frame.kind === 'api') await addBrowserRules(app, settings);
  addRequestHooks(adapter.getInstance(), metrics);
  refuseOtherMethods(adapter.getInstance(), metrics);
  // A stand-in reads bodies as what it stands in for does.
  if (frame.kind === 'api') {
    refuseStrangeBodies(adapter.getInstance(), metrics);
    addEntityTags(adapter.getInstance());
  }
  app.useGlobalFilters(new ProblemFilter(metrics));
  app.useGlobalPipes(
    new ValidationPipe({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      exceptionFactory: (errors) => ValidationFailedError.of(errors),
    }),
  );
  return app;
}

/** What browsers may do with the answers: nothing but read them, from the sites in CORS_ORIGINS. The pages of Swagger UI are ours. */
async function addBrowserRules(app: NestFastifyApplication, { CORS_ORIGINS = [] }: FrameConfig): Promise<void> {
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: {
      directives: {
        // An API may be reached by http on loopback or inside a network.
        upgradeInsecureRequests: null,
        imgSrc: ["'self'", 'data:'],
      },
    },
  });
  app.enableCors({
    origin: [...CORS_ORIGINS],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'content-type',
      API_KEY_HEADER,
      'idempotency-key',
      'if-match',
      'if-none-match',
      'last-event-id',
      CORRELATION_HEADER,
    ],
    exposedHeaders: [
      'etag',
      'idempotency-replayed',
      'retry-after',
      'ratelimit-limit',
      'ratelimit-remaining',
      'ratelimit-reset',
      CORRELATION_HEADER,
    ],
    maxAge: 3600,
  });
}

/**
 * Makes Nest's Logger write through pino. nestjs-pino's module is not used: its middleware loses sight of requests on Fastify
 * and knows no route template, so `addRequestHooks` logs them.
 */
function nestLoggerOf(logger: PinoBaseLogger): FrameLogger {
  const params: Params = { pinoHttp: { logger, wrapSerializers: false } };
  return new FrameLogger(new PinoLogger(params), params);
}

/** Nest tells each module and route that it sets up, dozens of lines per start: they are for debugging. */
class FrameLogger extends NestPinoLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (NEST_CONTEXTS.has(rest.at(-1))) super.debug(message, ...rest);
    else super.log(message, ...rest);
  }
}

/** The caller's correlation id when it is one we can print safely, else a new one. */
function correlationIdOf(request: IncomingMessage): string {
  const given = request.headers[CORRELATION_HEADER];
  return typeof given === 'string' && CORRELATION_ID.test(given) ? given : newId();
}

function addRequestHooks(fastify: FastifyInstance, metrics: Metrics): void {
  const logger = new Logger('Http');
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header(CORRELATION_HEADER, request.id);
    withLogContext({ correlationId: request.id }, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unmatched';
    const seconds = reply.elapsedTime / 1000;
    metrics.requestDuration.observe({ method: request.method, route, status: reply.statusCode }, seconds);
    if (!QUIET_PATHS.test(route)) {
      logger.log(
        {
          correlationId: request.id,
          method: request.method,
          url: request.originalUrl,
          route,
          status: reply.statusCode,
          durationMs: Math.round(reply.elapsedTime),
        },
        'request answered',
      );
    }
    done();
  });
}

/**
 * Answers 405 with Allow where a path exists, but not with that method; Fastify alone would say 404, or take the end of /api/agents/manifest
 * for an id.
 */
function refuseOtherMethods(fastify: FastifyInstance, metrics: Metrics): void {
  const logger = new Logger('Router');
  const allowed = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  fastify.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return;
    const literal = url.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
    const route = allowed.get(url) ?? { pattern: new RegExp(`^${literal.replaceAll(/:\w+/g, '[^/]+')}/?$`), methods: new Set() };
    allowed.set(url, route);
    for (const name of [method].flat()) route.methods.add(name);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const [path = ''] = request.url.split('?');
    const exact = request.routeOptions.url?.includes(':') ? allowed.get(path) : undefined;
    if (!request.is404 && !exact) return done();
    const routes = exact ? [exact] : [...allowed.values()].filter(({ pattern }) => pattern.test(path));
    const methods = new Set(routes.flatMap((route) => [...route.methods]));
    if (methods.size === 0 || methods.has(request.method)) return done();
    const allow = [...methods].sort().join(', ');
    void reply.header('allow', allow);
    sendProblem(new MethodNotAllowedException(`${request.method} is not possible here, only ${allow}.`), reply, metrics, logger);
  });
}

/** Answers what is no HTTP that Node can read, or has more than 16 kB of headers and URL, with a problem as well. No request exists then. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, words, code, detail] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large', 'HEADERS_TOO_LARGE', 'The URL and the headers are larger than 16 kB together.']
      : [400, 'Bad Request', 'INVALID_REQUEST', 'This is no HTTP request that can be read.'];
  const type = `urn:maxxit:problem:${code.toLowerCase().replaceAll('_', '-')}`;
  const body = JSON.stringify({ type, title: words, status, code, detail, correlationId: newId() });
  const headers = `content-type: application/problem+json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`;
  socket.end(`HTTP/1.1 ${status} ${words}\r\n${headers}\r\n\r\n${body}`);
}

/** Refuses JSON that no handler can expect: nested so deeply that walking through it would exhaust the stack, not an object, or with inherited names. */
function refuseStrangeBodies(fastify: FastifyInstance, metrics: Metrics): void {
  const logger = new Logger('Router');
  fastify.addHook('preValidation', (request, reply, done) => {
    const problem = strangenessOf(request.body);
    if (problem) sendProblem(problem, reply, metrics, logger);
    else done();
  });
}

function strangenessOf(body: unknown): InvalidRequestError | undefined {
  if (body === undefined || Buffer.isBuffer(body)) return undefined;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return new InvalidRequestError('INVALID_JSON', 'The body has to be a JSON object.');
  }
  let level: object[] = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_BODY_LEVELS)
      return new InvalidRequestError('BODY_TOO_DEEP', `The body is nested deeper than ${MAX_BODY_LEVELS} levels.`);
    // class-validator takes names that every object inherits, such as toString, for known ones.
    const inherited = level.flatMap(Object.keys).find((name) => name in Object.prototype);
    if (inherited !== undefined) return new InvalidRequestError('INVALID_JSON', `No field can be called ${inherited}.`);
    level = level.flatMap((value) => (Object.values(value) as unknown[]).filter((one) => typeof one === 'object' && one !== null));
  }
  return undefined;
}
