import type { CallFacts, Instant } from '../../src/domain/call-facts';
import type { Calendar } from './calendar';
import { prepareCall } from './call-moment';
import { instantMs } from './instant';
import { citesInWords } from './cite-words';
import { explainFailure, restsOn } from './explain';
import { hourMap, voicesAt, type HourVoice } from './hour-map';
import type { StackEntry } from './stack';
import type { Language, Said } from './words';
import { wallClock, weekdayAndTime, westToEast } from './words-time';
import { DAY_MS } from './zone-clock';

/** An hour in words, part by part. */
export interface HourWords {
  /** `Minggu 10.00 WIB: ID.AFPI membolehkan, POJK 22/2023 Pasal 62(2)f melarang → tidak boleh` */
  readonly summary: string;
  readonly open: boolean;
  /** What each pack says, in stack order. */
  readonly details: readonly string[];
  /** When the hours open next, or until when they are open; empty: neither within 40 days. */
  readonly when: string;
  readonly voices: readonly HourVoice[];
}

const VERDICTS: Readonly<Record<'open' | 'closed', Said>> = {
  open: { id: 'boleh', en: 'allowed' },
  closed: { id: 'tidak boleh', en: 'not allowed' },
};
const SILENT: Said = {
  id: 'tidak ada aturan jam yang berlaku',
  en: 'no rule speaks of the hour',
};
const LOOK_AHEAD_DAYS = 40;

/**
 * What the rules say of calls at an instant, for everybody in these circumstances: the hours alone,
 * not what one person asked for or how often one was called.
 * @throws RangeError when the instant or a zone cannot be read
 */
export function explainHour(
  stack: readonly StackEntry[],
  calendars: Readonly<Record<string, Calendar>>,
  facts: CallFacts,
  at: Instant,
  language: Language,
): HourWords {
  const atMs = instantMs(at);
  const voices = voicesAt(stack, prepareCall(calendars, facts, []), atMs);
  const open = voices.every(({ says }) => says === 'allows');
  const moment = new Date(atMs);
  const clocks = westToEast(facts.zones, moment).map((zone) =>
    weekdayAndTime(moment, zone, language),
  );
  const said = voices.map((voice) => shortly(voice, language)).join(', ');
  const verdict = VERDICTS[open ? 'open' : 'closed'][language];
  const head = [...new Set(clocks)].join(' / ');
  return {
    summary: `${head}${head === '' ? '' : ': '}${said === '' ? SILENT[language] : said} → ${verdict}`,
    open,
    details: voices.flatMap((voice) => atLength(voice, language)),
    when: changesAt(stack, calendars, facts, atMs, language),
    voices,
  };
}

function shortly(voice: HourVoice, language: Language): string {
  const allows = { id: 'membolehkan', en: 'allows' }[language];
  const forbids = { id: 'melarang', en: 'forbids' }[language];
  if (voice.says === 'allows') return `${voice.pack} ${allows}`;
  return `${voice.pack} ${forbids} (${citesInWords(voice.failing, language)})`;
}

function atLength(voice: HourVoice, language: Language): string[] {
  const name = `${voice.pack}@${voice.version}`;
  if (voice.says === 'forbids') {
    return voice.failing.map((failed) => `${name}: ${explainFailure(failed, language)}`);
  }
  const within = { id: 'Dalam jam yang diperbolehkan', en: 'Within the allowed hours' }[language];
  return voice.rules.map((rule) => `${name}: ${within}. ${restsOn(rule, language)}`);
}

/** The next edge at which open hours close or closed ones open. */
function changesAt(
  stack: readonly StackEntry[],
  calendars: Readonly<Record<string, Calendar>>,
  facts: CallFacts,
  atMs: number,
  language: Language,
): string {
  const from = new Date(atMs).toISOString();
  const to = new Date(atMs + LOOK_AHEAD_DAYS * DAY_MS).toISOString();
  const [now, ...later] = hourMap(stack, calendars, facts, { from, to });
  const change = later.find(({ open }) => open !== now?.open);
  if (change === undefined || now === undefined) return '';
  const moment = new Date(change.from);
  const clocks = westToEast(facts.zones, moment).map((zone) => wallClock(moment, zone, language));
  const when = [...new Set(clocks)].join(' / ');
  const word = now.open
    ? { id: 'Boleh sampai', en: 'Open until' }
    : { id: 'Boleh mulai', en: 'Open from' };
  return `${word[language]} ${when}.`;
}
