import { createTestDatabase, type TestDatabase } from '@maxxit/testing';
import { EventEmitter } from 'node:events';
import type { Pool, PoolClient } from 'pg';

describe('the connections of a data source', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  it('can be ended by PostgreSQL while the pool hands them over, and end no process', async () => {
    const pool = (database.dataSource.driver as unknown as { master: Pool }).master;
    const client: PoolClient = await pool.connect();
    // Nobody but the connection itself listens now; an "error" event without a listener is thrown.
    expect((client as EventEmitter).listenerCount('error')).toBe(1);
    expect(() => client.emit('error', new Error('terminating connection due to administrator command'))).not.toThrow();
    client.release(true);
    expect(await database.dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
