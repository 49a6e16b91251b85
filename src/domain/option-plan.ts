import { disposableMinor } from './ability';
import type { OptionsPolicy } from './collection-policy/options';
import { sumOf, type OptionFacts } from './option';
import type { Candidate, Candidates } from './option-candidate';
import { fewestInstalments } from './plan-instalments';
import { waitingCost } from './waiting-cost';

const DAYS_A_MONTH = 30;

/**
 * The arrears in monthly instalments within the ability: the fewest that fit, and a gentler plan when
 * that is another one.
 */
export function plan(facts: OptionFacts, policy: OptionsPolicy): Candidates {
  const amountMinor = sumOf(facts.due);
  if (amountMinor === 0n) return 'nothing_due';
  if (facts.ability === null) return 'ability_not_told';
  const { disposablePercent, gentlePercent, minInstalmentMinor, minInstalments } = policy.plan;
  if (amountMinor < BigInt(minInstalmentMinor) * BigInt(minInstalments)) return 'single_amount';
  const disposable = disposableMinor(facts.ability);
  if (disposable === 0n) return 'beyond_ability';
  const within = (percent: number): readonly bigint[] | null =>
    fewestInstalments(amountMinor, {
      minInstalments,
      maxInstalments: policy.plan.maxInstalments,
      capMinor: capOf(disposable, percent, policy),
      leastMinor: BigInt(minInstalmentMinor),
      roundToMinor: BigInt(policy.roundToMinor),
    });
  const fewest = within(disposablePercent);
  if (fewest === null) return 'too_many_instalments';
  const gentler = within(Math.min(gentlePercent, disposablePercent));
  const plans = [candidate(fewest, 'fewest_instalments', facts, policy)];
  if (gentler !== null && gentler.length !== fewest.length) {
    plans.push(candidate(gentler, 'gentler', facts, policy));
  }
  return plans;
}

function capOf(disposable: bigint, percent: number, policy: OptionsPolicy): bigint {
  const bearable = (disposable * BigInt(percent)) / 100n;
  const { maxInstalmentMinor } = policy.plan;
  if (maxInstalmentMinor === null) return bearable;
  return bearable < BigInt(maxInstalmentMinor) ? bearable : BigInt(maxInstalmentMinor);
}

function candidate(
  instalmentsMinor: readonly bigint[],
  reason: 'fewest_instalments' | 'gentler',
  facts: OptionFacts,
  policy: OptionsPolicy,
): Candidate {
  const { firstWithinDays } = policy.plan;
  const payday = facts.ability?.nextIncomeInDays ?? null;
  const onPayday = payday !== null && payday <= firstWithinDays;
  const firstInDays = onPayday ? payday : firstWithinDays;
  return {
    terms: { kind: 'plan', amountMinor: sumOf(facts.due), firstInDays, instalmentsMinor },
    costMinor: waitingCost(
      instalmentsMinor.map((amount, index) => ({
        amountMinor: amount,
        days: firstInDays + index * DAYS_A_MONTH,
      })),
      policy.yearlyRatePercent,
    ),
    heaviestMinor: instalmentsMinor[0] ?? 0n,
    authority: 'agent',
    reasons: [reason, ...(onPayday ? (['on_payday'] as const) : [])],
  };
}
