import type { Command } from 'commander';
import { explainHour } from '../../../../dialer/compliance/explain-hour';
import type { Language } from '../../../../dialer/compliance/words';
import { print } from '../say';
import { addHourOptions, hourQuestion, languageOption, type HourOptions } from './hour-question';
import { withCalendarsOf } from './find-pack';
import { withKnownRules, type KnownRules } from './known-rules';
import { momentsOf } from './moment';

interface Options extends HourOptions {
  readonly at?: string;
  readonly lang: Language;
  readonly json: boolean;
}

export function register(rules: Command): void {
  addHourOptions(
    rules.command('explain').description('may one call at such an hour, and what says so?'),
  )
    .option(
      '--at <time>',
      "2026-11-29T10:00 on the debtor's wall clock, or an instant; default: now",
    )
    .addOption(languageOption())
    .option('--json', 'one JSON array, an element for each instant', false)
    .action((options: Options) =>
      withKnownRules((binding) => {
        const known = withCalendarsOf(
          [...(options.pack ?? []), ...(options.creditorStack ?? [])],
          binding,
        );
        explain(options, known);
        return Promise.resolve();
      }),
    );
}

function explain(options: Options, known: KnownRules): void {
  const { stack, facts } = hourQuestion(options, known);
  const moments =
    options.at === undefined ? [new Date()] : momentsOf(options.at, facts.zones[0] ?? 'UTC');
  const answers = moments.map((at) => ({
    at: at.toISOString(),
    ...explainHour(stack, known.calendars, facts, at.toISOString(), options.lang),
  }));
  if (options.json) {
    const packs = stack.map(({ pack }) => `${pack.id}@${pack.version}`);
    print(
      JSON.stringify(
        answers.map((answer) => ({ zones: facts.zones, packs, ...answer })),
        null,
        2,
      ),
    );
    return;
  }
  for (const { summary, details, when } of answers) {
    print(summary);
    for (const detail of details) print(`- ${detail}`);
    if (when !== '') print(when);
  }
}
