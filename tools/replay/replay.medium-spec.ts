import { Decimal } from '@maxxit/domain';
import { createTestDatabase } from '@maxxit/testing';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import path from 'node:path';
import { replay, type ReplayInput } from './replay';
import { agentSchema, type CandleSeries, readAgent, readCandles, readPosts, type ReplayPost } from './replay-inputs';
import { replayReport } from './replay-report';
import type { ReplayResult } from './replay-result';

const START = Date.parse('2026-01-05T00:00:00Z');
const MINUTE = 60_000;
const at = (minutes: number) => new Date(START + minutes * MINUTE);

/** One-minute candles of BTC, each [open, high, low, close], the first from 00:00 to 00:01. */
function btc(...bars: [number, number, number, number][]): CandleSeries {
  const candles = bars.map((prices, index) => {
    const [open, high, low, close] = prices.map((price) => new Decimal(price)) as [Decimal, Decimal, Decimal, Decimal];
    return { open, high, low, close, closedAt: at(index + 1) };
  });
  return { symbol: 'BTC', intervalMs: MINUTE, candles };
}

let lastId = 0;
function post(minutes: number, text: string, username = 'alice'): ReplayPost {
  lastId += 1;
  return { id: String(lastId), username, text, publishedAt: at(minutes) };
}

const agent = agentSchema.parse({ name: 'Momentum', accounts: [{ username: 'alice' }], venue: { halfSpread: 0 } });

/** Replays in a database of its own. */
async function replayed(input: ReplayInput): Promise<ReplayResult> {
  const database = await createTestDatabase();
  try {
    return await replay(input, database.url);
  } finally {
    await database.drop();
  }
}

