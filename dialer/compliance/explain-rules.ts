import type { Told } from './explain-inputs';
import type { FailedKind } from './rule-decision';
import {
  dayTypeInWords,
  factInWords,
  holdInWords,
  outcomeInWords,
  scopeInWords,
  targetInWords,
  type Language,
} from './words';
import {
  anyInWords,
  dateInWords,
  datesInWords,
  listInWords,
  numberInWords,
  periodInWords,
} from './words-time';

type Sentence = (told: Told) => string;
/** Kinds that deny: the settings kinds never fail, zone and profile are the engine's own. */
export type DenyingKind = Exclude<
  FailedKind,
  'zone' | 'profile' | 'engine' | 'dialing' | 'recording' | 'identify'
>;

/** One sentence or two a rule kind and language; a kind without one does not compile. */
export const RULE_SENTENCES: Readonly<Record<DenyingKind, Readonly<Record<Language, Sentence>>>> = {
  window: {
    id: (t) => `Di luar jam penagihan: ${t.windows()} waktu setempat. ${here(t)}`,
    en: (t) => `Outside the hours for collection calls: ${t.windows()}, local time. ${here(t)}`,
  },
  blackout: {
    id: (t) => `Waktu jeda, tidak menelepon: ${t.windows()}${between(t)}. ${here(t)}`,
    en: (t) => `A quiet time, no calls: ${t.windows()}${between(t)}. ${here(t)}`,
  },
  holiday: { id: holiday, en: holiday },
  preference: {
    id: (t) => `Debitur meminta untuk tidak dihubungi: ${t.windows()} waktu setempat. ${here(t)}`,
    en: (t) => `The debtor asked not to be called: ${t.windows()}, local time. ${here(t)}`,
  },
  hold: {
    id: (t) => `Panggilan ditahan: ${held(t)}${forWhat(t)}${fromTo(t)}.`,
    en: (t) => `Calls are on hold: ${held(t)}${forWhat(t)}${fromTo(t)}.`,
  },
  party: {
    id: (t) => `Panggilan tentang utang ini tidak boleh ditujukan kepada ${target(t)}.`,
    en: (t) => `No call about this debt may go to ${target(t)}.`,
  },
  dpd: {
    id: (t) => `${pastDue(t)}; aturan ini membolehkan panggilan sampai ${count(t, 'max')} hari.`,
    en: (t) => `${pastDue(t)}; this rule allows calls up to ${count(t, 'max')} days past due.`,
  },
  minDpd: {
    id: (t) => `${pastDue(t)}; panggilan baru boleh mulai tunggakan ${count(t, 'min')} hari.`,
    en: (t) => `${pastDue(t)}; calls may start at ${count(t, 'min')} days past due.`,
  },
  wait: {
    id: (t) =>
      t.text('factDate') === ''
        ? `Tidak tercatat kapan ${fact(t)}; panggilan baru boleh setelah lewat ${count(t, 'days')} hari sejak itu.`
        : `Harus lewat ${count(t, 'days')} hari sejak ${fact(t)} (${day(t, 'factDate')}). Boleh mulai ${day(t, 'endsOn')}.`,
    en: (t) =>
      t.text('factDate') === ''
        ? `It is not recorded when ${fact(t)}; calls may start once ${count(t, 'days')} days have passed since then.`
        : `${count(t, 'days')} days must pass after ${fact(t)} (${day(t, 'factDate')}). Calls may start on ${day(t, 'endsOn')}.`,
  },
  cap: {
    id: (t) =>
      `Batas ${count(t, 'max')} ${counted(t)} per ${scope(t)} dalam ${period(t)}; sudah ${count(t, 'counted')}.${blocked(t)}${then(t, 'Boleh lagi', 'freesAt')}`,
    en: (t) =>
      `The limit is ${count(t, 'max')} ${counted(t)} per ${scope(t)} within ${period(t)}; counted so far: ${count(t, 'counted')}.${blocked(t)}${then(t, 'Free again', 'freesAt')}`,
  },
  cooloff: {
    id: (t) =>
      `Masa tenang ${period(t)} per ${scope(t)} setelah hasil ${outcomes(t)}.${then(t, 'Terakhir', 'lastAt')}${then(t, 'Berakhir', 'endsAt')}`,
    en: (t) =>
      `A cooling-off of ${period(t)} per ${scope(t)} after the outcome ${outcomes(t)}.${then(t, 'The last', 'lastAt')}${then(t, 'It ends', 'endsAt')}`,
  },
  gap: {
    id: (t) =>
      `Jarak antarpanggilan paling sedikit ${count(t, 'minutes')} menit per ${scope(t)}.${then(t, 'Panggilan terakhir', 'lastAt')}${then(t, 'Boleh lagi', 'endsAt')}`,
    en: (t) =>
      `At least ${count(t, 'minutes')} minutes must lie between calls, per ${scope(t)}.${then(t, 'The last call', 'lastAt')}${then(t, 'Free again', 'endsAt')}`,
  },
  redial: {
    id: (t) =>
      `Panggilan ulang dibatasi ${period(t)} per ${scope(t)} setelah hasil ${outcomes(t)}.${then(t, 'Terakhir', 'lastAt')}${then(t, 'Berakhir', 'endsAt')}`,
    en: (t) =>
      `Calling again is restricted for ${period(t)} per ${scope(t)} after the outcome ${outcomes(t)}.${then(t, 'The last', 'lastAt')}${then(t, 'It ends', 'endsAt')}`,
  },
  abandonment: {
    id: (t) =>
      `Panggilan yang diangkat tanpa petugas: ${count(t, 'abandoned')} dari ${count(t, 'liveAnswered')} panggilan yang diangkat, melebihi ${count(t, 'maxPct')}%.`,
    en: (t) =>
      `Abandoned calls: ${count(t, 'abandoned')} of ${count(t, 'liveAnswered')} answered ones, more than ${count(t, 'maxPct')}%.`,
  },
};

