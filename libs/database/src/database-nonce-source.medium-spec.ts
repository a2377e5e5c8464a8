import { createTestDatabase, type TestDatabase } from '@maxxit/testing';
import { createDataSource } from './data-source';
import { DatabaseNonceSource } from './database-nonce-source';

const SIGNERS = Array.from({ length: 10 }, (_, index) => `0x${String(index).padStart(40, '0')}`);

describe('nonces', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it('are unique and increasing per signer over 1,000 actions of three processes at once, and after a restart', async () => {
    const given = new Map<string, number[]>(SIGNERS.map((signer) => [signer, []]));
    /** A process has connections of its own; here it takes its share of the nonces, all at once, and ends. */
    const run = async (actions: number) => {
      const connections = await createDataSource({ url: database.url, service: 'test', poolSize: 4 }).initialize();
      const nonces = new DatabaseNonceSource(connections);
      const own = new Map<string, number[]>();
      await Promise.all(
        Array.from({ length: actions }, async (_, index) => {
          const signer = SIGNERS[index % SIGNERS.length] ?? '';
          const nonce = await nonces.next(signer);
          own.set(signer, [...(own.get(signer) ?? []), nonce]);
          given.get(signer)?.push(nonce);
        }),
      );
      await connections.destroy();
    };

    await Promise.all([run(340), run(330), run(330)]);
    const before = new Map([...given].map(([signer, nonces]) => [signer, Math.max(...nonces)]));
    for (const nonces of given.values()) expect(new Set(nonces).size).toBe(100);

    for (const nonces of given.values()) nonces.length = 0;
    await Promise.all([run(50), run(50), run(50)]);
    for (const [signer, nonces] of given) {
      expect(new Set(nonces).size).toBe(15);
      expect(Math.min(...nonces)).toBeGreaterThan(before.get(signer) ?? Infinity);
    }
  });

  it('each is greater than the one before, also when the clock was set back', async () => {
    const nonces = new DatabaseNonceSource(database.dataSource);
    const [signer = ''] = SIGNERS;
    const ahead = Date.now() + 3_600_000;
    await database.dataSource.query('INSERT INTO signer_nonces (signer, last_nonce) VALUES ($1, $2)', [signer, ahead]);
    expect([await nonces.next(signer), await nonces.next(signer)]).toEqual([ahead + 1, ahead + 2]);
  });

  it('are near the present', async () => {
    const [signer = ''] = SIGNERS;
    const nonce = await new DatabaseNonceSource(database.dataSource).next(signer);
    expect(Math.abs(nonce - Date.now())).toBeLessThan(60_000);
  });
});
