import { ResearchInstituteEntity } from '@maxxit/database';
import { CLOCK, InvalidRequestError, NotFoundError, UnauthenticatedError, type Clock, type SourceReport } from '@maxxit/domain';
import { Inject, Injectable } from '@nestjs/common';
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { parseJson } from '../sources/http-get';
import { storeReports } from './report-ingestion';

/** How far the time of a signed delivery may be from ours, ms: what was recorded can't be sent again later. */
export const WEBHOOK_TOLERANCE_MS = 300_000;

export const WEBHOOK_MASTER_SECRET = Symbol('WEBHOOK_MASTER_SECRET');

export interface WebhookDelivery {
  /** As it was sent, byte for byte. */
  body: Buffer;
  /** Unix seconds, and "sha256=" with 64 hex digits; of signed deliveries only. */
  timestamp: string | undefined;
  signature: string | undefined;
}

const text = z.string().trim().min(1).max(50_000);
const reportSchema = z.object({
  id: z.union([z.string(), z.number()]).transform(String).pipe(z.string().trim().min(1).max(200)),
  title: z.string().trim().min(1).max(500),
  publishedAt: z.iso.datetime({ offset: true }).transform((value) => new Date(value)),
  text,
});
const alertSchema = z.object({ secret: z.string().max(500), text, time: z.iso.datetime({ offset: true }).optional() });

/**
 * The secret of one institute's webhook: derived, so that no row holds it. Another version makes another secret, and the old one worthless.
 */
export function webhookSecret(masterSecret: string, instituteId: string, version: number): string {
  return createHmac('sha256', masterSecret).update(`webhook:${instituteId}:${version}`).digest('base64url');
}

/** The signature of a delivery: HMAC-SHA256 of "<unix seconds>.<body>", as "sha256=<hex>". */
export function webhookSignature(secret: string, timestamp: string, body: Buffer | string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`;
}

/** Takes the reports of institutes that push them: signed ones (`webhook:signed`), and TradingView's alerts (`webhook:tradingview`). */
@Injectable()
export class WebhookIngestion {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(WEBHOOK_MASTER_SECRET) private readonly masterSecret: string | null,
  ) {}

  /**
   * Stores the report of a delivery; false when it was there already, so that a delivery may be repeated. Throws NotFoundError
   * WEBHOOK_NOT_FOUND, UnauthenticatedError WEBHOOK_NOT_AUTHENTIC and InvalidRequestError WEBHOOK_BODY. No error and no row holds a secret.
   */
  async receive(instituteId: string, delivery: WebhookDelivery): Promise<boolean> {
    const institute = await this.dataSource.getRepository(ResearchInstituteEntity).findOneBy({ id: instituteId });
    const mode = /^webhook:(signed|tradingview)$/.exec(institute?.feedUrl ?? '')?.[1];
    if (!institute || mode === undefined || this.masterSecret === null) {
      throw new NotFoundError('WEBHOOK_NOT_FOUND', 'There is no webhook at this address.');
    }
    const secret = webhookSecret(this.masterSecret, institute.id, institute.webhookSecretVersion);
    const report = mode === 'signed' ? this.signedReport(secret, delivery) : this.alert(secret, delivery.body);
    return this.dataSource.transaction(async (manager) => {
      const stored = await storeReports(manager, institute.id, [report]);
      await manager.update(ResearchInstituteEntity, { id: institute.id }, { polledAt: this.clock.now(), failures: 0 });
      return stored > 0;
    });
  }

  private signedReport(secret: string, { body, timestamp, signature }: WebhookDelivery): SourceReport {
    const seconds = /^\d{1,12}$/.test(timestamp ?? '') ? Number(timestamp) : Number.NaN;
    const isNow = Math.abs(this.clock.now().getTime() - seconds * 1000) <= WEBHOOK_TOLERANCE_MS;
    if (!isNow || timestamp === undefined || !isEqual(signature ?? '', webhookSignature(secret, timestamp, body))) throw notAuthentic();
    const parsed = reportSchema.safeParse(parseJson(body.toString('utf8')));
    if (!parsed.success) throw badBody(parsed.error);
    const { id, title, publishedAt, text: content } = parsed.data;
    return { sourceId: id, title, publishedAt, text: content };
  }

  /** TradingView can't sign: its alert has the secret in the body. What is kept of the body is the text and the time. */
  private alert(secret: string, body: Buffer): SourceReport {
    const content = parseJson(body.toString('utf8'));
    const given = z.object({ secret: z.string() }).safeParse(content);
    if (!given.success || !isEqual(given.data.secret, secret)) throw notAuthentic();
    const parsed = alertSchema.safeParse(content);
    if (!parsed.success) throw badBody(parsed.error);
    const now = this.clock.now();
    const publishedAt = parsed.data.time === undefined ? now : new Date(parsed.data.time);
    // TradingView repeats a delivery within seconds; the same alert an hour later is another one.
    const moment = parsed.data.time ?? now.toISOString().slice(0, 16);
    const sourceId = createHash('sha256').update(`${moment}\n${parsed.data.text}`).digest('hex');
    return { sourceId, title: 'TradingView alert', text: parsed.data.text, publishedAt };
  }
}

/** In constant time, whatever the lengths. */
function isEqual(given: string, expected: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function notAuthentic(): UnauthenticatedError {
  return new UnauthenticatedError(
    'WEBHOOK_NOT_AUTHENTIC',
    'The signature, its time (at most 5 minutes off) or the secret is not right; see docs/how-to/publish-research-reports.md.',
  );
}

function badBody(error: z.ZodError): InvalidRequestError {
  const fields = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  return new InvalidRequestError('WEBHOOK_BODY', `The body can not be read: ${fields}`);
}
