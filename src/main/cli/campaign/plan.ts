import type { Command } from 'commander';
import { FORCE_WORDS } from '../../../../dialer/compliance/words';
import { planDocument, type CampaignPlan } from '../../../../dialer/plan-campaign';
import { createRuleStore } from '../../../../dialer/rule-store';
import {
  LEAST_CONTACTS,
  LEAST_DECIDED,
  LEAST_PROMISES,
  type AmountBand,
} from '../../../domain/cash-forecast';
import { LEAST_CALLS, LEAST_DAYS, type Band } from '../../../domain/day-forecast';
import { readGivenText } from '../given-file';
import { dayOption } from '../period';
import { minorDigits } from '../../../domain/money';
import { print, say } from '../say';
import { tableLines } from '../table';
import { withDocument } from './document-file';
import { withPreparedDatabase } from '../with-database';

interface Options {
  readonly date?: string;
  readonly samples: boolean;
  readonly json: boolean;
}

export function register(campaign: Command): void {
  campaign
    .command('plan')
    .description(
      'what a document would do tomorrow: by hour and zone, what is refused, who is needed',
    )
    .argument('<file>', 'the document')
    .option('--date <date>', 'local date at the debtors; default: tomorrow', dayOption)
    .option('--samples', 'show 20 of the accounts, without names', false)
    .option('--json', 'one JSON object', false)
    .action(plan);
}

async function plan(file: string, options: Options): Promise<void> {
  const text = readGivenText(file);
  await withPreparedDatabase(async (db) => {
    const gate = { db, rules: createRuleStore(), clock: () => new Date() };
    const planned = await withDocument(file, () =>
      planDocument(gate, { text }, options.date ?? null),
    );
    if (options.json) {
      print(JSON.stringify(planned, null, 2));
      return;
    }
    for (const line of planLines(planned, options.samples)) print(line);
    if (planned.schedule.examined < planned.schedule.accounts) {
      const { examined, accounts } = planned.schedule;
      say(
        `The rules were asked about ${examined} of ${accounts} accounts; the hours speak of those.`,
      );
    }
  });
}

const NOBODY =
  'Nobody: no open account of the creditor is taken by `accounts` or `reminders`. A product is ' +
  'compared letter by letter, as it was imported.';

function planLines(plan: CampaignPlan, withSamples: boolean): string[] {
  const { schedule, segments, accounts } = plan;
  if (accounts === 0) return [NOBODY];
  return [
    `${accounts} open accounts; ${schedule.accounts} due by ${schedule.date}, ${schedule.dialable} may be called that day`,
    ...(segments.length > 1
      ? segments.map((one) => `  ${one.segment ?? 'in no segment'}: ${one.accounts}`)
      : []),
    ...(withSamples ? ['', ...sampleLines(plan)] : []),
    '',
    ...hourLines(plan),
    '',
    ...refusalLines(plan),
    '',
    ...forecastLines(plan),
    '',
    ...cashLines(plan),
  ];
}

function sampleLines({ samples }: CampaignPlan): string[] {
  const rows = samples.map((one) => [
    one.externalId,
    String(one.daysPastDue),
    `${one.currency} ${one.amountDueMinor}`,
    one.product ?? '-',
    one.province ?? '-',
    one.segment ?? '-',
    one.phone ?? '-',
  ]);
  return tableLines([
    ['ACCOUNT', 'DAYS', 'DUE, MINOR UNITS', 'PRODUCT', 'PROVINCE', 'SEGMENT', 'NUMBER'],
    ...rows,
  ]);
}

/** Hours in which anybody may be called; the others are told by the rules that refuse them. */
function hourLines({ schedule }: CampaignPlan): string[] {
  const rows = schedule.hours
    .filter(({ dialable, becomeDialable }) => dialable + becomeDialable > 0)
    .map(({ zones, hour, dialable, becomeDialable, denied }) => [
      `${String(hour).padStart(2, '0')}:00`,
      zones,
      String(dialable),
      String(becomeDialable),
      denied.map(({ rule, accounts }) => `${rule} ${accounts}`).join(', '),
    ]);
  if (rows.length === 0) return ['Nobody may be called that day.'];
  return tableLines([['HOUR', 'ZONE', 'MAY BE CALLED', 'NEWLY', 'REFUSED BY'], ...rows]);
}

