import type { Instant } from '../../src/domain/call-facts';
import type { RuleForce, RuleKind } from './rule-pack';

/**
 * `zone`: nothing says where the person is; `profile`: no pack of the stack is in force there;
 * `engine`: what no pack can lift, decided by the gate before any rule.
 */
export type FailedKind = RuleKind | 'zone' | 'profile' | 'engine';

/**
 * What a failing rule looked at, JSON-plain, enough to say it in words. Lists of windows are text
 * `1,2,3,4,5,6 08:00-20:00` (ISO days). By kind:
 * - window, preference: windows, localTime · blackout: the same, dateFrom, dateTo
 * - holiday: date, calendar, revision, reason (`day`, `year_not_covered`, `calendar_missing`), and for
 *   a day its type, name, decree
 * - hold: hold (kind), holdIds, scope (`person`, `debt`, `number`), since, until
 * - party: target, denied · dpd: dpd, max · minDpd: dpd, min · wait: fact, factDate, days, endsOn
 * - cap: counted, max, period (`7 local days`, `24 hours`), count, scope, eventIds, freesAt, and of one
 *   that blocks blockFor, blockedUntil
 * - cooloff, redial: outcomes, period, scope, eventIds, lastAt, endsAt
 * - gap: minutes, scope, eventIds, lastAt, endsAt · abandonment: abandoned, liveAnswered, maxPct
 * A rule that holds now and fails when the ringing would end has ringEnd: true and its time then.
 */
export type RuleInputs = Readonly<
  Record<string, string | number | boolean | null | readonly string[]>
>;

export interface FailedRule {
  readonly rule: string;
  readonly pack: string;
  readonly version: number;
  readonly kind: FailedKind;
  readonly force: RuleForce;
  readonly cite: string;
  /** Candidate zones in which it failed. */
  readonly zones: readonly string[];
  /** Of the first of these zones. */
  readonly inputs: RuleInputs;
}

export interface RuleDecision {
  readonly verdict: 'allow' | 'agent_reserved' | 'deny';
  /** The first failing rule by precedence, also of `agent_reserved`; null when allowed. */
  readonly deniedBy: string | null;
  /** All failing rules, in stack order. */
  readonly failing: readonly FailedRule[];
  /** Candidate zones, sorted. */
  readonly zones: readonly string[];
  /** Local time in each zone, `Mon 2026-11-23 07:59:59`. */
  readonly localTimes: readonly string[];
  /**
   * The first whole minute after the instant at which it would be allowed, all facts frozen; null
   * when allowed, or not within 40 days.
   */
  readonly nextAllowedAt: Instant | null;
  /** End of the permit: 30 s, or earlier at the next boundary; null when denied. */
  readonly expiresAt: Instant | null;
}
