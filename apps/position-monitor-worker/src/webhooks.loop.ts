import { findSealed, CHANNELS, forgetEvents, openSealed, PgListener, WebhookDeliveryEntity, WebhookEntity } from '@maxxit/database';
import { CLOCK, type Clock, type KeyWrapper } from '@maxxit/domain';
import { isPublicHost, publicLookup, webhookHeaders, WorkerLoop } from '@maxxit/platform';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import axios from 'axios';
import http from 'node:http';
import https from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';

export interface WebhookOptions {
  intervalMs: number;
  /** Before the second attempt; three times as long before each further one. */
  retryMs: number;
  timeoutMs: number;
  /** Whether deliveries may go to private addresses. */
  privateHosts: boolean;
  wrapper: KeyWrapper;
}

/** The token for WebhookOptions. */
export const WEBHOOK_OPTIONS = Symbol('WEBHOOK_OPTIONS');

/** With the usual 10 s before the second attempt the ninth comes nine hours after the first. */
const ATTEMPTS = 9;
/** Sent at the same time, all together and to one webhook: one that is slow keeps none of the others waiting. */
const AT_ONCE = 60;
const AT_ONCE_TO_ONE = 3;
const LEASE_MS = 60_000;
const FORGET_AT_MOST = 1_000;
const MAX_ANSWER_BYTES = 16 * 1024;

interface Claimed {
  id: string;
  webhook_id: string;
  attempts: number;
}

/** Sends events to the webhooks of users, and forgets events and deliveries that are kept no longer. */
@Injectable()
export class WebhooksLoop extends WorkerLoop implements OnModuleInit {
  /** What is checked is what is connected to: a name that stands for a private address leads nowhere. */
  private readonly agents = {
    httpAgent: new http.Agent({ lookup: publicLookup }),
    httpsAgent: new https.Agent({ lookup: publicLookup }),
  };

  constructor(
    @Inject(WEBHOOK_OPTIONS) private readonly options: WebhookOptions,
    private readonly dataSource: DataSource,
    private readonly listener: PgListener,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    super('webhooks', options.intervalMs);
  }

  onModuleInit(): void {
    this.listener.listen(CHANNELS.webhookDelivery, () => this.wake());
    this.listener.on('gap', () => this.wake());
  }

  async tick(): Promise<void> {
    const sending = new Map<Promise<void>, string>();
    for (;;) {
      const claimed = this.stopping ? [] : await this.claim([...sending.values()]);
      for (const delivery of claimed) {
        const sent = this.deliver(delivery).finally(() => sending.delete(sent));
        // Whoever waits for it below is told.
        sent.catch(() => undefined);
        sending.set(sent, delivery.webhook_id);
      }
      this.beat();
      if (sending.size === 0) break;
      // What comes meanwhile is looked for, however long these take.
      await Promise.race([...sending.keys(), pause(this.options.intervalMs, undefined, { ref: false })]);
    }
    await forgetEvents(this.dataSource, this.clock.now(), FORGET_AT_MOST);
    await this.dataSource.query(
      `DELETE FROM webhook_deliveries WHERE id IN (
         SELECT id FROM webhook_deliveries WHERE id < $1 AND created_at < now() - interval '30 days' ORDER BY id LIMIT $2)`,
      ['ffffffff-ffff-ffff-ffff-ffffffffffff', FORGET_AT_MOST],
    );
  }

  /** @param busy the webhook of each delivery that is being sent */
  private async claim(busy: string[]): Promise<Claimed[]> {
    if (busy.length >= AT_ONCE) return [];
    return this.dataSource.query<Claimed[]>(
      `WITH ranked AS (
         SELECT id, row_number() OVER (PARTITION BY webhook_id ORDER BY next_attempt_at) AS place
           FROM webhook_deliveries WHERE state = 'pending' AND next_attempt_at <= now() AND webhook_id <> ALL($3::uuid[])
       ), due AS MATERIALIZED (
         SELECT d.id FROM webhook_deliveries d JOIN ranked ON ranked.id = d.id AND ranked.place <= $4
          WHERE d.state = 'pending' AND d.next_attempt_at <= now()
          ORDER BY ranked.place, d.next_attempt_at LIMIT $1 FOR UPDATE OF d SKIP LOCKED
       ), claimed AS (
         UPDATE webhook_deliveries SET attempts = attempts + 1, next_attempt_at = now() + $2 * interval '1 millisecond'
           FROM due WHERE webhook_deliveries.id = due.id
         RETURNING webhook_deliveries.id, webhook_id, attempts
       )
       SELECT id, webhook_id, attempts FROM claimed`,
      [AT_ONCE - busy.length, LEASE_MS, [...new Set(busy)], AT_ONCE_TO_ONE],
    );
  }

  private async deliver({ id, attempts }: Claimed): Promise<void> {
    const { manager } = this.dataSource;
    const delivery = await manager.findOneByOrFail(WebhookDeliveryEntity, { id });
    const webhook = await findSealed(manager, WebhookEntity, delivery.webhookId);
    const outcome = webhook.deletedAt
      ? { status: null, error: 'the webhook was deleted', isFinal: true }
      : await this.send(webhook, delivery).catch(() => ({ status: null, error: 'it could not be signed', isFinal: false }));
    const isDead = outcome.error !== null && (outcome.isFinal || attempts >= ATTEMPTS);
    // If it was replayed meanwhile, that is sent as well.
    await manager.update(
      WebhookDeliveryEntity,
      { id, state: 'pending', attempts },
      {
        lastStatus: outcome.status,
        lastError: outcome.error,
        ...(outcome.error === null && { state: 'delivered', deliveredAt: this.clock.now() }),
        ...(isDead && { state: 'dead' }),
        nextAttemptAt: () => `now() + interval '${Math.round(this.options.retryMs * 3 ** (attempts - 1))} milliseconds'`,
      },
    );
  }

  private async send(
    webhook: WebhookEntity,
    { id, kind, subjectId, data, happenedAt }: WebhookDeliveryEntity,
  ): Promise<{ status: number | null; error: string | null; isFinal: boolean }> {
    const { timeoutMs, privateHosts, wrapper } = this.options;
    // An address as it stands is not looked up.
    if (!privateHosts && !isPublicHost(new URL(webhook.url).hostname)) return { status: null, error: 'PRIVATE_ADDRESS', isFinal: false };
    const secret = await openSealed(wrapper, webhook);
    const body = JSON.stringify({ kind, id: subjectId, at: happenedAt.toISOString(), data });
    try {
      const { status } = await axios.post(webhook.url, body, {
        headers: {
          'content-type': 'application/json',
          'user-agent': 'maxxit-webhooks',
          ...webhookHeaders(secret, id, this.clock.now(), body),
        },
        signal: AbortSignal.timeout(timeoutMs),
        maxRedirects: 0,
        maxContentLength: MAX_ANSWER_BYTES,
        responseType: 'text',
        validateStatus: () => true,
        proxy: false,
        ...(!privateHosts && this.agents),
      });
      const isTaken = status >= 200 && status < 300;
      return { status, error: isTaken ? null : `it answered ${status}`, isFinal: status === 410 };
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      const why = code === 'ERR_CANCELED' ? `no answer within ${timeoutMs} ms` : typeof code === 'string' ? code : 'the connection failed';
      return { status: null, error: why, isFinal: false };
    }
  }
}
