import type { Command } from 'commander';
import { diffHours, diffPacks } from '../../../../dialer/compliance/diff-packs';
import { hourMap } from '../../../../dialer/compliance/hour-map';
import type { RulePack } from '../../../../dialer/compliance/rule-pack';
import type { StackEntry } from '../../../../dialer/compliance/stack';
import type { Language } from '../../../../dialer/compliance/words';
import type { CallFacts } from '../../../domain/call-facts';
import { InputError } from '../input-error';
import { print } from '../say';
import { hourChangeLines, packChangeLines, type PackDiff } from './diff-words';
import { findPack } from './find-pack';
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

interface Options extends HourOptions {
  readonly from?: string;
  readonly lang: Language;
  readonly json: boolean;
}

export function register(rules: Command): void {
  addHourOptions(
    rules
      .command('diff')
      .description('what another version of a pack would change')
      .argument('<before>', 'ID@VERSION, ID (the version that binds), or a file')
      .argument('<after>', 'the same'),
  )
    .option('--from <date>', `first of the ${WEEKS} weeks whose hours are compared; default: this`)
    .addOption(languageOption())
    .option('--json', 'one JSON object', false)
    .action((before: string, after: string, options: Options) =>
      withKnownRules((known) => {
        diff(findPack(before, known), findPack(after, known), options, known);
        return Promise.resolve();
      }),
    );
}

function diff(before: RulePack, after: RulePack, options: Options, known: KnownRules): void {
  const { fields, rules } = diffPacks(before, after);
  const answer: PackDiff = {
    before: `${before.id}@${before.version}`,
    after: `${after.id}@${after.version}`,
    fields,
    rules,
    hours: hoursThatChange(before, after, options, known),
  };
  if (options.json) {
    print(JSON.stringify(answer, null, 2));
    return;
  }
  print(`${answer.before} → ${answer.after}`);
  for (const line of packChangeLines(answer, before, after, options.lang)) print(line);
  for (const line of hourChangeLines(answer, options.lang)) print(line);
}

function hoursThatChange(
  before: RulePack,
  after: RulePack,
  options: Options,
  known: KnownRules,
): PackDiff['hours'] {
  const old = stackWith(before, [before, after], options, known);
  const now = stackWith(after, [before, after], options, known);
  const [zone] = old.facts.zones;
  if (zone === undefined) throw new InputError('no time zone is known of that place');
  const day =
    options.from === undefined ? todayIn(zone, new Date()) : dateOf('--from', options.from);
  const range = localDays(mondayOf(day), 7 * WEEKS, zone);
  const changes = (a: readonly StackEntry[], b: readonly StackEntry[], facts: CallFacts) =>
    diffHours(
      hourMap(a, known.calendars, facts, range),
      hourMap(b, known.calendars, facts, range),
      zone,
    );
  return {
    zone,
    ...range,
    beside: old.stack
      .filter(({ pack }) => pack !== before)
      .map(({ pack }) => `${pack.id}@${pack.version}`),
    changes: changes(old.stack, now.stack, old.facts),
    alone: changes([entryOf(before)], [entryOf(after)], old.facts),
  };
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
