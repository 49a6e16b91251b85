import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/main/embedded-postgres';
import { runningServer } from '../../src/main/postgres-cluster';
import { eventually } from './eventually';
import { openDatabase } from '../../src/db/database';

export interface CrashPostgres {
  readonly url: string;
  /** SIGKILL to the server and every process of it; resolves when its successor takes queries. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** A PostgreSQL that its owner starts again on the same port and data whenever it dies. */
export async function startCrashPostgres(): Promise<CrashPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'santun-crash-'));
  const clusterDir = join(dataDir, 'postgres');
  let postgres: EmbeddedPostgres;
  try {
    postgres = await startEmbeddedPostgres({
      dataDir,
      // what was committed outlives the death of the process, for it stands in the kernel's cache;
      // synchronous_commit stays on: without it a commit may be in the dead process alone
      settings: { fsync: 'off', max_connections: '200' },
    });
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
  return {
    url: postgres.url,
    kill: async () => {
      const server = await runningServer(clusterDir);
      if (server === null) throw new Error('PostgreSQL does not run');
      const children = await readFile(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8');
      // the server first: a child that dies alone is only a crash of its session
      for (const pid of [server.pid, ...children.trim().split(' ').map(Number)]) kill(pid);
      await eventually('PostgreSQL runs again', 30_000, async () => {
        const again = await runningServer(clusterDir);
        if (again === null || again.pid === server.pid) return null;
        await ask(postgres.url);
        return again;
      });
    },
    stop: async () => {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function ask(url: string): Promise<void> {
  const db = openDatabase({ url, maxConnections: 1, onIdleError: () => undefined });
  try {
    await db.query('select 1');
  } finally {
    await db.close();
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone already: a session that had just ended
  }
}
