import { paymentsOf, type AgreedPayment, type AgreementTerms } from './agreement-terms';
import { LANGUAGES, sayDate, sayMoney, type Language, type Said } from './said';

/** What an agreement's text is made of beside its terms. */
export interface AgreementWords {
  readonly terms: AgreementTerms;
  /** ISO 4217. */
  readonly currency: string;
  readonly creditorName: string;
  /** ISO date on which the person accepted, where the account is. */
  readonly acceptedOn: string;
  readonly missedToBreak: number;
  readonly lateDaysToBreak: number;
  /** Of the creditor's policy; null: none is named. */
  readonly payTo: string | null;
  readonly complaintContact: string | null;
}

/**
 * What was agreed, as it is kept, hashed and sent: amounts, dates, what each side does, what follows
 * when it is not kept, and where to complain. Generated alone, never typed.
 */
export function agreementText(words: AgreementWords): Said {
  const text = (language: Language): string =>
    [...BODY[words.terms.kind](words, language), ...CLOSING(words, language)].join('\n');
  return Object.fromEntries(LANGUAGES.map((each) => [each, text(each)])) as Record<
    Language,
    string
  >;
}

type Lines = readonly string[];
const pick = (language: Language, said: Said): string => said[language];

const BODY: Readonly<
  Record<AgreementTerms['kind'], (words: AgreementWords, language: Language) => Lines>
> = {
  plan: (words, language) => {
    const payments = paymentsOf(words.terms);
    const { amountMinor } = words.terms as Extract<AgreementTerms, { kind: 'plan' }>;
    const amount = money(amountMinor, words, language);
    const { missedToBreak, lateDaysToBreak } = words;
    return [
      heading({ id: 'Kesepakatan cicilan', en: 'Payment plan' }, words, language),
      pick(language, {
        id: `Tunggakan ${amount} dibayar dalam ${payments.length} angsuran:`,
        en: `The arrears of ${amount} are paid in ${payments.length} instalments:`,
      }),
      ...payments.map((each) => `${each.number}. ${paid(each, words, language)}`),
      pick(language, {
        id: `Selama angsuran dibayar tepat waktu kami tidak menagih. Kesepakatan berakhir bila ${missedToBreak} angsuran terlewat atau satu terlambat lebih dari ${lateDaysToBreak} hari.`,
        en: `While instalments are paid on time we do not collect. It ends when ${missedToBreak} instalments are missed or one is more than ${lateDaysToBreak} days late.`,
      }),
    ];
  },
  reschedule: (words, language) => {
    const terms = words.terms as Extract<AgreementTerms, { kind: 'reschedule' }>;
    const [payment] = paymentsOf(terms);
    const from = pick(language, sayDate(terms.fromDueDate));
    const fee = money(terms.feeMinor, words, language);
    return [
      heading({ id: 'Kesepakatan ubah tanggal bayar', en: 'Another due date' }, words, language),
      pick(language, {
        id: `Angsuran ke-${terms.instalment} yang jatuh tempo ${from} dibayar pada ${paid(payment, words, language)}.`,
        en: `Instalment ${terms.instalment}, due on ${from}, is paid on ${paid(payment, words, language)}.`,
      }),
      pick(
        language,
        terms.feeMinor === '0'
          ? { id: 'Tanpa biaya.', en: 'There is no fee.' }
          : {
              id: `Di dalamnya biaya perubahan ${fee}.`,
              en: `That includes a fee of ${fee} for the change.`,
            },
      ),
      pick(language, {
        id: 'Sampai tanggal itu kami tidak menagih.',
        en: 'Until that date we do not collect.',
      }),
    ];
  },
  deferment: (words, language) => {
    const terms = words.terms as Extract<AgreementTerms, { kind: 'deferment' }>;
    const say = (isoDate: string): string => pick(language, sayDate(isoDate));
    const amount = money(terms.amountMinor, words, language);
    const interest = money(terms.interestMinor, words, language);
    return [
      heading({ id: 'Kesepakatan penundaan', en: 'Deferment' }, words, language),
      pick(language, {
        id: `Pembayaran ${amount} ditunda dari ${say(terms.from)} sampai ${say(terms.until)}. Selama itu kami tidak menagih.`,
        en: `The payment of ${amount} is deferred from ${say(terms.from)} to ${say(terms.until)}. Until then we do not collect.`,
      }),
      pick(
        language,
        terms.interestMinor === '0'
          ? { id: 'Penundaan ini tidak menambah bunga.', en: 'It adds no interest.' }
          : {
              id: `Bunga tetap berjalan, kira-kira ${interest}.`,
              en: `Interest goes on, about ${interest}.`,
            },
      ),
      pick(language, {
        id: `Pada ${say(terms.checkInOn)} kami menanyakan keadaan Anda dan cara bayar berikutnya.`,
        en: `On ${say(terms.checkInOn)} we ask how you are and how it goes on.`,
      }),
    ];
  },
  settlement: (words, language) => {
    const terms = words.terms as Extract<AgreementTerms, { kind: 'settlement' }>;
    const [payment] = paymentsOf(terms);
    const waived = money(terms.writeOffMinor, words, language);
    const { dueDate = '', amountMinor = '0' } = payment ?? {};
    const pay = money(amountMinor, words, language);
    const by = pick(language, sayDate(dueDate));
    return [
      heading({ id: 'Kesepakatan pelunasan', en: 'Settlement' }, words, language),
      pick(language, {
        id: `Bayar ${pay} paling lambat ${by}. Setelah diterima penuh, sisanya (${waived}) dihapus dan utang lunas.`,
        en: `Pay ${pay} by ${by}. When it is received in full, the rest (${waived}) is written off and the debt is ended.`,
      }),
      pick(language, {
        id: 'Bila tidak dibayar penuh sampai tanggal itu, potongan batal dan seluruh utang berlaku kembali.',
        en: 'When it is not paid in full by that date, the discount lapses and the whole debt stands again.',
      }),
    ];
  },
};

const CLOSING = (words: AgreementWords, language: Language): Lines => {
  const { payTo, complaintContact } = words;
  const to = pick(language, {
    id: payTo ?? 'cara bayar yang biasa untuk pinjaman ini',
    en: payTo ?? 'the usual way of paying for this loan',
  });
  const complain = pick(language, {
    id: complaintContact ?? `layanan pengaduan ${words.creditorName}`,
    en: complaintContact ?? `the complaints desk of ${words.creditorName}`,
  });
  return [
    ...(words.terms.kind === 'deferment'
      ? []
      : [pick(language, { id: `Cara bayar: ${to}.`, en: `How to pay: ${to}.` })]),
    pick(language, {
      id: `Keluhan: ${complain}; atau OJK, telepon 157.`,
      en: `Complaints: ${complain}; or OJK, telephone 157.`,
    }),
  ];
};

function heading(title: Said, words: AgreementWords, language: Language): string {
  const on = pick(language, sayDate(words.acceptedOn));
  return pick(language, {
    id: `${title.id} dengan ${words.creditorName}, ${on}.`,
    en: `${title.en} with ${words.creditorName}, ${on}.`,
  });
}

function money(minor: string, { currency }: AgreementWords, language: Language): string {
  return pick(language, sayMoney(BigInt(minor), currency));
}

/** `5 Agustus 2026: Rp500.000`. */
function paid(
  payment: AgreedPayment | undefined,
  words: AgreementWords,
  language: Language,
): string {
  if (payment === undefined) throw new Error('an agreement to pay without its payment');
  return `${pick(language, sayDate(payment.dueDate))}: ${money(payment.amountMinor, words, language)}`;
}
