import type { MomentBasis } from './decide-moment';
import type { Groups } from './group-model';
import { cellEffect } from './group-model';
import type { LawfulHours, Person } from './moment-score';
import type { Payday } from './payday';
import { HOURS, hourOf } from './wall-minute';

/** The same in Indonesian and in English. */
export interface MomentWords {
  readonly id: string;
  readonly en: string;
}

/** What was seen at one hour of the day. */
export interface HourCount {
  readonly hour: number;
  readonly dials: number;
  readonly contacts: number;
}

/** Hours of the day at which the person was dialed, and reached. */
export function hourCounts({ model }: Person): HourCount[] {
  const counts = Array.from({ length: HOURS }, (_, hour) => ({ hour, dials: 0, contacts: 0 }));
  for (const { at, kind } of model.attempts) {
    const count = counts[hourOf(at)];
    if (count === undefined) continue;
    count.dials += 1;
    if (kind === 'right_party') count.contacts += 1;
  }
  return counts.filter(({ dials }) => dials > 0);
}

const DAY_PARTS = [
  { from: 0, to: 11, id: 'pagi', en: 'mornings' },
  { from: 11, to: 15, id: 'siang', en: 'midday' },
  { from: 15, to: 18, id: 'sore', en: 'afternoons' },
  { from: 18, to: 24, id: 'malam', en: 'evenings' },
] as const;

const USUAL_CONTACTS = 2;
const IN_VAIN = 3;

/** What is known of the person's habits, in words; the last one says it when little is. */
export function explainMoment(
  groups: Groups,
  person: Person,
  known: { readonly basis: MomentBasis; readonly hours: LawfulHours },
): MomentWords {
  if (known.basis !== 'model') return BASIS_WORDS[known.basis];
  const counts = hourCounts(person);
  const said = [
    usualHour(counts),
    ...(person.payday === null ? [] : [paydayWords(person.payday)]),
    ...wishWords(person),
    ...inVain(counts),
  ].filter((one) => one !== null);
  const own = said.length > 0 ? said : [segmentWords(groups, known.hours)];
  return { id: own.map(({ id }) => id).join(', '), en: own.map(({ en }) => en).join(', ') };
}

const BASIS_WORDS: Record<Exclude<MomentBasis, 'model'>, MomentWords> = {
  objection: {
    id: 'urutan netral: orang ini keberatan atas pemrofilan (UU PDP)',
    en: 'neutral order: the person objects to profiling (UU PDP)',
  },
  control: {
    id: 'kelompok kontrol: jam acak yang diizinkan',
    en: 'control group: a random lawful hour',
  },
  no_data: {
    id: 'data belum cukup: urutan netral',
    en: 'not enough data: neutral order',
  },
};

function usualHour(counts: readonly HourCount[]): MomentWords | null {
  const best = counts
    .filter(({ contacts }) => contacts >= USUAL_CONTACTS)
    .sort((a, b) => b.contacts / b.dials - a.contacts / a.dials || b.contacts - a.contacts)[0];
  if (best === undefined) return null;
  const { hour, contacts, dials } = best;
  return {
    id: `biasanya menjawab ${hour}–${hour + 1} (${contacts} dari ${dials})`,
    en: `usually answers ${hour}–${hour + 1} (${contacts} of ${dials})`,
  };
}

function inVain(counts: readonly HourCount[]): MomentWords[] {
  return DAY_PARTS.flatMap(({ from, to, id, en }) => {
    const part = counts.filter(({ hour }) => hour >= from && hour < to);
    const dials = part.reduce((sum, count) => sum + count.dials, 0);
    const reached = part.some(({ contacts }) => contacts > 0);
    return dials >= IN_VAIN && !reached ? [{ id: `bukan ${id}`, en: `not ${en}` }] : [];
  });
}

const DAYS = [
  { id: 'Senin', en: 'Monday' },
  { id: 'Selasa', en: 'Tuesday' },
  { id: 'Rabu', en: 'Wednesday' },
  { id: 'Kamis', en: 'Thursday' },
  { id: 'Jumat', en: 'Friday' },
  { id: 'Sabtu', en: 'Saturday' },
  { id: 'Minggu', en: 'Sunday' },
];

function paydayWords({ cycle, source, seen }: Payday): MomentWords {
  const proof =
    source === 'observed'
      ? { id: ` (terlihat ${seen}×)`, en: ` (seen ${seen}×)` }
      : { id: ' (kata orangnya)', en: ' (as stated)' };
  switch (cycle.kind) {
    case 'monthly':
      return {
        id: `gajian tanggal ${cycle.dayOfMonth}${proof.id}`,
        en: `payday ${ordinal(cycle.dayOfMonth)}${proof.en}`,
      };
    case 'weekly': {
      const day = DAYS[cycle.weekday - 1] ?? { id: '?', en: '?' };
      return { id: `gajian tiap ${day.id}${proof.id}`, en: `paid each ${day.en}${proof.en}` };
    }
    case 'irregular':
      return { id: 'gajian tidak tentu', en: 'no regular payday' };
  }
}

function ordinal(day: number): string {
  const tens = day % 100;
  if (tens >= 11 && tens <= 13) return `${day}th`;
  return `${day}${['th', 'st', 'nd', 'rd'][day % 10] ?? 'th'}`;
}

function wishWords({ preferred }: Person): MomentWords[] {
  return preferred.map(({ from, to }) => ({
    id: `meminta ditelepon ${from}–${to}`,
    en: `asked to be called ${from}–${to}`,
  }));
}

/** Nothing is known of the person themselves yet. */
function segmentWords(groups: Groups, hours: LawfulHours): MomentWords {
  // the first cells are those of working days
  const best = hours.toSorted((a, b) => cellEffect(groups, b) - cellEffect(groups, a))[0] ?? 0;
  return {
    id: `belum ada kebiasaan yang terlihat; segmennya paling sering menjawab ${best}–${best + 1}`,
    en: `no habit seen yet; the segment answers most at ${best}–${best + 1}`,
  };
}