function refusalLines({ schedule, refusing }: CampaignPlan): string[] {
  const allDay = new Map(schedule.deniedAllDay.map(({ rule, accounts }) => [rule, accounts]));
  if (refusing.length === 0 && allDay.size === 0) return ['The rules refuse nothing that day.'];
  const rows = refusing.map(({ rule, pack, force, cite }) => [
    rule,
    pack,
    `${FORCE_WORDS[force].en}: ${cite}`,
    allDay.has(rule) ? `all day: ${allDay.get(rule) ?? 0}` : 'for hours',
  ]);
  const others = [...allDay].filter(([rule]) => !refusing.some((one) => one.rule === rule));
  return tableLines([
    ['REFUSES', 'PACK', 'RESTS ON', 'ACCOUNTS'],
    ...rows,
    ...others.map(([rule, accounts]) => [rule, '-', '-', `all day: ${accounts}`]),
  ]);
}

function forecastLines({ forecast, seen, calls }: CampaignPlan): string[] {
  const wanted = Math.round(calls.reduce((total, one) => total + one.calls, 0));
  if (forecast === null) {
    const known = seen.hours.reduce((total, one) => total + one.calls, 0);
    return [
      `Each called once: ${wanted} calls. Not enough data to say what comes of them: ` +
        `${known} calls on ${seen.byDay.length} of the last ${seen.days} days; ` +
        `${LEAST_CALLS} on ${LEAST_DAYS} days are needed.`,
    ];
  }
  const rows = forecast.hours.map(({ floorHour, calls: then, talks, rightParties, agents }) => [
    `${String(floorHour).padStart(2, '0')}:00`,
    String(Math.round(then)),
    bandText(talks),
    bandText(rightParties),
    bandText(agents),
  ]);
  const total = ['all', String(Math.round(forecast.calls)), bandText(forecast.talks)];
  return [
    `Each called once, evenly over its hours; 8 of 10 such days lie within the bands (hours: Jakarta):`,
    ...tableLines([
      ['HOUR', 'CALLS', 'ANSWERED', 'RIGHT PARTY', 'AGENTS'],
      ...rows,
      [...total, bandText(forecast.rightParties), `${bandText(forecast.agents)} at the peak`],
    ]),
  ];
}

function cashLines({ cash, cashSeen }: CampaignPlan): string[] {
  const sum = (count: (one: (typeof cashSeen.buckets)[number]) => number): number =>
    cashSeen.buckets.reduce((total, one) => total + count(one), 0);
  const decided = sum(({ kept, broken }) => kept + broken);
  const known = `in ${cashSeen.days} days ${sum((one) => one.contacts)} right-party contacts, ${sum((one) => one.promises)} promises, of which ${decided} decided`;
  if (cash === null) {
    return [
      `Not enough data to say what promises would bring: ${known}; ` +
        `${LEAST_CONTACTS} contacts, ${LEAST_PROMISES} promises and a forecast of contacts are needed.`,
    ];
  }
  const money = (band: AmountBand | null): string =>
    band === null
      ? 'not enough data'
      : `${whole(band.expected, cash.currency)} (${whole(band.low, cash.currency)}–${whole(band.high, cash.currency)})`;
  return [
    `Promises of that day by the day on which they are due, ${cash.currency}; paid in full on it. Seen: ${known}` +
      (cash.paid === null ? `; ${LEAST_DECIDED} are needed to say what is paid.` : '.'),
    ...tableLines([
      ['DUE', 'PROMISED', 'PAID'],
      ...cash.days.map(({ date, promised, paid }) => [date, money(promised), money(paid)]),
      ['all', money(cash.promised), money(cash.paid)],
    ]),
  ];
}

/** In whole units of the currency, grouped. */
function whole(minor: string, currency: string): string {
  const units = BigInt(minor) / 10n ** BigInt(minorDigits(currency));
  return units.toLocaleString('en');
}

/** `12 (8–16)` */
function bandText({ low, expected, high }: Band): string {
  return `${Math.round(expected)} (${Math.floor(low)}–${Math.ceil(high)})`;
}
