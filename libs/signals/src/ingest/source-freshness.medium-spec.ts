import { PostEntity, ReportEntity, type AgentEntity } from '@maxxit/database';
import { HealthRegistry, Metrics } from '@maxxit/platform';
import { createTestDatabase, FakeClock, given, type Given, type TestDatabase } from '@maxxit/testing';
import { SourceFreshness } from './source-freshness';

const HOUR = 3_600_000;
const clock = new FakeClock();
let database: TestDatabase;
let rows: Given;
let agent: AgentEntity;

beforeAll(async () => {
  database = await createTestDatabase();
  rows = given(database.dataSource);
  agent = await rows.agent();
});
afterAll(() => database.drop());

function watch(kind: 'account' | 'institute') {
  const [health, metrics] = [new HealthRegistry(), new Metrics()];
  new SourceFreshness(database.dataSource, clock, kind, health, metrics).onModuleInit();
  return { status: async () => health.status.get(`${kind}s`)?.(), metrics: () => metrics.registry.metrics() };
}

let nextId = 100n;
const hoursAgo = (hours: number) => new Date(clock.now().getTime() - hours * HOUR);

/** An account that posts every two hours, the last time that long ago. */
async function account(username: string, lastHoursAgo: number, failures = 0): Promise<void> {
  const { id } = await rows.xAccount({ username, failures });
  await rows.follow(agent, await rows.xAccount({ username: `${username}_2` }));
  await database.dataSource.query('INSERT INTO agent_accounts (agent_id, x_account_id, weight) VALUES ($1, $2, 1)', [agent.id, id]);
  for (let i = 0; i < 10; i++) {
    const post = { xAccountId: id, sourceId: String(nextId++), text: 'x', publishedAt: hoursAgo(lastHoursAgo + 2 * i) };
    await database.dataSource.manager.insert(PostEntity, post);
  }
}

it('sources that post as usual are counted in /status', async () => {
  await account('bob', 1);
  expect(await watch('account').status()).toEqual({ followed: 2 });
});

// Ten posts two hours apart: five times the mean pause is 10 h, 36,000 s.
it('a source that has fallen silent, or that cannot be read, shows in /status and in the metrics; one that nobody follows does not', async () => {
  await account('alice', 11);
  await account('carol', 1, 3);
  await rows.xAccount({ username: 'unfollowed', failures: 9 });
  const watched = watch('account');
  await expect(watched.status()).rejects.toThrow(/^alice: silent for 39600 s, usually at most 36000 s; carol: failed 3 times in a row$/);
  const metrics = await watched.metrics();
  for (const line of [
    'maxxit_source_overdue{kind="account",source="alice"} 1',
    'maxxit_source_overdue{kind="account",source="bob"} 0',
    'maxxit_source_silence_seconds{kind="account",source="alice"} 39600',
  ])
    expect(metrics).toContain(line);
  expect(metrics).not.toContain('source="unfollowed"');
  expect(metrics).not.toContain('maxxit_source_silence_seconds{kind="account",source="alice_2"}');
});

it('institutes are watched the same way by their reports', async () => {
  const institute = await rows.institute({ name: 'Meridian' });
  await rows.follow(agent, institute);
  for (let i = 0; i < 10; i++) {
    const report = { instituteId: institute.id, sourceId: String(i), title: 'x', text: 'x', publishedAt: hoursAgo(12 + 2 * i) };
    await database.dataSource.manager.insert(ReportEntity, report);
  }
  await expect(watch('institute').status()).rejects.toThrow(/^Meridian: silent for 43200 s/);
});