export const isDenyingKind = (kind: string): kind is DenyingKind =>
  Object.hasOwn(RULE_SENTENCES, kind);

/** The local time that was judged: now, or when the phone would stop ringing. */
function here(t: Told): string {
  const { id, en } = t.atRingEnd
    ? { id: 'Telepon masih akan berdering pada', en: 'The phone would still be ringing on' }
    : { id: 'Waktu setempat debitur:', en: "The debtor's local time:" };
  return `${t.language === 'id' ? id : en} ${t.localTime()}.`;
}

function between(t: Told): string {
  const [dates] = datesInWords(t.text('dateFrom'), t.text('dateTo'), t.language);
  return dates === undefined ? '' : ` (${dates})`;
}

function holiday(t: Told): string {
  const { language } = t;
  const year = t.text('date').slice(0, 4);
  const calendar = t.text('calendar');
  switch (t.text('reason')) {
    case 'calendar_missing':
      return language === 'id'
        ? `Kalender hari libur ${calendar} tidak tersedia; tanpa kalender, debitur tidak ditelepon.`
        : `There is no holiday calendar ${calendar}; without one nobody calls.`;
    case 'year_not_covered':
      return language === 'id'
        ? `Kalender hari libur ${calendar} (revisi ${t.text('revision')}) belum memuat tahun ${year}; sampai dimuat, debitur tidak ditelepon.`
        : `The holiday calendar ${calendar} (revision ${t.text('revision')}) does not cover ${year} yet; until it does, nobody calls.`;
    default: {
      const details = [t.text('name'), t.text('decree')].filter((text) => text !== '').join('; ');
      const type = dayTypeInWords(t.text('type'), language);
      const is = language === 'id' ? 'adalah' : 'is';
      return `${day(t, 'date')} ${is} ${type}${details === '' ? '' : ` (${details})`}.`;
    }
  }
}

const held = (t: Told): string => holdInWords(t.text('hold'), t.language);
const target = (t: Told): string => targetInWords(t.text('target'), t.language);
const fact = (t: Told): string => factInWords(t.text('fact'), t.language);
const day = (t: Told, name: string): string => dateInWords(t.text(name), t.language);
const period = (t: Told): string => periodInWords(t.text('period'), t.language);

function pastDue(t: Told): string {
  if (t.number('dpd') === null) {
    return t.language === 'id'
      ? 'Lama tunggakan tidak diketahui'
      : 'It is not known how long the debt is past due';
  }
  const days = count(t, 'dpd');
  return t.language === 'id' ? `Tunggakan ${days} hari` : `The debt is ${days} days past due`;
}

function count(t: Told, name: string): string {
  const value = t.number(name);
  return value === null ? '?' : numberInWords(value, t.language);
}

const HOLD_SCOPES: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  debt: { id: ', untuk utang ini', en: ', for this debt' },
  number: { id: ', untuk nomor ini', en: ', for this number' },
};
const forWhat = (t: Told): string => HOLD_SCOPES[t.text('scope')]?.[t.language] ?? '';

/** Since and until of a hold: instants, or local dates when the law counts days. */
function fromTo(t: Told): string {
  const moment = (name: string): string =>
    /^\d{4}-\d\d-\d\d$/.test(t.text(name)) ? day(t, name) : (t.instant(name) ?? '');
  const words = t.language === 'id' ? ['sejak', 'sampai'] : ['since', 'until'];
  return ['since', 'until']
    .map((name, index) => (moment(name) === '' ? '' : `, ${words[index] ?? ''} ${moment(name)}`))
    .join('');
}

const scope = (t: Told): string => {
  const words = t.list('scope').map((one) => scopeInWords(one, t.language));
  return listInWords(words, t.language);
};
const outcomes = (t: Told): string => {
  const words = t.list('outcomes').map((one) => `“${outcomeInWords(one, t.language)}”`);
  return anyInWords([...new Set(words)], t.language);
};

/** What a cap counts: attempts, or contacts with the outcomes it names. */
function counted(t: Told): string {
  const kinds = t.list('count');
  const attempts = kinds.length === 0 || kinds[0] === 'attempt';
  if (t.language === 'id') return attempts ? 'percobaan panggilan' : `kontak (${named(t, kinds)})`;
  const plural = t.number('max') === 1 ? '' : 's';
  return attempts ? `call attempt${plural}` : `contact${plural} (${named(t, kinds)})`;
}

/** What follows once a cap was reached, of one that blocks. */
function blocked(t: Told): string {
  const span = t.text('blockFor');
  if (span === '') return '';
  return t.language === 'id'
    ? ` Karena batas itu tercapai, tidak menelepon selama ${periodInWords(span, 'id')}.`
    : ` As it was reached, no calls for ${periodInWords(span, 'en')}.`;
}

const named = (t: Told, kinds: readonly string[]): string =>
  [...new Set(kinds.map((one) => outcomeInWords(one, t.language)))].join(', ');

/** ` Boleh lagi: Senin, 30 November 2026 pukul 10.00 WIB.`, or nothing when it is not known. */
function then(t: Told, word: string, name: string): string {
  const at = t.instant(name);
  return at === null ? '' : ` ${word}: ${at}.`;
}
