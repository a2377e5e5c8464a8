import {
  type BookedPosition,
  compareFills,
  Decimal,
  type Finding,
  type LedgerFill,
  reconcileAccount,
  type Side,
  sideSign,
  signedFillSize,
  signedSize,
  sum,
  takerSide,
  type VenueFill,
  ZERO,
} from '@maxxit/domain';
import { FakeClock, PaperAdapter } from '@maxxit/testing';
import fc from 'fast-check';

/** What may happen to an account on which two deployments and the user trade. Sizes in lots of 0.001 coins. */
type Event =
  | { kind: 'open'; deployment: 0 | 1; lots: number; fault: 'none' | 'partial' | 'lost' | 'never' }
  | { kind: 'close'; deployment: 0 | 1; share: number; fault: 'none' | 'partial' | 'lost' | 'never' }
  | { kind: 'user'; lots: number }
  | { kind: 'liquidation' }
  | { kind: 'wait' }
  | { kind: 'reconcile' };

const deployment = fc.constantFrom(0 as const, 1 as const);
const fault = fc.constantFrom('none' as const, 'partial' as const, 'lost' as const, 'never' as const);
const lots = fc.integer({ min: -200, max: 200 }).filter((n) => n !== 0);
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('open' as const), deployment, lots: fc.integer({ min: 1, max: 200 }), fault }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('close' as const), deployment, share: fc.constantFrom(0.25, 0.5, 1), fault }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('user' as const), lots }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'liquidation' as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'wait' as const }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'reconcile' as const }) },
);
const events = fc.array(event, { minLength: 1, maxLength: 40 });

const account = { address: `0x${'11'.repeat(20)}`, keyId: 'key-1' };
const inLots = (n: number) => new Decimal(n).div(1_000);

/** Our books of the account in memory, kept by the rules of the database's: positions, fills with what is booked, the user's own. */
class Books {
  readonly clock = new FakeClock();
  readonly venue = new PaperAdapter({ clock: this.clock, startingBalanceUsd: 10_000_000, minNotionalUsd: 0 });
  readonly positions: (BookedPosition & { deployment: number; opened: Decimal; closed: Decimal; taken: Decimal })[] = [];
  readonly fills = new Map<string, LedgerFill>();
  usersBefore = ZERO;
  usersNow = ZERO;
  unexplained: Finding[] = [];

  constructor(
    private readonly side: Side,
    /** The pages of fills as the venue might list them. */
    private readonly page: (fills: VenueFill[]) => VenueFill[],
  ) {}

  async happen(event: Event): Promise<void> {
    switch (event.kind) {
      case 'open':
        return this.open(event);
      case 'close':
        return this.close(event);
      case 'user':
        return this.venue.tradeByHand(account.address, 'BTC', event.lots > 0 ? 'buy' : 'sell', inLots(Math.abs(event.lots)));
      case 'liquidation':
        return this.venue.closeFromOutside(account.address, 'BTC', 'liquidation');
      case 'wait':
        return this.clock.advance(1);
      case 'reconcile':
        return this.reconcile();
    }
  }

  private live(of: number) {
    return this.positions.find((position) => position.deployment === of && position.size.gt(0));
  }

  private async open({ deployment, lots, fault }: Extract<Event, { kind: 'open' }>): Promise<void> {
    await this.reconcile(); // an order is sent only to a market that is in step
    if (this.live(deployment) || this.usersNow.times(sideSign(this.side)).lt(0)) return;
    const outcome = await this.execute('open', inLots(lots), fault);
    if (!outcome) return;
    const [first] = outcome.fills;
    this.positions.push({
      id: `position-${this.positions.length}`,
      deployment,
      symbol: 'BTC',
      side: this.side,
      size: outcome.size,
      opened: outcome.size,
      closed: ZERO,
      taken: ZERO,
      openedAt: first?.at ?? this.clock.now(),
      openedByFillId: first?.venueFillId ?? null,
      venuePositionId: null,
    });
  }

  private async close({ deployment, share, fault }: Extract<Event, { kind: 'close' }>): Promise<void> {
    const position = this.live(deployment);
    if (!position) return;
    const outcome = await this.execute('close', position.size.times(share).toDecimalPlaces(6, Decimal.ROUND_DOWN), fault);
    if (!outcome) return;
    position.size = position.size.minus(outcome.size);
    position.closed = position.closed.plus(outcome.size);
  }

  /** Sends an order, finds out what became of it when its answer is lost, and books its fills. */
  private async execute(purpose: 'open' | 'close', size: Decimal, fault: 'none' | 'partial' | 'lost' | 'never') {
    if (size.isZero()) return null;
    if (fault === 'partial') this.venue.failNext({ kind: 'partial', fraction: '0.4' });
    if (fault === 'lost' || fault === 'never') this.venue.failNext({ kind: 'unknown', executed: fault === 'lost' });
    const referencePrice = new Decimal(60_000);
    const order = {
      clientOrderId: `0x${String(this.venue.submitted.length).padStart(32, '0')}`,
      account,
      purpose,
      symbol: 'BTC',
      side: this.side,
      size,
      leverage: new Decimal(10),
      referencePrice,
      maxSlippage: new Decimal('0.005'),
      venuePositionId: null,
      protection: null,
    };
    let outcome = await this.venue.submit(order);
    if (outcome.kind === 'unknown') {
      const found = await this.venue.lookUp({ ...order, venueOrderId: null, sentAt: this.clock.now(), attributedOrderIds: new Set() });
      if (found.kind === 'not_found') return null;
      outcome = found;
    }
    if (outcome.kind !== 'filled') return null;
    for (const fill of outcome.fills) this.fills.set(fill.venueFillId, { ...fill, ours: true, booked: fill.size });
    return outcome;
  }

