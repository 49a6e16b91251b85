import { COMPONENTS, MINOR_OF, totalOf, type Component, type Components, type Debt } from './debt';
import { sayDate, sayMoney, type Said } from './said';

const COMPONENT_WORDS: Readonly<Record<Component, Said>> = {
  principal: { id: 'pokok', en: 'principal' },
  interest: { id: 'bunga', en: 'interest' },
  penalty: { id: 'denda', en: 'penalty' },
  fee: { id: 'biaya', en: 'fees' },
};

/** What a debt is told by. */
export type DebtTold = Pick<
  Debt,
  'currency' | 'instalments' | 'dueMinor' | 'totalMinor' | 'oldestDueDate' | 'daysPastDue'
>;

/** Amount and due date as they are said in the talk; generated, so that nobody misspeaks. */
export interface DebtSaid {
  /** `Tagihan Rp1.250.000 jatuh tempo 5 November 2026, terlambat 12 hari.` */
  readonly statement: Said;
  /** What it is made of; null: all principal. */
  readonly parts: Said | null;
  /** What is not due yet; null: nothing. */
  readonly later: Said | null;
}

/** A debt in both languages. Pure. */
export function sayDebt(debt: DebtTold): DebtSaid {
  const { currency, dueMinor, totalMinor } = debt;
  const laterMinor = totalMinor - dueMinor;
  return {
    statement: sayStatement(debt),
    parts: sayParts(debt),
    later: dueMinor === 0n || laterMinor <= 0n ? null : sayLater(sayMoney(laterMinor, currency)),
  };
}

function sayLater(money: Said): Said {
  return { id: `Sisa yang belum jatuh tempo: ${money.id}.`, en: `Not due yet: ${money.en}.` };
}

function sayStatement({ dueMinor, totalMinor, currency, ...debt }: DebtTold): Said {
  const { oldestDueDate, daysPastDue } = debt;
  if (totalMinor === 0n || oldestDueDate === null)
    return { id: 'Tidak ada tagihan yang tersisa.', en: 'Nothing is owed any more.' };
  const money = sayMoney(dueMinor === 0n ? totalMinor : dueMinor, currency);
  const date = sayDate(oldestDueDate);
  const late = sayDays(daysPastDue);
  return {
    id: `Tagihan ${money.id} jatuh tempo ${date.id}, ${late.id}.`,
    en: `${money.en}, due on ${date.en}, ${late.en}.`,
  };
}

function sayDays(daysPastDue: number): Said {
  if (daysPastDue === 0) return { id: 'hari ini', en: 'today' };
  const days = Math.abs(daysPastDue);
  const unit = days === 1 ? 'day' : 'days';
  return daysPastDue > 0
    ? { id: `terlambat ${days} hari`, en: `${days} ${unit} late` }
    : { id: `${days} hari lagi`, en: `in ${days} ${unit}` };
}

/** Of all that is outstanding, by component; null: it is all principal, there is nothing to explain. */
function sayParts({ instalments, currency }: DebtTold): Said | null {
  const sum = instalments.reduce<Components>(
    (all, { outstanding }) => ({
      principalMinor: all.principalMinor + outstanding.principalMinor,
      interestMinor: all.interestMinor + outstanding.interestMinor,
      penaltyMinor: all.penaltyMinor + outstanding.penaltyMinor,
      feeMinor: all.feeMinor + outstanding.feeMinor,
    }),
    { principalMinor: 0n, interestMinor: 0n, penaltyMinor: 0n, feeMinor: 0n },
  );
  if (sum.principalMinor === totalOf(sum)) return null;
  const parts = COMPONENTS.filter((component) => sum[MINOR_OF[component]] > 0n);
  const list = (language: 'id' | 'en'): string =>
    parts
      .map((component) => {
        const money = sayMoney(sum[MINOR_OF[component]], currency)[language];
        return `${COMPONENT_WORDS[component][language]} ${money}`;
      })
      .join(', ');
  return { id: `Terdiri dari ${list('id')}.`, en: `Made of ${list('en')}.` };
}
