import { errorMessage } from '@maxxit/domain';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { z } from 'zod';
import { Simulator } from '../../simulator';
import type { VenueEvent } from '../hyperliquid.accounts';
import { UNREADABLE, type Parsed } from './native-api';
import { isListed, messagesOf, snapshotOf, stateOf, subscription, type Message, type Subscription } from './subscriptions';

const PATH = '/ws';
const ROUTE = 'WS /ws';
const MINUTE_MS = 60_000;
/** How often what is subscribed to is looked at. */
const TICK_MS = 250;
const MAX_BODY_BYTES = 1_000_000;
/** The venue's limits per IP address, and after what silence of the client a connection is closed. */
export const LIMITS = {
  connections: 100,
  newPerMinute: 30,
  subscriptions: 1000,
  users: 10,
  messagesPerMinute: 2000,
  inflightPosts: 100,
  silenceMs: 60_000,
};

const message = z.discriminatedUnion('method', [
  z.object({ method: z.literal('ping') }),
  z.object({ method: z.enum(['subscribe', 'unsubscribe']), subscription: z.looseObject({ type: z.string() }) }),
  z.object({
    method: z.literal('post'),
    id: z.number().int().nonnegative(),
    request: z.object({ type: z.enum(['info', 'action']), payload: z.unknown() }),
  }),
]);

interface Subscribed {
  wanted: Subscription;
  /** The last state that was sent, to send only what changed. */
  sent: string | null;
}

interface Connection {
  socket: WebSocket;
  ip: string;
  subscriptions: Map<string, Subscribed>;
  inflightPosts: number;
  heardAt: number;
}

/**
 * The WebSocket of Hyperliquid's native API, at /ws. While somebody is connected the world is settled four times a second, and what changed
 * is sent; events of accounts are sent as they happen. Its limits and silences run on real time, the world on simulated time.
 */
