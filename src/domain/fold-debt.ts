import { allocate, type AllocatedPart } from './allocation';
import type { AllocationPolicy } from './collection-policy/allocation';
import { byDueDate, totalOf, type Component, type Instalment } from './debt';

/** What is given up of a debt. */
export const WAIVER_KINDS = [
  'write_off',
  'fee_waiver',
  'penalty_waiver',
  'interest_waiver',
] as const;
export type WaiverKind = (typeof WAIVER_KINDS)[number];

/** A payment of the account, in its currency. */
export interface PaymentFact {
  readonly id: string;
  /** `provider` and the provider's own id: tells payments of one instant apart, wherever they are replayed. */
  readonly key: string;
  /** Above 0. */
  readonly amountMinor: bigint;
  readonly paidAt: Date;
  /** By the database's clock, µs since 1970: told apart from a statement of the same millisecond. */
  readonly receivedAtUs: bigint;
  readonly reversedAtUs: bigint | null;
}

/** Something of the debt that was given up, or a fee that was agreed on, and stands. */
export type AdjustmentFact = {
  readonly id: string;
  readonly amountMinor: bigint;
  readonly createdAtUs: bigint;
} & (
  | { readonly kind: WaiverKind }
  /** Of the instalment whose due date it moved. */
  | { readonly kind: 'reschedule_fee'; readonly instalmentNumber: number }
);

/** All that decides how much is owed. */
export interface DebtFacts {
  readonly statedAtUs: bigint;
  /** As the creditor stated them, before anything below; at least one. */
  readonly stated: readonly Instalment[];
  readonly payments: readonly PaymentFact[];
  readonly adjustments: readonly AdjustmentFact[];
  readonly policy: AllocationPolicy;
}

export interface PaymentAllocation extends AllocatedPart {
  readonly paymentId: string;
}

export interface FoldedDebt {
  readonly instalments: readonly Instalment[];
  readonly totalMinor: bigint;
  /** Of the payments in {@link counted} alone. */
  readonly allocations: readonly PaymentAllocation[];
  /** Payments that reduce what was stated, in the order in which they were applied. */
  readonly counted: readonly string[];
  /** Paid beyond what was owed. */
  readonly creditMinor: bigint;
}

/** What a waiver takes away, first to last. */
const GIVEN_UP: Readonly<Record<WaiverKind, readonly Component[]>> = {
  write_off: ['penalty', 'fee', 'interest', 'principal'],
  fee_waiver: ['fee'],
  penalty_waiver: ['penalty'],
  interest_waiver: ['interest'],
};

/**
 * What is owed, by the facts alone: the same facts in any order give the same answer. Payments are
 * applied in the order in which they were made, whenever they were heard of; one that was received
 * before the debt was stated is in the statement already, and its later reversal adds it again.
 */
export function foldDebt(facts: DebtFacts): FoldedDebt {
  const { statedAtUs, policy } = facts;
  let instalments: readonly Instalment[] = [...facts.stated].sort(byDueDate);
  for (const { amountMinor } of facts.payments.filter((each) => isTakenOut(each, statedAtUs))) {
    instalments = addPrincipal(instalments, amountMinor);
  }
  const adjustments = facts.adjustments.filter(({ createdAtUs }) => createdAtUs > statedAtUs);
  for (const each of [...adjustments].sort(byCreation)) instalments = adjust(instalments, each);
  const allocations: PaymentAllocation[] = [];
  let creditMinor = 0n;
  const counted = facts.payments.filter((each) => isCounted(each, statedAtUs)).sort(byPayment);
  for (const { id, amountMinor } of counted) {
    const allocated = allocate(instalments, amountMinor, policy);
    instalments = allocated.instalments;
    creditMinor += allocated.unappliedMinor;
    allocations.push(...allocated.parts.map((part) => ({ paymentId: id, ...part })));
  }
  return {
    instalments,
    totalMinor: instalments.reduce((sum, { outstanding }) => sum + totalOf(outstanding), 0n),
    allocations,
    counted: counted.map(({ id }) => id),
    creditMinor,
  };
}

function adjust(instalments: readonly Instalment[], fact: AdjustmentFact): readonly Instalment[] {
  if (fact.kind === 'reschedule_fee') return addFee(instalments, fact);
  const given = { order: GIVEN_UP[fact.kind], first: 'component' as const };
  return allocate(instalments, fact.amountMinor, given).instalments;
}

/** To its own instalment: as a part of an older one that is paid, it would make the account later than it is. */
function addFee(
  instalments: readonly Instalment[],
  { instalmentNumber, amountMinor }: { instalmentNumber: number; amountMinor: bigint },
): readonly Instalment[] {
  const own = instalments.find(({ number }) => number === instalmentNumber) ?? instalments.at(-1);
  return instalments.map((each) => {
    if (each !== own) return each;
    const feeMinor = each.outstanding.feeMinor + amountMinor;
    return { ...each, outstanding: { ...each.outstanding, feeMinor } };
  });
}

function isCounted({ receivedAtUs, reversedAtUs }: PaymentFact, statedAtUs: bigint): boolean {
  return receivedAtUs > statedAtUs && reversedAtUs === null;
}

/** The statement took it off, and then it was taken back. */
function isTakenOut({ receivedAtUs, reversedAtUs }: PaymentFact, statedAtUs: bigint): boolean {
  return receivedAtUs <= statedAtUs && reversedAtUs !== null && reversedAtUs > statedAtUs;
}

/** What a statement took off is of no component any more: it is owed again as principal of the oldest. */
function addPrincipal(
  [oldest, ...others]: readonly Instalment[],
  amountMinor: bigint,
): readonly Instalment[] {
  if (oldest === undefined) throw new RangeError('a debt without an instalment');
  const { outstanding } = oldest;
  const principalMinor = outstanding.principalMinor + amountMinor;
  return [{ ...oldest, outstanding: { ...outstanding, principalMinor } }, ...others];
}

function byPayment(a: PaymentFact, b: PaymentFact): number {
  return a.paidAt.getTime() - b.paidAt.getTime() || compare(a.key, b.key);
}

function byCreation(a: AdjustmentFact, b: AdjustmentFact): number {
  return compare(a.createdAtUs, b.createdAtUs) || compare(a.id, b.id);
}

/** Text by its code units: the same on every machine. */
const compare = <T extends bigint | string>(a: T, b: T): number => (a === b ? 0 : a < b ? -1 : 1);
