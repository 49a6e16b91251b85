import { hasFallen, hasRisen, rateOf, type Share } from './share-change';

/** What became of calls that showed one number. */
export interface CallerIdFigures {
  /** The network did its part: a phone rang, or its owner or network said no. */
  readonly calls: number;
  readonly answered: number;
  /** Answered, and over within six seconds. */
  readonly short: number;
}

export const CALLER_ID_FIGURES = ['answer_rate', 'short_call_share'] as const;

export interface CallerIdAlarm {
  readonly figure: (typeof CALLER_ID_FIGURES)[number];
  readonly recent: number;
  /** Of its own latest 14 days, moved by what the other numbers lost in the same time. */
  readonly usual: number;
}

export interface CallerIdPast {
  /** The latest 24 hours. */
  readonly recent: CallerIdFigures;
  /** The 14 days before them. */
  readonly usual: CallerIdFigures;
  /** The same of all other numbers together. */
  readonly others: { readonly recent: CallerIdFigures; readonly usual: CallerIdFigures };
}

/** How long a number with an alarm rests. */
export const REST_DAYS = 7;
/** Fewer prove nothing. */
const LEAST_RECENT = 50;
const LEAST_USUAL = 300;

const answers = ({ calls, answered }: CallerIdFigures): Share => ({ hits: answered, of: calls });
const shorts = ({ answered, short }: CallerIdFigures): Share => ({ hits: short, of: answered });

/**
 * Is a number marked as spam, or blocked? Its answer rate falls within days, and who does answer hangs
 * up at once (features F4: 22 to 11 % in three days). It is held against its own past, and a day on
 * which all numbers do worse (a carrier's fault, a holiday) is held against none of them.
 */
export function assessCallerId({ recent, usual, others }: CallerIdPast): CallerIdAlarm[] {
  const found: CallerIdAlarm[] = [];
  const look = (
    figure: CallerIdAlarm['figure'],
    shareOf: (figures: CallerIdFigures) => Share,
    excuse: (shift: number) => number,
    isWorse: (now: Share, before: Share) => boolean,
  ): void => {
    const [now, before] = [shareOf(recent), shareOf(usual)];
    if (!isEnough(now, before)) return;
    const shift = excuse(shiftOf(shareOf(others.recent), shareOf(others.usual)));
    const expected = { hits: Math.min(before.of, before.hits * shift), of: before.of };
    if (!isWorse(now, expected)) return;
    found.push({ figure, recent: round(rateOf(now)), usual: round(rateOf(expected)) });
  };
  // what the others lost excuses it; what they gained accuses nobody
  const [less, more] = [
    (shift: number) => Math.min(1, shift),
    (shift: number) => Math.max(1, shift),
  ];
  look('answer_rate', answers, less, (now, before) => hasFallen(now, before, 0.7));
  look('short_call_share', shorts, more, (now, before) => hasRisen(now, before, 1.5, 0.05));
  return found;
}

const isEnough = (recent: Share, usual: Share): boolean =>
  recent.of >= LEAST_RECENT && usual.of >= LEAST_USUAL;

/** By which factor the share of the others has changed; 1 where that is not known. */
function shiftOf(recent: Share, usual: Share): number {
  if (!isEnough(recent, usual) || usual.hits === 0) return 1;
  return rateOf(recent) / rateOf(usual);
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000;
