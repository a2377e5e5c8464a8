import {
  type DeploymentEntity,
  EquityProofEntity,
  OrderEntity,
  PositionEntity,
  ReconciliationGapEntity,
  VenueFillEntity,
  VenueLedgerEntity,
} from '@maxxit/database';
import {
  Decimal,
  isFinal,
  ORDER_IN_FLIGHT,
  ORDER_TRANSITIONS,
  POSITION_LIVE,
  type Side,
  signedFillSize,
  signedSize,
  sum,
  type VenueFill,
} from '@maxxit/domain';
import type { PaperFault } from '@maxxit/testing';
import fc from 'fast-check';
import { In, IsNull } from 'typeorm';
import { GRACE_MS, LEASE_MS, SECOND, type TestWorker, TradingTest } from '../trading.harness-spec';
import { ReconciledAccounts } from './reconciled-accounts';

/** Each has a database of its own. Together they meet every kind of event often. */
const RUNS = 24;

type Event =
  | { kind: 'signal'; of: 0 | 1; side: Side; fault: PaperFault | null }
  | { kind: 'close'; of: 0 | 1; fault: PaperFault | null }
  | { kind: 'user'; lots: number }
  | { kind: 'liquidation' }
  | { kind: 'deposit'; dollars: number }
  | { kind: 'price'; dollars: number }
  | { kind: 'outage' }
  | { kind: 'tick'; worker: 0 | 1; seconds: number };

const of = fc.constantFrom(0 as const, 1 as const);
const fault = fc.option(
  fc.oneof(
    fc.record({ kind: fc.constant('unknown' as const), executed: fc.boolean() }),
    fc.record({
      kind: fc.constant('accepted' as const),
      then: fc.constant('filled' as const),
      pendingLookUps: fc.integer({ min: 0, max: 2 }),
    }),
    fc.constant({ kind: 'accepted' as const, then: 'IOC_NO_MATCH' as const }),
    fc.constant({ kind: 'partial' as const, fraction: '0.4' }),
    fc.constant({ kind: 'rejected' as const, code: 'IOC_NO_MATCH' as const }),
  ),
);
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('signal' as const),
      of,
      // Mostly one side, so that positions meet on the account.
      side: fc.constantFrom<Side>('long', 'long', 'long', 'short'),
      fault,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('close' as const), of, fault }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('user' as const), lots: fc.integer({ min: -30, max: 30 }).filter((n) => n !== 0) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'liquidation' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deposit' as const), dollars: fc.integer({ min: -500, max: 500 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('price' as const), dollars: fc.integer({ min: 59_500, max: 60_500 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'outage' as const }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('tick' as const), worker: of, seconds: fc.integer({ min: 0, max: 15 }) }) },
);

/** Two workers with their own start-up reconciliation, two deployments and the user on one netted account. */
class Market {
  readonly workers: TestWorker[];
  private price = 60_000;

  private constructor(
    readonly test: TradingTest,
    readonly deployments: DeploymentEntity[],
    readonly address: string,
  ) {
    this.workers = ['a', 'b'].map((name) => test.worker(name, new ReconciledAccounts()));
    const fills = test.venue.fills.bind(test.venue);
    // As venues do: pages overlap and come in another order.
    test.venue.fills = async (account, since): Promise<VenueFill[]> => {
      const listed = await fills(account, since);
      return [...listed.slice(-3), ...listed].reverse();
    };
  }

  static async open(test: TradingTest): Promise<Market> {
    const deployments = await test.sharingAccount();
    return new Market(test, deployments, await test.address(deployments[0]));
  }

  async happen(event: Event): Promise<void> {
    const { venue, clock } = this.test;
    switch (event.kind) {
      case 'signal':
        if (event.fault) venue.failNext(event.fault);
        await this.test.pending(this.deployment(event.of), { side: event.side, referencePrice: new Decimal(this.price) });
        return this.tick(event.of);
      case 'close':
        if (event.fault) venue.failNext(event.fault);
        return this.close(event.of);
      case 'user':
        return venue.tradeByHand(this.address, 'BTC', event.lots > 0 ? 'buy' : 'sell', new Decimal(Math.abs(event.lots)).div(1_000));
      case 'liquidation':
        return venue.closeFromOutside(this.address, 'BTC', 'liquidation');
      case 'deposit':
        return venue.addCashFlow(this.address, event.dollars < 0 ? 'withdrawal' : 'deposit', event.dollars);
      case 'price':
        this.price = event.dollars;
        return venue.setPrice('BTC', event.dollars);
      case 'outage':
        venue.setUnreachable(true);
        await this.tick(0);
        return venue.setUnreachable(false);
      case 'tick':
        clock.advance(event.seconds * SECOND);
        return this.tick(event.worker);
    }
  }