describe('a replay', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  const input: ReplayInput = {
    agent,
    series: [
      btc(
        [60_000, 60_100, 59_900, 60_000],
        [60_000, 60_100, 59_900, 60_000],
        [60_000, 61_000, 59_900, 60_900],
        [60_900, 61_900, 60_800, 61_700],
        [61_700, 61_800, 60_900, 61_000],
        [61_000, 61_100, 60_900, 61_000],
        [61_000, 62_300, 59_000, 60_000],
        [60_000, 60_100, 59_900, 60_050],
      ),
    ],
    posts: [
      post(-5, 'Long $BTC'),
      post(0.2, 'gm'),
      post(1.5, 'Long $BTC here, SL 58,800, TP 61,800'),
      post(3.5, 'Long $BTC', 'mallory'),
      post(4.2, 'Long $ETH, SL 2,900 TP 3,300'),
      post(5.2, 'Short $BTC, SL 62,220, TP 59,170'),
    ],
  };

  it('trades as worked out by hand: a target, and a stop that its candle reaches as well as the target', async () => {
    const result = await replayed(input);
    // Without a score 0.5 % of 10,000 USD are at risk: 50 / (2 % stop + 0.09 % fees + 0.5 % slippage) = 1,930.5019 USD at 60,000: 0.032175
    // BTC. (61,800 - 60,000) x 0.032175 = 57.915, less fees of 0.045 % on 1,930.50 (0.868725) and 1,988.415 (0.89478675): 56.15148825.
    // Then 50.28075744 / 2.59 % at 61,000: 0.031825 BTC. (61,000 - 62,220) x 0.031825 = -38.8265, less 0.045 % on 1,941.325 (0.87359625) and
    // 1,980.1515 (0.891068175): -40.591164425. 10,000 + 56.15148825 - 40.591164425 = 10,015.560323825.
    expect(result.trades).toMatchObject([
      {
        side: 'long',
        openedAt: at(2).toISOString(),
        closedAt: at(4).toISOString(),
        size: '0.032175',
        entryPrice: '60000',
        exitPrice: '61800',
        exitReason: 'take_profit',
        realisedPnlUsd: '56.15',
        feesUsd: '1.76',
      },
      {
        side: 'short',
        openedAt: at(6).toISOString(),
        closedAt: at(7).toISOString(),
        size: '0.031825',
        entryPrice: '61000',
        exitPrice: '62220',
        exitReason: 'stop_loss',
        realisedPnlUsd: '-40.59',
        feesUsd: '1.76',
      },
    ]);
    expect(result.summary).toMatchObject({
      posts: 6,
      postsOutside: 1,
      postsNotFollowed: 1,
      signals: 2,
      trades: 2,
      stillOpen: 0,
      endEquityUsd: '10015.56',
      gaps: 0,
    });
    expect(result.decisions.map(({ calls, refused }) => [...calls, ...refused].map(({ code }) => code))).toEqual([
      [],
      ['SIGNAL'],
      ['SYMBOL_NOT_LISTED'],
      ['SIGNAL'],
    ]);
    expect(result.metrics).toMatchObject({ closedPositions: 2, winRate: '0.5', realisedPnlUsd: '15.56032382' });
  });

  it('does the same with the files of the example', async () => {
    const file = (name: string) => path.resolve(__dirname, '../../examples/replay', name);
    const files = {
      agent: readAgent(file('agent.yaml')),
      posts: readPosts(file('posts.jsonl')),
      series: [readCandles(file('btc-1m.csv'))],
    };
    const { trades, summary } = await replayed(files);
    expect(trades.map(({ realisedPnlUsd }) => realisedPnlUsd)).toEqual(['56.15', '-40.59']);
    expect(summary).toMatchObject({ posts: 4, postsOutside: 0, postsNotFollowed: 1, endEquityUsd: '10015.56' });
  });

  it('gives the same bytes each time, data and report', async () => {
    const [first, second] = [await replayed(input), await replayed(input)];
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    expect(replayReport(second)).toBe(replayReport(first));
  });

  it('shows a report that loads nothing from elsewhere and takes no text for markup', async () => {
    const posts = [post(1.5, 'gm </script><script>alert(1)</script> <img src="https://example.com/x.png">')];
    const report = replayReport(await replayed({ ...input, posts }));
    expect(report).toContain('&lt;img src=&quot;https://example.com/x.png&quot;&gt;');
    expect(report).not.toMatch(/<img|alert\(1\)<\/script>|<link|src=["']|@import/);
    expect(report.match(/<script>/g)).toHaveLength(2);
  });

  it('follows a watermark through quiet candles to the trailing stop', async () => {
    // Armed at 61,800 (3 % above 60,000); 62,400 is the best before the last candle, so the stop is at 62,400 x 0.99 = 61,776.
    const series = [
      btc(
        [60_000, 60_000, 60_000, 60_000],
        [60_000, 61_900, 60_000, 61_800],
        [61_800, 62_400, 61_790, 62_300],
        [62_300, 62_350, 61_900, 62_000],
        [62_000, 62_100, 61_700, 61_750],
      ),
    ];
    const { trades } = await replayed({ agent, series, posts: [post(0.5, 'Long $BTC SL 57,000 TP 70,000')] });
    expect(trades).toMatchObject([{ exitReason: 'trailing_stop', exitPrice: '61776', closedAt: at(5).toISOString() }]);
  });

  it('closes what a later post opposes, and opens the other side', async () => {
    const flat: [number, number, number, number] = [60_000, 60_010, 59_990, 60_000];
    const series = [btc(flat, flat, flat, flat, flat)];
    const { trades } = await replayed({ agent, series, posts: [post(0.5, 'Long $BTC'), post(2.5, 'Short $BTC')] });
    expect(trades).toMatchObject([
      { side: 'long', exitReason: 'opposite_signal', closedAt: at(3).toISOString() },
      { side: 'short', openedAt: at(3).toISOString(), closedAt: null },
    ]);
  });

  it('reads calls in whatever the candles are of, once the venue lists it, and in nothing else that nobody has heard of', async () => {
    const flat: [number, number, number, number] = [20, 20, 20, 20];
    const known = btc(...Array.from({ length: 9 }, () => flat));
    const series = [known, { symbol: 'ZZQ', intervalMs: MINUTE, candles: known.candles.slice(1) }];
    // What is listed is looked up at the first post, and again when that is five minutes old.
    const posts = [post(0.5, 'Long ZZQ'), post(6.5, 'Long ZZQ'), post(6.6, 'Long ZZR')];
    const { trades, decisions } = await replayed({ agent, series, posts });
    expect(trades).toMatchObject([{ symbol: 'ZZQ', openedAt: at(7).toISOString() }]);
    expect(decisions.map(({ calls }) => calls.map(({ code }) => code))).toEqual([[], ['SIGNAL'], []]);
  });

  it('decides nothing by what comes later', async () => {
    const minutes = 90;
    const cents = (low: number, high: number) => fc.integer({ min: low, max: high });
    const step = fc.record({ move: cents(-900, 900), up: cents(0, 500), down: cents(0, 500) });
    const market = fc.array(step, { minLength: minutes, maxLength: minutes });
    const said = fc.record({
      text: fc.constantFrom('Long $BTC', 'Short $BTC', 'Long $BTC, stop 1 %, target 2 %', 'Closed my $BTC long', 'Buy $BTC with 3x'),
      second: cents(1, minutes * 60 - 1),
    });
    const candlesOf = (steps: readonly { move: number; up: number; down: number }[], until: number, other: typeof steps) => {
      let close = 60_000;
      return btc(
        ...steps.map((own, index): [number, number, number, number] => {
          const { move, up, down } = index < until ? own : (other[index] ?? own);
          const open = close;
          close = Math.max(1_000, close + move);
          return [open, Math.max(open, close) + up, Math.min(open, close) - down, close];
        }),
      );
    };
    const postsOf = (all: readonly { text: string; second: number }[]) =>
      [...all]
        .sort((a, b) => a.second - b.second)
        .map(({ text, second }, index): ReplayPost => ({ id: String(index + 1), username: 'alice', text, publishedAt: at(second / 60) }));
    const upTo = (until: number, { decisions, orders, samples, trades }: ReplayResult) => {
      const limit = at(until).toISOString();
      const known = <T extends { at: string }>(all: T[]) => all.filter((one) => one.at <= limit);
      return {
        decisions: known(decisions),
        orders: known(orders),
        samples: known(samples),
        entries: trades
          .filter(({ openedAt }) => openedAt <= limit)
          .map(({ openedAt, entryPrice, size, side }) => [openedAt, entryPrice, size, side]),
        exits: trades.filter(({ closedAt }) => closedAt && closedAt <= limit),
      };
    };
    let [ordersBefore, exitsBefore, differentAfter] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(
        market,
        market,
        fc.array(said, { minLength: 8, maxLength: 14 }),
        fc.array(said, { minLength: 4, maxLength: 8 }),
        fc.nat(),
        async (steps, other, first, later, pick) => {
          const original = { agent, series: [candlesOf(steps, minutes, other)], posts: postsOf(first) };
          const kept = await replayed(original);
          // Cut right after something that was traded: data that is looked at too early shows there.
          const traded = kept.orders.filter(({ state }) => state === 'filled');
          const until = (Date.parse(traded[pick % traded.length]?.at ?? at(45).toISOString()) - START) / MINUTE;
          const replaced = postsOf(later.filter(({ second }) => second > until * 60)).map((one) => ({ ...one, id: `9${one.id}` }));
          const posts = [...original.posts.filter(({ publishedAt }) => publishedAt <= at(until)), ...replaced];
          const changed = await replayed({ agent, series: [candlesOf(steps, until, other)], posts });
          const known = upTo(until, kept);
          expect(upTo(until, changed)).toEqual(known);
          ordersBefore += known.orders.length;
          exitsBefore += known.exits.length;
          if (JSON.stringify(kept) !== JSON.stringify(changed)) differentAfter += 1;
        },
      ),
      { numRuns: 4, seed: 5, endOnFailure: true },
    );
    expect(ordersBefore).toBeGreaterThan(4);
    expect(exitsBefore).toBeGreaterThan(1);
    expect(differentAfter).toBeGreaterThan(2);
  }, 240_000);
});
