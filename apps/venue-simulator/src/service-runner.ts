import { errorMessage, InvalidRequestError } from '@maxxit/domain';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './control/faults';
import { failure, type Reply } from './service-reply';
import { Simulator } from './simulator';

const DEFAULT_LATENCY_MS = 1_000;
const DEFAULT_HOLD_MS = 60_000;

/** How a simulated service words its own failures. */
export interface ServiceStyle {
  exception(text: string): Reply;
  rateLimited(): Reply;
  unauthorized(): Reply;
}

export const HYPERLIQUID_STYLE: ServiceStyle = {
  exception: (text) => failure(500, text),
  rateLimited: () => failure(500, "(429, None, 'null', None, {})"),
  unauthorized: () => failure(500, "(401, None, 'Unauthorized', None, {})"),
};

export const OSTIUM_STYLE: ServiceStyle = {
  exception: (text) => failure(500, text),
  rateLimited: () => failure(500, '429 Client Error: Too Many Requests for url: https://rpc.example/arbitrum'),
  unauthorized: () => failure(500, '401 Client Error: Unauthorized for url: https://rpc.example/arbitrum'),
};

/**
 * Answers the requests of the simulated services: lets the world catch up, counts the request, and applies the fault that waits on
 * its route. Bodies are never logged: they hold private keys.
 */
@Injectable()
export class ServiceRunner implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(ServiceRunner.name);
  private readonly held = new Set<Socket>();

  constructor(
    private readonly simulator: Simulator,
    private readonly host: HttpAdapterHost,
  ) {}

  /** The services read bodies themselves, so that a wrong content type or bad JSON gives their own answer and not the frame's. */
  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
      if (!request.url.startsWith('/control')) return done(null, body);
      try {
        done(null, JSON.parse(body as string));
      } catch {
        done(new InvalidRequestError('INVALID_JSON', 'The body is not valid JSON.'));
      }
    });
  }

  /** Timeouts that are being held would keep the process from closing. */
  beforeApplicationShutdown(): void {
    for (const socket of this.held) socket.destroy();
  }

  /** `routes` as in ROUTES: one, or the narrower before the wider one that includes it. What `respond` throws is the service's own 500. */
  async run(
    routes: string | readonly string[],
    style: ServiceStyle,
    request: FastifyRequest,
    reply: FastifyReply,
    respond: (simulator: Simulator, fault: Fault | null) => Reply,
  ): Promise<void> {
    this.simulator.settle();
    const names = typeof routes === 'string' ? [routes] : routes;
    let fault: Fault | null = null;
    for (const route of names) {
      this.simulator.journal.request(route);
      fault ??= this.simulator.faults.take(route);
    }
    if (fault) this.logger.log({ route: fault.route, fault: fault.kind }, 'fault applied');
    const answer = () => {
      this.simulator.settle();
      try {
        return respond(this.simulator, fault);
      } catch (error) {
        return style.exception(errorMessage(error));
      }
    };
    switch (fault?.kind) {
      case 'connection_reset':
        return this.hold(request, reply, 0);
      case 'timeout_before_effect':
        return this.hold(request, reply, fault.latencyMs ?? DEFAULT_HOLD_MS);
      case 'timeout_after_effect':
        answer();
        return this.hold(request, reply, fault.latencyMs ?? DEFAULT_HOLD_MS);
      case 'error_500_before_effect':
        return this.send(reply, style.exception(fault.message ?? 'HTTPSConnectionPool: Max retries exceeded'));
      case 'rate_limit_429':
        return this.send(reply, style.rateLimited());
      case 'unauthorized_401':
        return this.send(reply, style.unauthorized());
      case 'latency':
        await delay(fault.latencyMs ?? DEFAULT_LATENCY_MS);
        return this.send(reply, answer());
      default:
        return this.send(reply, answer());
    }
  }

  private send(reply: FastifyReply, { status, body, headers }: Reply): void {
    if (headers) void reply.headers(headers);
    // The native API's 429 and 401 say "null" in JSON, which the framework would make an empty body of.
    if (body === null) void reply.status(status).type('application/json').send('null');
    else void reply.status(status).send(body);
  }

  /** Closes the connection without an answer after that time, or when the client does. */
  private hold(request: FastifyRequest, reply: FastifyReply, ms: number): void {
    reply.hijack();
    const { socket } = request.raw;
    this.held.add(socket);
    const timer = setTimeout(() => socket.destroy(), ms);
    socket.once('close', () => {
      clearTimeout(timer);
      this.held.delete(socket);
    });
  }
}
