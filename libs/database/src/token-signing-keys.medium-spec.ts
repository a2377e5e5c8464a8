import { ACCESS_TOKEN_SECONDS, signToken, verifyToken } from '@maxxit/platform';
import { createTestDatabase, FakeClock, TEST_MASTER_KEY, type TestDatabase } from '@maxxit/testing';
import { Logger } from '@nestjs/common';
import { DatabaseAccessStore } from './access-store';
import { AuditLogEntity } from './entities/audit-log.entity';
import { TokenSigningKeys } from './token-signing-keys';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 86_400 * SECOND;

describe('TokenSigningKeys', () => {
  const clock = new FakeClock();
  let database: TestDatabase;
  /** Two instances, neither of which is ever restarted. */
  let instances: [TokenSigningKeys, TokenSigningKeys];

  beforeEach(async () => {
    Logger.overrideLogger(false);
    clock.set(new Date('2026-01-05T12:00:00Z'));
    database = await createTestDatabase();
    const instance = () => new TokenSigningKeys(database.dataSource, TEST_MASTER_KEY, clock);
    instances = [instance(), instance()];
  });
  afterEach(() => database.drop());

  const kids = async () => (await Promise.all(instances.map((instance) => instance.signingKey()))).map(({ kid }) => kid);
  const published = async () => (await instances[0].valid()).map(({ id }) => id);
  const sign = async () => {
    const terms = { sub: 'somebody', audience: 'agent-api', now: clock.now(), seconds: ACCESS_TOKEN_SECONDS };
    return signToken(await instances[0].signingKey(), terms);
  };
  /** As an API does that has not seen the key yet. */
  const isTaken = async (token: string) => {
    const store = new DatabaseAccessStore(database.dataSource);
    const now = clock.now();
    return verifyToken(token, 'agent-api', now, (kid) => store.tokenKey(kid, now)).then(
      () => true,
      () => false,
    );
  };

  it('has both instances sign with one key, also when both need the first at the same time', async () => {
    const [one, two] = await kids();
    expect(one).toBe(two);
    expect(await published()).toEqual([one]);
  });

  it('has a key sign for 30 days, and what it signed last be taken until it expires', async () => {
    const [first] = await kids();
    clock.advance(30 * DAY - SECOND);
    expect(await kids()).toEqual([first, first]);
    const last = await sign();

    // Within half a minute both have the next one, and both keys are published.
    clock.advance(31 * SECOND);
    const [second, other] = await kids();
    expect(second).not.toBe(first);
    expect(other).toBe(second);
    expect(await published()).toEqual([second, first]);

    clock.advance(14 * MINUTE);
    expect(await isTaken(last)).toBe(true);
    clock.advance(MINUTE);
    expect(await isTaken(last)).toBe(false);
    expect(await published()).toEqual([second, first]);
    clock.advance(DAY);
    expect(await published()).toEqual([second]);
  });

  it('makes the next one when it is asked to, which instances have within half a minute, and keeps the one before for a day', async () => {
    const [first] = await kids();
    const token = await sign();
    clock.advance(SECOND);
    const operator = new TokenSigningKeys(database.dataSource, TEST_MASTER_KEY, clock);
    const { kid, replaced } = await operator.rotate('ops', { atOnce: false });
    expect(replaced).toEqual([first]);
    expect(await published()).toEqual([kid, first]);
    clock.advance(30 * SECOND);
    expect(await kids()).toEqual([kid, kid]);
    expect(await isTaken(token)).toBe(true);
    expect(await isTaken(await sign())).toBe(true);
    clock.advance(DAY - 30 * SECOND);
    expect(await published()).toEqual([kid]);
    const [entry] = await database.dataSource.getRepository(AuditLogEntity).find();
    expect(entry).toMatchObject({ actor: 'ops', action: 'token_key.rotated', subjectId: kid, details: { replaced: first, atOnce: false } });
  });

  it('takes nothing more of a key that may have been copied', async () => {
    await kids();
    const token = await sign();
    clock.advance(SECOND);
    const { kid } = await instances[1].rotate('ops', { atOnce: true });
    expect(await isTaken(token)).toBe(false);
    expect(await published()).toEqual([kid]);
    clock.advance(30 * SECOND);
    expect(await isTaken(await sign())).toBe(true);
  });

  it('leaves no private key in clear in the database', async () => {
    const { privateKey } = await instances[0].signingKey();
    const [row] = await database.dataSource.query<{ row: string }[]>(
      `SELECT encode(ciphertext, 'escape') || encode(wrapped_data_key, 'escape') || token_signing_keys::text AS row FROM token_signing_keys`,
    );
    const body = privateKey.split('\n')[1]!;
    expect(body).toHaveLength(64);
    expect(row?.row).not.toContain(body);
  });
});
