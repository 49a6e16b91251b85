import type { Command } from 'commander';
import { findConflicts } from '../../../../dialer/compliance/conflicts';
import { hourMap, onWallClock } from '../../../../dialer/compliance/hour-map';
import type { Language } from '../../../../dialer/compliance/words';
import { InputError } from '../input-error';
import { print } from '../say';
import { conflictLines, stackLines, weekLines } from './hour-words';
import { addHourOptions, hourQuestion, languageOption, type HourOptions } from './hour-question';
import { withCalendarsOf } from './find-pack';
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
        const known = withCalendarsOf(
          [...(options.pack ?? []), ...(options.creditorStack ?? [])],
          binding,
        );
        conflicts(options, known);
        return Promise.resolve();
      }),
    );
}

function conflicts(options: Options, known: KnownRules): void {
  const question = hourQuestion(options, known);
  const [zone] = question.facts.zones;
  if (zone === undefined) throw new InputError('no time zone is known of that place');
  const day =
    options.week === undefined ? todayIn(zone, new Date()) : dateOf('--week', options.week);
  const range = localDays(mondayOf(day), 7, zone);
  const spans = hourMap(question.stack, known.calendars, question.facts, range);
  const disagreements = findConflicts(spans);
  if (options.json) {
    const packs = question.stack.map(({ layer, pack }) => ({
      layer,
      pack: `${pack.id}@${pack.version}`,
    }));
    const { zones } = question.facts;
    print(JSON.stringify({ zones, packs, spans, conflicts: disagreements }, null, 2));
    return;
  }
  for (const line of stackLines(question, options.lang)) print(line);
  print('');
  for (const line of weekLines(onWallClock(spans, zone), options.lang)) print(line);
  print('');
  for (const line of conflictLines(disagreements, zone, options.lang)) print(line);
}