  async reconcile(): Promise<void> {
    for (const fill of this.page(await this.venue.fills(account, new Date(0)))) {
      if (!this.fills.has(fill.venueFillId)) this.fills.set(fill.venueFillId, { ...fill, ours: false, booked: ZERO });
    }
    const findings = reconcileAccount(
      {
        positionMode: 'netted',
        positions: this.positions.filter(({ size }) => size.gt(0)),
        usersBefore: new Map([['BTC', this.usersBefore]]),
        fills: [...this.fills.values()],
      },
      await this.venue.positions(account),
    );
    this.unexplained.push(...findings.filter(({ kind }) => kind === 'unexplained'));
    for (const finding of findings) {
      if (finding.kind === 'in_step') this.usersNow = finding.usersSize;
      if (finding.kind !== 'ours_missing' && finding.kind !== 'ours_reduced') continue;
      const position = this.positions.find(({ id }) => id === finding.positionId);
      for (const { fill, size } of finding.parts) {
        fill.booked = fill.booked.plus(size);
        if (!position) continue;
        position.size = position.size.minus(size);
        position.taken = position.taken.plus(size);
        expect(fill.side).toBe(takerSide(position.side, 'close'));
        expect(compareFills(fill, { at: position.openedAt, venueFillId: position.openedByFillId ?? '' })).toBeGreaterThan(0);
      }
    }
  }

  ours(): Decimal {
    return signedSize(this.positions);
  }

  /** All books as text. */
  print(): string {
    const positions = this.positions.map(({ id, size, taken }) => `${id} ${size.toFixed()} ${taken.toFixed()}`);
    const fills = [...this.fills.values()].sort(compareFills).map(({ venueFillId, booked }) => `${venueFillId} ${booked.toFixed()}`);
    return [...positions, ...fills, `user ${this.usersNow.toFixed()}`].join('\n');
  }
}

const asListed = (fills: VenueFill[]) => fills;
const reversedTwice = (fills: VenueFill[]) => [...fills, ...fills].reverse();

async function run(side: Side, all: readonly Event[], page = asListed): Promise<Books> {
  const books = new Books(side, page);
  for (const one of all) await books.happen(one);
  await books.reconcile();
  return books;
}

async function venueSize(books: Books): Promise<Decimal> {
  return signedSize(await books.venue.positions(account));
}

const side = fc.constantFrom('long' as const, 'short' as const);

describe('the sub-ledger of two deployments on one netted account that the user trades on too', () => {
  it('keeps our books plus the user’s own equal to what the venue holds, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(side, events, async (ours, all) => {
        const books = await run(ours, all);
        expect(books.unexplained).toEqual([]);
        expect(books.ours().plus(books.usersNow).toFixed()).toBe((await venueSize(books)).toFixed());
      }),
      { numRuns: 300 },
    );
  });

  it('accounts for every coin of each position: opened = closed by us + taken from outside + open', async () => {
    await fc.assert(
      fc.asyncProperty(side, events, async (ours, all) => {
        for (const { opened, closed, taken, size } of (await run(ours, all)).positions) {
          expect(size.gte(0)).toBe(true);
          expect(closed.plus(taken).plus(size).toFixed()).toBe(opened.toFixed());
        }
      }),
      { numRuns: 200 },
    );
  });

  it('never touches ours or theirs while the user trades only what is their own', async () => {
    await fc.assert(
      fc.asyncProperty(side, events, async (ours, all) => {
        // The user starts with more on our side than all that they sell, and nothing is liquidated.
        const start = { kind: 'user' as const, lots: sideSign(ours) * 200 * 41 };
        const books = await run(ours, [start, ...all.filter(({ kind }) => kind !== 'liquidation')]);
        const byHand = [...books.fills.values()].filter((fill) => !fill.ours);
        expect(books.positions.every(({ taken }) => taken.isZero())).toBe(true);
        expect(books.usersNow.toFixed()).toBe(sum(byHand.map(signedFillSize)).toFixed());
        expect((await venueSize(books)).minus(books.ours()).toFixed()).toBe(books.usersNow.toFixed());
      }),
      { numRuns: 200 },
    );
  });

  it('gives identical books for pages that repeat and reorder fills, of the same millisecond too', async () => {
    await fc.assert(
      fc.asyncProperty(side, events, async (ours, all) => {
        expect((await run(ours, all, reversedTwice)).print()).toBe((await run(ours, all)).print());
      }),
      { numRuns: 200 },
    );
  });
});
