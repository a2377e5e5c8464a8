import { createTestDatabase, FakeClock, type TestDatabase } from '@maxxit/testing';
import { MarketLexicon } from './market-lexicon';
import { OfflineClassifier } from './offline-classifier';

describe('the lexicon of the markets that venues list', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it('has a market within five minutes of its listing, and asks for a clear context, since its name may be a word', async () => {
    const clock = new FakeClock(new Date('2026-01-05T12:00:00Z'));
    const classifier = new OfflineClassifier(new MarketLexicon(database.dataSource, clock));
    const read = async (text: string) => (await classifier.classify(text)).calls.map(({ side, symbol }) => `${side} ${symbol}`);
    // The market's unit is a thousand of the coin: only a list of markets tells that.
    expect(await read('Long $WUMBO at 0.0000012')).toEqual(['long WUMBO']);
    for (const symbol of ['kWUMBO', 'CASH']) {
      await database.dataSource.query(
        `INSERT INTO venue_markets (venue, symbol, venue_symbol, size_decimals, max_leverage, min_notional_usd, taker_fee, fee_on_close, half_spread,
                                    long_funding_per_hour, gas_usd, oracle_fee_usd, listed_at, seen_at)
         VALUES ('hyperliquid', $1, $1, 5, 40, 10, 0.00045, true, 0, 0, 0, 0, $2, $2)`,
        [symbol, clock.now()],
      );
    }
    clock.advance(300_000);
    expect(await read('Long $WUMBO at 0.0000012')).toEqual(['long kWUMBO']);
    expect(await read('Long $CASH')).toEqual(['long CASH']);
    expect(await read('I buy when others run out of CASH')).toEqual([]);
  });
});
