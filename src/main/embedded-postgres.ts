import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import {
  clusterPassword,
  commandOf,
  makeCluster,
  makeDataDir,
  postgresBinary,
  runningServer,
  serverUser,
  type ServerUser,
} from './postgres-cluster';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 15_000;
const RESTART_DELAYS_MS = [100, 250, 500, 1_000, 2_000, 5_000];

export interface EmbeddedPostgresOptions {
  /** Folder of the installation; the cluster is `postgres` in it. Made when missing. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; a free one when unset. */
  readonly port?: number;
  /** Server settings, `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told when the server died and was started again, or could not be. */
  readonly onTrouble?: (message: string) => void;
}

export interface EmbeddedPostgres {
  /** Of the database `santun`. Holds the password: not for logs. */
  readonly url: string;
  /** False: another process of this installation runs the server, and this one only uses it. */
  readonly owned: boolean;
  /** Stops the server (open transactions are rolled back) when it is ours. Twice is fine. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on the cluster in `dataDir`, making it first when there is none. While it
 * runs it is started again on the same port whenever it dies. A server that a killed process of
 * ours left behind is stopped and started anew; one that a live process runs is shared.
 * @throws Error with the last lines of the server's log when it does not start.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const asked = resolve(options.dataDir);
  await makeDataDir(asked);
  const dataDir = await realpath(asked);
  const clusterDir = join(dataDir, 'postgres');
  const password = await clusterPassword(dataDir);
  const urlOf = (port: number, database: string): string =>
    `postgres://santun:${password}@127.0.0.1:${port}/${database}`;

  const ownerFile = join(dataDir, 'postgres-owner');
  if (!(await takeOwnership(ownerFile))) {
    const port = await portOfOwner(clusterDir, ownerFile);
    await waitUntilReady(urlOf(port, 'santun'), () => null);
    return { url: urlOf(port, 'santun'), owned: false, stop: () => Promise.resolve() };
  }

  const user = await serverUser(dataDir);
  await makeCluster(clusterDir, password, user);
  await stopLeftOver(clusterDir);
  const port = options.port ?? (await freePort());
  const server = new Server(clusterDir, port, user, options, urlOf(port, 'postgres'));
  try {
    await server.start();
    await createDatabase(urlOf(port, 'postgres'), 'santun');
  } catch (error) {
    await server.stop();
    await rm(ownerFile, { force: true });
    throw error;
  }
  return {
    url: urlOf(port, 'santun'),
    owned: true,
    stop: async () => {
      await server.stop();
      await rm(ownerFile, { force: true });
    },
  };
}

/** One server process and its successors. */
class Server {
  private child: ChildProcess | null = null;
  private stopping = false;
  private restarting: Promise<void> = Promise.resolve();
  // the process may end without stop(): the server must not outlive it then
  private readonly onProcessExit = (): void => void this.child?.kill('SIGINT');

  constructor(
    private readonly clusterDir: string,
    private readonly port: number,
    private readonly user: ServerUser,
    private readonly options: EmbeddedPostgresOptions,
    private readonly url: string,
  ) {}

  async start(): Promise<void> {
    process.on('exit', this.onProcessExit);
    await this.spawn();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    process.off('exit', this.onProcessExit);
    await this.restarting;
    const child = this.child;
    if (child === null || !isAlive(child)) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT'); // fast shutdown: sessions are ended, data is flushed
    const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_LIMIT_MS);
    await exited;
    clearTimeout(timer);
  }

  private async spawn(): Promise<void> {
    const logFile = join(this.clusterDir, '..', 'postgres.log');
    const log = await open(logFile, 'w', 0o600);
    const settings: Record<string, string> = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      // a look at a call holds locks on more tables and indexes than the 64 that cost nothing
      max_locks_per_transaction: '256',
      // details of an error may hold a person's number
      log_error_verbosity: 'terse',
      log_min_error_statement: 'panic',
      ...this.options.settings,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    // its own session: a Ctrl-C in the terminal is for us, and we stop it when calls have drained
    const child = spawn(
      postgresBinary('postgres'),
      ['-D', this.clusterDir, '-p', String(this.port), ...flags],
      { ...this.user, cwd: this.clusterDir, detached: true, stdio: ['ignore', log.fd, log.fd] },
    );
    this.child = child;
    const ended = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => {
        resolve(`exit ${String(code ?? signal)}`);
      });
      child.once('error', (error) => {
        resolve(error.message);
      });
    });
    await log.close();
    let end: string | null = null;
    void ended.then((text) => (end = text));
    try {
      await waitUntilReady(this.url, () => end);
    } catch (error) {
      child.kill('SIGQUIT');
      const tail = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-8).join('\n');
      throw new Error(`${(error as Error).message}; its log ends with:\n${tail}`);
    }
    void ended.then((text) => {
      if (!this.stopping) this.restarting = this.restart(text);
    });
  }

  private async restart(cause: string): Promise<void> {
    for (let tries = 0; !this.stopping; tries += 1) {
      await delay(RESTART_DELAYS_MS[Math.min(tries, RESTART_DELAYS_MS.length - 1)]);
      try {
        // its children may still be on their way out
        await stopLeftOver(this.clusterDir);
        await this.spawn();
        this.options.onTrouble?.(`PostgreSQL had died (${cause}) and runs again`);
        return;
      } catch (error) {
        this.options.onTrouble?.(`PostgreSQL does not start: ${(error as Error).message}`);
      }
    }
  }
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Claims the server for this process; false when a live process has it. */
async function takeOwnership(ownerFile: string): Promise<boolean> {
  const command = await commandOf(process.pid);
  for (;;) {
    try {
      const owner = JSON.stringify({ pid: process.pid, command });
      await writeFile(ownerFile, owner, { mode: 0o600, flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await isOwnerAlive(ownerFile)) return false;
    await rm(ownerFile, { force: true });
  }
}

/** The recorded process is another one and still the same program: ids are used again. */
async function isOwnerAlive(ownerFile: string): Promise<boolean> {
  try {
    const owner = JSON.parse(await readFile(ownerFile, 'utf8')) as { pid: number; command: string };
    return owner.pid !== process.pid && (await commandOf(owner.pid)) === owner.command;
  } catch {
    return false;
  }
}

async function portOfOwner(clusterDir: string, ownerFile: string): Promise<number> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline && (await isOwnerAlive(ownerFile))) {
    const server = await runningServer(clusterDir);
    if (server !== null) return server.port;
    await delay(100);
  }
  throw new Error(`the process named in ${ownerFile} has not started PostgreSQL; try again`);
}

async function stopLeftOver(clusterDir: string): Promise<void> {
  const server = await runningServer(clusterDir);
  if (server === null) return;
  process.kill(server.pid, 'SIGINT');
  const deadline = Date.now() + STOP_LIMIT_MS;
  while ((await runningServer(clusterDir)) !== null) {
    if (Date.now() > deadline) throw new Error(`PostgreSQL (process ${server.pid}) does not stop`);
    await delay(50);
  }
}

/** @throws Error when `ended` gives a text, or the time is over. */
async function waitUntilReady(url: string, ended: () => string | null): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    const end = ended();
    if (end !== null) throw new Error(`PostgreSQL did not start (${end})`);
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return;
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Error(`PostgreSQL is not ready: ${(error as Error).message}`);
      }
    } finally {
      await client.end().catch(() => undefined);
    }
    await delay(50);
  }
}

async function createDatabase(url: string, name: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
