import { DateTime } from 'luxon';
import type { PromiseReason, PromiseState } from './promise';

/** What is known of a promise; its terms are those of the day on which it was made. */
export interface PromiseFact {
  readonly id: string;
  readonly amountMinor: bigint;
  /** ISO 8601 date, in the debtor's calendar. */
  readonly dueDate: string;
  readonly madeAt: Date;
  /** Share of the amount that keeps it, 1 to 100. */
  readonly thresholdPct: number;
  readonly graceDays: number;
  /** The last instant at which money is in time. */
  readonly graceUntil: Date;
  /** It needs a second person's yes, at most until then; null: it needs none. */
  readonly approveUntil: Date | null;
  readonly approvedAt: Date | null;
  readonly end: PromiseEnd | null;
  /** Since when nothing at all was left due on the account; null: something is. */
  readonly clearedAt: Date | null;
}

/** Somebody ended it before it was decided. */
export interface PromiseEnd {
  readonly as: 'cancelled' | 'superseded';
  readonly at: Date;
  readonly reason: PromiseReason;
}

/** A payment of the account. */
export interface PaidFact {
  readonly id: string;
  readonly amountMinor: bigint;
  readonly paidAt: Date;
  /** When we were told. */
  readonly receivedAt: Date;
  readonly reversedAt: Date | null;
}

export interface AccountPromises {
  readonly promises: readonly PromiseFact[];
  readonly payments: readonly PaidFact[];
  /** Every IANA zone that the debtor may be in; at least one. */
  readonly zones: readonly string[];
}

export interface JudgedPromise {
  readonly id: string;
  readonly state: PromiseState;
  readonly reason: PromiseReason;
  /** Integer minor units that came for it in time. */
  readonly keptMinor: bigint;
  /** When it was decided, as the facts tell it; null: it is not. */
  readonly decidedAt: Date | null;
  /** Until when it keeps the account silent; null: it does not, or not any more. */
  readonly silentUntil: Date | null;
}

/**
 * The state of every promise of an account, from facts alone: whatever the order in which they came to
 * be known, the same facts give the same states. Payments fill the promises in the order of their due
 * dates, each those that it came in time for. A promise that had been kept and whose payment was taken
 * back waits for the days of grace anew. Pure.
 */
export function judgePromises(facts: AccountPromises, now: Date): JudgedPromise[] {
  const promises = [...facts.promises].sort(byDueDate);
  const payments = [...facts.payments].sort(byPaidAt);
  const standing = payments.filter((payment) => payment.reversedAt === null);
  const asPaid = pour(promises, payments, (promise) => promise.graceUntil);
  const asLeft = pour(promises, standing, (promise) => promise.graceUntil);
  const deadlines = new Map(
    promises.map((promise) => [
      promise.id,
      deadlineOf(promise, share(asPaid, promise), share(asLeft, promise), facts.zones),
    ]),
  );
  const shares = pour(promises, standing, (one) => deadlines.get(one.id) ?? one.graceUntil);
  return promises.map((promise) =>
    judge(promise, share(shares, promise), {
      deadline: deadlines.get(promise.id) ?? promise.graceUntil,
      wasPaid: share(asPaid, promise).keptAt !== null,
      now,
    }),
  );
}

/** What came for a promise. */
interface Share {
  readonly minor: bigint;
  /** When it was enough; null: it is not. */
  readonly keptAt: Date | null;
  readonly lastReversedAt: Date | null;
}

const NOTHING: Share = { minor: 0n, keptAt: null, lastReversedAt: null };
const share = (shares: ReadonlyMap<string, Share>, { id }: PromiseFact): Share =>
  shares.get(id) ?? NOTHING;

const compare = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
const byDueDate = (a: PromiseFact, b: PromiseFact): number =>
  compare(a.dueDate, b.dueDate) ||
  compare(a.madeAt.getTime(), b.madeAt.getTime()) ||
  compare(a.id, b.id);
const byPaidAt = (a: PaidFact, b: PaidFact): number =>
  compare(a.paidAt.getTime(), b.paidAt.getTime()) || compare(a.id, b.id);

/** Each payment, the earliest first, fills the promises that it came in time for. */
function pour(
  promises: readonly PromiseFact[],
  payments: readonly PaidFact[],
  deadlineAt: (promise: PromiseFact) => Date,
): ReadonlyMap<string, Share> {
  const shares = new Map<string, Share>();
  for (const payment of payments) {
    let left = payment.amountMinor;
    for (const promise of promises) {
      if (left <= 0n) break;
      if (!countsFor(payment, promise, closesAt(promise, deadlineAt(promise)))) continue;
      const before = share(shares, promise);
      const missing = promise.amountMinor - before.minor;
      const taken = missing < left ? missing : left;
      if (taken <= 0n) continue;
      left -= taken;
      shares.set(promise.id, withPayment(promise, before, taken, payment));
    }
  }
  return shares;
}

