import { InvalidArgumentError, type Command } from 'commander';
import { diffHours, diffPacks, type HourChange } from '../../../../dialer/compliance/diff-packs';
import { hourMap } from '../../../../dialer/compliance/hour-map';
import { inForceDuring } from '../../../../dialer/compliance/judge';
import type { RulePack } from '../../../../dialer/compliance/rule-pack';
import type { StackEntry } from '../../../../dialer/compliance/stack';
import type { Language } from '../../../../dialer/compliance/words';
import type { VersionPair } from '../../../../dialer/rule-diff';
import type { CallFacts } from '../../../domain/call-facts';
import { InputError } from '../input-error';
import { print } from '../say';
import { databaseJson, databaseLines, diffInDatabase, firstOpen } from './diff-database';
import { hourChangeLines, packChangeLines, type PackDiff } from './diff-words';
import { findPack, withCalendarsOf } from './find-pack';
import { packKey } from './hour-words';
import {
  addHourOptions,
  entryOf,
  hourQuestion,
  languageOption,
  type HourOptions,
} from './hour-question';
import { withKnownRules, type KnownRules } from './known-rules';
import { dateOf, localDays, mondayOf, todayIn } from './moment';

/** A quarter: every weekday 13 times, so that a rule of the week shows beside a dated one. */
const WEEKS = 13;
const OPEN_WITHIN_MS = 14 * 86_400_000;

/** Beside it a pack that is not in force closes nothing, as beside the law: without it, all hours. */
const ALWAYS_OPEN: StackEntry = {
  layer: 'creditor',
  pack: { id: 'OPEN', version: 1, jurisdiction: '*', effectiveFrom: '0001-01-01', rules: [] },
};

interface Options extends HourOptions {
  readonly from?: string;
  readonly days: number;
  readonly sample: number;
  readonly lang: Language;
  readonly json: boolean;
}

export function register(rules: Command): void {
  addHourOptions(
    rules
      .command('diff')
      .description('what another version of a pack would change: hours, accounts, past calls')
      .argument('<before>', 'ID@VERSION, ID (the version that binds), or a file')
      .argument('<after>', 'the same'),
  )
    .option('--from <date>', `first of the ${WEEKS} weeks whose hours are compared; default: this`)
    .option('--days <n>', 'with a database: decisions of so many days are decided again', count, 30)
    .option('--sample <n>', 'with a database: accounts that are asked about, at most', count, 500)
    .addOption(languageOption())
    .option('--json', 'one JSON object', false)
    .action((before: string, after: string, options: Options) =>
      withKnownRules((binding) => {
        const named = [before, after, ...(options.pack ?? []), ...(options.creditorStack ?? [])];
        const known = withCalendarsOf(named, binding);
        return diff(
          { before: findPack(before, known), after: findPack(after, known) },
          options,
          known,
        );
      }),
    );
}

function count(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 100_000) return value;
  throw new InvalidArgumentError('a whole number from 1 to 100000.');
}

async function diff(pair: VersionPair, options: Options, known: KnownRules): Promise<void> {
  const { before, after } = pair;
  const stacks = stacksOf(pair, options, known);
  const answer: PackDiff = {
    before: packKey(before),
    after: packKey(after),
    ...diffPacks(before, after),
    hours: hoursThatChange(pair, stacks, options, known),
  };
  const { zone } = stacks;
  const at = firstOpenFromNow(stacks, known);
  const { days, sample, lang } = options;
  const inDatabase =
    known.db === null
      ? null
      : await diffInDatabase(known.db, pair, known, { at, zone, days, sample });
  if (options.json) {
    const more = inDatabase === null ? {} : databaseJson(inDatabase);
    print(JSON.stringify({ ...answer, ...more }, null, 2));
    return;
  }
  print(`${answer.before} → ${answer.after}`);
  for (const line of packChangeLines(answer, before, after, lang)) print(line);
  for (const line of hourChangeLines(answer, lang)) print(line);
  if (inDatabase !== null) for (const line of databaseLines(inDatabase, lang)) print(line);
}

/** The stack with each of the two, the call that is asked about, and the clock to tell it on. */
interface Stacks {
  readonly before: readonly StackEntry[];
  readonly after: readonly StackEntry[];
  readonly facts: CallFacts;
  readonly zone: string;
}

function stacksOf({ before, after }: VersionPair, options: Options, known: KnownRules): Stacks {
  const old = stackWith(before, [before, after], options, known);
  const now = stackWith(after, [before, after], options, known);
  const [zone] = old.facts.zones;
  if (zone === undefined) throw new InputError('no time zone is known of that place');
  return { before: old.stack, after: now.stack, facts: old.facts, zone };
}

function hoursThatChange(
  { before, after }: VersionPair,
  stacks: Stacks,
  options: Options,
  known: KnownRules,
): PackDiff['hours'] {
  const { facts, zone } = stacks;
  const day =
    options.from === undefined ? todayIn(zone, new Date()) : dateOf('--from', options.from);
  const range = localDays(mondayOf(day), 7 * WEEKS, zone);
  const isInForce = (pack: RulePack): boolean => inForceDuring(pack, facts.zones, range);
  const changes = (a: readonly StackEntry[], b: readonly StackEntry[]): HourChange[] =>
    diffHours(
      hourMap(a, known.calendars, facts, range),
      hourMap(b, known.calendars, facts, range),
      zone,
    );
  return {
    zone,
    ...range,
    beside: stacks.before
      .filter(({ pack }) => pack !== before && isInForce(pack))
      .map(({ pack }) => packKey(pack)),
    notInForce: [before, after].filter((pack) => !isInForce(pack)).map(packKey),
    changes: changes(stacks.before, stacks.after),
    alone: changes([ALWAYS_OPEN, entryOf(before)], [ALWAYS_OPEN, entryOf(after)]),
  };
}

/** Accounts are compared when people would be called: at night every rule set denies. */
function firstOpenFromNow({ before, after, facts }: Stacks, known: KnownRules): string {
  const now = new Date();
  const range = {
    from: now.toISOString(),
    to: new Date(now.getTime() + OPEN_WITHIN_MS).toISOString(),
  };
  const map = (stack: readonly StackEntry[]) => hourMap(stack, known.calendars, facts, range);
  return firstOpen(map(before), map(after)) ?? range.from;
}

/** The law's stack with `pack` in the place of either; a house's pack is added as a creditor's. */
function stackWith(
  pack: RulePack,
  either: readonly RulePack[],
  options: Options,
  known: KnownRules,
): { stack: readonly StackEntry[]; facts: CallFacts } {
  const others = known.binding.filter(({ id }) => !either.some((one) => one.id === id));
  const { stack, facts } = hourQuestion(
    { ...options, ...placeOf(pack, options) },
    { ...known, binding: [...others, pack] },
  );
  const stands = stack.some((entry) => entry.pack.id === pack.id);
  return { stack: stands ? stack : [...stack, entryOf(pack)], facts };
}

/** When nobody says where: the pack's own country; Indonesia for one of everywhere. */
function placeOf({ jurisdiction }: RulePack, options: Options): { country?: string } {
  const { country, province, zone } = options;
  if (country !== undefined || province !== undefined || zone !== undefined) return {};
  return { country: jurisdiction === '*' ? 'ID' : jurisdiction.slice(0, 2) };
}
