import { disposableMinor } from './ability';
import type { OptionsPolicy } from './collection-policy/options';
import { sumOf, type OptionFacts } from './option';
import { isBeyond, type Candidates } from './option-candidate';
import { waitingCost } from './waiting-cost';

/** All arrears now. */
export function payFull(facts: OptionFacts): Candidates {
  const amountMinor = sumOf(facts.due);
  if (amountMinor === 0n) return 'nothing_due';
  if (isBeyond(amountMinor, facts.ability)) return 'beyond_ability';
  return [
    {
      terms: { kind: 'pay_full', amountMinor },
      costMinor: 0n,
      heaviestMinor: amountMinor,
      authority: 'agent',
      reasons: ['ends_it_today'],
    },
  ];
}

/** How long the rest of a part payment is reckoned to take, days. */
const REST_DAYS = 30;

/** A part of the arrears now; the rest stays due. */
export function payPart(facts: OptionFacts, policy: OptionsPolicy): Candidates {
  const due = sumOf(facts.due);
  if (due === 0n) return 'nothing_due';
  const wished = share(due, policy.partPercent);
  const bearable =
    facts.ability === null
      ? wished
      : (disposableMinor(facts.ability) * BigInt(policy.plan.disposablePercent)) / 100n;
  const roundTo = BigInt(policy.roundToMinor);
  const amount = wished < bearable ? wished : bearable;
  const rounded = amount - (amount % roundTo);
  if (rounded < share(due, policy.partMinPercent)) return 'beyond_ability';
  if (rounded <= 0n || rounded >= due) return 'single_amount';
  const rest = { amountMinor: due - rounded, days: REST_DAYS };
  return [
    {
      terms: { kind: 'pay_part', amountMinor: rounded, restMinor: rest.amountMinor },
      costMinor: waitingCost([rest], policy.yearlyRatePercent),
      heaviestMinor: rounded,
      authority: 'agent',
      reasons: [],
    },
  ];
}

const share = (amount: bigint, percent: number): bigint => (amount * BigInt(percent) + 99n) / 100n;

/** Without a payday: in two weeks, or as late as it may be. */
const USUAL_DAYS = 14;

/** Moves the due date of the instalment that is unpaid for longest, or of the next one. */
export function reschedule(facts: OptionFacts, policy: OptionsPolicy): Candidates {
  const { maxDays, per12Months, maxDaysPastDue } = policy.reschedule;
  const { oldest, ability, history } = facts;
  if (maxDays === 0) return 'not_offered_by_creditor';
  if (oldest === null) return 'nothing_owed';
  if (history.reschedules >= per12Months) return 'limit_reached';
  if (facts.daysPastDue > maxDaysPastDue) return 'not_at_this_stage';
  const feeMinor =
    history.reschedules < policy.reschedule.freePer12Months
      ? 0n
      : BigInt(policy.reschedule.feeMinor);
  const amountMinor = oldest.outstandingMinor;
  if (isBeyond(amountMinor + feeMinor, ability)) return 'beyond_ability';
  // a date that is over is moved from today on: from the date itself there would be nothing left of it
  const start = Math.max(0, oldest.dueInDays);
  const payday = ability?.nextIncomeInDays ?? null;
  const onPayday = payday !== null && payday > start && payday <= start + maxDays;
  const days = onPayday
    ? [payday]
    : [...new Set([Math.min(USUAL_DAYS, maxDays), maxDays])].map((ahead) => start + ahead);
  return days.map((toInDays) => ({
    terms: {
      kind: 'reschedule',
      instalment: oldest.number,
      amountMinor,
      feeMinor,
      fromInDays: oldest.dueInDays,
      toInDays,
    },
    costMinor:
      waitingCost([{ amountMinor, days: toInDays - start }], policy.yearlyRatePercent) - feeMinor,
    heaviestMinor: amountMinor + feeMinor,
    authority: 'agent',
    reasons: onPayday ? ['on_payday'] : [],
  }));
}
