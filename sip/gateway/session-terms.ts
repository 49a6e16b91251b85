/** What we wish for: how long a session lives without a refresh (RFC 4028). */
export interface SessionTimerPolicy {
  /** Session-Expires, s. */
  readonly expiresS: number;
  /** Min-SE: shorter sessions of the far side are refused with 422, s; RFC 4028, 5 asks for 90 or more. */
  readonly leastS: number;
}

/** What both sides have agreed on. */
export interface SessionTerms {
  readonly expiresS: number;
  readonly isOursToRefresh: boolean;
}

/** Headers of an INVITE or UPDATE that have to do with session timers; empty: not there. */
export interface SessionHeaders {
  readonly sessionExpires: string;
  readonly minSe: string;
  readonly supported: string;
}

/** What to do about a request of the far side. */
export type SessionAnswer =
  /** 422 with these headers. */
  | { readonly kind: 'too_small'; readonly headers: Record<string, string> }
  /** These go into the 2xx; terms null: the session has no limit. */
  | {
      readonly kind: 'agreed';
      readonly terms: SessionTerms | null;
      readonly headers: Record<string, string>;
    };

/** RFC 4028, 5: what goes without saying. */
export const DEFAULT_MIN_SE_S = 90;
/** RFC 4028, 10: the BYE leaves so much before the end. */
const MOST_MARGIN_S = 32;

const secondsOf = (header: string): number | null => {
  const digits = /^\s*(\d{1,9})\s*(?:;|$)/.exec(header)?.[1];
  return digits === undefined ? null : Number(digits);
};

const refresherOf = (header: string): 'uac' | 'uas' | null => {
  const refresher = /;\s*refresher\s*=\s*(uac|uas)\b/i.exec(header)?.[1]?.toLowerCase();
  return refresher === 'uac' || refresher === 'uas' ? refresher : null;
};

const isListed = (header: string, tag: string): boolean =>
  header.split(',').some((one) => one.trim().toLowerCase() === tag);

/** RFC 4028, 7.1; who refreshes is left to the other at first. @param isOurs null: not known yet */
export function sessionOffer(
  policy: SessionTimerPolicy,
  isOurs: boolean | null = null,
): Record<string, string> {
  const refresher = isOurs === null ? '' : `;refresher=${isOurs ? 'uac' : 'uas'}`;
  return {
    Supported: 'timer',
    'Session-Expires': `${policy.expiresS}${refresher}`,
    ...(policy.leastS === DEFAULT_MIN_SE_S ? {} : { 'Min-SE': String(policy.leastS) }),
  };
}

/** From the Session-Expires of a 2xx to a request of ours (RFC 4028, 7.2). Null: the session has no limit. */
export function termsOfAnswer(sessionExpires: string): SessionTerms | null {
  const expiresS = secondsOf(sessionExpires);
  if (expiresS === null || expiresS === 0) return null;
  return { expiresS, isOursToRefresh: refresherOf(sessionExpires) !== 'uas' };
}

/** The policy that a 422 asks for (RFC 4028, 7.3); null: its Min-SE asks for nothing new. */
export function afterTooSmall(
  policy: SessionTimerPolicy,
  minSe: string,
): SessionTimerPolicy | null {
  const leastS = secondsOf(minSe);
  return leastS === null || leastS <= policy.expiresS ? null : { expiresS: leastS, leastS };
}

/**
 * What becomes of an INVITE or UPDATE of the far side (RFC 4028, 9): never longer than it asks for, never
 * below its Min-SE, and who does not know session timers is not asked to refresh.
 * @param policy null: we want no session timers, and say nothing of them
 */
export function answerSession(
  headers: SessionHeaders,
  policy: SessionTimerPolicy | null,
): SessionAnswer {
  if (policy === null) return { kind: 'agreed', terms: null, headers: {} };
  const knowsTimers = isListed(headers.supported, 'timer');
  const askedS = secondsOf(headers.sessionExpires);
  if (askedS !== null && askedS < policy.leastS && knowsTimers)
    return { kind: 'too_small', headers: { 'Min-SE': String(policy.leastS) } };
  const leastS = Math.max(secondsOf(headers.minSe) ?? 0, 1);
  const expiresS = Math.max(leastS, Math.min(askedS ?? policy.expiresS, policy.expiresS));
  const wished = askedS === null ? null : refresherOf(headers.sessionExpires);
  const refresher = knowsTimers && askedS !== null ? (wished ?? 'uac') : 'uas';
  return {
    kind: 'agreed',
    terms: { expiresS, isOursToRefresh: refresher === 'uas' },
    headers: {
      Supported: 'timer',
      'Session-Expires': `${expiresS};refresher=${refresher}`,
      ...(refresher === 'uac' ? { Require: 'timer' } : {}),
    },
  };
}

/**
 * When to refresh, from the last refresh on, ms. RFC 4028, 10 recommends half of the time; a third lies
 * before the moment (half of it, less five seconds) at which drachtio-server 0.9.10 would refresh by itself:
 * the 200 to our re-INVITE sets its clock anew, so that nothing is refreshed twice.
 */
export const refreshAfterMs = (terms: SessionTerms): number => (terms.expiresS * 1_000) / 3;

/** When a session that was not refreshed is over, from the last refresh on, ms (RFC 4028, 10). */
export function expiredAfterMs({ expiresS }: SessionTerms): number {
  return (expiresS - Math.min(MOST_MARGIN_S, expiresS / 3)) * 1_000;
}
