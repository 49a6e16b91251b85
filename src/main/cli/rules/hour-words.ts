import { citesInWords } from '../../../../dialer/compliance/cite-words';
import type { HourConflict } from '../../../../dialer/compliance/conflicts';
import { onWallClock, type LocalSpan } from '../../../../dialer/compliance/hour-map';
import type { RulePack } from '../../../../dialer/compliance/rule-pack';
import type { StackLayer } from '../../../../dialer/compliance/stack';
import type { Language, Said } from '../../../../dialer/compliance/words';
import {
  clockInWords,
  dateInWords,
  weekdayInWords,
  westToEast,
  zoneName,
} from '../../../../dialer/compliance/words-time';
import { tableLines } from '../table';
import type { HourQuestion } from './hour-question';

const LAYERS: Readonly<Record<StackLayer | 'engine', Said>> = {
  base: { id: 'dasar', en: 'base' },
  statute: { id: 'peraturan', en: 'statute' },
  guideline: { id: 'pedoman', en: 'guideline' },
  association: { id: 'asosiasi', en: 'association' },
  creditor: { id: 'kreditur', en: 'creditor' },
  campaign: { id: 'kampanye', en: 'campaign' },
  engine: { id: 'sistem', en: 'engine' },
};

const WORDS = {
  heading: {
    id: ['HARI', 'JAM', 'STATUS', 'DIPOTONG OLEH'],
    en: ['DAY', 'HOURS', 'STATE', 'CUT BY'],
  },
  open: { id: 'buka', en: 'open' },
  closed: { id: 'tutup', en: 'closed' },
  packs: { id: 'Paket aturan', en: 'Rule packs' },
  clock: { id: 'Jam menurut', en: 'Hours on the clock of' },
  several: {
    id: 'harus buka juga di',
    en: 'open only when open also in',
  },
  none: {
    id: 'Tidak ada pertentangan antarpaket pada minggu ini.',
    en: 'No pack allows what another forbids in this week.',
  },
  conflicts: {
    id: 'Pertentangan (yang lebih ketat berlaku):',
    en: 'Conflicts (the stricter wins):',
  },
  allows: { id: 'membolehkan', en: 'allows' },
  forbids: { id: 'melarang', en: 'forbids' },
  notInForce: { id: 'Tidak berlaku pada waktu itu', en: 'Not in force at that time' },
  blocked: { id: 'tidak boleh', en: 'not allowed' },
} as const;

/** Which packs are stacked, in which layer, and on whose clock the hours are told. */
export function stackLines({ stack, facts }: HourQuestion, language: Language): string[] {
  // the hours are told on the clock of the first
  const [zone = 'UTC', ...rest] = facts.zones;
  const others = westToEast(rest, new Date());
  const named = (one: string): string => `${one} (${zoneName(one, new Date())})`;
  const also =
    others.length === 0 ? '' : `; ${WORDS.several[language]} ${others.map(named).join(', ')}`;
  return [
    `${WORDS.packs[language]}:`,
    ...tableLines(
      stack.map(({ layer, pack }) => [
        `  ${LAYERS[layer][language]}`,
        packKey(pack),
        pack.title ?? '',
      ]),
    ),
    `${WORDS.clock[language]} ${named(zone)}${also}`,
  ];
}

export const packKey = ({ id, version }: RulePack): string => `${id}@${version}`;

/** Packs that were named and say nothing of the time that is asked about. */
export function notInForceLines(packs: readonly RulePack[], language: Language): string[] {
  if (packs.length === 0) return [];
  return [`${WORDS.notInForce[language]}: ${packs.map(packKey).join(', ')}`];
}

/**
 * Hours, open or closed, and the layer, pack and article that cut them; days that follow on each
 * other and have the same hours are told once.
 */
export function weekLines(pieces: readonly LocalSpan[], language: Language): string[] {
  const days = new Map<string, Row[]>();
  for (const piece of pieces) {
    const rows = days.get(piece.date) ?? [];
    days.set(piece.date, rows);
    const row = { ...piece, open: piece.span.open, cut: cutBy(piece, language) };
    const last = rows.at(-1);
    if (last?.open === row.open && last.cut === row.cut) last.to = row.to;
    else rows.push(row);
  }
  const same: { dates: string[]; rows: readonly Row[]; key: string }[] = [];
  for (const [date, rows] of days) {
    const key = JSON.stringify(rows.map(({ from, to, open, cut }) => [from, to, open, cut]));
    const last = same.at(-1);
    if (last?.key === key) last.dates.push(date);
    else same.push({ dates: [date], rows, key });
  }
  const lines = same.flatMap(({ dates, rows }) =>
    rows.map((row, index) => [
      index === 0 ? daysOf(dates, language) : '',
      hoursOf(row, language),
      WORDS[row.open ? 'open' : 'closed'][language],
      row.cut,
    ]),
  );
  return tableLines([[...WORDS.heading[language]], ...lines]);
}

interface Row {
  readonly from: string;
  to: string;
  readonly open: boolean;
  readonly cut: string;
}

/** `Senin 2026-11-23 – Sabtu 2026-11-28` */
function daysOf(dates: readonly string[], language: Language): string {
  const named = [...new Set([dates[0], dates.at(-1)])].map((date = '') => {
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
    return `${weekdayInWords(weekday === 0 ? 7 : weekday, language)} ${date}`;
  });
  return named.join(' – ');
}

function cutBy({ span }: LocalSpan, language: Language): string {
  return span.voices
    .flatMap((voice) => {
      if (voice.says === 'allows') return [];
      const cites = citesInWords(voice.failing, language);
      return [`${LAYERS[voice.layer][language]} ${voice.pack} (${cites})`];
    })
    .join(' + ');
}

/** `Minggu, 29 November 2026 08.00–20.00: ID.BI.CC membolehkan, ID.OJK.POJK22 melarang (…) → tidak boleh` */
export function conflictLines(
  conflicts: readonly HourConflict[],
  zone: string,
  language: Language,
): string[] {
  if (conflicts.length === 0) return [WORDS.none[language]];
  const lines = conflicts.flatMap((conflict) =>
    onWallClock([conflict], zone).map((piece) => {
      const allowing = conflict.allowing.map(({ pack }) => `${pack} ${WORDS.allows[language]}`);
      const forbidding = conflict.forbidding.map((voice) => {
        const cites = citesInWords(voice.failing, language);
        return `${voice.pack} ${WORDS.forbids[language]} (${cites})`;
      });
      const when = `${dateInWords(piece.date, language)} ${hoursOf(piece, language)}`;
      return `  ${when}: ${[...allowing, ...forbidding].join(', ')} → ${WORDS.blocked[language]}`;
    }),
  );
  return [WORDS.conflicts[language], ...lines];
}

function hoursOf(
  { from, to }: { readonly from: string; readonly to: string },
  language: Language,
): string {
  return `${clockInWords(from, language)}–${clockInWords(to, language)}`;
}
