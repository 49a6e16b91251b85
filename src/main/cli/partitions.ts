import { InvalidArgumentError, type Command } from 'commander';
import type { Rule } from '../../../dialer/compliance/rule-pack';
import { maxLookbackDays } from '../../../dialer/compliance/stack';
import { createRuleStore } from '../../../dialer/rule-store';
import type { Database } from '../../db/database';
import {
  detachPartition,
  detachedName,
  findObstacles,
  listMonthsBefore,
} from '../../db/detach-partitions';
import {
  createPartitions,
  listPartitions,
  readPartitionHealth,
  type MonthOfTable,
} from '../../db/partitions';
import { InputError } from './input-error';
import { print, say } from './say';
import { tableLines } from './table';
import { withPreparedDatabase } from './with-database';

/** What else looks back while dialing: auto-stop and the choice of a phone, four weeks. */
const OWN_LOOKBACK_DAYS = 28;
const DAY_MS = 86_400_000;

export function register(program: Command): void {
  const partitions = program
    .command('partitions')
    .description('the months of what only grows: list, make, take old ones out');
  partitions
    .command('list')
    .description('every month of every table, attached or taken out')
    .action(() => withPreparedDatabase(list));
  partitions
    .command('create')
    .description('make this month and the next two, where they are missing; every start does')
    .option('--month <month>', 'this month of every table instead, yyyy-mm', month)
    .action((flags: { month?: string }) => withPreparedDatabase((db) => create(db, flags.month)));
  partitions
    .command('detach')
    .description('take months that nothing needs out of their tables, into the schema "detached"')
    .requiredOption('--before <month>', 'the first month that stays, yyyy-mm', month)
    .action((flags: { before: string }) => withPreparedDatabase((db) => detach(db, flags.before)));
}

async function list(db: Database): Promise<void> {
  const partitions = await listPartitions(db);
  const rows = partitions.map(({ month: of, table, state, rows: count, bytes }) => [
    ...[of, table, state, count === null ? '' : `~${count} rows`],
    state === 'dropped' ? '' : `${(bytes / 2 ** 20).toFixed(1)} MiB`,
  ]);
  for (const line of tableLines(rows)) print(line);
  const { monthsAhead, strays } = await readPartitionHealth(db);
  say(`${monthsAhead} months ahead are made`);
  for (const { table, rows: count } of strays) {
    say(`${count} rows of ${table} lie in no month: make it with \`santun partitions create\``);
  }
}

async function create(db: Database, of: string | undefined): Promise<void> {
  const { created, busy } = await createPartitions(db, of);
  for (const made of created) print(nameOf(made));
  say(`${created.length} made`);
  if (busy.length === 0) return;
  say(`in use, try again: ${busy.map(nameOf).join(', ')}`);
  process.exitCode = 1;
}

async function detach(db: Database, before: string): Promise<void> {
  const lookback = await lookbackDays(db);
  const firstNeeded = new Date(Date.now() - lookback * DAY_MS).toISOString().slice(0, 7);
  if (before > firstNeeded) {
    throw new InputError(
      `rules look back ${lookback} days, into ${firstNeeded}: --before ${firstNeeded}, or earlier`,
    );
  }
  const months = await listMonthsBefore(db, before);
  if (months.length === 0) {
    say(`no month before ${before} is attached`);
    return;
  }
  const obstacles = await findObstacles(db, before);
  if (obstacles.length > 0) throw new InputError(`not yet:\n- ${obstacles.join('\n- ')}`);
  const detached: MonthOfTable[] = [];
  const busy: MonthOfTable[] = [];
  for (const of of months) {
    const done = await detachPartition(db, of, { before, actor: 'command line' });
    (done ? detached : busy).push(of);
  }
  for (const of of detached) print(detachedName(of));
  if (detached.length > 0) say(whatNext(detached));
  if (busy.length === 0) return;
  say(`in use, try again: ${busy.map(nameOf).join(', ')}`);
  process.exitCode = 1;
}

function whatNext(detached: readonly MonthOfTable[]): string {
  return [
    `${detached.length} taken out; nothing is deleted. Keep them elsewhere, then drop them:`,
    '  pg_dump "$DATABASE_URL" --schema=detached --format=custom --file=detached.dump',
    `  psql "$DATABASE_URL" -c 'drop table ${detached.map(detachedName).join(', ')}'`,
    'Signed roots stay. The ledger is exported and verified from the first month that stays on.',
  ].join('\n');
}

/**
 * As far back as any rule that binds, or runs in shadow, looks; at least as far as the program itself.
 * Rules that count nothing but who was asked where a debtor is find that however old it is.
 */
async function lookbackDays(db: Database): Promise<number> {
  const { packs, shadow } = await createRuleStore().bindingAt(db, new Date());
  const looking = [...packs, ...shadow].map(({ pack }) => ({
    ...pack,
    rules: pack.rules.filter((rule) => !countsLocatingAlone(rule)),
  }));
  return Math.max(OWN_LOOKBACK_DAYS, maxLookbackDays(looking));
}

function countsLocatingAlone(rule: Rule): boolean {
  if (!('eventWhen' in rule)) return false;
  return rule.eventWhen.purpose?.every((purpose) => purpose === 'locate') ?? false;
}

const nameOf = ({ table, month: of }: MonthOfTable): string => `${table} ${of}`;

function month(text: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) throw new InvalidArgumentError('a month as yyyy-mm.');
  return text;
}
