import { DateTime } from 'luxon';
import type { JudgedState } from './agreement';
import type { AgreementTerms } from './agreement-terms';
import { isLivePromise, type PromiseState } from './promise';

/** A payment that was agreed on, as it has been judged; see domain/judge-promises.ts. */
export interface AgreedPromise {
  readonly number: number;
  /** ISO 8601 date. */
  readonly dueDate: string;
  readonly amountMinor: bigint;
  /** What came for it in time. */
  readonly keptMinor: bigint;
  /** Share of the amount that keeps it, 1 to 100. */
  readonly thresholdPct: number;
  readonly state: PromiseState;
  /** The last instant at which money is in time. */
  readonly graceUntil: Date;
}

/** What decides an agreement beside the clock. */
export interface AgreementFacts {
  readonly promises: readonly AgreedPromise[];
  /** Payments that count for it and were not taken back, in the order in which they were paid. */
  readonly payments: readonly { readonly paidAt: Date; readonly amountMinor: bigint }[];
  /** What is owed on the account, without what this agreement itself has written off. */
  readonly owedMinor: bigint;
  /** IANA zone in which the account's days are counted. */
  readonly zone: string;
}

/** When a plan breaks, as the policy said when it was made. */
export interface BreakingPolicy {
  readonly missedToBreak: number;
  readonly lateDaysToBreak: number;
}

/** Why it stands as it stands. */
export const JUDGEMENT_REASONS = [
  'accepted',
  'kept',
  'nothing_owed',
  'time_over',
  'missed_payments',
  'late_payment',
  'not_paid',
] as const;
export type JudgementReason = (typeof JUDGEMENT_REASONS)[number];

export interface AgreementJudgement {
  readonly state: JudgedState;
  readonly reason: JudgementReason;
  /** Until when it keeps the account silent; null: it does not, somebody may ask what changed. */
  readonly silentUntil: Date | null;
  /** The next instant at which time alone may change this; null: none. */
  readonly nextCheckAt: Date | null;
}

/**
 * What has become of an agreement, from facts and the clock alone: the same facts give the same answer,
 * in whatever order they came, so that a reversal takes it back and late news of a payment mends it.
 */
export function judgeAgreement(
  terms: AgreementTerms,
  facts: AgreementFacts,
  now: Date,
  policy: BreakingPolicy,
): AgreementJudgement {
  switch (terms.kind) {
    case 'plan':
      return judgePlan(facts, now, policy);
    case 'deferment':
      return judgeDeferment(terms.until, facts, now);
    case 'reschedule':
      return judgeOnce(facts, now, ({ state }) => state === 'kept');
    case 'settlement':
      // the discount is for the whole of it: what keeps another promise is not enough
      return judgeOnce(facts, now, ({ keptMinor, amountMinor }) => keptMinor >= amountMinor);
  }
}

const decided = (state: 'completed' | 'broken', reason: JudgementReason): AgreementJudgement => ({
  state,
  reason,
  silentUntil: null,
  nextCheckAt: null,
});

/**
 * Money fills a plan's instalments in their order, late or not: a late payment makes up for what was
 * missed before it counts for the next one. So the same money never counts for two.
 */
function judgePlan(facts: AgreementFacts, now: Date, policy: BreakingPolicy): AgreementJudgement {
  const instalments = withPaidAt(facts, policy.lateDaysToBreak);
  const missed = instalments.filter((each) => isAfter(each, each.promise.graceUntil, now));
  if (missed.length >= policy.missedToBreak) return decided('broken', 'missed_payments');
  if (missed.some((each) => isAfter(each, each.lateAt, now)))
    return decided('broken', 'late_payment');
  const waiting = instalments.filter(({ paidAt }) => paidAt === null);
  const [next] = waiting;
  if (next === undefined) return decided('completed', 'kept');
  if (facts.owedMinor === 0n) return decided('completed', 'nothing_owed');
  const ends = waiting.flatMap(({ promise, lateAt }) => [promise.graceUntil, lateAt]);
  return {
    state: 'active',
    reason: 'accepted',
    // one that is missed and not made up for yet is to be talked about
    silentUntil: next.promise.graceUntil < now ? null : next.promise.graceUntil,
    nextCheckAt: firstAfter(now, ends),
  };
}

interface JudgedInstalment {
  readonly promise: AgreedPromise;
  /** When enough had been paid for it and all before it; null: not yet. */
  readonly paidAt: Date | null;
  /** The last instant before the plan breaks for it. */
  readonly lateAt: Date;
}

function withPaidAt(
  { promises, payments, zone }: AgreementFacts,
  lateDays: number,
): JudgedInstalment[] {
  let before = 0n;
  return [...promises]
    .sort((a, b) => a.number - b.number)
    .map((promise) => {
      const { amountMinor, thresholdPct, dueDate } = promise;
      const wanted = before * 100n + amountMinor * BigInt(thresholdPct);
      before += amountMinor;
      let paid = 0n;
      const enough = payments.find((payment) => (paid += payment.amountMinor) * 100n >= wanted);
      return {
        promise,
        paidAt: enough?.paidAt ?? null,
        lateAt: endOfDay(dueDate, lateDays, zone),
      };
    });
}

/** Was it, or is it still to be, paid after that instant? What a reversal gave new days of grace waits. */
function isAfter({ promise, paidAt }: JudgedInstalment, limit: Date, now: Date): boolean {
  return !isLivePromise(promise.state) && (paidAt ?? now) > limit;
}

function judgeOnce(
  { promises, owedMinor }: AgreementFacts,
  now: Date,
  isPaid: (promise: AgreedPromise) => boolean,
): AgreementJudgement {
  const [promise] = promises;
  if (promise === undefined) throw new Error('an agreement to pay without its payment');
  if (isPaid(promise)) return decided('completed', 'kept');
  if (promise.state === 'broken') return decided('broken', 'not_paid');
  if (owedMinor === 0n) return decided('completed', 'nothing_owed');
  const isOver = promise.graceUntil < now;
  // kept by its own threshold, and yet not in full; one that waits has got days of grace anew
  if (isOver && !isLivePromise(promise.state)) return decided('broken', 'not_paid');
  return {
    state: 'active',
    reason: 'accepted',
    silentUntil: isOver ? null : promise.graceUntil,
    nextCheckAt: firstAfter(now, [promise.graceUntil]),
  };
}

function judgeDeferment(
  until: string,
  { owedMinor, zone }: AgreementFacts,
  now: Date,
): AgreementJudgement {
  if (owedMinor === 0n) return decided('completed', 'nothing_owed');
  const end = endOfDay(until, 0, zone);
  if (now > end) return decided('completed', 'time_over');
  return {
    state: 'active',
    reason: 'accepted',
    silentUntil: end,
    nextCheckAt: firstAfter(now, [end]),
  };
}

/** The first of them that is not over, a millisecond later: when it may have changed. */
function firstAfter(now: Date, instants: readonly Date[]): Date | null {
  const ahead = instants.filter((at) => at >= now).map((at) => at.getTime());
  return ahead.length === 0 ? null : new Date(Math.min(...ahead) + 1);
}

/** The end of the local day so many days after a date. */
export function endOfDay(isoDate: string, days: number, zone: string): Date {
  return DateTime.fromISO(isoDate, { zone }).plus({ days }).endOf('day').toJSDate();
}
