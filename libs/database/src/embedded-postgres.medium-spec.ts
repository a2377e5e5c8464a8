import { waitFor } from '@maxxit/testing';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { type EmbeddedPostgres, removeEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres';

describe('the embedded PostgreSQL', () => {
  let folder: string;
  let dataDir: string;
  const started: EmbeddedPostgres[] = [];
  const start = async (port?: number) => {
    const postgres = await startEmbeddedPostgres({ dataDir, port, settings: { fsync: 'off' } });
    started.push(postgres);
    return postgres;
  };

  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maxxit-embedded-'));
    fs.chmodSync(folder, 0o711);
    dataDir = path.join(folder, 'postgres');
  });
  afterEach(async () => {
    for (const postgres of started.splice(0)) await postgres.stop();
  });
  afterAll(async () => {
    await removeEmbeddedPostgres(dataDir);
    fs.rmSync(folder, { recursive: true });
  });

  it('keeps its data and its port from one start to the next', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept (value text)');
    await query(first.url, `INSERT INTO kept VALUES ('here')`);
    await first.stop();

    const second = await start();

    expect(second).toMatchObject({ port: first.port, reused: false });
    expect(await query(second.url, 'SELECT value FROM kept')).toEqual([{ value: 'here' }]);
  });

  it('takes another port when something else has taken its own', async () => {
    const first = await start();
    await first.stop();
    const other = net.createServer();
    await new Promise<void>((resolve) => other.listen(first.port, '127.0.0.1', resolve));

    const second = await start();

    expect(second.port).not.toBe(first.port);
    await second.stop();
    await expect(start(first.port)).rejects.toThrow('is in use');
    await new Promise((resolve) => other.close(resolve));
  });

  it('has a password of its own that only its owner can read, and lets nobody in without it', async () => {
    const { url, port } = await start();
    const { password } = new URL(url);

    expect(fs.statSync(`${dataDir}.json`).mode & 0o777).toBe(0o600);
    expect(password.length).toBeGreaterThanOrEqual(32);
    await expect(query(`postgres://maxxit:wrong@127.0.0.1:${port}/maxxit`, 'SELECT 1')).rejects.toThrow('password authentication failed');
    await expect(query(`postgres://maxxit@127.0.0.1:${port}/maxxit`, 'SELECT 1')).rejects.toThrow('password');
  });

  it('listens on loopback only', async () => {
    const { url } = await start();

    expect(await query(url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await query(url, 'SHOW unix_socket_directories')).toEqual([{ unix_socket_directories: '' }]);
  });

  it('keeps what is committed safe from a crash of the machine unless told otherwise', async () => {
    const postgres = await startEmbeddedPostgres({ dataDir });
    started.push(postgres);

    expect(await query(postgres.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    expect(await query(postgres.url, 'SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
  });

  it('is one server for all who start it at once, and stops with the last of them', async () => {
    const servers = await Promise.all([start(), start(), start()]);

    expect(new Set(servers.map((server) => server.url)).size).toBe(1);
    expect(servers.filter((server) => !server.reused)).toHaveLength(1);
    await servers[0].stop();
    await servers[1].stop();
    expect(await query(servers[2].url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
    await servers[2].stop();
    await expect(query(servers[2].url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('is used again after the process that started it was killed', async () => {
    const first = await start();
    const state = `${dataDir}.json`;
    const remembered = JSON.parse(fs.readFileSync(state, 'utf8')) as { users: number[] };
    fs.writeFileSync(state, JSON.stringify({ ...remembered, users: [deadPid()] }));

    const second = await start();
    expect(second).toMatchObject({ reused: true, port: first.port });
    await second.stop();

    await expect(query(second.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('recovers what was committed when the server itself was killed', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE committed AS SELECT 1 AS value');
    const pid = serverPid(first.dataDir);
    process.kill(pid, 'SIGKILL');
    await waitFor(() => !isAlive(pid));

    const second = await start();

    expect(second.reused).toBe(false);
    expect(await query(second.url, 'SELECT value FROM committed')).toEqual([{ value: 1 }]);
  });

  it('ends a transaction that is open when it stops, and does not wait for it', async () => {
    const postgres = await start();
    const client = new Client({ connectionString: postgres.url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('BEGIN');

    await postgres.stop();

    await expect(query(postgres.url, 'SELECT 1')).rejects.toThrow();
    await client.end();
  });

  it('says what to do when the password of existing data is gone', async () => {
    const postgres = await start();
    await postgres.stop();
    fs.renameSync(`${dataDir}.json`, path.join(folder, 'elsewhere'));

    await expect(start()).rejects.toThrow('npm run reset');
    fs.renameSync(path.join(folder, 'elsewhere'), `${dataDir}.json`);
  });

  it('is not removed while it is in use, and wholly removed after', async () => {
    const postgres = await start();

    await expect(removeEmbeddedPostgres(dataDir)).rejects.toThrow(`in use by process ${process.pid}`);
    expect(await query(postgres.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);

    await postgres.stop();
    await removeEmbeddedPostgres(dataDir);
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

function serverPid(dataDir: string): number {
  return Number(fs.readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Above the largest pid that Linux gives. */
function deadPid(): number {
  return 2 ** 22 + 1;
}
