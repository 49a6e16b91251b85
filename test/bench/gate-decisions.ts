/**
 * What a decision of the gate costs: agent and account taken, all locks, facts and ledger read,
 * rules evaluated, the record signed, permit, attempt, open attempt and events written, committed;
 * against a bare insert of the very same decision row, on the same pool, in turn A B C D A B C D. The
 * others are what no reservation can get below that writes decision, attempt and agent together: all
 * its rows by the gate's own statement with nothing locked, read or asked; and the same under locks.
 *
 * Postgres as the product starts it, so each commit waits for the disk. The ratio is steadier than
 * the milliseconds on a machine that does other work as well, and the ratio of processor time (µs of
 * this process and of the server's, for one) steadier still.
 *
 *     npm run bench:gate
 *     BENCH_WORKERS=1,10,100 BENCH_CALLS=400 BENCH_ROUNDS=3 BENCH_FSYNC=off npm run bench:gate
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGate } from '../../dialer/create-gate';
import { decideCall } from '../../dialer/gate-decision';
import type { GateFacts } from '../../dialer/gate-facts';
import { reserveNext } from '../../dialer/reserve';
import { decisionValues, INSERT_DECISION, type KeptDecision } from '../../src/db/decisions';
import { openDatabase, type Database } from '../../src/db/database';
import { migrate, migrationsFolder } from '../../src/db/migrate';
import { newId } from '../../src/db/new-id';
import { startEmbeddedPostgres } from '../../src/main/embedded-postgres';
import { installShippedRules } from '../../src/main/install-shipped-rules';
import { TEST_SIGNER } from '../support/gate';
import { withCpuTime, type CpuTime } from './gate/cpu-time';
import { makeGateFloor, type GateFloor, type Ledger } from './gate/gate-floor';
import { measure, measureArrivals, median, middle, type Latencies } from './gate/measure';
import { KEPT_COLUMNS, lockAndWriteAgain, readWritten, writeAgain } from './gate/same-rows';

const WORKERS = (process.env.BENCH_WORKERS ?? '1,10,100').split(',').map(Number);
const CALLS = Number(process.env.BENCH_CALLS ?? 400);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
/** Calls that an installation places a second, of which each is decided about here once. */
const CALLS_A_SECOND = 50;
const POOL = Number(process.env.BENCH_POOL ?? 20);
const LEDGERS: readonly Ledger[] = [
  { events: 10, days: 7 },
  { events: 1_000, days: 365 },
  { events: 1_000, days: 7 },
];

