import { AuthorisationStepEntity, DeploymentEntity, EquitySnapshotEntity, VenueKeyEntity } from '@maxxit/database';
import { type AuthorisationStep, Decimal, RetryableError, type VenueAdapter } from '@maxxit/domain';
import { createTestDatabase, FakeClock, given, type TestDatabase } from '@maxxit/testing';
import { Logger } from '@nestjs/common';
import { DeploymentAuthorisation, insertSteps } from './deployment-authorisation';

const HOUR = 3_600_000;

describe('DeploymentAuthorisation', () => {
  const clock = new FakeClock();
  let database: TestDatabase;
  let missing: AuthorisationStep[];
  let equityUsd: string;
  let asked: string[];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
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

  const authorisation = () => new DeploymentAuthorisation(database.dataSource, [adapter], clock);
  const watch = () => authorisation().authoriseWaiting('a test', () => false);
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
});
