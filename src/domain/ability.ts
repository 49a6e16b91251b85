/** What a person can pay, as told in a talk; integer minor units a month. */
export interface Ability {
  readonly incomeMinor: bigint;
  /** Rent, food, school, transport. */
  readonly fixedCostMinor: bigint;
  /** Instalments to other lenders. */
  readonly otherDebtsMinor: bigint;
  /** Days until the next income; null: not told. */
  readonly nextIncomeInDays: number | null;
}

/** What is left of a month's income to live and pay with; never below zero. */
export function disposableMinor(ability: Ability): bigint {
  const left = ability.incomeMinor - ability.fixedCostMinor - ability.otherDebtsMinor;
  return left > 0n ? left : 0n;
}

/** The share that an amount takes of a month's disposable income, in percent, rounded up. Null: there is none. */
export function strainPercent(amountMinor: bigint, ability: Ability): number | null {
  const disposable = disposableMinor(ability);
  if (disposable === 0n) return null;
  return Number((amountMinor * 100n + disposable - 1n) / disposable);
}
