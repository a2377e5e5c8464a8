import { createDataSource, DeploymentEntity, VenueKeyEntity } from '@maxxit/database';
import { Decimal, type VenueAdapter } from '@maxxit/domain';
import { HealthRegistry, Metrics } from '@maxxit/platform';
import { createTestDatabase, FakeClock, given, type TestDatabase } from '@maxxit/testing';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { ApprovalExpiry } from './approval-expiry';
import { DeploymentAuthorisation, insertSteps } from './deployment-authorisation';

const MINUTE = 60_000;
const DAY = 86_400_000;
const ENDS = new Date('2026-12-31T12:00:00Z');
const before = (days: number, ms = 0) => new Date(ENDS.getTime() - days * DAY - ms);

describe('ApprovalExpiry', () => {
  const clock = new FakeClock();
  let database: TestDatabase;
  /** As the worker that warns, which may do what it is granted. */
  let asMonitor: DataSource;
  let health: HealthRegistry;
  let metrics: Metrics;
  let warned: { venueKeyId: string; days: number }[];
  let keyId: string;
  let deployment: DeploymentEntity;
  let endsAt: Date | null;

  beforeAll(async () => {
    database = await createTestDatabase();
    asMonitor = await createDataSource(await database.urlOf('position-monitor-worker')).initialize();
  });
  afterAll(async () => {
    await asMonitor.destroy();
    await database.drop();
  });
  beforeEach(async () => {
    warned = [];
    const silent = (): void => undefined;
    Logger.overrideLogger({
      log: silent,
      error: silent,
      warn: (fields: { code?: string; venueKeyId: string; days: number }) => {
        if (fields.code === 'AGENT_EXPIRES') warned.push({ venueKeyId: fields.venueKeyId, days: fields.days });
      },
    });
    [health, metrics, endsAt] = [new HealthRegistry(), new Metrics(), ENDS];
    await database.dataSource.query(`UPDATE deployments SET state = 'closed'`);
    deployment = await given(database.dataSource).deployment({ state: 'active' });
    await insertSteps(database.dataSource.manager, deployment.id, ['hyperliquid']);
    keyId = deployment.venues![0]!.venueKeyId;
    await database.dataSource.manager.update(VenueKeyEntity, { id: keyId }, { state: 'approved', validUntil: ENDS });
  });
  afterEach(() => {
    Logger.overrideLogger(false);
  });

  const adapter = {
    venue: 'hyperliquid',
    account: async () => ({ equityUsd: new Decimal(1000), freeCollateralUsd: new Decimal(1000) }),
    authorisation: async () => ({ approved: true, missing: [], validUntil: endsAt }),
  } as unknown as VenueAdapter;
  const expiry = () => {
    const made = new ApprovalExpiry(asMonitor, clock, health, metrics);
    if (!health.status.has('approvals')) made.onModuleInit();
    return made;
  };
  const refresh = () => new DeploymentAuthorisation(asMonitor, [adapter], clock, metrics).checkDue('a test', () => false);
  const at = async (time: Date) => {
    clock.set(time);
    warned = [];
    // Two processes look at the same time, and one of them again.
    await Promise.all([expiry().warn(), expiry().warn()]);
    await expiry().warn();
    return warned.map(({ days }) => days);
  };

  it('warns 14, 3 and 1 days before an approval ends, each once', async () => {
    expect(await at(before(14, 1))).toEqual([]);
    expect(await at(before(14))).toEqual([14]);
    expect(await at(before(5))).toEqual([]);
    expect(await at(before(3))).toEqual([3]);
    expect(await at(before(2))).toEqual([]);
    expect(await at(before(1))).toEqual([1]);
    expect(await at(before(0))).toEqual([]);
    expect(await metrics.registry.getSingleMetricAsString('maxxit_errors_total')).toContain('{code="AGENT_EXPIRES"} 3');
  });

  it('says only the last of what is due after a time in which nobody looked', async () => {
    expect(await at(before(2))).toEqual([3]);
    expect(await at(before(1))).toEqual([1]);
  });

  it('warns anew of an approval that was renewed, as the venue tells it', async () => {
    expect(await at(before(1))).toEqual([1]);
    endsAt = new Date(ENDS.getTime() + 90 * DAY);
    await refresh();
    expect(await at(before(0))).toEqual([]);
    expect(await at(new Date(endsAt.getTime() - 3 * DAY))).toEqual([3]);
  });

  it('learns from the venue when an approval ends, every quarter of an hour', async () => {
    clock.set(before(30));
    endsAt = before(20);
    await refresh();
    const read = () => database.dataSource.manager.findOneByOrFail(VenueKeyEntity, { id: keyId });
    expect((await read()).validUntil).toEqual(endsAt);
    const known = endsAt;
    endsAt = before(10);
    clock.advance(14 * MINUTE);
    await refresh();
    expect((await read()).validUntil).toEqual(known);
    clock.advance(MINUTE);
    await refresh();
    expect((await read()).validUntil).toEqual(endsAt);
  });

  it('is silent about keys that trade for nobody', async () => {
    await database.dataSource.manager.update(DeploymentEntity, { id: deployment.id }, { state: 'closed' });
    expect(await at(before(1))).toEqual([]);
    await expect(health.status.get('approvals')!()).resolves.toBeUndefined();
  });

  it('shows in the status what ends soon', async () => {
    clock.set(before(15));
    expiry();
    await expect(health.status.get('approvals')!()).resolves.toBeUndefined();
    clock.set(before(14));
    await expect(health.status.get('approvals')!()).rejects.toThrow(
      /^1 approvals of trading keys end within 14 days, the first \(0x[0-9a-f]{40}\) at 2026-12-31T12:00:00/,
    );
  });
});
