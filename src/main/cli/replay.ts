import type { Command } from 'commander';
import type { RulePack } from '../../../dialer/compliance/rule-pack';
import { TZDB } from '../../../dialer/create-gate';
import { parseRecord, type KeptTexts, type OtherRules } from '../../../dialer/replay';
import { replayAll, whatIfAll, type ReplaySource } from '../../../dialer/replay-all';
import { createRuleStore } from '../../../dialer/rule-store';
import type { WhatIfTotals } from '../../../dialer/what-if';
import { readBodies } from '../../db/binding-rules';
import type { Database } from '../../db/database';
import { readKeptDecision, streamKeptDecisions } from '../../db/read/kept-decisions';
import { findRulePackVersion } from '../../db/rule-packs';
import { readExported, UnusableExport } from '../../proof/read-exported';
import { PROGRAM_VERSION } from '../program-version';
import { givenFile } from './given-file';
import { InputError } from './input-error';
import { optionalCreditor } from './named-creditor';
import { instantOption } from './period';
import { rulesOfFile } from './rules/find-pack';
import { shippedRules } from './rules/known-rules';
import { print, say } from './say';
import { uuidOption } from './uuid-option';
import { withPreparedDatabase } from './with-database';

interface Options {
  readonly decision?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly creditor?: string;
  readonly file?: string;
  readonly pack?: string;
  readonly add: boolean;
}

export function register(program: Command): void {
  program
    .command('replay')
    .description('decide kept decisions again from their facts, and compare every byte')
    .option('--decision <id>', 'this decision alone', uuidOption('a decision'))
    .option('--from <instant>', 'from here on: a date (UTC) or an instant', instantOption)
    .option('--to <instant>', 'up to here; default: now', instantOption)
    .option('--creditor <code>', 'only of this creditor')
    .option('--file <export>', 'from an export of the ledger with facts, without a database')
    .option('--pack <pack>', 'what another version would change: ID@version, or a file of rules')
    .option('--add', 'with --pack: also where no version of the pack was in force', false)
    .addHelpText(
      'after',
      `
Exit code: 0 when all agree, 1 when one differs, 2 when one could not be replayed.

Examples:
  santun replay --from 2026-11-01
  santun replay --file ledger.jsonl
  santun replay --from 2026-11-01 --pack ID.POLICY.HOUSE@2`,
    )
    .action(replay);
}

async function replay(options: Options): Promise<void> {
  const { from, to } = options;
  if (from !== undefined && to !== undefined && from >= to) {
    throw new InputError('--from is not before --to');
  }
  if (options.file !== undefined) {
    if (options.creditor !== undefined) throw new InputError('--creditor needs the database');
    await replayFile(options.file, options);
    return;
  }
  if (options.decision === undefined && options.from === undefined) {
    throw new InputError('name --decision, or --from (and --to), or --file');
  }
  await withPreparedDatabase(async (db) => {
    await run(await databaseSource(db, options), await otherRules(options, db));
  });
}

async function replayFile(file: string, options: Options): Promise<void> {
  const exported = readExported(givenFile(file));
  try {
    await run(selected(exported, options), await otherRules(options, null));
  } catch (error) {
    if (!(error instanceof UnusableExport)) throw error;
    throw new InputError(`${file}: ${error.message}`);
  }
}

async function databaseSource(db: Database, options: Options): Promise<ReplaySource> {
  const bodies = (sha256s: readonly string[]): Promise<ReadonlyMap<string, string>> =>
    readBodies(db, sha256s);
  if (options.decision !== undefined) {
    const kept = await readKeptDecision(db, options.decision);
    if (kept === null) throw new InputError(`there is no decision ${options.decision}`);
    return { decisions: only(kept), readBodies: bodies };
  }
  const owner = await optionalCreditor(db, options.creditor);
  const range = {
    from: options.from ?? new Date(0),
    to: options.to ?? new Date(),
    creditorId: owner?.id ?? null,
  };
  return { decisions: streamKeptDecisions(db, range), readBodies: bodies };
}

