import type { LocalWindow } from '../../src/domain/call-facts';
import type { Rule, RulePeriod, When } from './rule-pack';
import {
  DAY_TYPE_WORDS,
  holdInWords,
  factInWords,
  outcomeInWords,
  scopeInWords,
  targetInWords,
  worded,
  type Language,
  type Said,
} from './words';
import {
  anyInWords,
  datesInWords,
  daysOrHoursInWords,
  listInWords,
  numberInWords,
  windowInWords,
} from './words-time';

type Describers = {
  readonly [Kind in Rule['kind']]: (rule: Extract<Rule, { readonly kind: Kind }>) => Said;
};

/** What a rule demands, for whoever reads the pack. A kind without words does not compile. */
const DESCRIBERS: Describers = {
  window: ({ windows, exemptWhen }) => ({
    id: `Panggilan hanya ${windowsIn(windows, 'id')} waktu setempat${
      exemptWhen === undefined
        ? ''
        : `; tidak mengikat bila tunggakan lebih dari ${exemptWhen.dpdOver} hari`
    }.`,
    en: `Calls only ${windowsIn(windows, 'en')}, local time${
      exemptWhen === undefined
        ? ''
        : `; not binding when more than ${exemptWhen.dpdOver} days past due`
    }.`,
  }),
  blackout: ({ windows, dateFrom, dateTo }) => ({
    id: `Tidak menelepon ${[windowsIn(windows, 'id'), ...datesInWords(dateFrom, dateTo, 'id')].join(', ')}.`,
    en: `No calls ${[windowsIn(windows, 'en'), ...datesInWords(dateFrom, dateTo, 'en')].join(', ')}.`,
  }),
  holiday: ({ types, calendar }) => ({
    id: `Tidak menelepon pada ${any(types, dayType, 'id')} menurut kalender ${calendar}; tahun yang belum dimuat berarti tidak menelepon.`,
    en: `No calls on ${any(types, dayType, 'en')} by the calendar ${calendar}; no calls in a year that it does not cover.`,
  }),
  preference: () => ({
    id: 'Tidak menelepon pada waktu yang ditolak debitur.',
    en: 'No calls at times that the debtor refused.',
  }),
  hold: ({ on }) => ({
    id: `Tidak menelepon selama ada penahanan: ${holds(on, 'id')}.`,
    en: `No calls during a hold: ${holds(on, 'en')}.`,
  }),
  party: ({ deny }) => ({
    id: `Tidak boleh kepada ${any(deny, targetInWords, 'id')}.`,
    en: `Never to ${any(deny, targetInWords, 'en')}.`,
  }),
  dpd: ({ max }) => ({
    id: `Hanya sampai tunggakan ${max} hari.`,
    en: `Only up to ${max} days past due.`,
  }),
  minDpd: ({ min }) => ({
    id: `Hanya mulai tunggakan ${min} hari.`,
    en: `Only from ${min} days past due.`,
  }),
  wait: ({ fact, days }) => ({
    id: `Baru setelah lewat ${days} hari sejak ${factInWords(fact, 'id')}.`,
    en: `Only once ${days} days have passed since ${factInWords(fact, 'en')}.`,
  }),
  cap: ({ max, count, excludeOutcomes = [], scope, period, blockFor }) => ({
    id: `Paling banyak ${numberInWords(max, 'id')} ${
      count === 'attempt' ? 'percobaan panggilan' : `kontak (${any(count, outcomeInWords, 'id')})`
    } per ${all(scope, scopeInWords, 'id')} dalam ${periodIn(period, 'id')}${except(excludeOutcomes, 'id')}.${
      blockFor === undefined
        ? ''
        : ` Setelah tercapai, tidak menelepon selama ${periodIn(blockFor, 'id')}.`
    }`,
    en: `At most ${numberInWords(max, 'en')} ${
      count === 'attempt'
        ? `call attempt${max === 1 ? '' : 's'}`
        : `contact${max === 1 ? '' : 's'} (${any(count, outcomeInWords, 'en')})`
    } per ${all(scope, scopeInWords, 'en')} within ${periodIn(period, 'en')}${except(excludeOutcomes, 'en')}.${
      blockFor === undefined ? '' : ` Once reached, no calls for ${periodIn(blockFor, 'en')}.`
    }`,
  }),
  cooloff: ({ outcomes, period, scope }) => ({
    id: `Masa tenang ${periodIn(period, 'id')} per ${all(scope, scopeInWords, 'id')} setelah ${any(outcomes, outcomeInWords, 'id')}.`,
    en: `A cooling-off of ${periodIn(period, 'en')} per ${all(scope, scopeInWords, 'en')} after: ${any(outcomes, outcomeInWords, 'en')}.`,
  }),
  gap: ({ minutes, scope }) => ({
    id: `Jarak antarpanggilan paling sedikit ${minutes} menit per ${all(scope, scopeInWords, 'id')}.`,
    en: `At least ${minutes} minutes between calls, per ${all(scope, scopeInWords, 'en')}.`,
  }),
  redial: ({ after, period, scope }) => ({
    id: `Panggilan ulang dibatasi ${periodIn(period, 'id')} per ${all(scope, scopeInWords, 'id')} setelah ${any(after, outcomeInWords, 'id')}.`,
    en: `Calling again is restricted for ${periodIn(period, 'en')} per ${all(scope, scopeInWords, 'en')} after: ${any(after, outcomeInWords, 'en')}.`,
  }),
  abandonment: ({ maxPct }) => ({
    id: `Panggilan yang diangkat tanpa petugas paling banyak ${numberInWords(maxPct, 'id')}% dari yang diangkat.`,
    en: `Abandoned calls at most ${numberInWords(maxPct, 'en')}% of the answered ones.`,
  }),
  dialing: ({ ringMinSeconds, connectMaxSeconds }) => ({
    id: `Pengaturan: dering paling sedikit ${seconds(ringMinSeconds)} detik, tersambung ke petugas dalam ${seconds(connectMaxSeconds)} detik.`,
    en: `Setting: ring at least ${seconds(ringMinSeconds)} s, an agent within ${seconds(connectMaxSeconds)} s.`,
  }),
  recording: ({ mode }) => ({
    id: `Pengaturan: ${RECORDING[mode].id}.`,
    en: `Setting: ${RECORDING[mode].en}.`,
  }),
  identify: () => ({
    id: 'Pengaturan: petugas memperkenalkan diri di awal, dengan nomor penelepon yang terdaftar.',
    en: 'Setting: the agent says who calls at the start, from a registered caller ID.',
  }),
};

