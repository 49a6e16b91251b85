import type { Discount, OptionsPolicy, SettlementRow } from './collection-policy/options';
import { AUTHORITIES, sumOf, type Authority, type OptionAmounts, type OptionFacts } from './option';
import { isBeyond, type Candidates } from './option-candidate';
import { waitingCost } from './waiting-cost';

/**
 * Everything ended by one payment below what is owed. The smallest discount that the person can pay is
 * the one that is offered: it grows with need, by the matrix, and not with insistence. Without the
 * ability it is the lowest one.
 */
export function settlement(facts: OptionFacts, policy: OptionsPolicy): Candidates {
  const owed = sumOf(facts.total);
  if (owed === 0n) return 'nothing_owed';
  const { matrix, validDays } = policy.settlement;
  if (matrix.length === 0) return 'not_offered_by_creditor';
  const row = rowOf(matrix, facts);
  if (row === null) return 'not_at_this_stage';
  const steps = stepsOf(row, facts.total, policy);
  if (steps.length === 0) return 'no_authority';
  const floor = (owed * BigInt(policy.settlement.floorPercent) + 99n) / 100n;
  const above = steps.filter(({ waived }) => owed - sumOf(waived) >= floor);
  if (above.length === 0) return 'below_floor';
  const step = above.find(({ waived }) => !isBeyond(owed - sumOf(waived), facts.ability));
  if (step === undefined) return 'beyond_ability';
  const { waived, authority } = step;
  const payMinor = owed - sumOf(waived);
  const waiting = [{ amountMinor: payMinor, days: validDays }];
  return [
    {
      terms: { kind: 'settlement', payMinor, withinDays: validDays, waived },
      costMinor: sumOf(waived) + waitingCost(waiting, policy.yearlyRatePercent),
      heaviestMinor: payMinor,
      authority,
      reasons: [],
    },
  ];
}

function rowOf(
  matrix: readonly SettlementRow[],
  { bucket, product }: OptionFacts,
): SettlementRow | null {
  const row = matrix.find(
    ({ buckets, products }) =>
      buckets.includes(bucket) &&
      (products === undefined || (product !== null && products.includes(product))),
  );
  return row ?? null;
}

interface Step {
  readonly authority: Authority;
  readonly waived: OptionAmounts;
}

/** What each role may give up, smallest first; a role that may give no more than the one below is left out. */
function stepsOf(row: SettlementRow, owed: OptionAmounts, policy: OptionsPolicy): Step[] {
  const steps: Step[] = [];
  for (const authority of AUTHORITIES) {
    const waived = waivedBy(discountOf(row, authority), owed, policy);
    const before = steps.at(-1);
    if (sumOf(waived) > (before === undefined ? 0n : sumOf(before.waived))) {
      steps.push({ authority, waived });
    }
  }
  return steps;
}

const discountOf = (row: SettlementRow, authority: Authority): Discount =>
  authority === 'agent'
    ? { ...row.agent, interestPercent: 0, feePercent: 0, principalPercent: 0 }
    : row[authority];

function waivedBy(discount: Discount, owed: OptionAmounts, policy: OptionsPolicy): OptionAmounts {
  const of = (amount: bigint, percent: number): bigint => (amount * BigInt(percent)) / 100n;
  const principalPercent = Math.min(
    discount.principalPercent,
    100 - policy.settlement.principalFloorPercent,
  );
  return {
    principalMinor: of(owed.principalMinor, principalPercent),
    interestMinor: of(owed.interestMinor, discount.interestPercent),
    penaltyMinor: of(owed.penaltyMinor, discount.penaltyPercent),
    feeMinor: of(owed.feeMinor, discount.feePercent),
  };
}
