import { AuditLogEntity, ClassificationEntity, PostEntity } from '@maxxit/database';
import { Decimal, newId } from '@maxxit/domain';
import { MarketPrices, webhookSecret } from '@maxxit/signals';
import { createTestDatabase, given, type TestDatabase } from '@maxxit/testing';
import { impactLines } from './impact';
import { secretOfWebhook } from './webhook';

const HOUR = 3_600_000;
const CALLED_AT = new Date('2026-01-05T12:00:00Z');
const MASTER = 'a master secret of more than 32 characters';
const BY_ANN = { at: new Date('2026-01-05T12:00:00Z'), actor: 'ann' };
let database: TestDatabase;

beforeAll(async () => (database = await createTestDatabase()));
afterAll(() => database.drop());

describe('maxxit impact', () => {
  it('prints a line for each source, measured anew when asked to', async () => {
    const { dataSource } = database;
    expect(await impactLines(dataSource, false)).toEqual(['no call could be measured yet']);
    const alice = await given(dataSource).xAccount({ username: 'alice' });
    const postId = newId();
    await dataSource.manager.insert(PostEntity, { id: postId, xAccountId: alice.id, sourceId: '1', text: 'x', publishedAt: CALLED_AT });
    const call = { symbol: 'ETH', side: 'long' as const, leverage: null, entry: null, stopLoss: null, takeProfits: [], confidence: 0.7 };
    const read = { id: newId(), postId, model: 'test', rawHash: 'x', calls: [call], refused: [], decisions: [], createdAt: CALLED_AT };
    await dataSource.manager.insert(ClassificationEntity, read);
    const minute = (hours: number, usd: Decimal.Value) => {
      const price = new Decimal(usd);
      return { at: new Date(CALLED_AT.getTime() + hours * HOUR - 60_000), open: price, high: price, low: price, close: price };
    };
    const prices = new MarketPrices(dataSource);
    // ETH reaches the target of 12 % after two hours, and is 10 % ahead after a day, BTC 1 %.
    await prices.addCandles('ETH', 'test', [minute(0, 100), minute(2, 112), minute(24, 110)]);
    await prices.addCandles('BTC', 'test', [minute(0, 50_000), minute(24, 50_500)]);

    const [first, line] = await impactLines(dataSource, true);
    expect(first).toBe('1 calls measured anew');
    // (3 + 1) / (6 + 1) = 57.1 %
    expect(line).toMatch(
      /^account alice: 1 calls, 1 right, 0 wrong, hit rate 57\.1 % \(90 %: \d\d\.\d % to \d\d\.\d %\), after 24 h 10\.0 % \(9\.0 % against BTC\)$/,
    );
    expect(await impactLines(dataSource, false)).toEqual([line]);
  });
});

describe('maxxit webhook', () => {
  const audited = () => database.dataSource.getRepository(AuditLogEntity).find();

  it('prints the secret that deliveries are signed with, and a new one after a rotation, which is in the audit log without a secret', async () => {
    const { id } = await given(database.dataSource).institute({ feedUrl: 'webhook:signed' });
    const secret = (rotate: boolean) => secretOfWebhook(database.dataSource, id, rotate, MASTER, BY_ANN);
    expect(await secret(false)).toBe(webhookSecret(MASTER, id, 1));
    expect(await audited()).toEqual([]);
    expect(await secret(true)).toBe(webhookSecret(MASTER, id, 2));
    expect(await secret(false)).toBe(webhookSecret(MASTER, id, 2));
    const entries = await audited();
    expect(entries).toMatchObject([{ actor: 'ann', action: 'institute.webhook_rotated', subjectId: id, details: { version: 2 } }]);
    for (const version of [1, 2]) expect(JSON.stringify(entries)).not.toContain(webhookSecret(MASTER, id, version));
  });

  it('does nothing for an institute that has a feed, for none at all, or without the master secret', async () => {
    const { id } = await given(database.dataSource).institute();
    const before = await audited();
    for (const institute of [id, newId()]) {
      await expect(secretOfWebhook(database.dataSource, institute, true, MASTER, BY_ANN)).rejects.toMatchObject({
        code: 'WEBHOOK_NOT_FOUND',
      });
    }
    await expect(secretOfWebhook(database.dataSource, id, true, undefined, BY_ANN)).rejects.toMatchObject({ code: 'SETTING_MISSING' });
    expect(await audited()).toEqual(before);
  });
});