async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'santun-bench-'));
  const settings = process.env.BENCH_FSYNC === 'off' ? { fsync: 'off' } : {};
  const postgres = await startEmbeddedPostgres({ dataDir, settings });
  const db = openDatabase({
    url: postgres.url,
    maxConnections: POOL,
    onIdleError: () => undefined,
  });
  try {
    await migrate(db, migrationsFolder(process.cwd()));
    await installShippedRules(db);
    print(`pool ${POOL}, ${CALLS} decisions a run, median of ${ROUNDS} runs; ms`);
    print(
      'events a person        workers   gate p50    p99     /s   bare p50    p99     /s   ratio p50  p99   cpu node  pg  bare node  pg  ratio',
    );
    for (const ledger of LEDGERS) await measureLedger(db, ledger);
    print('the same at a steady rate: the calls a second that one installation is built for');
    await measureRate(db);
  } finally {
    await db.close();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measureLedger(db: Database, ledger: Ledger): Promise<void> {
  const gate = createGate({ db, signer: TEST_SIGNER, engine: 'bench' });
  const floor = await makeGateFloor(gate, CALLS, ledger);
  const row = await warmUp(db, floor);
  for (const workers of WORKERS) {
    await runGate(floor, workers);
    await measureRounds(db, floor, row, [ledger, workers], (operation) =>
      withCpuTime(db, CALLS, () => measure(workers, CALLS, operation)),
    );
  }
  await measurePure(db, gate, row);
}

async function measureRate(db: Database): Promise<void> {
  const [ledger] = LEDGERS;
  if (ledger === undefined) return;
  const gate = createGate({ db, signer: TEST_SIGNER, engine: 'bench' });
  const floor = await makeGateFloor(gate, CALLS, ledger);
  const row = await warmUp(db, floor);
  await measureRounds(db, floor, row, [ledger, `${CALLS_A_SECOND}/s`], (operation) =>
    withCpuTime(db, CALLS, () => measureArrivals(CALLS_A_SECOND, CALLS, operation)),
  );
}

/** @param run runs an operation as often as there are accounts, and measures it */
async function measureRounds(
  db: Database,
  floor: GateFloor,
  row: KeptDecision,
  [ledger, load]: readonly [Ledger, number | string],
  run: (operation: () => Promise<void>) => Promise<Run>,
): Promise<void> {
  const gates: Run[] = [];
  const bares: Run[] = [];
  const floors = new Map(FLOORS.map((it) => [it, [] as Run[]]));
  for (let round = 0; round < ROUNDS; round++) {
    await floor.reset();
    gates.push(await run(() => decide(floor)));
    bares.push(await run(() => insertBare(db, row)));
    const written = await readWritten(db, floor.campaignId);
    if (written.length !== CALLS) throw new Error(`${written.length} permits for ${CALLS} calls`);
    for (const [{ write }, runs] of floors) {
      await floor.reset();
      const left = [...written];
      runs.push(
        await run(async () => {
          const next = left.pop();
          if (next === undefined) throw new Error('more writes than permits');
          await write(db, next);
        }),
      );
    }
  }
  printRow(ledger, load, gates, bares);
  for (const [{ name }, runs] of floors) printFloor(name, runs, bares);
}

/** What a reservation does besides deciding. */
const FLOORS = [
  { name: 'the same rows, nothing asked', write: writeAgain },
  { name: 'the same rows under their locks', write: lockAndWriteAgain },
] as const;

function printFloor(name: string, floors: readonly Run[], bares: readonly Run[]): void {
  const [writes, bare] = [floors, bares].map((runs) => median(runs.map(({ result }) => result)));
  if (!writes || !bare) return;
  print(
    `  ${name}: p50 ${writes.p50.toFixed(2)}, p99 ${writes.p99.toFixed(2)}: ${(writes.p50 / bare.p50).toFixed(2)} and ${(writes.p99 / bare.p99).toFixed(2)} times the bare insert`,
  );
}

async function runGate(floor: GateFloor, workers: number): Promise<void> {
  await floor.reset();
  await measure(workers, CALLS, () => decide(floor));
}

/** Runs before what is measured: with some hundred attempts the server may still plan to read them all. */
const WARM_UPS = 5;

/** Plans are made for tables that are filled: the server's own analyze finds them within a minute. */
async function warmUp(db: Database, floor: GateFloor): Promise<KeptDecision> {
  for (let run = 0; run < WARM_UPS; run++) await runGate(floor, 10);
  await db.query('analyze');
  await runGate(floor, 10);
  return lastDecision(db);
}

async function decide(floor: GateFloor): Promise<void> {
  const result = await reserveNext(floor.gate, floor.campaignId);
  if (result.kind !== 'reserved') throw new Error(`not reserved: ${result.kind}`);
}

/** The same row under new ids, by the same statement, committed by itself. */
async function insertBare(db: Database, row: KeptDecision): Promise<void> {
  await db.query(INSERT_DECISION, decisionValues({ ...row, id: newId(new Date()) }));
}

async function lastDecision(db: Database): Promise<KeptDecision> {
  const { rows } = await db.query<KeptDecision & Record<string, unknown>>(
    `select ${KEPT_COLUMNS}
     from decision d order by d.id desc limit 1`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('nothing was decided');
  return row;
}

/** The pure part alone: the rules, at both ends of the ringing. */
async function measurePure(
  db: Database,
  gate: ReturnType<typeof createGate>,
  row: KeptDecision,
): Promise<void> {
  const facts = JSON.parse(row.facts) as GateFacts;
  const named = (JSON.parse(row.record) as { packs: { sha256: string }[] }).packs;
  const { packs: bodies } = await gate.rules.bindingAt(db, new Date());
  const packs = named.flatMap(({ sha256 }) =>
    bodies.filter((body) => body.sha256 === sha256).map(({ pack }) => pack),
  );
  const took: number[] = [];
  for (let i = 0; i < 2_000; i++) {
    const fromMs = performance.now();
    decideCall(facts, { packs, calendars: {} });
    took.push(performance.now() - fromMs);
  }
  took.sort((a, b) => a - b);
  const us = (share: number): string =>
    ((took[Math.floor(took.length * share)] ?? NaN) * 1_000).toFixed(0);
  print(
    `  pure decision, ${facts.events.length} events within the rules' reach: p50 ${us(0.5)} µs, p99 ${us(0.99)} µs; facts ${(row.facts.length / 1024).toFixed(1)} KiB`,
  );
}

interface Run {
  readonly result: Latencies;
  readonly cpu: CpuTime;
}

function printRow(
  ledger: Ledger,
  load: number | string,
  gates: readonly Run[],
  bares: readonly Run[],
): void {
  const [gate, bare] = [gates, bares].map((runs) => median(runs.map(({ result }) => result)));
  const [gateCpu, bareCpu] = [gates, bares].map((runs) => ({
    node: middle(runs, ({ cpu }) => cpu.node),
    postgres: middle(runs, ({ cpu }) => cpu.postgres),
  }));
  if (!gate || !bare || !gateCpu || !bareCpu) return;
  const columns = ({ p50, p99, aSecond }: Latencies): string =>
    `${p50.toFixed(2).padStart(9)}${p99.toFixed(2).padStart(8)}${aSecond.toFixed(0).padStart(6)}`;
  const what = `${ledger.events} in ${ledger.days} days`.padEnd(22);
  const ratios = `${(gate.p50 / bare.p50).toFixed(2).padStart(10)}${(gate.p99 / bare.p99).toFixed(2).padStart(6)}`;
  const us = ({ node, postgres }: CpuTime): string =>
    `${node.toFixed(0).padStart(9)}${postgres.toFixed(0).padStart(6)}`;
  const cpuRatio = (gateCpu.node + gateCpu.postgres) / (bareCpu.node + bareCpu.postgres);
  print(
    `${what}${String(load).padStart(8)}  ${columns(gate)}  ${columns(bare)}  ${ratios}  ${us(gateCpu)} ${us(bareCpu)}${cpuRatio.toFixed(2).padStart(7)}`,
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
