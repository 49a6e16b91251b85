import type { FieldChange, HourChange, RuleChange } from '../../../../dialer/compliance/diff-packs';
import { describeRule } from '../../../../dialer/compliance/describe-rule';
import { restsOn } from '../../../../dialer/compliance/explain';
import type { Rule, RulePack } from '../../../../dialer/compliance/rule-pack';
import type { Language } from '../../../../dialer/compliance/words';
import { clockInWords, daysInWords, zoneName } from '../../../../dialer/compliance/words-time';
import { tableLines } from '../table';
import { todayIn } from './moment';

const DATES_SHOWN = 5;
const LONGEST_VALUES = 120;

/** What changes, as data; a machine gets it as it is. */
export interface PackDiff {
  readonly before: string;
  readonly after: string;
  readonly fields: readonly FieldChange[];
  readonly rules: readonly RuleChange[];
  readonly hours: {
    readonly zone: string;
    readonly from: string;
    readonly to: string;
    /** Packs that stand beside this one. */
    readonly beside: readonly string[];
    /** Of the two, those that say nothing of this time. */
    readonly notInForce: readonly string[];
    readonly changes: readonly HourChange[];
    /** What would change if no other pack cut hours. */
    readonly alone: readonly HourChange[];
  };
}

const WORDS = {
  same: { id: 'Isi kedua versi sama.', en: 'The two versions say the same.' },
  pack: { id: 'paket', en: 'pack' },
  added: { id: 'ditambah', en: 'added' },
  removed: { id: 'dihapus', en: 'removed' },
  changed: { id: 'diubah', en: 'changed' },
  before: { id: 'sebelum', en: 'before' },
  after: { id: 'sesudah', en: 'after' },
  opens: { id: 'buka', en: 'opens' },
  closes: { id: 'tutup', en: 'closes' },
  hours: { id: 'Jam yang berubah', en: 'Hours that change' },
  from: { id: 'dari', en: 'from' },
  beside: { id: 'bersama', en: 'beside' },
  none: { id: 'tidak ada', en: 'none' },
  alone: {
    id: 'Bila paket ini berdiri sendiri, yang berubah (paket lain sudah menutup jam itu):',
    en: 'Taken alone it would change (other packs close these hours already):',
  },
  notInForce: { id: 'tidak berlaku pada waktu itu', en: 'not in force at that time' },
  dates: { id: 'tanggal', en: 'dates' },
  not: { id: 'tidak pada', en: 'not on' },
  more: { id: 'lagi', en: 'more' },
} as const;

/** What the versions say otherwise, rule by rule, in words and by field. */
export function packChangeLines(
  { fields, rules }: Pick<PackDiff, 'fields' | 'rules'>,
  before: RulePack,
  after: RulePack,
  language: Language,
): string[] {
  const own = fields
    .filter(({ field }) => field !== 'id' && field !== 'version')
    .map((one) => `${WORDS.changed[language]} ${WORDS.pack[language]}.${one.field}${values(one)}`);
  const changed = rules.flatMap((change) => ruleLines(change, before, after, language));
  return own.length + changed.length === 0 ? [WORDS.same[language]] : [...own, ...changed];
}

/** Short values are shown; a list of sources is not for one line. */
function values({ before, after }: FieldChange): string {
  const change = `: ${before ?? '–'} → ${after ?? '–'}`;
  return change.length > LONGEST_VALUES ? '' : change;
}

function ruleLines(
  { rule, kind, change, fields }: RuleChange,
  before: RulePack,
  after: RulePack,
  language: Language,
): string[] {
  const told = (pack: RulePack): string => {
    const found = pack.rules.find(({ id }) => id === rule);
    return found === undefined ? '' : inWords(found, language);
  };
  const head = `${WORDS[change][language]} ${rule} (${kind})`;
  if (change !== 'changed') return [head, `  ${told(change === 'added' ? after : before)}`];
  return [
    `${head}: ${fields.map(({ field }) => field).join(', ')}`,
    `  ${WORDS.before[language]}: ${told(before)}`,
    `  ${WORDS.after[language]}: ${told(after)}`,
  ];
}

const inWords = (rule: Rule, language: Language): string =>
  `${describeRule(rule, language)} ${restsOn(rule, language)}`;

export function hourChangeLines({ hours }: PackDiff, language: Language): string[] {
  const clock = `${hours.zone} (${zoneName(hours.zone, new Date(hours.from))})`;
  const silent = hours.notInForce.map((pack) => `${pack}: ${WORDS.notInForce[language]}`);
  const head = `${WORDS.hours[language]}, ${dateOn(hours.from, hours.zone)} – ${dateOn(hours.to, hours.zone)}, ${clock}, ${WORDS.beside[language]} ${hours.beside.join(', ')}:`;
  const lines =
    hours.changes.length === 0 ? [`  ${WORDS.none[language]}`] : table(hours.changes, language);
  if (hours.changes.length > 0 || hours.alone.length === 0) return [...silent, head, ...lines];
  return [...silent, head, ...lines, WORDS.alone[language], ...table(hours.alone, language)];
}

const dateOn = (instant: string, zone: string): string => todayIn(zone, new Date(instant));

function table(changes: readonly HourChange[], language: Language): string[] {
  return tableLines(
    changes.map(({ change, from, to, weekdays, dates, except, rules }) => [
      `  ${WORDS[change][language]}`,
      `${daysInWords(weekdays, language)} ${clockInWords(from, language)}–${clockInWords(to, language)}`,
      `${dates.length} ${WORDS.dates[language]}: ${some(dates, language)}`,
      // of a dated change nearly every day is an exception: they say nothing
      except.length === 0 || except.length > dates.length
        ? ''
        : `${WORDS.not[language]} ${some(except, language)}`,
      rules.join(', '),
    ]),
  );
}

function some(dates: readonly string[], language: Language): string {
  if (dates.length <= DATES_SHOWN) return dates.join(', ');
  const rest = dates.length - DATES_SHOWN + 1;
  return `${dates.slice(0, DATES_SHOWN - 1).join(', ')}, ${rest} ${WORDS.more[language]}`;
}
