/**
 * What it costs to choose: 1,000 accounts out of 50,000, 500,000 and 5,000,000 that are all due, best
 * first, as the product does it; and what making an account ready costs.
 *
 * Postgres as the product starts it, with 8 GB of shared memory (BENCH_SHARED_BUFFERS): five million
 * accounts fit. The portfolio grows in one database; each size is measured when it is reached. The
 * middle of many rounds, for the first after a checkpoint write whole pages to the log. Made-up people;
 * everything is removed at the end.
 *
 *     npm run bench:selection
 *     BENCH_SIZES=2000,20000 BENCH_TAKE=100 BENCH_ROUNDS=3 npm run bench:selection
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGate, type Gate } from '../../../dialer/create-gate';
import { explainCampaign } from '../../../dialer/explain';
import { promote } from '../../../dialer/promote';
import { openDatabase, type Database } from '../../../src/db/database';
import { migrate, migrationsFolder } from '../../../src/db/migrate';
import { dropReady, lockReadyAccounts } from '../../../src/db/ready-accounts';
import { startEmbeddedPostgres } from '../../../src/main/embedded-postgres';
import { installShippedRules } from '../../../src/main/install-shipped-rules';
import { makeFloor } from '../../support/floor';
import { TEST_SIGNER } from '../../support/gate';
import { growPortfolio, makeRestReady } from './portfolio';

const SIZES = (process.env.BENCH_SIZES ?? '50000,500000,5000000').split(',').map(Number);
const TAKE = Number(process.env.BENCH_TAKE ?? 1_000);
/** So many accounts are made ready as the product does it; the rest by one statement. */
const PROMOTE = Number(process.env.BENCH_PROMOTE ?? 20_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 15);
const SHARED_BUFFERS = process.env.BENCH_SHARED_BUFFERS ?? '8GB';

interface Measured {
  readonly accounts: number;
  readonly promoteSeconds: number;
  readonly promoted: number;
  readonly bytesEach: number;
  readonly walBytesEach: number;
  readonly batchMs: number;
  readonly worstBatchMs: number;
  /** With the commit. */
  readonly committedMs: number;
  readonly singleMs: number;
  readonly whyMs: number;
}

