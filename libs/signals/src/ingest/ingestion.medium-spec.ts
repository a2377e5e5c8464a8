import { PostEntity, ReportEntity, ResearchInstituteEntity, XAccountEntity } from '@maxxit/database';
import { FatalError, RetryableError, type PostPage, type PostSource, type ReportPage, type SourcePost } from '@maxxit/domain';
import { createTestDatabase, FakeClock, given, type Given, type TestDatabase } from '@maxxit/testing';
import { Logger } from '@nestjs/common';
import { PostIngestion } from './post-ingestion';
import { ReportIngestion } from './report-ingestion';

const NO_VALIDATORS = { etag: null, lastModified: null };
const rules = { intervalMs: 300_000, leaseMs: 120_000, backoffMinMs: 60_000, backoffMaxMs: 900_000 };

const clock = new FakeClock();
let database: TestDatabase;
let rows: Given;
/** What the source was asked, and what it says next. */
let asked: { username: string; sinceId: string | null }[];
let answer: () => Promise<PostPage>;
const source: PostSource = {
  newPosts: async ({ username }, sinceId) => {
    asked.push({ username, sinceId });
    return answer();
  },
};

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await createTestDatabase();
  rows = given(database.dataSource);
});
afterAll(() => database.drop());

beforeEach(async () => {
  for (const table of ['posts', 'reports', 'agent_accounts', 'agent_research_institutes'])
    await database.dataSource.query(`DELETE FROM ${table}`);
  clock.set(new Date('2026-01-05T12:00:00Z'));
  asked = [];
});

const ingestion = () => new PostIngestion(database.dataSource, source, clock, rules);
const post = (sourceId: string, text = `post ${sourceId}`): SourcePost => ({
  sourceId,
  username: 'x',
  kind: 'post',
  text,
  publishedAt: clock.now(),
  edited: false,
});
const page = (posts: SourcePost[], values: Partial<PostPage> = {}): PostPage => ({
  posts,
  newestId: posts.at(-1)?.sourceId ?? null,
  gap: false,
  malformed: [],
  ...values,
});
const says = (value: PostPage | Error) => (answer = async () => (value instanceof Error ? Promise.reject(value) : value));

async function dueAccount(values: Partial<XAccountEntity> = {}): Promise<XAccountEntity> {
  const account = await rows.xAccount({ nextPollAt: clock.now(), ...values });
  await rows.follow(await rows.agent(), account);
  return account;
}
const accountOf = ({ id }: { id: string }) => database.dataSource.getRepository(XAccountEntity).findOneByOrFail({ id });
const stored = async () =>
  (await database.dataSource.getRepository(PostEntity).find({ order: { sourceId: 'ASC' } })).map(({ sourceId }) => sourceId);

