import { dateTerms, paymentsOf } from './agreement-terms';
import type { OptionTerms } from './option';
import { sayDate, sayMoney, type Said } from './said';

type TermsOf<Kind extends OptionTerms['kind']> = Extract<OptionTerms, { readonly kind: Kind }>;

/** The day and the currency that an offer is told in. */
export interface OfferDay {
  /** ISO date, where the account is: days of the terms are counted from it. */
  readonly today: string;
  /** ISO 4217. */
  readonly currency: string;
}

/** An offer as it is said in the talk, before anybody agrees: generated, so that nobody misspeaks. Pure. */
export function sayOffer(terms: OptionTerms, day: OfferDay): Said {
  const say = SAY[terms.kind] as (terms: OptionTerms, day: OfferDay) => Said;
  return say(terms, day);
}

const SAY: {
  readonly [Kind in OptionTerms['kind']]: (terms: TermsOf<Kind>, day: OfferDay) => Said;
} = {
  pay_full: ({ amountMinor }, { currency }) => {
    const money = sayMoney(amountMinor, currency);
    return {
      id: `Bayar ${money.id} hari ini; tunggakan selesai.`,
      en: `Pay ${money.en} today; that ends the arrears.`,
    };
  },
  pay_part: ({ amountMinor, restMinor }, { currency }) => {
    const [money, rest] = [sayMoney(amountMinor, currency), sayMoney(restMinor, currency)];
    return {
      id: `Bayar ${money.id} dahulu; sisa tunggakan ${rest.id} menyusul.`,
      en: `Pay ${money.en} first; ${rest.en} of the arrears remains.`,
    };
  },
  reschedule: (terms, day) => {
    const { from, to, money } = moved(terms, day);
    const fee = sayMoney(terms.feeMinor, day.currency);
    const isFree = terms.feeMinor === 0n;
    return {
      id: `Angsuran ke-${terms.instalment} sebesar ${money.id} digeser dari ${from.id} ke ${to.id}, ${isFree ? 'tanpa biaya' : `biaya ${fee.id}`}.`,
      en: `Instalment ${terms.instalment} of ${money.en} moves from ${from.en} to ${to.en}, ${isFree ? 'without a fee' : `for a fee of ${fee.en}`}.`,
    };
  },
  plan: sayPlan,
  deferment: (terms, { today, currency }) => {
    const dated = dateTerms(terms, today, NO_WORDS) as { until: string; checkInOn: string };
    const money = sayMoney(terms.amountMinor, currency);
    const [until, checkIn] = [sayDate(dated.until), sayDate(dated.checkInOn)];
    const interest = sayMoney(terms.interestMinor, currency);
    const isFree = terms.interestMinor === 0n;
    return {
      id: `Pembayaran ${money.id} ditunda ${terms.days} hari, sampai ${until.id}; ${isFree ? 'tanpa tambahan bunga' : `bunga bertambah kira-kira ${interest.id}`}. Pada ${checkIn.id} kami menanyakan keadaan Anda.`,
      en: `The payment of ${money.en} waits for ${terms.days} days, until ${until.en}; ${isFree ? 'no interest is added' : `about ${interest.en} of interest is added`}. On ${checkIn.en} we ask how you are.`,
    };
  },
  settlement: (terms, { today, currency }) => {
    const dated = dateTerms(terms, today, NO_WORDS) as {
      readonly payments: readonly { readonly dueDate: string }[];
      readonly writeOffMinor: string;
    };
    const by = sayDate(dated.payments[0]?.dueDate ?? today);
    const pay = sayMoney(terms.payMinor, currency);
    const waived = sayMoney(BigInt(dated.writeOffMinor), currency);
    return {
      id: `Bayar ${pay.id} paling lambat ${by.id}; sisanya ${waived.id} dihapus dan utang lunas.`,
      en: `Pay ${pay.en} by ${by.en}; the rest, ${waived.en}, is written off and the debt is ended.`,
    };
  },
};

/** What only the acceptance tells. */
const NO_WORDS = { reason: '', hasEvidence: false };

function moved(terms: TermsOf<'reschedule'>, { today, currency }: OfferDay) {
  const dated = dateTerms(terms, today, NO_WORDS);
  const [payment] = paymentsOf(dated);
  const from = dated.kind === 'reschedule' ? dated.fromDueDate : today;
  return {
    from: sayDate(from),
    to: sayDate(payment?.dueDate ?? today),
    money: sayMoney(terms.amountMinor, currency),
  };
}

/** Equal instalments are said once; the last is named where it differs. */
function sayPlan(terms: TermsOf<'plan'>, { today, currency }: OfferDay): Said {
  const payments = paymentsOf(dateTerms(terms, today, NO_WORDS));
  const [first] = payments;
  const last = payments.at(-1);
  if (first === undefined || last === undefined) throw new Error('a plan without instalments');
  const each = sayMoney(BigInt(first.amountMinor), currency);
  const end = sayMoney(BigInt(last.amountMinor), currency);
  const [from, until] = [sayDate(first.dueDate), sayDate(last.dueDate)];
  const isSame = first.amountMinor === last.amountMinor;
  return {
    id: `Dicicil ${payments.length} kali sebulan sekali: ${each.id} mulai ${from.id}, ${isSame ? 'terakhir' : `terakhir ${end.id}`} pada ${until.id}.`,
    en: `${payments.length} monthly instalments: ${each.en} from ${from.en}, the last ${isSame ? 'one' : `of ${end.en}`} on ${until.en}.`,
  };
}
