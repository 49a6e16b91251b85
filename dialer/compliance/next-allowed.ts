import { findFailures, type FoundFailure, type Look } from './judge';
import { DAY_MS } from './zone-clock';

const MINUTE_MS = 60_000;
const LOOK_AHEAD_MS = 40 * DAY_MS;

/**
 * The first whole minute after `atMs`, within 40 days, at which nothing fails; null: none. Each
 * failing rule knows before which instant it cannot pass: nothing is possible before the latest
 * of these, so the search leaps from there to there and looks at no minute between.
 */
export function nextAllowedMs(
  look: Look,
  atMs: number,
  failures: readonly FoundFailure[],
): number | null {
  let nowMs = atMs;
  let failing = failures;
  for (;;) {
    const leapMs = Math.max(nowMs + 1, ...failing.map(({ untilMs }) => untilMs));
    nowMs = Math.ceil(leapMs / MINUTE_MS) * MINUTE_MS;
    if (!(nowMs <= atMs + LOOK_AHEAD_MS)) return null;
    failing = findFailures(look, nowMs);
    if (failing.length === 0) return nowMs;
  }
}
