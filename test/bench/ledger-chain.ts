/**
 * What the ledger costs the dialing, and how fast it is itself.
 *
 * First, one row after the other: chaining a backlog of two days that are over, exporting it, verifying
 * the export with every signature and by its roots. Then decisions a second that ten workers insert,
 * each committed by itself: without the queue of the ledger, with it, and with the chainer running
 * beside them in the same process; in turn. The share of the whole matters more than the figures: a
 * machine that does other work as well is slower, in all of them.
 *
 *     npm run bench:ledger
 *     BENCH_ENTRIES=200000 BENCH_INSERTS=4000 BENCH_ROUNDS=3 npm run bench:ledger
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGate } from '../../dialer/create-gate';
import { reserveNext } from '../../dialer/reserve';
import { one, openDatabase, type Database } from '../../src/db/database';
import { readBacklog } from '../../src/db/ledger';
import { migrate, migrationsFolder } from '../../src/db/migrate';
import { newId } from '../../src/db/new-id';
import { startEmbeddedPostgres } from '../../src/main/embedded-postgres';
import { installShippedRules } from '../../src/main/install-shipped-rules';
import { exportLedger } from '../../src/proof/export-ledger';
import { verifyStream } from '../../src/proof/verify-stream';
import { chainBatch, type KeyCache } from '../../workers/chain-ledger';
import { ledgerTurn } from '../../workers/ledger-turn';
import { TEST_SIGNER } from '../support/gate';
import { makeGateFloor } from './gate/gate-floor';

const ENTRIES = Number(process.env.BENCH_ENTRIES ?? 100_000);
const INSERTS = Number(process.env.BENCH_INSERTS ?? 3_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const WORKERS = 10;
const TARGET = 10_000_000;
const DAY_MS = 86_400_000;

interface Template {
  readonly id: string;
  readonly record: string;
}

async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'santun-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir });
  const db = openDatabase({
    url: postgres.url,
    maxConnections: WORKERS + 4,
    onIdleError: () => undefined,
  });
  try {
    await migrate(db, migrationsFolder(process.cwd()));
    await installShippedRules(db);
    const template = await decideOnce(db);
    print(
      `record ${template.record.length} bytes, ${WORKERS} workers, fsync as the product has it`,
    );
    // in this order: the days of a chain never go back
    await measureLedger(db, template, join(dataDir, 'ledger.jsonl'));
    await measureDialing(db, template);
  } finally {
    await db.close();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** A permit as the gate writes it: every row of the bench is its copy, signed anew. */
async function decideOnce(db: Database): Promise<Template> {
  const gate = createGate({ db, signer: TEST_SIGNER, engine: 'bench' });
  const floor = await makeGateFloor(gate, 1, { events: 10, days: 7 });
  await reserveNext(gate, floor.campaignId);
  return one(
    await db.query<Template>('select id, record from decision order by id desc limit 1'),
    'a decision',
  );
}

/** Copies of the decision in one statement. */
async function insertCopies(
  db: Database,
  template: Template,
  at: Date,
  count: number,
): Promise<void> {
  const ids = Array.from({ length: count }, () => newId(at));
  const decided = JSON.parse(template.record) as { at: string };
  const records = ids.map((id) =>
    template.record.replaceAll(template.id, id).replaceAll(decided.at, at.toISOString()),
  );
  await db.query(
    `insert into decision (id, at, stage, verdict, denied_by, record, facts, record_sha256, signature,
       key_id, next_allowed_at, expires_at, creditor_id, campaign_id, account_id, debtor_id, phone_id,
       attempt_id)
     select n.id, $2, stage, verdict, denied_by, n.record, facts, n.sha256, n.signature, key_id,
       next_allowed_at, expires_at, creditor_id, campaign_id, account_id, debtor_id, phone_id, attempt_id
     from decision d, unnest($3::uuid[], $4::text[], $5::bytea[], $6::bytea[]) n(id, record, sha256, signature)
     where d.id = $1`,
    [
      ...[template.id, at, ids, records],
      records.map((record) => createHash('sha256').update(record).digest()),
      records.map((record) => TEST_SIGNER.sign(record)),
    ],
  );
}

