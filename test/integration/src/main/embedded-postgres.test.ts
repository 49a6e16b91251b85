import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../../../src/main/embedded-postgres';
import { commandOf } from '../../../../src/main/postgres-cluster';

const SUPPORT = join(__dirname, '..', '..', '..', 'support');

interface Owner {
  readonly child: ChildProcess;
  readonly url: string;
  readonly owned: boolean;
}

describe('embedded PostgreSQL', () => {
  let dataDir: string;
  const children: ChildProcess[] = [];

  const startInChild = async (): Promise<Owner> => {
    const child = spawn(
      process.execPath,
      ['-r', `${SUPPORT}/typescript-hook.cjs`, `${SUPPORT}/run-embedded-postgres.ts`, dataDir],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    children.push(child);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    return { child, ...(JSON.parse(line) as { url: string; owned: boolean }) };
  };
  const postmasterPid = async (): Promise<number> =>
    Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  const query = async (url: string, sql: string): Promise<unknown[]> => {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'santun-embedded-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.stdin?.end();
      await once(child, 'exit');
    }
    await rm(dataDir, { recursive: true, force: true });
  });

  it('keeps its data over a restart, its password to its owner, and listens on loopback only', async () => {
    const first = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
    await query(first.url, 'create table kept (n int)');
    const [listen] = await query(
      first.url,
      `select setting from pg_settings where name = 'listen_addresses'`,
    );
    expect(listen).toEqual({ setting: '127.0.0.1' });
    const wrong = new URL(first.url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
    await first.stop();
    await first.stop();
    await expect(query(first.url, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
    expect((await stat(join(dataDir, 'postgres-password'))).mode & 0o777).toBe(0o600);

    const second = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
    try {
      expect(await query(second.url, 'select n from kept')).toEqual([]);
    } finally {
      await second.stop();
    }
  }, 60_000);

  it('is shared with a second process while the first lives', async () => {
    const first = await startInChild();
    const second = await startInChild();
    expect([first.owned, second.owned, second.url]).toEqual([true, false, first.url]);
    second.child.stdin?.end();
    await once(second.child, 'exit');
    expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  }, 60_000);

  it('takes over from a process that was killed, server running or not', async () => {
    for (const alsoServer of [false, true]) {
      const killed = await startInChild();
      await query(killed.url, 'create table if not exists kept (n int)');
      const serverPid = await postmasterPid();
      killed.child.kill('SIGKILL');
      await once(killed.child, 'exit');
      if (alsoServer) process.kill(serverPid, 'SIGKILL');
      const next = await startInChild();
      expect(next.owned).toBe(true);
      expect(await query(next.url, 'select n from kept')).toEqual([]);
      expect(await commandOf(serverPid)).toBeNull();
      next.child.stdin?.end();
      await once(next.child, 'exit');
    }
  }, 60_000);

  it('starts the server again on the same port when it dies', async () => {
    const running = new Promise<string>((resolve, reject) => {
      void startEmbeddedPostgres({
        dataDir,
        settings: { fsync: 'off' },
        onTrouble: resolve,
      }).then(async (postgres) => {
        process.kill(await postmasterPid(), 'SIGKILL');
        started = postgres;
      }, reject);
    });
    let started: Awaited<ReturnType<typeof startEmbeddedPostgres>> | undefined;
    expect(await running).toMatch(/had died \(exit SIGKILL\) and runs again/);
    try {
      expect(await query(started!.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    } finally {
      await started!.stop();
    }
  }, 60_000);

  it('says why it does not start', async () => {
    const broken = startEmbeddedPostgres({ dataDir, settings: { no_such_setting: '1' } });
    await expect(broken).rejects.toThrow(/did not start .*no_such_setting/s);
    // and leaves the folder usable
    const repaired = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
    await repaired.stop();
  }, 60_000);
});
