/**
 * How likely a number is still the person's own. Numbers are issued anew after some sixty idle days,
 * so that what was true once does not stay so by itself: without new evidence the probability halves
 * every 45 days.
 */

/** Half-life of the probability in silence, days. */
export const HALF_LIFE_DAYS = 45;
/** Below it a call begins without a word of the debt, until the person has said who they are. */
export const IDENTITY_MODE_BELOW = 0.6;
/** Below it the number is not dialed. */
export const NOT_DIALED_BELOW = 0.2;
/**
 * A number that somebody stated, and nobody has verified: it is dialed, in identity mode, and if it
 * leads to nobody for some 59 days it is not dialed any more.
 */
export const STATED = 0.5;

/**
 * - `right_party`: the person was spoken to on it.
 * - `paid_by_link`: a payment came back with the reference of a message that was sent to it.
 * - `confirmed`: somebody of ours has made sure, by another way.
 * - `reassigned`: a carrier has given the number to somebody since then. Of a number that came on file
 *   later it says nothing.
 * - `denied`: whoever answers, or calls from it, is not the person.
 */
export const NUMBER_EVIDENCE = [
  'right_party',
  'paid_by_link',
  'confirmed',
  'reassigned',
  'denied',
] as const;
export type NumberEvidenceKind = (typeof NUMBER_EVIDENCE)[number];

export interface NumberEvidence {
  readonly kind: NumberEvidenceKind;
  readonly at: Date;
}

/** What is known of a number: when it came on file, and what happened since, in any order. */
export interface OwnershipEvidence {
  readonly statedAt: Date;
  readonly since: readonly NumberEvidence[];
}

const STEP: Readonly<Record<NumberEvidenceKind, (p: number) => number>> = {
  right_party: (p) => p + (1 - p) * 0.8,
  paid_by_link: (p) => p + (1 - p) * 0.5,
  confirmed: (p) => Math.max(p, 0.75),
  // below what is dialed, however sure it was
  reassigned: (p) => p * 0.15,
  // once is enough, whatever was known before
  denied: (p) => p * 0.1,
};

const DAY_MS = 86_400_000;

/** The probability after so much silence. */
export function decayed(probability: number, from: Date, to: Date): number {
  const days = Math.max(0, to.getTime() - from.getTime()) / DAY_MS;
  return probability * 0.5 ** (days / HALF_LIFE_DAYS);
}

/** The probability from 0 to 1 that the number is the person's at `now`. Later evidence is left out. */
export function ownership({ statedAt, since }: OwnershipEvidence, now: Date): number {
  const known = since
    .filter(({ kind, at }) => at <= now && (kind !== 'reassigned' || at > statedAt))
    .sort(byTime);
  let p = STATED;
  let at = statedAt;
  for (const evidence of known) {
    p = STEP[evidence.kind](decayed(p, at, evidence.at));
    if (evidence.at > at) at = evidence.at;
  }
  return decayed(p, at, now);
}

/** At the same instant a denial counts last. */
function byTime(a: NumberEvidence, b: NumberEvidence): number {
  return (
    a.at.getTime() - b.at.getTime() ||
    NUMBER_EVIDENCE.indexOf(a.kind) - NUMBER_EVIDENCE.indexOf(b.kind)
  );
}