/** @param db where `ID@version` is looked up; null: there is none, only a file can be named */
async function otherRules(options: Options, db: Database | null): Promise<OtherRules | null> {
  const { pack, add } = options;
  if (pack === undefined) return null;
  const named = /^([A-Z0-9][A-Za-z0-9._-]{1,63})@([1-9]\d{0,8})$/.exec(pack);
  // with what its cases lean on: they are not run here
  if (named === null) return { ...rulesOfFile(pack, shippedRules()), added: add };
  const [, id = '', version = ''] = named;
  if (db === null) throw new InputError('with --file, --pack names a file of rules');
  const found = await findRulePackVersion(db, id, Number(version));
  if (found === null) throw new InputError(`there is no version ${version} of ${id}`);
  const binding = await createRuleStore().bindingAt(db, new Date());
  return {
    packs: [JSON.parse(found.body) as RulePack],
    calendars: binding.calendars.map(({ calendar }) => calendar),
    added: add,
  };
}

async function run(source: ReplaySource, other: OtherRules | null): Promise<void> {
  if (other !== null) {
    tellWhatIf(
      await whatIfAll(source, other, (id, { at, change, ruleBefore, ruleAfter, wasCall }) => {
        const from = ruleBefore ?? 'permit';
        print(
          `${id} ${at} ${change}: ${from} -> ${ruleAfter ?? 'permit'}${wasCall ? ', a call' : ''}`,
        );
      }),
    );
    return;
  }
  const here = { tzdb: TZDB, engine: PROGRAM_VERSION };
  const totals = await replayAll(source, here, print);
  for (const [tzdb, count] of totals.otherTzdb) {
    say(`${count} were decided with time zone database ${tzdb}; here it is ${TZDB}.`);
  }
  for (const [engine, count] of totals.otherEngine) {
    say(`${count} were decided by version ${engine}; this is ${PROGRAM_VERSION}.`);
  }
  if (totals.notReplayable > 0) print(`${totals.notReplayable} could not be replayed`);
  print(`${totals.replayed} replayed, ${totals.differ} differ`);
  process.exitCode = totals.differ > 0 ? 1 : totals.notReplayable > 0 ? 2 : 0;
}

function tellWhatIf(totals: WhatIfTotals): void {
  const part = (title: string, counts: ReadonlyMap<string, number>): void => {
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    print(`${title}: ${total}`);
    for (const [rule, count] of [...counts].sort((a, b) => b[1] - a[1])) {
      print(`  ${rule}: ${count}`);
    }
  };
  part('Permits that become denials, by rule', totals.permitsToDenials);
  part('Denials that become permits, by the rule that no longer denies', totals.denialsToPermits);
  part('Denials by another rule', totals.otherRules);
  print(`Past calls that would not have been allowed: ${totals.callsDenied}`);
  if (totals.skipped > 0) print(`${totals.skipped} could not be replayed`);
  print(`${totals.decided} decisions, ${totals.persons} persons concerned`);
}

/**
 * The decisions of the export that the options name.
 * @throws UnusableExport at the end when it does not hold the one that is named
 */
function selected(source: ReplaySource, options: Options): ReplaySource {
  const { decision } = options;
  async function* matching(): AsyncGenerator<KeptTexts> {
    let found = false;
    for await (const kept of source.decisions) {
      if (!isNamed(kept, options)) continue;
      found = true;
      yield kept;
    }
    if (decision !== undefined && !found) {
      throw new UnusableExport(`holds no decision ${decision}, or not of that time`);
    }
  }
  return { ...source, decisions: matching() };
}

function isNamed(kept: KeptTexts, { decision, from, to }: Options): boolean {
  const at = new Date(parseRecord(kept.record)?.at ?? 0);
  const inTime = (from === undefined || at >= from) && (to === undefined || at < to);
  return inTime && (decision === undefined || kept.id === decision);
}

async function* only(kept: KeptTexts): AsyncGenerator<KeptTexts> {
  yield await Promise.resolve(kept);
}
