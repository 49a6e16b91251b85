/**
 * The PostgreSQL of one test run, as a process of its own: prints its URL, and stops and removes
 * everything when its standard input ends, so also when the test run is killed.
 */
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, migrationsFolder } from '../../src/db/migrate';
import { createPartitions } from '../../src/db/partitions';
import { installShippedRules } from '../../src/main/install-shipped-rules';
import { openDatabase } from '../../src/db/database';
import { startEmbeddedPostgres } from '../../src/main/embedded-postgres';
import { TEMPLATE_DATABASE } from './postgres';

async function main(): Promise<void> {
  // a signal is for the test run; we end with it
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => undefined);
  const inputEnded = new Promise((resolve) => process.stdin.once('end', resolve).resume());
  const dataDir = await mkdtemp(join(await roomyFolder(), 'santun-test-'));
  try {
    const postgres = await startEmbeddedPostgres({
      dataDir,
      settings: {
        fsync: 'off',
        synchronous_commit: 'off',
        full_page_writes: 'off',
        max_connections: '300',
        max_wal_size: '512MB',
      },
    });
    try {
      await makeTemplate(postgres.url);
      process.stdout.write(`${postgres.url}\n`);
      await inputEnded;
    } finally {
      await postgres.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

const MEMORY = '/dev/shm';
const ROOM_BYTES = 4 * 1024 ** 3;

/**
 * In memory where there is room for it: each test file has a database of its own, which is a thousand
 * small files, and a disk that is busy with other tests makes it wait for seconds.
 */
async function roomyFolder(): Promise<string> {
  const memory = await statfs(MEMORY).catch(() => null);
  return memory !== null && memory.bavail * memory.bsize > ROOM_BYTES ? MEMORY : tmpdir();
}

async function makeTemplate(url: string): Promise<void> {
  const options = { maxConnections: 1, onIdleError: () => undefined };
  const santun = openDatabase({ url, ...options });
  await santun.query(`create database ${TEMPLATE_DATABASE}`);
  await santun.close();
  const templateUrl = new URL(url);
  templateUrl.pathname = `/${TEMPLATE_DATABASE}`;
  const template = openDatabase({ url: templateUrl.href, ...options });
  await migrate(template, migrationsFolder(process.cwd()));
  await createPartitions(template);
  await installShippedRules(template);
  await template.close();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
