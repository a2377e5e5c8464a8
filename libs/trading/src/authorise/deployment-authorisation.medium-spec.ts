import {
  AgentEntity,
  AuditLogEntity,
  AuthorisationStepEntity,
  claimVenueAccount,
  createDataSource,
  DeploymentEntity,
  DeploymentVenueEntity,
  EquitySnapshotEntity,
  PositionEntity,
  VenueAccountEntity,
  VenueKeyEntity,
} from '@maxxit/database';
import { type AuthorisationStep, Decimal, RetryableError, type VenueAdapter } from '@maxxit/domain';
import { Metrics } from '@maxxit/platform';
import { createTestDatabase, FakeClock, given, randomAddress, type TestDatabase } from '@maxxit/testing';
import { Logger } from '@nestjs/common';
import { type DataSource, In } from 'typeorm';
import { WoundDownDeployments } from './close-deployment';
import { approvalMissing, DeploymentAuthorisation, insertSteps, lowOnGas } from './deployment-authorisation';

const MINUTE = 60_000;
const HOUR = 3_600_000;

describe('DeploymentAuthorisation', () => {
  const clock = new FakeClock();
  let database: TestDatabase;
  /** As the worker that does it, which may do what it is granted. */
  let asMonitor: DataSource;
  let missing: AuthorisationStep[];
  let equityUsd: string;
  let asked: string[];
  let askedFor: string[];
  let isLimited: boolean;
  let metrics: Metrics;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
    asMonitor = await createDataSource(await database.urlOf('position-monitor-worker')).initialize();
  });
  afterAll(async () => {
    await asMonitor.destroy();
    await database.drop();
  });
  beforeEach(async () => {
    await database.dataSource.query('UPDATE deployments SET state = $1', ['closed']);
    clock.set(new Date('2026-11-26T12:00:00Z'));
    [missing, equityUsd, asked, askedFor, isLimited, metrics] = [[], '1000', [], [], false, new Metrics()];
  });

  /** A venue that says what is missing, and throws when `missing` has more than it knows: it can't be asked then. */
  const adapter = {
    venue: 'hyperliquid',
    account: async ({ address }: { address: string }) => {
      asked.push(address);
      if (equityUsd === 'down') throw new RetryableError('VENUE_DOWN', 'the venue does not answer');
      return { equityUsd: new Decimal(equityUsd), freeCollateralUsd: new Decimal(equityUsd) };
    },
    authorisation: async (_address: string, _delegate: string, priority: string) => {
      askedFor.push(priority);
      if (isLimited) throw new RetryableError('RATE_LIMITED', 'its share of the limit is used up');
      return { approved: missing.length === 0, missing, validUntil: new Date('2027-01-01T00:00:00Z') };
    },
  } as unknown as VenueAdapter;

  const authorisation = () => new DeploymentAuthorisation(asMonitor, [adapter], clock, metrics);
  const watch = () => authorisation().checkDue('a test', () => false);
  const read = (id: string) => database.dataSource.manager.findOneByOrFail(DeploymentEntity, { id });

  async function waiting() {
    const deployment = await given(database.dataSource).deployment({
      state: 'awaiting_authorisation',
      startingEquityUsd: null,
      activatedAt: null,
    });
    await insertSteps(database.dataSource.manager, deployment.id, ['hyperliquid']);
    return deployment;
  }

  const steps = async (deploymentId: string) =>
    Object.fromEntries(
      (await database.dataSource.manager.findBy(AuthorisationStepEntity, { deploymentId })).map(({ step, state }) => [step, state]),
    );

  it('waits while the venue says that something is missing, and activates once nothing is', async () => {
    const { id, venues } = await waiting();
    await database.dataSource.manager.update(VenueKeyEntity, { id: venues[0]!.venueKeyId }, { state: 'generated' });
    missing = ['approve_agent', 'approve_builder_fee'];
    await watch();
    expect((await read(id)).state).toBe('awaiting_authorisation');
    expect(await steps(id)).toEqual({ deposit: 'done', approve_agent: 'waiting', approve_builder_fee: 'waiting' });

    clock.advance(HOUR);
    missing = [];
    await watch();
    expect(await read(id)).toMatchObject({ state: 'active', activatedAt: clock.now() });
    expect((await read(id)).startingEquityUsd?.toFixed()).toBe('1000');
    expect(await steps(id)).toEqual({ deposit: 'done', approve_agent: 'done', approve_builder_fee: 'done' });
    expect(await database.dataSource.manager.countBy(EquitySnapshotEntity, { deploymentId: id, kind: 'start' })).toBe(1);
    expect((await database.dataSource.manager.findOneByOrFail(VenueKeyEntity, { id: venues[0]!.venueKeyId })).state).toBe('approved');
  });

  it.each([
    ['needs money only where it asks for no approval', undefined, { deposit: 'done' }],
    [
      'can not show an approval that it asks for and has no answer about',
      'Allow the key.',
      { deposit: 'done', approve_agent: 'not_shown' },
    ],
  ])("a venue from outside %s, on the user's own wallet", async (_what, approvalGuide, shown) => {
    const silent = { ...adapter, venue: 'x-acme', authorisation: undefined };
    const outside = { ...silent, ...(approvalGuide && { approvalGuide }) } as unknown as VenueAdapter;
    const atOutside = new DeploymentAuthorisation(asMonitor, [outside], clock, metrics);
    const unfunded = { state: 'awaiting_authorisation', startingEquityUsd: null, activatedAt: null, venues: ['x-acme'] } as const;
    const { id, venues } = await given(database.dataSource).deployment({ ...unfunded, venues: [...unfunded.venues] });
    await insertSteps(database.dataSource.manager, id, ['x-acme']);
    equityUsd = '0';
    await atOutside.authorise(id, 'a test');
    expect((await read(id)).state).toBe('awaiting_authorisation');

    equityUsd = '10';
    await database.dataSource.manager.update(VenueAccountEntity, { id: venues[0]!.venueAccountId }, { provenAt: null });
    await atOutside.authorise(id, 'a test');
    expect((await read(id)).state).toBe('awaiting_authorisation');

    await database.dataSource.manager.update(VenueAccountEntity, { id: venues[0]!.venueAccountId }, { provenAt: clock.now() });
    await atOutside.authorise(id, 'a test');
    expect((await read(id)).state).toBe('active');
    expect(await steps(id)).toEqual(shown);
  });

  it('activates once when two watchers look at the same time', async () => {
    const { id } = await waiting();
    await Promise.all([watch(), watch(), watch()]);
    expect((await read(id)).state).toBe('active');
    expect(await database.dataSource.manager.countBy(EquitySnapshotEntity, { deploymentId: id })).toBe(1);
  });

  it('concludes nothing from a venue that can not be asked, and goes on with the others', async () => {
    const { id } = await waiting();
    equityUsd = 'down';
    await watch();
    expect(await steps(id)).toEqual({ deposit: 'waiting', approve_agent: 'waiting' });
    equityUsd = '5';
    await watch();
    expect((await read(id)).state).toBe('active');
  });

  it('asks for nobody after all else, and stops for this time when its share of the limit is used up', async () => {
    const ids = [(await waiting()).id, (await waiting()).id];
    isLimited = true;
    await watch();
    expect(askedFor).toEqual(['poll']);
    await expect(authorisation().authorise(ids[0]!, 'a user')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(askedFor).toEqual(['poll', 'read']);

    isLimited = false;
    await watch();
    expect((await Promise.all(ids.map(read))).map(({ state }) => state)).toEqual(['active', 'active']);
  });

  it('says since when a step is done, and takes it back when the venue does', async () => {
    const { id } = await waiting();
    equityUsd = '0';
    await authorisation().authorise(id, 'a test');
    const first = clock.now();
    clock.advance(HOUR);
    await authorisation().authorise(id, 'a test');
    const where = { deploymentId: id, step: 'approve_agent' as const };
    const manager = database.dataSource.manager;
    expect(await manager.findOneBy(AuthorisationStepEntity, where)).toMatchObject({ state: 'done', doneAt: first, checkedAt: clock.now() });
    missing = ['approve_agent'];
    await authorisation().authorise(id, 'a test');
    expect(await manager.findOneBy(AuthorisationStepEntity, where)).toMatchObject({ state: 'waiting', doneAt: null });
  });

  it('asks about those first that were asked about longest ago, and not about mandates that have ended', async () => {
    const [one, two, ended] = [await waiting(), await waiting(), await waiting()];
    await database.dataSource.manager.update(DeploymentEntity, { id: ended.id }, { mandateValidUntil: new Date('2026-01-01T00:00:00Z') });
    const addressOf = (deployment: typeof one) => deployment.venues[0]!.venueAccount!.address;
    missing = ['approve_agent'];
    await authorisation().authorise(one.id, 'a test');
    clock.advance(HOUR);
    asked = [];
    await watch();
    expect(asked).toEqual([addressOf(two), addressOf(one)]);
  });

  describe('of a running deployment', () => {
    const quarter = 15 * 60_000;
    const manager = () => database.dataSource.manager;
    const auditOf = async (subjectId: string) =>
      (await manager().find(AuditLogEntity, { where: { subjectId }, order: { seq: 'ASC' } })).map(({ actor, details }) => ({
        actor,
        ...details,
      }));

    async function running(values: Parameters<ReturnType<typeof given>['deployment']>[0] = {}) {
      const deployment = await given(database.dataSource).deployment(values);
      await insertSteps(manager(), deployment.id, ['hyperliquid']);
      return deployment;
    }

    it('is looked at every quarter of an hour, paused when it was taken back, and resumed by the word of the venue', async () => {
      const { id } = await running();
      await watch();
      expect((await read(id)).state).toBe('active');
      missing = ['approve_agent'];
      clock.advance(quarter - 1);
      await watch();
      expect((await read(id)).state).toBe('active');
      clock.advance(1);
      await watch();
      expect(await read(id)).toMatchObject({ state: 'paused', pausedReason: 'APPROVAL_LOST' });
      expect(await approvalMissing(manager(), id)).toBe(true);
      clock.advance(1000);
      await watch();
      expect((await read(id)).state).toBe('paused');

      // Asked about every minute now, so that it goes on soon.
      clock.advance(MINUTE);
      missing = [];
      await watch();
      expect(await read(id)).toMatchObject({ state: 'active', pausedReason: null });
      expect(await auditOf(id)).toEqual([
        { actor: 'a test', state: 'active -> paused', pausedReason: 'null -> APPROVAL_LOST' },
        { actor: 'a test', state: 'paused -> active', pausedReason: 'APPROVAL_LOST -> null' },
      ]);
    });

    it('is not lost when gas runs low: nothing is paused, it is warned of once each time, and shown until it is refilled', async () => {
      const paying = { ...adapter, gasFunds: () => undefined } as unknown as VenueAdapter;
      const look = async (isLow: boolean) => {
        missing = isLow ? ['fund_gas'] : [];
        clock.advance(quarter);
        await new DeploymentAuthorisation(asMonitor, [paying], clock, metrics).checkDue('a test', () => false);
        return (await metrics.errors.get()).values.find(({ labels }) => labels.code === 'GAS_LOW')?.value ?? 0;
      };
      const { id, venues } = await running();
      const { address } = await manager().findOneByOrFail(VenueKeyEntity, { id: venues[0]!.venueKeyId });
      expect(await look(false)).toBe(0);
      expect(await steps(id)).toMatchObject({ fund_gas: 'done' });
      expect(await lowOnGas(asMonitor.manager)).toEqual([]);
      expect([await look(true), await look(true)]).toEqual([1, 1]);
      expect(await steps(id)).toMatchObject({ approve_agent: 'done', fund_gas: 'waiting' });
      expect([(await read(id)).state, await approvalMissing(manager(), id)]).toEqual(['active', false]);
      expect(await lowOnGas(asMonitor.manager)).toEqual([address]);

      // What is open is closed yet by whoever winds down, which costs gas.
      await manager().update(DeploymentEntity, { id }, { state: 'winding_down' });
      expect(await look(false)).toBe(1);
      expect(await lowOnGas(asMonitor.manager)).toEqual([]);
      expect(await look(true)).toBe(2);
      await manager().update(DeploymentEntity, { id }, { state: 'closed' });
      expect(await lowOnGas(asMonitor.manager)).toEqual([]);
    });

    it('is not given before the key has gas, of which nobody is warned who does not trade yet', async () => {
      const paying = { ...adapter, gasFunds: () => undefined } as unknown as VenueAdapter;
      const { id } = await waiting();
      missing = ['fund_gas'];
      const authorisation = new DeploymentAuthorisation(asMonitor, [paying], clock, metrics);
      await authorisation.authorise(id, 'a test');
      expect((await read(id)).state).toBe('awaiting_authorisation');
      expect(await lowOnGas(asMonitor.manager)).toEqual([]);
      expect((await metrics.errors.get()).values).toEqual([]);
      missing = [];
      await authorisation.authorise(id, 'a test');
      expect((await read(id)).state).toBe('active');
      expect(await steps(id)).toEqual({ deposit: 'done', approve_agent: 'done', fund_gas: 'done' });
    });

    it('stays as it is when the account is empty, the venue is disabled or can not be asked', async () => {
      const { id } = await running();
      equityUsd = '0';
      await authorisation().authorise(id, 'a test');
      equityUsd = 'down';
      missing = ['approve_agent'];
      await expect(authorisation().authorise(id, 'a test')).rejects.toThrow('does not answer');
      equityUsd = '1000';
      await manager().update(DeploymentVenueEntity, { deploymentId: id }, { enabled: false });
      await authorisation().authorise(id, 'a test');
      expect((await read(id)).state).toBe('active');
    });

    it('does not resume what a user has paused, whose agent is archived, or whose mandate has ended', async () => {
      const paused = await running({ state: 'paused', pausedReason: 'MANUAL' });
      const archived = await running({ state: 'paused', pausedReason: 'APPROVAL_LOST' });
      await manager().update(AgentEntity, { id: archived.agentId }, { state: 'archived' });
      const ended = await running({ state: 'paused', pausedReason: 'APPROVAL_LOST', mandateValidUntil: new Date('2026-01-01T00:00:00Z') });
      for (const { id } of [paused, archived, ended]) {
        await authorisation().authorise(id, 'a test');
        expect((await read(id)).state).toBe('paused');
      }
    });

    it('is joined by a venue that was added once that says so, with what is there counted as a deposit', async () => {
      const { id, venues } = await running({ startingEquityUsd: new Decimal(500) });
      await manager().update(DeploymentVenueEntity, { deploymentId: id }, { joinedAt: null });
      await manager().update(VenueKeyEntity, { id: venues[0]!.venueKeyId }, { state: 'generated' });
      missing = ['approve_agent'];
      await watch();
      const joinedAt = async () => (await manager().findOneByOrFail(DeploymentVenueEntity, { deploymentId: id })).joinedAt;
      // What was never there can't be lost.
      expect([(await read(id)).state, await joinedAt()]).toEqual(['active', null]);
      clock.advance(MINUTE);
      missing = [];
      await Promise.all([watch(), watch()]);
      expect(await joinedAt()).toEqual(clock.now());
      expect((await read(id)).startingEquityUsd?.toFixed()).toBe('1500');
      const marks = await manager().findBy(EquitySnapshotEntity, { deploymentId: id });
      expect(marks.map(({ equityUsd: at, netFlowUsd }) => [at.toFixed(), netFlowUsd.toFixed()])).toEqual([['1500', '1000']]);
      expect((await manager().findOneByOrFail(VenueKeyEntity, { id: venues[0]!.venueKeyId })).state).toBe('approved');
      expect(await auditOf(id)).toEqual([{ actor: 'a test', startingEquityUsd: '500 -> 1500', joined: 'hyperliquid' }]);
    });
  });

  describe('of an account that several users have named', () => {
    const manager = () => database.dataSource.manager;
    const APPROVALS = { hyperliquid: 'approve_agent', ostium: 'set_delegate' } as const;
    /** The keys that the account's holder has approved. */
    let approved: Set<string>;
    const venueOf = (venue: 'hyperliquid' | 'ostium') =>
      ({
        venue,
        account: async () => ({ equityUsd: new Decimal(1000), freeCollateralUsd: new Decimal(1000) }),
        authorisation: async (_address: string, key: string) => {
          const lacking = approved.has(key) ? [] : [APPROVALS[venue]];
          return { approved: lacking.length === 0, missing: lacking, validUntil: null };
        },
      }) as unknown as VenueAdapter;
    const asks = (venue: 'hyperliquid' | 'ostium') => new DeploymentAuthorisation(asMonitor, [venueOf(venue)], clock, metrics);

    beforeEach(() => {
      approved = new Set();
    });

    /** A deployment of a new user that waits for an account which is not their wallet. */
    async function names(venue: 'hyperliquid' | 'ostium', address: string, values: Partial<DeploymentEntity> = {}) {
      const user = await given(database.dataSource).user();
      const state = { state: 'awaiting_authorisation', startingEquityUsd: null, activatedAt: null, ...values } as const;
      const deployment = await given(database.dataSource).deployment({ ...state, userId: user.id, venues: [] });
      const account = await manager().transaction((tx) => claimVenueAccount(tx, user.id, { venue, address }, clock.now()));
      const key = await given(database.dataSource).venueKey({ venueAccountId: account.id, state: 'generated' });
      await manager().insert(DeploymentVenueEntity, { deploymentId: deployment.id, venue, venueAccountId: account.id, venueKeyId: key.id });
      await insertSteps(manager(), deployment.id, [venue]);
      return { id: deployment.id, userId: user.id, account, key };
    }
    const isProven = async ({ account }: { account: { id: string } }) =>
      (await manager().findOneByOrFail(VenueAccountEntity, { id: account.id })).provenAt !== null;

    describe.each(['hyperliquid', 'ostium'] as const)('at %s', (venue) => {
      it("belongs to the one whose key its holder approves, though another named it first, and the other's deployment is closed", async () => {
        const address = randomAddress();
        const [first, second] = [await names(venue, address), await names(venue, address)];
        for (const { id } of [first, second]) {
          await asks(venue).authorise(id, 'a test');
          expect((await read(id)).state).toBe('awaiting_authorisation');
        }
        approved.add(second.key.address);
        await asks(venue).authorise(second.id, 'a test');
        expect((await read(second.id)).state).toBe('active');
        expect([await isProven(first), await isProven(second)]).toEqual([false, true]);

        await expect(asks(venue).authorise(first.id, 'a test')).rejects.toMatchObject({ code: 'VENUE_ACCOUNT_TAKEN' });
        expect(await read(first.id)).toMatchObject({ state: 'closed', closedReason: 'VENUE_ACCOUNT_TAKEN' });
        expect((await manager().findOneByOrFail(VenueKeyEntity, { id: first.key.id })).state).toBe('revoked');
        const [entry] = await manager().findBy(AuditLogEntity, { subjectId: first.id });
        expect(entry?.details).toEqual({ state: 'awaiting_authorisation -> closed', reason: 'VENUE_ACCOUNT_TAKEN' });
        // From now on nobody else can name it.
        await expect(names(venue, address)).rejects.toMatchObject({ code: 'VENUE_ACCOUNT_TAKEN' });
      });

      it('has one winner when the holder approves both at once', async () => {
        const address = randomAddress();
        const both = [await names(venue, address), await names(venue, address)];
        for (const { key } of both) approved.add(key.address);
        await Promise.allSettled(both.map(({ id }) => asks(venue).authorise(id, 'a test')));
        const states = [];
        for (const { id } of both) states.push((await read(id)).state);
        expect(states.filter((state) => state === 'active')).toHaveLength(1);
        await asks(venue).checkDue('a test', () => false);
        clock.advance(MINUTE);
        await asks(venue).checkDue('a test', () => false);
        expect((await Promise.all(both.map(({ id }) => read(id)))).map(({ state }) => state).sort()).toEqual(['active', 'closed']);
      });

      it('is its own wallet from the start, whoever named it before', async () => {
        const owner = await given(database.dataSource).user();
        const early = await names(venue, owner.walletAddress);
        await manager().transaction((tx) => claimVenueAccount(tx, owner.id, { venue, address: owner.walletAddress }, clock.now()));
        await expect(asks(venue).authorise(early.id, 'a test')).rejects.toMatchObject({ code: 'VENUE_ACCOUNT_TAKEN' });
        expect((await read(early.id)).state).toBe('closed');
      });

      it('is free again once its user has closed all deployments on it, or its holder has taken the approval back', async () => {
        const address = randomAddress();
        const [one, two] = [await names(venue, address), await names(venue, address)];
        approved.add(one.key.address);
        await asks(venue).authorise(one.id, 'a test');
        approved.clear();
        await asks(venue).authorise(one.id, 'a test');
        expect(await read(one.id)).toMatchObject({ state: 'paused', pausedReason: 'APPROVAL_LOST' });
        expect(await isProven(one)).toBe(false);

        approved.add(two.key.address);
        await asks(venue).authorise(two.id, 'a test');
        expect((await read(two.id)).state).toBe('active');
        // The first can't have it back while it is the second's.
        approved.add(one.key.address);
        await asks(venue).authorise(one.id, 'a test');
        expect((await read(one.id)).state).toBe('paused');

        await manager().update(DeploymentEntity, { id: two.id }, { state: 'winding_down' });
        await new WoundDownDeployments(asMonitor, clock).closeFlat('a test', () => false);
        expect([(await read(two.id)).state, await isProven(two)]).toEqual(['closed', false]);
        await asks(venue).authorise(one.id, 'a test');
        expect([(await read(one.id)).state, await isProven(one)]).toEqual(['active', true]);
      });

      it('stays with its user while something of theirs is open there', async () => {
        const holder = await names(venue, randomAddress());
        approved.add(holder.key.address);
        await asks(venue).authorise(holder.id, 'a test');
        await given(database.dataSource).position({ deploymentId: holder.id, venue, venueAccountId: holder.account.id });
        approved.clear();
        await asks(venue).authorise(holder.id, 'a test');
        expect(await isProven(holder)).toBe(true);
      });

      it('is taken off a running deployment to which it was to be added, which goes on without it', async () => {
        const address = randomAddress();
        const running = await names(venue, address, { state: 'active', startingEquityUsd: new Decimal(5), activatedAt: clock.now() });
        const other = await names(venue, address);
        approved.add(other.key.address);
        await asks(venue).authorise(other.id, 'a test');
        await expect(asks(venue).authorise(running.id, 'a test')).rejects.toMatchObject({ code: 'VENUE_ACCOUNT_TAKEN' });
        expect((await read(running.id)).state).toBe('active');
        expect(await manager().countBy(DeploymentVenueEntity, { deploymentId: running.id })).toBe(0);
        expect(await steps(running.id)).toEqual({});
        expect((await manager().findOneByOrFail(VenueKeyEntity, { id: running.key.id })).state).toBe('revoked');
      });
    });

    it("is nobody's where the venue can not say whose keys are approved", async () => {
      const silent = Object.assign(venueOf('hyperliquid'), { authorisation: undefined });
      const waits = await names('hyperliquid', randomAddress());
      await new DeploymentAuthorisation(asMonitor, [silent], clock, metrics).authorise(waits.id, 'a test');
      expect((await read(waits.id)).state).toBe('awaiting_authorisation');
      expect(await steps(waits.id)).toEqual({ deposit: 'done', approve_agent: 'waiting' });
    });
  });

  describe('closing what was wound down', () => {
    const closing = () => new WoundDownDeployments(asMonitor, clock).closeFlat('a test', () => false);

    it('waits until no position is left, then revokes its key and says so in the audit log', async () => {
      const manager = database.dataSource.manager;
      const { id, venues } = await given(database.dataSource).deployment({ state: 'winding_down' });
      const position = await given(database.dataSource).position({ deploymentId: id });
      const others = await Promise.all(
        (['active', 'paused', 'awaiting_authorisation'] as const).map((state) => given(database.dataSource).deployment({ state })),
      );
      await closing();
      expect((await read(id)).state).toBe('winding_down');
      await manager.update(PositionEntity, { id: position.id }, { state: 'closed', closedAt: clock.now() });
      await Promise.all([closing(), closing()]);
      expect((await read(id)).state).toBe('closed');
      expect((await manager.findOneByOrFail(VenueKeyEntity, { id: venues[0]!.venueKeyId })).state).toBe('revoked');
      const entries = await manager.find(AuditLogEntity, { where: { subjectId: In([id, venues[0]!.venueKeyId]) }, order: { seq: 'ASC' } });
      expect(entries.map(({ action, actor }) => [action, actor])).toEqual([
        ['deployment.changed', 'a test'],
        ['venue_key.revoked', 'a test'],
      ]);
      for (const other of others) expect((await read(other.id)).state).toBe(other.state);
    });
  });
});
