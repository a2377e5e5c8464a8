import { createTestDatabase, type TestDatabase } from '@maxxit/testing';
import { EventEmitter } from 'node:events';
import { createDataSource } from './data-source';
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

  it('plan a statement once, for as long as its columns are what they were', async () => {
    const preparing = await createDataSource({ url: database.url, poolSize: 1, prepares: true }).initialize();
    try {
      await preparing.query('CREATE TABLE prices (symbol text, price integer)');
      await preparing.query('INSERT INTO prices VALUES ($1, $2)', ['BTC', 1]);
      const ask = () => preparing.query('SELECT * FROM prices WHERE symbol = $1', ['BTC']);
      await ask();
      expect(await ask()).toEqual([{ symbol: 'BTC', price: 1 }]);
      const prepared = await preparing.query<{ statement: string }[]>(
        `SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT * FROM prices%'`,
      );
      expect(prepared).toHaveLength(1);

      await preparing.query('ALTER TABLE prices ALTER price TYPE text');
      await expect(ask()).rejects.toThrow('cached plan must not change result type');
      expect(await ask()).toEqual([{ symbol: 'BTC', price: '1' }]);
    } finally {
      await preparing.destroy();
    }
  });

  it('prepare no more than a number of statements, and plan the others each time', async () => {
    const preparing = await createDataSource({ url: database.url, poolSize: 1, prepares: true }).initialize();
    try {
      for (let n = 0; n < 310; n++) expect(await preparing.query(`SELECT $1::int + ${n} AS sum`, [1])).toEqual([{ sum: n + 1 }]);
      expect(await preparing.query('SELECT count(*)::int AS kept FROM pg_prepared_statements')).toEqual([{ kept: 300 }]);
    } finally {
      await preparing.destroy();
    }
  });
});
