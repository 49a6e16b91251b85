import { sayMoney, type Language, type Said } from './said';

/** A way to pay, as the creditor has given it. */
export interface PaymentWay {
  readonly kind: 'virtual_account' | 'qris' | 'link';
  readonly label: string | null;
  readonly value: string;
}

const WORDS = {
  id: {
    ...{ head: 'Cara bayar', amount: 'Jumlah', code: 'Kode pembayaran' },
    ...{ virtual_account: 'Virtual account', link: 'Tautan' },
  },
  en: {
    ...{ head: 'How to pay', amount: 'Amount', code: 'Payment code' },
    ...{ virtual_account: 'Virtual account', link: 'Link' },
  },
} as const satisfies Record<Language, Record<string, string>>;

/** Where a creditor's link takes the reference of the message that it is sent in. */
export const REFERENCE_PLACE = '{reference}';

/** The way as somebody can use it. @param reference empty: it is shown, in no message */
export const wayWith = <Way extends PaymentWay>(way: Way, reference: string): Way => ({
  ...way,
  value: way.value.replaceAll(REFERENCE_PLACE, reference),
});

/**
 * The message by which somebody can pay: who is paid, how much, to what. It says nothing of a debt, for
 * whoever else may read the phone. Its reference may come back with the payment. A QRIS payload is for a screen, not for a text message.
 * Null: there is nothing to send.
 */
export function sayPaymentDetails(facts: {
  readonly creditorName: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly ways: readonly PaymentWay[];
  /** Of this message alone. */
  readonly reference: string;
}): Said | null {
  const ways = facts.ways.filter(({ kind }) => kind !== 'qris');
  if (ways.length === 0) return null;
  const amount = sayMoney(facts.amountMinor, facts.currency);
  const say = (language: Language): string => {
    const words = WORDS[language];
    const lines = ways.map((way) => {
      const { kind, label, value } = wayWith(way, facts.reference);
      return kind === 'link'
        ? `${words.link}: ${value}`
        : `${words.virtual_account}${label === null ? '' : ` ${label}`}: ${value}`;
    });
    const head = [`${words.head} ${facts.creditorName}`, `${words.amount}: ${amount[language]}`];
    return [...head, ...lines, `${words.code}: ${facts.reference}`].join('\n');
  };
  return { id: say('id'), en: say('en') };
}

/** Thanks for a payment, and what is left of it to say: nothing of the debt. */
export function sayThanks(facts: {
  readonly creditorName: string;
  readonly amountMinor: bigint;
  readonly currency: string;
}): Said {
  const amount = sayMoney(facts.amountMinor, facts.currency);
  return {
    id: `Terima kasih, pembayaran ${amount.id} untuk ${facts.creditorName} sudah kami terima.`,
    en: `Thank you, your payment of ${amount.en} to ${facts.creditorName} has arrived.`,
  };
}
