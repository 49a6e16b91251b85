import type { OptionsPolicy } from './collection-policy/options';
import { sumOf, type OptionFacts } from './option';
import type { Candidates } from './option-candidate';
import { waitingCost } from './waiting-cost';

/** So long before its end somebody asks how things are, days. */
const CHECK_IN_BEFORE_DAYS = 2;

/** A short time without collection, for a setback that passes. */
export function deferment(facts: OptionFacts, policy: OptionsPolicy): Candidates {
  const { days, per12Months, causes, evidenceFromDays, interestRuns } = policy.deferment;
  const amountMinor = sumOf(facts.due) > 0n ? sumOf(facts.due) : owedNext(facts);
  if (days.length === 0) return 'not_offered_by_creditor';
  if (amountMinor === 0n) return 'nothing_owed';
  if (!causes.includes(facts.rootCause)) return 'not_for_this_cause';
  if (facts.history.deferments >= per12Months) return 'limit_reached';
  const lengths = [...new Set(days)].sort((a, b) => a - b);
  return lengths.map((length) => {
    const interestMinor = waitingCost(
      [{ amountMinor: facts.total.principalMinor, days: length }],
      policy.debtRatePercent,
    );
    const waiting = waitingCost([{ amountMinor, days: length }], policy.yearlyRatePercent);
    return {
      terms: {
        kind: 'deferment',
        amountMinor,
        days: length,
        checkInDays: Math.max(1, length - CHECK_IN_BEFORE_DAYS),
        interestMinor: interestRuns ? interestMinor : 0n,
        needsEvidence: length >= evidenceFromDays,
      },
      costMinor: interestRuns ? waiting : waiting + interestMinor,
      heaviestMinor: 0n,
      authority: 'agent',
      reasons: ['gives_time'],
    };
  });
}

const owedNext = ({ oldest }: OptionFacts): bigint => oldest?.outstandingMinor ?? 0n;
