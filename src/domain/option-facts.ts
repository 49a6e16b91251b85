import { DateTime } from 'luxon';
import { byDueDate, COMPONENTS, MINOR_OF, totalOf, type Debt, type Instalment } from './debt';
import type { Authority, OptionAmounts, OptionFacts, OptionHistory } from './option';
import type { RootCause } from './outcome-code';
import type { Role } from './role';

/** Ability to pay as an agent notes it; a month's amounts, integer minor units. */
export interface ToldAbility {
  readonly incomeMinor: bigint;
  readonly fixedCostMinor: bigint;
  readonly otherDebtsMinor: bigint;
  /** ISO date; null: not told. */
  readonly nextIncomeOn: string | null;
}

export interface OptionSubject {
  readonly debt: Debt;
  readonly product: string | null;
  readonly rootCause: RootCause;
  readonly ability: ToldAbility | null;
  readonly history: OptionHistory;
  readonly mayBeForetold: boolean;
  readonly authority: Authority;
}

/** The day of a debt, where the account is; ISO date. */
export function todayOf({ asOf, zone }: Debt): string {
  return DateTime.fromJSDate(asOf, { zone }).toFormat('yyyy-MM-dd');
}

/** What of a debt and a talk options rest on: amounts and days, and nothing of who the person is. */
export function optionFactsOf(subject: OptionSubject): OptionFacts {
  const { debt, ability, product, rootCause, history, mayBeForetold, authority } = subject;
  const today = todayOf(debt);
  const owed = debt.instalments.filter(({ outstanding }) => totalOf(outstanding) > 0n);
  const [oldest] = [...owed].sort(byDueDate);
  return {
    ...{ product, rootCause, history, mayBeForetold, authority, currency: debt.currency },
    ...{ bucket: debt.bucket, daysPastDue: debt.daysPastDue },
    due: sumAmounts(owed.filter(({ dueDate }) => dueDate <= today)),
    total: sumAmounts(owed),
    oldest:
      oldest === undefined
        ? null
        : {
            number: oldest.number,
            outstandingMinor: totalOf(oldest.outstanding),
            dueInDays: daysBetween(today, oldest.dueDate),
          },
    ability:
      ability === null
        ? null
        : {
            incomeMinor: ability.incomeMinor,
            fixedCostMinor: ability.fixedCostMinor,
            otherDebtsMinor: ability.otherDebtsMinor,
            nextIncomeInDays:
              ability.nextIncomeOn === null ? null : daysBetween(today, ability.nextIncomeOn),
          },
  };
}

/** Whose authority a role has in offers. */
export function authorityOf(role: Role): Authority {
  if (role === 'admin') return 'manager';
  return role === 'transcriber' ? 'agent' : role;
}

function sumAmounts(instalments: readonly Instalment[]): OptionAmounts {
  const sums = { principalMinor: 0n, interestMinor: 0n, penaltyMinor: 0n, feeMinor: 0n };
  for (const { outstanding } of instalments) {
    for (const component of COMPONENTS)
      sums[MINOR_OF[component]] += outstanding[MINOR_OF[component]];
  }
  return sums;
}

function daysBetween(from: string, to: string): number {
  const day = (iso: string): DateTime => DateTime.fromISO(iso, { zone: 'utc' });
  return Math.round(day(to).diff(day(from), 'days').days);
}

/** Values with bigints as text: what is hashed, kept and answered. */
export function plainOf(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, each: unknown) =>
      typeof each === 'bigint' ? each.toString() : each,
    ),
  );
}
