import { createTestDatabase, type TestDatabase } from '@maxxit/testing';
import { createDataSource } from './data-source';
import { DatabaseSignerLane } from './database-signer-lane';

describe('the lanes of signers', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it('let one at a time through for each signer over three processes, also after work that failed', async () => {
    const processes = await Promise.all(
      [1, 2, 3].map(() => createDataSource({ url: database.url, service: 'test', poolSize: 4 }).initialize()),
    );
    const inside = new Map<string, number>();
    let most = 0;
    let done = 0;
    await Promise.allSettled(
      Array.from({ length: 60 }, (_, index) =>
        new DatabaseSignerLane(processes[index % 3]!).run(`0x${index % 2}`, async () => {
          const signer = `0x${index % 2}`;
          inside.set(signer, (inside.get(signer) ?? 0) + 1);
          most = Math.max(most, inside.get(signer) ?? 0);
          await database.dataSource.query('SELECT pg_sleep(0.002)');
          inside.set(signer, (inside.get(signer) ?? 0) - 1);
          done += 1;
          if (index % 10 === 0) throw new Error('failed');
        }),
      ),
    );
    expect(most).toBe(1);
    expect(done).toBe(60);
    await Promise.all(processes.map((each) => each.destroy()));
  });
});
