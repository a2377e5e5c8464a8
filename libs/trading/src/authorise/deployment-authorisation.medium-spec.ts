import {
  AgentEntity,
  AuditLogEntity,
  AuthorisationStepEntity,
  createDataSource,
  DeploymentEntity,
  DeploymentVenueEntity,
  EquitySnapshotEntity,
  PositionEntity,
  VenueKeyEntity,
} from '@maxxit/database';
import { type AuthorisationStep, Decimal, RetryableError, type VenueAdapter } from '@maxxit/domain';
import { createTestDatabase, FakeClock, given, type TestDatabase } from '@maxxit/testing';
import { Logger } from '@nestjs/common';
import { type DataSource, In } from 'typeorm';
import { WoundDownDeployments } from './close-deployment';
import { approvalMissing, DeploymentAuthorisation, insertSteps } from './deployment-authorisation';

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
    [missing, equityUsd, asked] = [[], '1000', []];
  });

  /** A venue that says what is missing, and throws when `missing` has more than it knows: it can't be asked then. */
  const adapter = {
    venue: 'hyperliquid',
    account: async ({ address }: { address: string }) => {
      asked.push(address);
      if (equityUsd === 'down') throw new RetryableError('VENUE_DOWN', 'the venue does not answer');
      return { equityUsd: new Decimal(equityUsd), freeCollateralUsd: new Decimal(equityUsd) };
    },
    authorisation: async () => ({ approved: missing.length === 0, missing, validUntil: new Date('2027-01-01T00:00:00Z') }),
  } as unknown as VenueAdapter;

  const authorisation = () => new DeploymentAuthorisation(asMonitor, [adapter], clock);
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
    expect(await steps(id)).toMatchObject({ deposit: 'done', approve_agent: 'done' });
    expect(await database.dataSource.manager.countBy(EquitySnapshotEntity, { deploymentId: id, kind: 'start' })).toBe(1);
    expect((await database.dataSource.manager.findOneByOrFail(VenueKeyEntity, { id: venues[0]!.venueKeyId })).state).toBe('approved');
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
