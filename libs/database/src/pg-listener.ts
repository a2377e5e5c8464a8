import { errorMessage } from '@maxxit/domain';
import { Logger, type OnModuleDestroy } from '@nestjs/common';
import { EventEmitter } from 'node:events';
import { Client } from 'pg';
import type { EntityManager } from 'typeorm';

/** What loops are woken by. A notification only saves waiting: everything is found in the rows without it. */
export const CHANNELS = {
  orderPending: 'order_pending',
  positionOpened: 'position_opened',
  positionClosed: 'position_closed',
  postStored: 'post_stored',
  reportStored: 'report_stored',
  killSwitch: 'kill_switch',
  closeRequested: 'close_requested',
  userEvent: 'user_event',
  webhookDelivery: 'webhook_delivery',
} as const;
export type Channel = (typeof CHANNELS)[keyof typeof CHANNELS];

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/** Notifies whoever listens to `channel` once the transaction of `manager` is committed, and not if it is rolled back. */
export async function notify(manager: EntityManager, channel: Channel, payload = ''): Promise<void> {
  await manager.query('SELECT pg_notify($1, $2)', [channel, payload]);
}

/**
 * Listens for notifications on a connection of its own (a pooled one would be given to others), made when something first listens.
 * A lost connection is made again for ever, with growing pauses up to 5 s. Emits `gap` each time it has (again) begun to listen:
 * notifications before that were missed, so whoever relies on them looks at the rows.
 */
export class PgListener extends EventEmitter<{ gap: [] }> implements OnModuleDestroy {
  private readonly logger = new Logger(PgListener.name);
  private readonly handlers = new Map<Channel, ((payload: string) => void)[]>();
  private client: Client | null = null;
  private listening = false;
  private stopped = false;
  private retry: NodeJS.Timeout | undefined;
  private retryMs = FIRST_RETRY_MS;

  constructor(private readonly options: { url: string; service: string }) {
    super();
  }

  /** Calls `handler` for each notification on the channel, from now until the app stops. */
  listen(channel: Channel, handler: (payload: string) => void): void {
    const handlers = this.handlers.get(channel);
    if (handlers) {
      handlers.push(handler);
      return;
    }
    this.handlers.set(channel, [handler]);
    if (!this.client && !this.retry) void this.connect();
    else if (this.client && this.listening) {
      const { client } = this;
      this.listenOn(client, channel).catch((error: unknown) => this.lost(client, error));
    }
  }

  /**
   * Takes a lock that all instances see, until `unlock` or until this connection is lost; `gap` then says that it has to be taken again. False when
   * another instance has it. Without a connection nobody can be asked: true.
   */
  async tryLock(name: string): Promise<boolean> {
    const answer = await this.ask<{ taken: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken', name);
    return answer?.taken ?? true;
  }

  async unlock(name: string): Promise<void> {
    await this.ask('SELECT pg_advisory_unlock(hashtextextended($1, 0))', name);
  }

  private async ask<T extends object>(sql: string, name: string): Promise<T | undefined> {
    const { client } = this;
    if (!client || !this.listening) return undefined;
    try {
      return (await client.query<T>(sql, [name])).rows[0];
    } catch (error) {
      this.lost(client, error);
      return undefined;
    }
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    const { client } = this;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    this.retry = undefined;
    const client = new Client({
      connectionString: this.options.url,
      application_name: `${this.options.service} listener`,
      connectionTimeoutMillis: 2_000,
      query_timeout: 2_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    this.client = client;
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client, new Error('the connection was closed')));
    client.on('notification', ({ channel, payload }) => this.handle(channel as Channel, payload ?? ''));
    try {
      await client.connect();
      this.listening = true;
      for (const channel of [...this.handlers.keys()]) await this.listenOn(client, channel);
      this.retryMs = FIRST_RETRY_MS;
      this.emit('gap');
    } catch (error) {
      this.lost(client, error);
    }
  }

  private async listenOn(client: Client, channel: Channel): Promise<void> {
    await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
  }

  private handle(channel: Channel, payload: string): void {
    for (const handler of this.handlers.get(channel) ?? []) {
      try {
        handler(payload);
      } catch (error) {
        this.logger.error({ channel, cause: errorMessage(error) }, 'a notification could not be handled');
      }
    }
  }

  /** May be called several times for one connection; the first time counts. */
  private lost(client: Client, error: unknown): void {
    if (this.stopped || this.client !== client) return;
    this.client = null;
    this.listening = false;
    client.end().catch(() => undefined);
    this.logger.warn({ cause: errorMessage(error), retryMs: this.retryMs }, 'not listening for notifications; the rows are still polled');
    this.retry = setTimeout(() => void this.connect(), this.retryMs);
    this.retryMs = Math.min(2 * this.retryMs, LAST_RETRY_MS);
  }
}