@Injectable()
export class NativeSockets implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** Those in force: a test can't wait for a minute of silence. */
  readonly limits = { ...LIMITS };
  private readonly logger = new Logger(NativeSockets.name);
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: MAX_BODY_BYTES });
  private readonly connections = new Set<Connection>();
  private readonly opened = new Map<string, number[]>();
  private readonly heard = new Map<string, number[]>();
  private events: VenueEvent[] = [];
  private timer: NodeJS.Timeout | null = null;
  private silentUntil = 0;

  constructor(
    private readonly simulator: Simulator,
    private readonly host: HttpAdapterHost,
  ) {}

  onApplicationBootstrap(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => this.upgrade(request, socket, head));
    this.simulator.onHyperliquidEvent = (event) => this.collect(event);
  }

  beforeApplicationShutdown(): void {
    if (this.timer) clearInterval(this.timer);
    for (const { socket } of this.connections) socket.terminate();
    this.server.close();
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refuse = (status: string) => socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    if (new URL(request.url ?? '/', 'http://localhost').pathname !== PATH) return void refuse('404 Not Found');
    const ip = request.socket.remoteAddress ?? '';
    this.simulator.journal.request(ROUTE);
    const isLimited = this.simulator.faults.take(ROUTE, ['rate_limit_429']) !== null;
    const open = this.of(ip).length;
    if (isLimited || open >= this.limits.connections || !within(this.opened, ip, this.limits.newPerMinute))
      return void refuse('429 Too Many Requests');
    this.server.handleUpgrade(request, socket, head, (accepted) => this.accept(accepted, ip));
  }

  private accept(socket: WebSocket, ip: string): void {
    const connection: Connection = { socket, ip, subscriptions: new Map(), inflightPosts: 0, heardAt: performance.now() };
    this.connections.add(connection);
    this.timer ??= setInterval(() => this.tick(), TICK_MS);
    socket.on('message', (data) => this.receive(connection, data));
    socket.on('error', (error) => this.logger.debug({ error: error.message }, 'WebSocket'));
    socket.on('close', () => {
      this.connections.delete(connection);
      if (this.connections.size || !this.timer) return;
      clearInterval(this.timer);
      this.timer = null;
    });
  }

  private receive(connection: Connection, data: RawData): void {
    connection.heardAt = performance.now();
    if (!within(this.heard, connection.ip, this.limits.messagesPerMinute)) return connection.socket.close(1008, 'Too many messages');
    const text = (data as Buffer).toString('utf8');
    const parsed = message.safeParse(parseJson(text));
    if (!parsed.success) return this.fail(connection, `Error parsing JSON into valid websocket request: ${text.slice(0, 500)}`);
    if (parsed.data.method === 'ping') return this.send(connection, { channel: 'pong' });
    if (parsed.data.method === 'post') {
      const { id, request } = parsed.data;
      this.post(connection, id, request).catch((error: unknown) => this.logger.error({ error: errorMessage(error) }, 'post failed'));
      return;
    }
    const { method, subscription: raw } = parsed.data;
    const wanted = subscription.safeParse(raw);
    if (!wanted.success || !isListed(this.simulator, wanted.data))
      return this.fail(connection, `Invalid subscription ${JSON.stringify(raw)}`);
    const key = JSON.stringify(wanted.data);
    if (method === 'unsubscribe') {
      if (!connection.subscriptions.delete(key)) return this.fail(connection, `Already unsubscribed: ${JSON.stringify(raw)}`);
      return this.send(connection, { channel: 'subscriptionResponse', data: { method, subscription: raw } });
    }
    const refusal = this.refusal(connection, key, wanted.data);
    if (refusal !== null) return this.fail(connection, refusal);
    this.send(connection, { channel: 'subscriptionResponse', data: { method, subscription: raw } });
    this.simulator.settle();
    const subscribed: Subscribed = { wanted: wanted.data, sent: null };
    connection.subscriptions.set(key, subscribed);
    const snapshot = snapshotOf(this.simulator, wanted.data);
    if (snapshot) this.send(connection, snapshot);
    this.refresh(connection, subscribed);
  }

  private refusal(connection: Connection, key: string, wanted: Subscription): string | null {
    if (connection.subscriptions.has(key)) return `Already subscribed: ${key}`;
    const subscriptions = this.of(connection.ip).flatMap((other) => [...other.subscriptions.values()]);
    if (subscriptions.length >= this.limits.subscriptions) return `Cannot subscribe to more than ${this.limits.subscriptions} channels.`;
    const users = new Set(subscriptions.flatMap((other) => ('user' in other.wanted ? [other.wanted.user] : [])));
    if ('user' in wanted && !users.has(wanted.user) && users.size >= this.limits.users)
      return `Cannot track more than ${this.limits.users} total users.`;
    return null;
  }

  /** The same requests as over HTTP, with the same faults: `POST /info` and `POST /exchange`. */
  private async post(connection: Connection, id: number, request: { type: 'info' | 'action'; payload?: unknown }): Promise<void> {
    const answer = (response: unknown) => this.send(connection, { channel: 'post', data: { id, response } });
    const failed = (payload: string) => answer({ type: 'error', payload });
    if (connection.inflightPosts >= this.limits.inflightPosts) return failed('Too many in-flight posts');
    connection.inflightPosts++;
    try {
      const { hyperliquidNative } = this.simulator;
      const parsed: Parsed | null =
        request.type === 'info' ? hyperliquidNative.parseInfo(request.payload) : await hyperliquidNative.parseAction(request.payload);
      const type = parsed && (parsed.kind === 'info' ? parsed.request.type : parsed.request.action.type);
      const route = request.type === 'info' ? 'POST /info' : 'POST /exchange';
      this.simulator.settle();
      this.simulator.journal.request(ROUTE);
      const fault = this.simulator.faults.take(`${route} ${type}`) ?? this.simulator.faults.take(route);
      if (fault?.kind === 'connection_reset') return connection.socket.terminate();
      if (fault?.kind === 'timeout_before_effect') return;
      if (fault?.kind === 'error_500_before_effect') return failed(fault.message ?? '500 Internal Server Error');
      if (fault?.kind === 'rate_limit_429') return failed('429 Too Many Requests');
      if (fault?.kind === 'latency') await delay(fault.latencyMs ?? 1000);
      const { status, body } = this.simulator.hyperliquidNative.answer(parsed, connection.ip, fault);
      if (fault?.kind === 'timeout_after_effect') return;
      if (status !== 200) return failed(status === UNREADABLE.status ? `422 ${String(UNREADABLE.body)}` : `${status} null`);
      answer(request.type === 'info' ? { type: 'info', payload: { type, data: body } } : { type: 'action', payload: body });
    } finally {
      connection.inflightPosts--;
    }
  }

  private tick(): void {
    const fault = this.simulator.faults.take(ROUTE, ['connection_reset', 'timeout_before_effect']);
    if (fault) this.logger.log({ route: ROUTE, fault: fault.kind }, 'fault applied');
    if (fault?.kind === 'connection_reset') for (const { socket } of this.connections) socket.terminate();
    if (fault?.kind === 'timeout_before_effect') this.silentUntil = performance.now() + (fault.latencyMs ?? MINUTE_MS);
    this.simulator.settle();
    for (const connection of this.connections) {
      if (performance.now() - connection.heardAt > this.limits.silenceMs) connection.socket.close(1000, 'Inactive');
      for (const subscribed of connection.subscriptions.values()) this.refresh(connection, subscribed);
    }
  }

  private refresh(connection: Connection, subscribed: Subscribed): void {
    const state = stateOf(this.simulator, subscribed.wanted);
    if (!state) return;
    // A state differs when anything in it but its time does.
    const text = JSON.stringify(state.data, (key, value: unknown) => (key === 'time' || key === 'serverTime' ? undefined : value));
    if (text === subscribed.sent) return;
    subscribed.sent = text;
    this.send(connection, state);
  }

  /** Events of one turn are told together, as the venue tells those of one block. */
  private collect(event: VenueEvent): void {
    if (!this.connections.size) return;
    this.events.push(event);
    if (this.events.length === 1) setImmediate(() => this.tell());
  }

  private tell(): void {
    const { events } = this;
    this.events = [];
    for (const connection of this.connections)
      for (const { wanted } of connection.subscriptions.values())
        for (const told of messagesOf(events, wanted, this.simulator)) this.send(connection, told);
  }

  private fail(connection: Connection, data: string): void {
    this.send(connection, { channel: 'error', data });
  }

  private send({ socket }: Connection, sent: Message | { channel: 'pong' }): void {
    if (performance.now() >= this.silentUntil && socket.readyState === socket.OPEN) socket.send(JSON.stringify(sent));
  }

  private of(ip: string): Connection[] {
    return [...this.connections].filter((connection) => connection.ip === ip);
  }
}

/** Counts one more for the address, unless it already had `most` in the last minute. */
function within(times: Map<string, number[]>, ip: string, most: number): boolean {
  const now = performance.now();
  const recent = (times.get(ip) ?? []).filter((time) => time > now - MINUTE_MS);
  times.set(ip, recent);
  if (recent.length >= most) return false;
  recent.push(now);
  return true;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