const RECORDING: Readonly<Record<'none' | 'announce' | 'all_party', Said>> = {
  none: { id: 'panggilan tidak direkam', en: 'calls are not recorded' },
  announce: { id: 'perekaman diberitahukan di awal', en: 'recording is announced at the start' },
  all_party: { id: 'perekaman hanya bila semua pihak setuju', en: 'recording only when all agree' },
};

/** What the rule demands and of which calls, in a sentence or two. */
export function describeRule(rule: Rule, language: Language): string {
  // each describer takes its own kind: the table above says so, one by one
  const describe = DESCRIBERS[rule.kind] as (one: Rule) => Said;
  const parts = [describe(rule)[language]];
  if (rule.when !== undefined) parts.push(onlyFor(rule.when, language));
  if (rule.overridableBy?.includes('time') === true) parts.push(CONSENT.time[language]);
  if (rule.exemptBy?.includes('frequency') === true) parts.push(CONSENT.frequency[language]);
  if (rule.effect === 'agent_reserved') parts.push(AGENT[language]);
  return parts.join(' ');
}

const CONSENT: Readonly<Record<'time' | 'frequency', Said>> = {
  time: {
    id: 'Dapat dikesampingkan oleh persetujuan waktu dari debitur.',
    en: "The debtor's consent to a time lifts it.",
  },
  frequency: {
    id: 'Dapat dikesampingkan oleh persetujuan frekuensi dari debitur.',
    en: "The debtor's consent to more calls lifts it.",
  },
};
const AGENT: Said = {
  id: 'Bila dilanggar, hanya dengan petugas yang sudah siap.',
  en: 'When it fails, only with an agent already held.',
};