function withPayment(promise: PromiseFact, before: Share, taken: bigint, payment: PaidFact): Share {
  const minor = before.minor + taken;
  const isEnough = minor * 100n >= promise.amountMinor * BigInt(promise.thresholdPct);
  return {
    minor,
    keptAt: before.keptAt ?? (isEnough ? payment.paidAt : null),
    lastReversedAt: later(before.lastReversedAt, payment.reversedAt),
  };
}

/** Money that was on its way, unknown to both, when the promise was made counts for it too. */
function countsFor(payment: PaidFact, promise: PromiseFact, until: Date): boolean {
  const isNew = payment.paidAt >= promise.madeAt || payment.receivedAt >= promise.madeAt;
  return isNew && payment.paidAt <= until;
}

/** The last instant at which money is for this promise. */
function closesAt(promise: PromiseFact, deadline: Date): Date {
  const unapproved = promise.approvedAt === null ? promise.approveUntil : null;
  return earliest([deadline, promise.end?.at ?? null, unapproved]);
}

function deadlineOf(
  promise: PromiseFact,
  asPaid: Share,
  asLeft: Share,
  zones: readonly string[],
): Date {
  const { lastReversedAt } = asPaid;
  const wasTakenBack = asPaid.keptAt !== null && asLeft.keptAt === null;
  if (!wasTakenBack || lastReversedAt === null || promise.end !== null) return promise.graceUntil;
  return later(promise.graceUntil, endOfDays(lastReversedAt, promise.graceDays, zones));
}

interface Circumstances {
  readonly deadline: Date;
  /** Enough had come before something was taken back. */
  readonly wasPaid: boolean;
  readonly now: Date;
}

/** What is judged of a promise beside its id. */
type Judgement = Omit<JudgedPromise, 'id' | 'keptMinor'>;

const decided = (state: PromiseState, reason: PromiseReason, decidedAt: Date): Judgement => ({
  ...{ state, reason, decidedAt, silentUntil: null },
});
const waits = (state: PromiseState, reason: PromiseReason, silentUntil: Date): Judgement => ({
  ...{ state, reason, decidedAt: null, silentUntil },
});

/** Money first, then who ended it, then the clock. */
function judge(promise: PromiseFact, share: Share, at: Circumstances): JudgedPromise {
  const judgement = byFacts(promise, share, at.deadline) ?? byTime(promise, share, at);
  return { id: promise.id, keptMinor: share.minor, ...judgement };
}

function byFacts(promise: PromiseFact, { keptAt }: Share, deadline: Date): Judgement | null {
  const { clearedAt, end } = promise;
  if (keptAt !== null) return decided('kept', 'paid', keptAt);
  const closes = closesAt(promise, deadline);
  if (clearedAt !== null && clearedAt <= closes) return decided('kept', 'nothing_due', clearedAt);
  return end !== null && end.at <= closes ? decided(end.as, end.reason, end.at) : null;
}

function byTime(promise: PromiseFact, share: Share, at: Circumstances): Judgement {
  const { approveUntil, approvedAt } = promise;
  const { now, deadline, wasPaid } = at;
  if (approveUntil !== null && approvedAt === null) {
    return now > approveUntil
      ? decided('cancelled', 'approval_late', approveUntil)
      : waits('proposed', 'needs_approval', approveUntil);
  }
  if (now > deadline) return decided('broken', missing(share, wasPaid), deadline);
  if (share.minor > 0n) return waits('partially_kept', 'paid_in_part', deadline);
  const plain = approveUntil === null ? 'made' : 'approved';
  return waits('open', wasPaid ? 'payment_reversed' : plain, deadline);
}

function missing({ minor }: Share, wasPaid: boolean): PromiseReason {
  if (wasPaid) return 'payment_reversed';
  return minor > 0n ? 'paid_in_part' : 'not_paid_in_time';
}

/**
 * The end of the local day so many days after a date, or after the day of an instant; of several
 * possible zones, in the one where that day ends last.
 */
export function endOfDays(from: string | Date, days: number, zones: readonly string[]): Date {
  const ends = zones.map((zone) => {
    const day =
      typeof from === 'string'
        ? DateTime.fromISO(from, { zone })
        : DateTime.fromJSDate(from, { zone });
    return day.plus({ days }).endOf('day').toMillis();
  });
  return new Date(Math.max(...ends));
}

function later(a: Date, b: Date | null): Date;
function later(a: Date | null, b: Date | null): Date | null;
function later(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}

function earliest(instants: readonly (Date | null)[]): Date {
  return new Date(Math.min(...instants.flatMap((one) => (one === null ? [] : [one.getTime()]))));
}
