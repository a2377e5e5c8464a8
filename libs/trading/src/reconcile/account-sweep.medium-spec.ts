import { type DeploymentEntity, VenueLedgerEntity } from '@maxxit/database';
import { Decimal, REQUEST_LIMITS, type RequestPriority, sharesOf, type VenueAccountRef } from '@maxxit/domain';
import { type FakeClock } from '@maxxit/testing';
import { SECOND, type TestWorker, TradingTest } from '../trading.harness-spec';
import { IsNull } from 'typeorm';
import { ReconciledAccounts } from './reconciled-accounts';

const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

describe('A sweep of the venue accounts', () => {
  let test: TradingTest;
  let worker: TestWorker;
  let deployment: DeploymentEntity;
  let address: string;
  let positions: jest.SpyInstance;
  let fills: jest.SpyInstance;

  beforeEach(async () => {
    test = await TradingTest.start();
    worker = test.worker('sweeper', new ReconciledAccounts(), { fullReconcileIntervalMs: HOUR, fullSweepIntervalMs: DAY });
    deployment = await test.given.deployment({ venues: ['hyperliquid'] });
    address = await test.address(deployment, 'hyperliquid');
    positions = jest.spyOn(test.venue, 'positions');
    fills = jest.spyOn(test.venue, 'fills');
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await test.drop();
  });

  /** How often a sweep read positions, and how often fills. */
  const sweep = async (by = worker) => {
    test.clock.advance(SECOND);
    positions.mockClear();
    fills.mockClear();
    await by.reconcile();
    return { positions: positions.mock.calls.length, fills: fills.mock.calls.length };
  };
  const ALL = { positions: 2, fills: 1 };
  const ONE_LOOK = { positions: 1, fills: 0 };

  it('compares all of an account at first, and then looks at its positions only', async () => {
    expect(await sweep()).toEqual(ALL);
    expect(await sweep()).toEqual(ONE_LOOK);
  });

  it('compares all again when the venue shows other positions', async () => {
    await sweep();
    test.venue.tradeByHand(address, 'BTC', 'buy', new Decimal('0.5'));

    expect((await sweep()).fills).toBe(1);
    expect(await sweep()).toEqual(ONE_LOOK);
  });

  it('compares all again when our books hold another position, even if the venue shows what it did', async () => {
    await sweep();
    const position = await test.opened(deployment);
    test.venue.tradeByHand(address, 'BTC', 'sell', position.size);

    expect((await sweep()).fills).toBe(1);
  });

  it('compares all again after the interval for it, which is longer for an account without a live position', async () => {
    await sweep();
    test.clock.advance(HOUR);
    expect(await sweep()).toEqual(ONE_LOOK);
    test.clock.advance(DAY - HOUR);
    expect(await sweep()).toEqual(ALL);

    await test.opened(deployment);
    expect((await sweep()).fills).toBe(1);
    expect(await sweep()).toEqual(ONE_LOOK);
    test.clock.advance(HOUR);
    expect(await sweep()).toEqual(ALL);
  });

  it('asks about accounts with a live position, or that an order waits for, before those without', async () => {
    const priorities = () => new Set(positions.mock.calls.map(([, priority]) => priority as string));
    await sweep();
    expect(priorities()).toEqual(new Set(['sweep']));
    await test.pending(deployment);
    await sweep();
    expect(priorities()).toEqual(new Set(['reconcile']));
    await worker.open();
    await sweep();
    expect(priorities()).toEqual(new Set(['reconcile']));
  });

  it('goes on comparing all while something is unexplained', async () => {
    await test.opened(deployment);
    await sweep();
    test.venue.tradeByHand(address, 'BTC', 'sell', new Decimal('0.001'));
    fills.mockResolvedValue([]);
    await sweep();

    expect((await sweep()).fills).toBe(1);
  });

  it('asks nothing of an account that another process has just found in step', async () => {
    const other = test.worker('other', new ReconciledAccounts(), { fullReconcileIntervalMs: HOUR, fullSweepIntervalMs: DAY });
    await test.pending(deployment);
    expect(await other.open()).toMatchObject({ code: 'NOT_RECONCILED' });
    await sweep();

    expect(await sweepWithInterval(other)).toEqual({ positions: 0, fills: 0 });
    test.clock.advance(60 * SECOND);
    expect(await other.open()).toMatchObject({ kind: 'sent' });
  });

  /** With the interval of a real process: not each account is due at each call. */
  async function sweepWithInterval(by: TestWorker) {
    positions.mockClear();
    fills.mockClear();
    await by.reconciler.reconcileAwaited(() => false);
    return { positions: positions.mock.calls.length, fills: fills.mock.calls.length };
  }

  it('looks at once at an account on which something may have happened, however lately it was found in step', async () => {
    const reconciled = new ReconciledAccounts();
    const own = test.worker('own', reconciled, {
      reconcileIntervalMs: 60 * SECOND,
      sweepIntervalMs: 60 * SECOND,
      fullReconcileIntervalMs: HOUR,
      fullSweepIntervalMs: DAY,
    });
    const { venueAccountId } = await test.opened(deployment);
    expect((await sweep(own)).fills).toBe(1);
    expect(await sweep(own)).toEqual({ positions: 0, fills: 0 });

    reconciled.forget(venueAccountId, test.clock.now());

    expect(await sweep(own)).toEqual(ONE_LOOK);
    expect(await sweep(own)).toEqual({ positions: 0, fills: 0 });
  });

  it('leaves an account to the process that looks at it', async () => {
    await sweep();
    const until = new Date(test.clock.now().getTime() + HOUR);
    await test.dataSource.getRepository(VenueLedgerEntity).update({ lookingUntil: IsNull() }, { lookingUntil: until });

    expect(await sweep()).toEqual({ positions: 0, fills: 0 });
  });

  it('keeps nobody from an account that could not be read', async () => {
    await sweep();
    test.venue.setUnreachable(true);
    await sweep();
    test.venue.setUnreachable(false);

    expect(
      await sweep(test.worker('other', new ReconciledAccounts(), { fullReconcileIntervalMs: HOUR, fullSweepIntervalMs: DAY })),
    ).toEqual(ONE_LOOK);
  });

  it('takes the accounts with open risk first, and a thousand within what one IP address may ask', async () => {
    const [withRisk, without] = [100, 900];
    const risky = new Set(await accounts(withRisk, 1));
    await accounts(without, 0);
    const { clock } = test;
    const budget = new VirtualBudget(clock);
    const readAt: { address: string; atMs: number }[] = [];
    positions.mockImplementation(async (account: VenueAccountRef, priority: RequestPriority) => {
      budget.take(2, priority);
      readAt.push({ address: account.address, atMs: clock.now().getTime() });
      return [];
    });
    // What was compared an hour ago is only looked at.
    await test.dataSource.query(
      `INSERT INTO venue_ledgers (venue_account_id, fills_until, flows_until, reconciled_at, seen)
       SELECT a.id, $1, $1, $1, E'\\n--\\n' || coalesce((SELECT string_agg(p.id || ' ' || p.state || ' ' || p.size, E'\\n') FROM positions p WHERE p.venue_account_id = a.id), '')
         FROM venue_accounts a ON CONFLICT DO NOTHING`,
      [clock.now()],
    );
    const begun = clock.now().getTime();

    const intervals = {
      reconcileIntervalMs: 200 * SECOND,
      sweepIntervalMs: 200 * SECOND,
      fullReconcileIntervalMs: HOUR,
      fullSweepIntervalMs: DAY,
    };
    const sweeper = test.worker('sweeper', new ReconciledAccounts(), intervals);
    while (await sweeper.reconciler.reconcileDue(() => false));

    const lastAt = (wanted: (address: string) => boolean) =>
      Math.max(...readAt.filter((read) => wanted(read.address)).map(({ atMs }) => atMs - begun));
    const seen = new Set(readAt.map((read) => read.address));
    expect(seen.size).toBe(withRisk + without + 1);
    // By hand, of 2 * 1,001 weight: 600 at once, in which the 2 * 100 with risk are the first; then 186 each 61 / 6 s up to 1,098, which leaves
    // 20 free below 93 %, after 31 s; and when the 600 have left the window after 61 s, 186 each 61 / 6 s again, of which the fifth are the
    // last, 102 s after the first.
    expect(lastAt((address) => risky.has(address))).toBeLessThanOrEqual(15 * SECOND);
    expect(lastAt(() => true)).toBeLessThanOrEqual(110 * SECOND);
  }, 180_000);

  /** Deployments, each on an account of its own and with `open` positions. Gives the addresses. */
  async function accounts(count: number, open: 0 | 1): Promise<string[]> {
    const template = await test.opened(deployment);
    const rows = await test.dataSource.query<{ address: string }[]>(
      `WITH made AS MATERIALIZED (
         SELECT uuidv7() AS user_id, uuidv7() AS account_id, uuidv7() AS deployment_id, uuidv7() AS position_id,
                '0x' || lpad(to_hex(n + 1000000 * $4::int), 40, '0') AS address
           FROM generate_series(1, $1::int) n
       ), users_made AS (INSERT INTO users (id, wallet_address) SELECT user_id, address FROM made
       ), accounts_made AS (
         INSERT INTO venue_accounts (id, user_id, venue, address) SELECT account_id, user_id, 'hyperliquid', address FROM made
       ), deployments_made AS (
         INSERT INTO deployments SELECT (copy).* FROM (
           SELECT jsonb_populate_record(d, jsonb_build_object('id', deployment_id, 'user_id', made.user_id)) AS copy
             FROM made, deployments d WHERE d.id = $2) copies
       ), linked AS (
         INSERT INTO deployment_venues SELECT (copy).* FROM (
           SELECT jsonb_populate_record(v, jsonb_build_object('deployment_id', made.deployment_id, 'venue_account_id', account_id)) AS copy
             FROM made, deployment_venues v WHERE v.deployment_id = $2) copies
       ), positions_made AS (
         INSERT INTO positions SELECT (copy).* FROM (
           SELECT jsonb_populate_record(p, jsonb_build_object('id', position_id, 'deployment_id', made.deployment_id,
                    'venue_account_id', account_id)) AS copy
             FROM made, positions p WHERE p.id = $3 AND $4::int = 1) copies
       )
       SELECT address FROM made`,
      [count, deployment.id, template.id, open],
    );
    await test.worker().close(template.id);
    return rows.map((row) => row.address);
  }
});

/** The rule of the shared budget, on a clock that moves when a request has to wait. */
class VirtualBudget {
  private readonly spent: { atMs: number; weight: number }[] = [];

  constructor(private readonly clock: FakeClock) {}

  take(weight: number, priority: RequestPriority): void {
    const limit = REQUEST_LIMITS.hyperliquid;
    if (!limit) throw new Error('Hyperliquid has a limit.');
    const { inWindow, unpaced, inPace, paceMs } = sharesOf(limit, priority);
    const used = (withinMs: number) => {
      const since = this.clock.now().getTime() - withinMs;
      return this.spent.filter(({ atMs }) => atMs > since).reduce((sum, entry) => sum + entry.weight, 0);
    };
    const hasRoom = () => {
      const before = used(limit.windowMs);
      const inAll = before + weight;
      return before + weight <= inWindow && (inAll <= unpaced || used(paceMs) + weight <= inPace);
    };
    while (!hasRoom()) this.clock.advance(100);
    this.spent.push({ atMs: this.clock.now().getTime(), weight });
  }
}