async function main(): Promise<void> {
  const startedMs = Date.now();
  const dataDir = await mkdtemp(join(tmpdir(), 'santun-selection-'));
  // as the product starts it, with room for what is made here between two checkpoints, and memory
  // as the README asks for so many accounts
  const settings = { max_wal_size: '8GB', shared_buffers: SHARED_BUFFERS };
  const postgres = await startEmbeddedPostgres({ dataDir, settings });
  const db = openDatabase({
    url: postgres.url,
    maxConnections: 8,
    onIdleError: () => undefined,
  });
  try {
    await migrate(db, migrationsFolder(process.cwd()));
    await installShippedRules(db);
    const gate = createGate({ db, signer: TEST_SIGNER, engine: 'bench' });
    const { creditorId, campaignId } = await makeFloor(db);
    print(
      `${TAKE} accounts of so many that are due; the middle of ${ROUNDS} rounds; shared_buffers ${SHARED_BUFFERS}`,
    );
    print(
      ` accounts  made s  ready    ready/s  bytes each  WAL each${`ms per ${TAKE}`.padStart(15)}   worst  committed  one by one  why asked`,
    );
    const all: Measured[] = [];
    for (const [index, size] of SIZES.entries()) {
      const madeMs = Date.now();
      await growPortfolio(db, creditorId, SIZES[index - 1] ?? 0, size);
      // as the server does by itself within minutes of a large import
      await db.query('analyze debtor, phone, account');
      const madeSeconds = (Date.now() - madeMs) / 1_000;
      const measured = await measure(gate, db, campaignId, size);
      all.push(measured);
      printRow(measured, madeSeconds);
    }
    printGrowth(all);
    print(`took ${((Date.now() - startedMs) / 1_000).toFixed(0)} s in all`);
  } finally {
    await db.close();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measure(
  gate: Gate,
  db: Database,
  campaignId: string,
  accounts: number,
): Promise<Measured> {
  const ready = await makeReady(gate, db, campaignId);
  const batches: number[] = [];
  const commits: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const fromMs = performance.now();
    batches.push(await takeBatch(db, campaignId, TAKE));
    commits.push(performance.now() - fromMs);
  }
  const singles: number[] = [];
  for (let round = 0; round < ROUNDS * 10; round++) {
    singles.push(await takeBatch(db, campaignId, 1));
  }
  const [batchMs = NaN] = middle(batches);
  const [singleMs = NaN] = middle(singles);
  const [committedMs = NaN] = middle(commits);
  const whyMs = await timed(async () => {
    await explainCampaign(gate, campaignId);
  });
  return {
    accounts,
    ...ready,
    batchMs,
    worstBatchMs: Math.max(...batches),
    committedMs,
    singleMs,
    whyMs,
  };
}

/** As the scheduler does it, turn after turn; then the rest, for nothing may be missing. */
async function makeReady(
  gate: Gate,
  db: Database,
  campaignId: string,
): Promise<Pick<Measured, 'promoteSeconds' | 'promoted' | 'bytesEach' | 'walBytesEach'>> {
  await db.query('update promotion set next_pass_at = now(), pass_at = $1', ['-infinity']);
  const before = await readSizes(db);
  const fromMs = Date.now();
  let promoted = 0;
  for (let turn = await promote(gate, campaignId); turn.promoted > 0 && promoted < PROMOTE;) {
    promoted += turn.promoted;
    turn = await promote(gate, campaignId);
  }
  const promoteSeconds = (Date.now() - fromMs) / 1_000;
  const after = await readSizes(db);
  await makeRestReady(db, campaignId);
  await db.query('analyze ready_account');
  const all = await readSizes(db);
  return {
    promoteSeconds,
    promoted,
    bytesEach: Number(all.bytes) / Number(all.entries),
    walBytesEach: Number(after.wal - before.wal) / promoted,
  };
}

async function readSizes(db: Database): Promise<{ bytes: bigint; entries: bigint; wal: bigint }> {
  const { rows } = await db.query<{ bytes: bigint; entries: bigint; wal: bigint }>(
    `select pg_total_relation_size('ready_account') as bytes,
       (select count(*) from ready_account) as entries,
       (pg_current_wal_lsn() - '0/0')::bigint as wal`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('sizes');
  return row;
}

/**
 * The best so many, locked with their debtors, and taken out; committed. @returns how long it took
 * until they were chosen, ms: what the commit waits for is the disk.
 */
async function takeBatch(db: Database, campaignId: string, limit: number): Promise<number> {
  const fromMs = performance.now();
  return db.transaction(async (tx) => {
    const taken = await lockReadyAccounts(tx, campaignId, limit);
    const chosenMs = performance.now() - fromMs;
    if (taken.length !== limit || !taken.every(({ stands }) => stands)) {
      throw new Error(`took ${taken.length} of ${limit}`);
    }
    dropReady(
      tx,
      campaignId,
      taken.map(({ accountId }) => accountId),
    );
    return chosenMs;
  });
}

async function timed(work: () => Promise<void>): Promise<number> {
  const fromMs = performance.now();
  await work();
  return performance.now() - fromMs;
}

const middle = (values: readonly number[]): number[] =>
  [...values].sort((a, b) => a - b).slice(Math.floor(values.length / 2));

function printRow(measured: Measured, madeSeconds: number): void {
  const { accounts, promoteSeconds, promoted, bytesEach, walBytesEach } = measured;
  const columns = [
    String(accounts).padStart(9),
    madeSeconds.toFixed(0).padStart(8),
    String(promoted).padStart(9),
    (promoted / promoteSeconds).toFixed(0).padStart(9),
    bytesEach.toFixed(0).padStart(12),
    walBytesEach.toFixed(0).padStart(10),
    measured.batchMs.toFixed(1).padStart(15),
    measured.worstBatchMs.toFixed(1).padStart(8),
    measured.committedMs.toFixed(1).padStart(11),
    `${measured.singleMs.toFixed(2)} ms`.padStart(12),
    `${(measured.whyMs / 1_000).toFixed(1)} s`.padStart(10),
  ];
  print(columns.join(''));
}

function printGrowth(all: readonly Measured[]): void {
  const [first] = all;
  if (first === undefined) return;
  for (const { accounts, batchMs, singleMs } of all.slice(1)) {
    print(
      `${(accounts / first.accounts).toFixed(0)} times the accounts: ` +
        `${(batchMs / first.batchMs).toFixed(2)} times as long for ${TAKE}, ` +
        `${(singleMs / first.singleMs).toFixed(2)} times for one`,
    );
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? String(error.stack) : String(error)}\n`);
  process.exitCode = 1;
});