  private deployment(of: 0 | 1): DeploymentEntity {
    const deployment = this.deployments[of];
    if (!deployment) throw new Error('There are two deployments.');
    return deployment;
  }

  private async close(of: 0 | 1): Promise<void> {
    const [position] = await this.positions({ deploymentId: this.deployment(of).id, state: 'open' as const });
    if (position) await this.workers[of]?.close(position.id);
  }

  /** What both loops do at each tick. */
  async tick(which: 0 | 1): Promise<void> {
    const worker = this.workers[which];
    if (!worker) return;
    await worker.settle();
    await worker.reconcile();
    for (const orderId of await worker.claim(10)) await worker.execute(orderId);
    await worker.watchAndClose();
  }

  /** Lets everything come to its end: signals expire, leases run out, missing orders are believed to be missing. */
  async end(): Promise<void> {
    // Workers tick more often than a missing order takes to be given up: what the user traded by then has been read.
    await this.tick(0);
    await this.tick(1);
    const orders = this.test.dataSource.getRepository(OrderEntity);
    const isOpen = { state: In(['pending', ...ORDER_IN_FLIGHT]) };
    for (let round = 0; round < 12 && (round === 0 || (await orders.existsBy(isOpen))); round += 1) {
      this.test.clock.advance(LEASE_MS + GRACE_MS);
      await this.tick(0);
      await this.tick(1);
    }
  }

  positions(where: object): Promise<PositionEntity[]> {
    return this.test.dataSource.getRepository(PositionEntity).findBy(where);
  }
}

describe('random orders, faults, pages and trades of the user, through the real use cases and database', () => {
  it('leave no order without a final state, no coin unaccounted for, no trade of the user touched, and equity proved', async () => {
    const met = new Map<string, number>();
    const meet = (what: string) => met.set(what, (met.get(what) ?? 0) + 1);
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 5, maxLength: 25 }), async (events) => {
        const test = await TradingTest.start({ startingBalanceUsd: 100_000 });
        try {
          const market = await Market.open(test);
          for (const one of events) await market.happen(one);
          await market.end();

          const orders = await test.dataSource.getRepository(OrderEntity).find();
          expect(orders.filter(({ state }) => !isFinal(ORDER_TRANSITIONS, state)).map(({ id, state }) => [id, state])).toEqual([]);
          const sent = test.venue.submitted.map(({ clientOrderId }) => clientOrderId);
          expect(new Set(sent).size).toBe(sent.length);

          const [ledger] = await test.dataSource.getRepository(VenueLedgerEntity).find();
          const usersSize = new Decimal(ledger?.usersNow['BTC'] ?? 0);
          const live = await market.positions({ state: In([...POSITION_LIVE]) });
          const listed = await test.venue.positions({ address: market.address, keyId: '' });
          expect(signedSize(live).plus(usersSize).toFixed()).toBe(signedSize(listed).toFixed());
          expect(await test.dataSource.getRepository(ReconciliationGapEntity).findBy({ resolvedAt: IsNull() })).toEqual([]);

          let takenSize = new Decimal(0);
          for (const position of await market.positions({})) {
            const closing = (await test.fills(position)).filter(({ side }) => (side === 'sell') === (position.side === 'long'));
            expect(
              sum(closing.map(({ size }) => size))
                .plus(position.size)
                .toFixed(),
            ).toBe(position.openedSize.toFixed());
            const taken = closing.filter(({ orderId }) => orderId === null);
            takenSize = takenSize.plus(sum(taken.map(signedFillSize)));
            if (taken.length > 0) meet('taken from outside');
            meet(position.state);
          }
          // What the user traded and did not take from us is all theirs.
          const byHand = await test.dataSource.getRepository(VenueFillEntity).findBy({ orderId: IsNull() });
          expect(sum(byHand.map(signedFillSize)).minus(takenSize).toFixed()).toBe(usersSize.toFixed());

          const [proof] = await test.dataSource.getRepository(EquityProofEntity).find({ order: { at: 'DESC' }, take: 1 });
          expect(proof?.state).toBe('proved');
          for (const { state, code } of orders) meet(`${state} ${code ?? ''}`);
        } finally {
          await test.drop();
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    // The property says nothing about what never happened.
    expect([...met.keys()]).toEqual(expect.arrayContaining(['closed', 'taken from outside', 'filled ', 'partially_filled ']));
  }, 300_000);
});
