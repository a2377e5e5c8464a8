import { ReportEntity, type ResearchInstituteEntity } from '@maxxit/database';
import { createTestDatabase, FakeClock, given, type TestDatabase } from '@maxxit/testing';
import { createHmac } from 'node:crypto';
import { WebhookIngestion, webhookSecret } from './webhook-ingestion';

const MASTER = 'a master secret of more than 32 characters';
const clock = new FakeClock();
let database: TestDatabase;
let signed: ResearchInstituteEntity;
let alerts: ResearchInstituteEntity;

beforeAll(async () => {
  database = await createTestDatabase();
  signed = await given(database.dataSource).institute({ feedUrl: 'webhook:signed' });
  alerts = await given(database.dataSource).institute({ feedUrl: 'webhook:tradingview' });
});
beforeEach(async () => {
  clock.set(new Date('2026-01-05T12:00:00Z'));
  await database.dataSource.query('DELETE FROM reports');
});
afterAll(() => database.drop());

const webhooks = (master: string | null = MASTER) => new WebhookIngestion(database.dataSource, clock, master);
const stored = () => database.dataSource.getRepository(ReportEntity).find({ order: { storedAt: 'ASC' } });
const report = { id: 'gold-1', title: 'Gold outlook', publishedAt: '2026-01-05T12:00:00Z', text: 'Long gold, stop 2,300' };

/** A delivery as an institute would make it, by the words of the how-to alone. */
function delivery(body: unknown, { secondsOff = 0, secret = webhookSecret(MASTER, signed.id, 1) } = {}) {
  const bytes = Buffer.from(JSON.stringify(body));
  const timestamp = String(Math.floor(clock.now().getTime() / 1000) + secondsOff);
  const signature = `sha256=${createHmac('sha256', secret).update(`${timestamp}.${bytes.toString()}`).digest('hex')}`;
  return { body: bytes, timestamp, signature };
}
const notAuthentic = { name: 'UnauthenticatedError', code: 'WEBHOOK_NOT_AUTHENTIC' };

describe('a signed webhook', () => {
  it('stores a report once, however often it is delivered', async () => {
    expect(await webhooks().receive(signed.id, delivery(report))).toBe(true);
    expect(await webhooks().receive(signed.id, delivery(report))).toBe(false);
    expect(await stored()).toMatchObject([{ instituteId: signed.id, sourceId: 'gold-1', text: report.text, readAt: null }]);
  });

  it('takes no delivery whose time is more than 5 minutes off, so that a recorded one can not be sent again', async () => {
    for (const secondsOff of [-301, 301]) {
      await expect(webhooks().receive(signed.id, delivery(report, { secondsOff }))).rejects.toMatchObject(notAuthentic);
    }
    expect(await webhooks().receive(signed.id, delivery(report, { secondsOff: -300 }))).toBe(true);
  });

  it.each([
    ['another body', (good: ReturnType<typeof delivery>) => ({ ...good, body: Buffer.from(JSON.stringify({ ...report, text: 'Short' })) })],
    ['another time', (good: ReturnType<typeof delivery>) => ({ ...good, timestamp: String(Number(good.timestamp) + 1) })],
    ['no signature', (good: ReturnType<typeof delivery>) => ({ ...good, signature: undefined })],
    ['no time', (good: ReturnType<typeof delivery>) => ({ ...good, timestamp: undefined })],
    ['a time that is no number', (good: ReturnType<typeof delivery>) => ({ ...good, timestamp: 'now' })],
    ['the secret of another institute', () => delivery(report, { secret: webhookSecret(MASTER, alerts.id, 1) })],
    ['the secret of another version', () => delivery(report, { secret: webhookSecret(MASTER, signed.id, 2) })],
  ])('refuses a delivery with %s and stores nothing', async (_what, change) => {
    await expect(webhooks().receive(signed.id, change(delivery(report)))).rejects.toMatchObject(notAuthentic);
    expect(await stored()).toEqual([]);
  });

  it('takes no secret in the body for a signature', async () => {
    const body = { ...report, secret: webhookSecret(MASTER, signed.id, 1) };
    await expect(
      webhooks().receive(signed.id, { body: Buffer.from(JSON.stringify(body)), timestamp: undefined, signature: undefined }),
    ).rejects.toMatchObject(notAuthentic);
  });

  it('says what is wrong with a body', async () => {
    await expect(webhooks().receive(signed.id, delivery({ ...report, publishedAt: 'today' }))).rejects.toMatchObject({
      code: 'WEBHOOK_BODY',
      message: expect.stringContaining('publishedAt') as string,
    });
  });
});

describe("a webhook for TradingView's alerts", () => {
  const secret = () => webhookSecret(MASTER, alerts.id, 1);
  const alert = (values: object) => ({ body: Buffer.from(JSON.stringify(values)), timestamp: undefined, signature: undefined });

  it('takes the secret in the body, and keeps it nowhere', async () => {
    expect(await webhooks().receive(alerts.id, alert({ secret: secret(), text: 'Long $BTC', time: '2026-01-05T11:59:00Z' }))).toBe(true);
    expect(await stored()).toMatchObject([{ text: 'Long $BTC', publishedAt: new Date('2026-01-05T11:59:00Z') }]);
    const rows = await database.dataSource.query<{ row: string }[]>('SELECT to_jsonb(r)::text AS row FROM reports r');
    expect(JSON.stringify(rows)).not.toContain(secret());
  });

  it('stores a repeated delivery once, and the same alert at another time again', async () => {
    const values = { secret: secret(), text: 'Long $BTC' };
    expect(await webhooks().receive(alerts.id, alert(values))).toBe(true);
    expect(await webhooks().receive(alerts.id, alert(values))).toBe(false);
    clock.advance(60_000);
    expect(await webhooks().receive(alerts.id, alert(values))).toBe(true);
  });

  it('refuses another secret, and shows none in the error', async () => {
    const error = await webhooks()
      .receive(alerts.id, alert({ secret: 'guessed-secret', text: 'Long $BTC' }))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject(notAuthentic);
    expect(JSON.stringify(error) + String(error)).not.toMatch(/guessed-secret/);
  });
});

it('there is no webhook of an institute that has a feed, of none at all, or without a master secret', async () => {
  const missing = { code: 'WEBHOOK_NOT_FOUND' };
  const { id } = await given(database.dataSource).institute();
  await expect(webhooks().receive(id, delivery(report))).rejects.toMatchObject(missing);
  await expect(webhooks().receive('019a0000-0000-7000-8000-000000000000', delivery(report))).rejects.toMatchObject(missing);
  await expect(webhooks(null).receive(signed.id, delivery(report))).rejects.toMatchObject(missing);
});
