import { MarketSyncEntity } from '@maxxit/database';
import { createTestDatabase, type TestDatabase } from '@maxxit/testing';
import { marketLines } from './markets';

describe('maxxit markets', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it('says that nothing was read yet, then lists markets by venue, delisted ones last', async () => {
    const lines = (venue?: 'ostium') => marketLines(database.dataSource, venue);
    expect(await lines()).toEqual(['no list has been read yet; position-monitor-worker reads them']);
    const [listed, gone] = ['2026-01-05T12:00:00.000Z', '2026-01-06T12:00:00.000Z'];
    const syncs = database.dataSource.getRepository(MarketSyncEntity);
    await syncs.insert({ venue: 'hyperliquid', dueAt: new Date(gone), syncedAt: new Date(gone) });
    await syncs.insert({ venue: 'ostium', dueAt: new Date(gone), problem: 'no answer' });
    for (const [symbol, delistedAt] of [
      ['AAA', gone],
      ['BTC', null],
    ]) {
      await database.dataSource.query(
        `INSERT INTO venue_markets (venue, symbol, venue_symbol, size_decimals, max_leverage, min_notional_usd, taker_fee, fee_on_close, half_spread,
                                    long_funding_per_hour, gas_usd, oracle_fee_usd, listed_at, seen_at, delisted_at)
         VALUES ('hyperliquid', $1, $1, 5, 40, 10, 0.00045, true, 0, 0, 0, 0, $2, $2, $3)`,
        [symbol, listed, delistedAt],
      );
    }
    expect(await lines()).toEqual([
      `hyperliquid: 1 markets, 1 delisted, read ${gone}`,
      `  BTC          BTC          up to 40x, fee 4.5 bps, from 10 USD, since ${listed}`,
      `  AAA          AAA          up to 40x, fee 4.5 bps, from 10 USD, since ${listed}, DELISTED ${gone}`,
      'ostium: 0 markets, 0 delisted, never read; the last attempt failed: no answer',
    ]);
    expect(await lines('ostium')).toHaveLength(1);
  });
});