function onlyFor(when: When, language: Language): string {
  const fields = Object.entries(when).map(
    ([field, values]: [string, readonly string[]]) =>
      `${worded(WHEN_WORDS, field, language)} ${any(values, (code) => worded(WHEN_VALUES, code, language), language)}`,
  );
  return `${language === 'id' ? 'Hanya untuk' : 'Only for'} ${fields.join('; ')}.`;
}

const WHEN_WORDS: Readonly<Record<keyof When, Said>> = {
  place: { id: 'telepon', en: 'the telephone:' },
  line: { id: 'saluran', en: 'line' },
  mode: { id: 'panggilan', en: 'calls that are' },
  collector: { id: 'penagihan oleh', en: 'collection by' },
  debtKind: { id: 'jenis utang', en: 'kind of debt' },
  purpose: { id: 'tujuan', en: 'the purpose of' },
  region: { id: 'wilayah', en: 'region' },
};
/** Products and regions are told by their code. */
const WHEN_VALUES: Readonly<Record<string, Said>> = {
  home: { id: 'rumah', en: 'home' },
  mobile: { id: 'seluler', en: 'mobile' },
  work: { id: 'tempat kerja', en: 'work' },
  residential_landline: { id: 'telepon rumah', en: 'residential landline' },
  business: { id: 'telepon usaha', en: 'business' },
  live: { id: 'langsung oleh petugas', en: 'live' },
  preview: { id: 'pratinjau', en: 'preview' },
  predictive: { id: 'prediktif', en: 'predictive' },
  prerecorded: { id: 'dengan pesan rekaman', en: 'prerecorded' },
  text: { id: 'pesan teks', en: 'text' },
  first_party: { id: 'kreditur sendiri', en: 'the creditor itself' },
  third_party: { id: 'jasa penagihan', en: 'an agency' },
  collect: { id: 'penagihan', en: 'collecting' },
  locate: { id: 'menanyakan keberadaan debitur', en: 'asking where the debtor is' },
};

export const collectorInWords = (code: string, language: Language): string =>
  worded(WHEN_VALUES, code, language);

type Words = (code: string, language: Language) => string;
const dayType: Words = (type, language) => worded(DAY_TYPE_WORDS, type, language);

const any = (codes: readonly string[], words: Words, language: Language): string =>
  anyInWords([...new Set(codes.map((code) => words(code, language)))], language);
const all = (codes: readonly string[], words: Words, language: Language): string =>
  listInWords(
    codes.map((code) => words(code, language)),
    language,
  );
const windowsIn = (windows: readonly LocalWindow[], language: Language): string =>
  windows.map((window) => windowInWords(window, language)).join('; ');
const periodIn = (period: RulePeriod, language: Language): string =>
  'hours' in period
    ? daysOrHoursInWords(period.hours, 'hours', language)
    : daysOrHoursInWords(period.localDays, 'days', language);
const seconds = (value: number | undefined): string => (value === undefined ? '–' : String(value));

function holds(kinds: readonly string[], language: Language): string {
  if (kinds.includes('*')) return language === 'id' ? 'apa pun jenisnya' : 'of any kind';
  return kinds.map((kind) => holdInWords(kind, language)).join('; ');
}

function except(outcomes: readonly string[], language: Language): string {
  if (outcomes.length === 0) return '';
  const words = all(outcomes, outcomeInWords, language);
  return language === 'id' ? `; tidak dihitung: ${words}` : `; not counted: ${words}`;
}