async function measureDialing(db: Database, template: Template): Promise<void> {
  const bare: number[] = [];
  const queued: number[] = [];
  const chained: number[] = [];
  await insertsASecond(db, template);
  for (let round = 0; round < ROUNDS; round += 1) {
    await db.query('alter table decision disable trigger queued');
    bare.push(await insertsASecond(db, template));
    await db.query('alter table decision enable trigger queued');
    queued.push(await insertsASecond(db, template));
    await drain(db);
    const stop = startChainer(db);
    chained.push(await insertsASecond(db, template));
    await stop();
    await drain(db);
  }
  const [without, withQueue, withChainer] = [bare, queued, chained].map(median);
  print(`decisions/s, no ledger at all     ${round0(without)}`);
  print(`decisions/s, queued               ${round0(withQueue)}`);
  print(`decisions/s, queued and chained   ${round0(withChainer)}`);
}

async function insertsASecond(db: Database, template: Template): Promise<number> {
  let left = INSERTS;
  const fromMs = performance.now();
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      while (left > 0) {
        left -= 1;
        await insertCopies(db, template, new Date(), 1);
      }
    }),
  );
  return perSecond(INSERTS, fromMs);
}

function startChainer(db: Database): () => Promise<void> {
  const stopping = new AbortController();
  const turn = ledgerTurn({ db, signer: TEST_SIGNER });
  const done = (async () => {
    while (!stopping.signal.aborted) {
      await turn();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  return async () => {
    stopping.abort();
    await done;
  };
}

async function drain(db: Database): Promise<void> {
  const keys: KeyCache = new Map();
  while ((await readBacklog(db)).waiting > 0) {
    await chainBatch(db, { keys, now: new Date() });
  }
}

async function measureLedger(db: Database, template: Template, file: string): Promise<void> {
  // two days that are over, so that roots cover them
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  // what made the template waits, and is of today
  await db.query('delete from ledger_queue');
  for (let made = 0; made < ENTRIES; made += 1_000) {
    const day = made < ENTRIES / 2 ? 2 : 1;
    await insertCopies(db, template, new Date(today - day * DAY_MS + 3_600_000), 1_000);
  }
  let fromMs = performance.now();
  await drain(db);
  print(`chained, each signature checked   ${round0(perSecond(ENTRIES, fromMs))}/s`);
  fromMs = performance.now();
  await ledgerTurn({ db, signer: TEST_SIGNER })();
  print(`two days closed in                ${round0(performance.now() - fromMs)} ms`);
  const day = (ago: number): string => new Date(today - ago * DAY_MS).toISOString().slice(0, 10);
  const range = { from: day(2), to: day(1), creditorId: null, facts: false };
  fromMs = performance.now();
  const out = createWriteStream(file);
  for await (const line of exportLedger(db, { ...range, signer: TEST_SIGNER, now: new Date() })) {
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
  const bytes = (await stat(file)).size;
  print(
    `exported                          ${round0(perSecond(ENTRIES, fromMs))}/s, ${round0(bytes / ENTRIES)} bytes an entry`,
  );
  for (const mode of ['full', 'roots'] as const) await measureVerify(file, mode);
}

async function measureVerify(file: string, mode: 'full' | 'roots'): Promise<void> {
  const fromMs = performance.now();
  const cpu = process.cpuUsage();
  const input = createReadStream(file, { highWaterMark: 1 << 20 });
  const options = { pinned: [TEST_SIGNER.publicKey], mode, days: null, problemLimit: 5 };
  const report = await verifyStream(input, options);
  if (report.problemCount > 0) throw new Error(report.problems.join('\n'));
  const rate = perSecond(report.entries, fromMs);
  const { user, system } = process.cpuUsage(cpu);
  const cpuSeconds = (user + system) / 1e6;
  print(
    `verified, ${mode.padEnd(5)}                   ${round0(rate)}/s; ${TARGET} entries: ` +
      `${round0(TARGET / rate)} s here, ${round0((TARGET / report.entries) * cpuSeconds)} s of one core; ` +
      `${round0(process.memoryUsage().rss / 2 ** 20)} MiB`,
  );
}

const perSecond = (count: number, fromMs: number): number =>
  (count * 1_000) / (performance.now() - fromMs);

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function round0(value: number | undefined): string {
  return (value ?? NaN).toFixed(0);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
  process.exitCode = 1;
});