describe('the ingestion of posts', () => {
  it('stores a page and moves the cursor to the highest 64-bit id, and asks from there', async () => {
    const account = await dueAccount();
    says(page([post('9007199254740992'), post('9007199254740993')]));
    expect(await ingestion().pollNext()).toBe(true);
    expect(await accountOf(account)).toMatchObject({ sinceId: '9007199254740993', failures: 0, polledAt: clock.now(), gapAt: null });
    clock.advance(rules.intervalMs);
    says(page([post('9007199254740995')]));
    await ingestion().pollNext();
    expect(asked.map(({ sinceId }) => sinceId)).toEqual([null, '9007199254740993']);
    expect(await stored()).toEqual(['9007199254740992', '9007199254740993', '9007199254740995']);
  });

  it('stores a post once, and never moves the cursor back', async () => {
    const account = await dueAccount({ sinceId: '500' });
    says(page([post('499'), post('500')]));
    await ingestion().pollNext();
    clock.advance(rules.intervalMs);
    says(page([post('499', 'edited'), post('500')]));
    await ingestion().pollNext();
    expect(await stored()).toEqual(['499', '500']);
    expect((await accountOf(account)).sinceId).toBe('500');
    expect((await database.dataSource.getRepository(PostEntity).findOneByOrFail({ sourceId: '499' })).text).toBe('post 499');
  });

  it('keeps the cursor when there is nothing', async () => {
    const account = await dueAccount({ sinceId: '500' });
    says(page([]));
    await ingestion().pollNext();
    expect(await accountOf(account)).toMatchObject({ sinceId: '500', polledAt: clock.now() });
  });

  it('goes on after a post that cannot be read, and does not read it again', async () => {
    const account = await dueAccount();
    says(
      page([post('7', 'a\u0000b')], {
        newestId: '9',
        malformed: [
          { sourceId: '9', why: 'created_at' },
          { sourceId: null, why: 'no id' },
        ],
      }),
    );
    await ingestion().pollNext();
    expect(await stored()).toEqual(['7']);
    expect((await accountOf(account)).sinceId).toBe('9');
  });

  it('records a gap', async () => {
    const account = await dueAccount({ sinceId: '1' });
    says(page([post('7')], { gap: true }));
    await ingestion().pollNext();
    expect((await accountOf(account)).gapAt).toEqual(clock.now());
  });

  it('asks about an account only when it is due and an active agent follows it', async () => {
    await dueAccount({ nextPollAt: new Date(clock.now().getTime() + 1) });
    await rows.xAccount({ nextPollAt: clock.now() });
    await rows.follow(await rows.agent({ state: 'paused' }), await rows.xAccount({ nextPollAt: clock.now() }));
    says(page([]));
    expect(await ingestion().pollNext()).toBe(false);
    expect(asked).toEqual([]);
  });

  it('asks about an account that the creator follows no more, for as long as a running deployment has signed that it is followed', async () => {
    const account = await rows.xAccount({ nextPollAt: clock.now() });
    const agent = await rows.signedAgent({ accounts: [account.username] });
    const deployment = await rows.deployment({ agentId: agent.id });
    await rows.mandate(deployment, agent.signed);
    await rows.nextVersion(agent, { accounts: [] });
    says(page([]));
    expect(await ingestion().pollNext()).toBe(true);
    clock.advance(24 * 3_600_000);
    await database.dataSource.query(`UPDATE deployments SET state = 'paused' WHERE id = $1`, [deployment.id]);
    expect(await ingestion().pollNext()).toBe(false);
  });

  it('gives each account to one of two instances, and leaves it alone while one asks', async () => {
    const accounts = [await dueAccount(), await dueAccount()];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    answer = async () => held.then(() => page([]));
    const polls = [ingestion().pollNext(), ingestion().pollNext(), ingestion().pollNext()];
    expect(await Promise.race(polls)).toBe(false);
    release();
    expect((await Promise.all(polls)).sort()).toEqual([false, true, true]);
    expect(asked.map(({ username }) => username).sort()).toEqual(accounts.map(({ username }) => username).sort());
  });

  it('takes over an account whose instance died, after the lease', async () => {
    await dueAccount();
    await new Promise<void>((reached) => {
      const hanging: PostSource = {
        newPosts: async () => {
          reached();
          return new Promise(() => undefined);
        },
      };
      void new PostIngestion(database.dataSource, hanging, clock, rules).pollNext();
    });
    says(page([]));
    clock.advance(rules.leaseMs - 1);
    expect(await ingestion().pollNext()).toBe(false);
    clock.advance(1);
    expect(await ingestion().pollNext()).toBe(true);
  });

  it('waits 60 s after a failure, twice as long after each more, 15 min at most, and starts anew after a success', async () => {
    const account = await dueAccount({ sinceId: '5' });
    const pauses: number[] = [];
    for (const error of [
      ...Array<Error>(4).fill(new RetryableError('SOURCE_RATE_LIMITED', 'wait')),
      new FatalError('SOURCE_USER_NOT_FOUND', 'gone'),
    ]) {
      says(error);
      expect(await ingestion().pollNext()).toBe(true);
      const { nextPollAt } = await accountOf(account);
      pauses.push((nextPollAt.getTime() - clock.now().getTime()) / 1000);
      clock.set(nextPollAt);
    }
    expect(pauses).toEqual([60, 120, 240, 480, 900]);
    expect(await accountOf(account)).toMatchObject({ failures: 5, sinceId: '5' });
    says(page([]));
    await ingestion().pollNext();
    expect(await accountOf(account)).toMatchObject({ failures: 0 });
  });

  it('leaves neither posts nor cursor behind when storing breaks off', async () => {
    const account = await dueAccount({ sinceId: '5' });
    says(page([post('6'), post('9223372036854775808')]));
    await expect(ingestion().pollNext()).rejects.toThrow();
    expect(await stored()).toEqual([]);
    expect((await accountOf(account)).sinceId).toBe('5');
  });
});

describe('the ingestion of reports', () => {
  it('stores each report of an institute once and goes on after one that cannot be read', async () => {
    const institute = await rows.institute({ nextPollAt: clock.now(), feedUrl: 'folder:macro' });
    await rows.follow(await rows.agent(), institute);
    const report = { sourceId: 'a', title: 'A', text: 'Long gold', publishedAt: clock.now() };
    const feed: ReportPage = { reports: [report], malformed: [{ sourceId: 'b', why: 'no title' }], validators: NO_VALIDATORS };
    const reports = new ReportIngestion(
      database.dataSource,
      { reports: async (url) => (url === 'folder:macro' ? feed : { reports: [], malformed: [], validators: NO_VALIDATORS }) },
      clock,
      rules,
    );
    expect(await reports.pollNext()).toBe(true);
    expect(await reports.pollNext()).toBe(false);
    clock.advance(rules.intervalMs);
    await reports.pollNext();
    expect(await database.dataSource.getRepository(ReportEntity).find()).toMatchObject([
      { sourceId: 'a', instituteId: institute.id, readAt: null },
    ]);
  });

  it('backs off from a feed that cannot be read', async () => {
    const institute = await rows.institute({ nextPollAt: clock.now() });
    await rows.follow(await rows.agent(), institute);
    const failing = { reports: async () => Promise.reject(new RetryableError('FEED_UNREADABLE', 'no')) };
    expect(await new ReportIngestion(database.dataSource, failing, clock, rules).pollNext()).toBe(true);
    const row = await database.dataSource.getRepository(ResearchInstituteEntity).findOneByOrFail({ id: institute.id });
    expect(row).toMatchObject({ failures: 1, nextPollAt: new Date(clock.now().getTime() + 60_000) });
  });
});
