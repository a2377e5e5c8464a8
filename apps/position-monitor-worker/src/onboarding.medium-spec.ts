import { createDataSource, DatabaseKeyVault, LocalKeyWrapper, takeWallet, VenueKeyEntity } from '@maxxit/database';
import { HealthRegistry, Metrics } from '@maxxit/platform';
import { createTestDatabase, given, TEST_MASTER_KEY, type TestDatabase } from '@maxxit/testing';
import type { ApprovalExpiry, DeploymentAuthorisation, WoundDownDeployments } from '@maxxit/trading';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { OnboardingLoop } from './onboarding.loop';

describe('OnboardingLoop', () => {
  let database: TestDatabase;
  /** As the worker that does it, which may do what it is granted. */
  let asMonitor: DataSource;
  let health: HealthRegistry;
  let metrics: Metrics;
  let done: string[];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
    asMonitor = await createDataSource(await database.urlOf('position-monitor-worker')).initialize();
  });
  afterAll(async () => {
    await asMonitor.destroy();
    await database.drop();
  });
  beforeEach(() => {
    [health, metrics, done] = [new HealthRegistry(), new Metrics(), []];
  });

  function loop(): OnboardingLoop {
    const notes = (name: string) => async () => void done.push(name);
    const made = new OnboardingLoop(
      { intervalMs: 1000, poolSize: 6, poolLow: 3 },
      new DatabaseKeyVault(asMonitor, new LocalKeyWrapper([TEST_MASTER_KEY])),
      asMonitor,
      { checkDue: notes('authorisation') } as unknown as DeploymentAuthorisation,
      { warn: notes('expiry') } as unknown as ApprovalExpiry,
      { closeFlat: notes('wound down') } as unknown as WoundDownDeployments,
      metrics,
      health,
    );
    made.onModuleInit();
    return made;
  }
  const alarms = async () => (await metrics.errors.get()).values.find(({ labels }) => labels.code === 'WALLET_POOL_LOW')?.value ?? 0;
  const shown = async () => (await metrics.walletPool.get()).values[0]?.value;
  const status = () => health.status.get('wallet-pool')!();
  async function handOut(count: number): Promise<VenueKeyEntity[]> {
    const { id } = await given(database.dataSource).venueAccount();
    const keys: VenueKeyEntity[] = [];
    for (let n = 0; n < count; n++) keys.push(await takeWallet(database.dataSource.manager, id, null));
    return keys;
  }

  it('fills the wallet pool up to its size with each round, and no further', async () => {
    const filling = loop();
    await filling.tick();
    expect(await shown()).toBe(6);
    await handOut(1);
    await filling.tick();
    expect(await shown()).toBe(6);
    expect(await status()).toEqual({ available: 6 });
    expect(done).toEqual(Array.from({ length: 2 }, () => ['authorisation', 'expiry', 'wound down']).flat());
  });

  it('raises the alarm when fewer than the low-water mark are left, and makes more', async () => {
    const filling = loop();
    await filling.tick();
    await handOut(3);
    await expect(status()).resolves.toEqual({ available: 3 });
    await filling.tick();
    expect(await alarms()).toBe(0);
    await handOut(4);
    await expect(status()).rejects.toThrow('only 2 wallets are left; 3 are wanted at least');
    await filling.tick();
    expect(await alarms()).toBe(1);
    expect(await shown()).toBe(6);
  });

  it('never hands a wallet out twice, revoked or not', async () => {
    const filling = loop();
    const addresses: string[] = [];
    for (let round = 0; round < 3; round++) {
      await filling.tick();
      const keys = await handOut(5);
      addresses.push(...keys.map(({ address }) => address));
      await database.dataSource.query(`UPDATE venue_keys SET state = 'revoked'`);
    }
    expect(new Set(addresses).size).toBe(15);
  });
});
