import { hasFallen, hasRisen, rateOf, type Share } from './share-change';

/** What became of the INVITEs that a trunk took. */
export interface QualityFigures {
  /** INVITEs that left, but for those that we ended before anything rang. */
  readonly seizures: number;
  readonly answered: number;
  /** The network did its part: answered, busy, no answer, declined, no such number. */
  readonly effective: number;
  /** Answered, and over within six seconds. */
  readonly short: number;
  readonly rung: number;
  /** INVITE to the first 18x or the answer, sum over those that rang, ms. */
  readonly postDialDelayMs: number;
}

export const QUALITY_FIGURES = [
  'answer_seizure_ratio',
  'network_effectiveness',
  'post_dial_delay_ms',
  'short_call_share',
] as const;

export interface QualityAlarm {
  readonly figure: (typeof QUALITY_FIGURES)[number];
  readonly recent: number;
  readonly usual: number;
}

export interface QualityVerdict {
  readonly alarms: readonly QualityAlarm[];
  /** By what the trunk's weight is multiplied: its worst figure as a part of the usual one. */
  readonly weightFactor: number;
}

/** Fewer prove nothing. */
const LEAST_RECENT = 30;
const LEAST_USUAL = 300;
const LEAST_FACTOR = 0.1;

const GOOD: QualityVerdict = { alarms: [], weightFactor: 1 };

/**
 * Holds a trunk's latest calls against its own longer past (ITU-T E.411 and E.425: answer-seizure
 * ratio, network effectiveness ratio, post-dial delay): an alarm where one is clearly worse, which
 * means by more than chance and by enough to matter. Too few calls are no reason for an alarm.
 */
export function assessQuality(recent: QualityFigures, usual: QualityFigures): QualityVerdict {
  const found = [
    fallen('answer_seizure_ratio', share(recent, 'answered'), share(usual, 'answered'), 0.7, 0),
    fallen('network_effectiveness', share(recent, 'effective'), share(usual, 'effective'), 1, 0.1),
    moreShortCalls(recent, usual),
    slower(recent, usual),
  ].filter((one) => one !== null);
  if (found.length === 0) return GOOD;
  const worst = Math.min(...found.map(({ factor }) => factor));
  const weightFactor = Math.max(LEAST_FACTOR, Math.round(worst * 100) / 100);
  return { alarms: found.map(({ alarm }) => alarm), weightFactor };
}

interface Found {
  readonly alarm: QualityAlarm;
  readonly factor: number;
}

const share = (figures: QualityFigures, hits: 'answered' | 'effective'): Share => ({
  hits: figures[hits],
  of: figures.seizures,
});

const enough = (recent: number, usual: number): boolean =>
  recent >= LEAST_RECENT && usual >= LEAST_USUAL;

const alarm = (figure: QualityAlarm['figure'], recent: number, usual: number): QualityAlarm => ({
  figure,
  recent: round(recent),
  usual: round(usual),
});
const round = (value: number): number => Math.round(value * 1_000) / 1_000;

/** The recent share is below `ratio` times the usual one less `margin`. */
function fallen(
  figure: QualityAlarm['figure'],
  recent: Share,
  usual: Share,
  ratio: number,
  margin: number,
): Found | null {
  if (!enough(recent.of, usual.of)) return null;
  if (!hasFallen(recent, usual, ratio, margin)) return null;
  const [now, before] = [rateOf(recent), rateOf(usual)];
  return { alarm: alarm(figure, now, before), factor: now / before };
}

/** Calls that end at once: false answers, one-way audio, a number that is known as spam. */
function moreShortCalls(recent: QualityFigures, usual: QualityFigures): Found | null {
  if (!enough(recent.answered, usual.answered)) return null;
  const now = { hits: recent.short, of: recent.answered };
  const before = { hits: usual.short, of: usual.answered };
  if (!hasRisen(now, before, 1.5, 0.05)) return null;
  const [nowShare, usualShare] = [rateOf(now), rateOf(before)];
  const factor = (1 - nowShare) / (1 - usualShare);
  return { alarm: alarm('short_call_share', nowShare, usualShare), factor };
}

function slower(recent: QualityFigures, usual: QualityFigures): Found | null {
  if (!enough(recent.rung, usual.rung)) return null;
  const now = recent.postDialDelayMs / recent.rung;
  const before = usual.postDialDelayMs / usual.rung;
  if (now <= before * 1.5 || now - before <= 1_000) return null;
  return { alarm: alarm('post_dial_delay_ms', now, before), factor: before / now };
}

export function addFigures(a: QualityFigures, b: QualityFigures): QualityFigures {
  return {
    seizures: a.seizures + b.seizures,
    answered: a.answered + b.answered,
    effective: a.effective + b.effective,
    short: a.short + b.short,
    rung: a.rung + b.rung,
    postDialDelayMs: a.postDialDelayMs + b.postDialDelayMs,
  };
}

export const NO_FIGURES: QualityFigures = {
  ...{ seizures: 0, answered: 0, effective: 0, short: 0, rung: 0, postDialDelayMs: 0 },
};

/**
 * The newest stretches of five minutes that together hold enough calls to say something: a trunk
 * that was given little is judged by what it got within the hour, then it gets another chance.
 *
 * @param newestFirst of the latest hour
 */
export function recentFigures(newestFirst: readonly QualityFigures[]): QualityFigures {
  let sum = NO_FIGURES;
  for (const figures of newestFirst) {
    if (sum.seizures >= LEAST_RECENT) break;
    sum = addFigures(sum, figures);
  }
  return sum;
}
