import type { Command } from 'commander';
import { findConflicts } from '../../../../dialer/compliance/conflicts';
import { hourMap, onWallClock } from '../../../../dialer/compliance/hour-map';
import { inForceDuring } from '../../../../dialer/compliance/judge';
import type { StackEntry } from '../../../../dialer/compliance/stack';
import type { Language } from '../../../../dialer/compliance/words';
import { InputError } from '../input-error';
import { print } from '../say';
import { conflictLines, notInForceLines, packKey, stackLines, weekLines } from './hour-words';
import { addHourOptions, hourQuestion, languageOption, type HourOptions } from './hour-question';
import { findPack, withCalendarsOf } from './find-pack';
import { withKnownRules, type KnownRules } from './known-rules';
import { dateOf, localDays, mondayOf, todayIn } from './moment';

interface Options extends HourOptions {
  readonly week?: string;
  readonly lang: Language;
  readonly json: boolean;
}

export function register(rules: Command): void {
  addHourOptions(
    rules
      .command('conflicts')
      .description('the hours of a week: which are open, which pack cut the others'),
  )
    .option('--week <date>', 'a day of the week; default: this week')
    .addOption(languageOption())
    .option('--json', 'one JSON object', false)
    .action((options: Options) =>
      withKnownRules((binding) => {
        conflicts(options, withCalendarsOf(namedPacks(options), binding));
        return Promise.resolve();
      }),
    );
}

const namedPacks = ({ pack = [], creditorStack = [] }: Options): readonly string[] => [
  ...pack,
  ...creditorStack,
];

function conflicts(options: Options, known: KnownRules): void {
  const question = hourQuestion(options, known);
  const [zone] = question.facts.zones;
  if (zone === undefined) throw new InputError('no time zone is known of that place');
  const day =
    options.week === undefined ? todayIn(zone, new Date()) : dateOf('--week', options.week);
  const range = localDays(mondayOf(day), 7, zone);
  const isInForce = ({ pack }: StackEntry): boolean =>
    inForceDuring(pack, question.facts.zones, range);
  const stack = question.stack.filter(isInForce);
  // of the law what has ended says nothing; who names a pack is told that it has
  const named = namedPacks(options).map((name) => findPack(name, known).id);
  const notInForce = question.stack
    .filter((entry) => named.includes(entry.pack.id) && !isInForce(entry))
    .map(({ pack }) => pack);
  const spans = hourMap(stack, known.calendars, question.facts, range);
  const disagreements = findConflicts(spans);
  if (options.json) {
    const packs = stack.map(({ layer, pack }) => ({
      layer,
      pack: packKey(pack),
    }));
    const { zones } = question.facts;
    const answer = { zones, packs, notInForce: notInForce.map(packKey), spans };
    print(JSON.stringify({ ...answer, conflicts: disagreements }, null, 2));
    return;
  }
  for (const line of stackLines({ ...question, stack }, options.lang)) print(line);
  for (const line of notInForceLines(notInForce, options.lang)) print(line);
  print('');
  for (const line of weekLines(onWallClock(spans, zone), options.lang)) print(line);
  print('');
  for (const line of conflictLines(disagreements, zone, options.lang)) print(line);
}
