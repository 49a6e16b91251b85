import { localInstant } from './promise-reminder';
import { sayDate, sayMoney, type Said } from './said';

/** An instalment that is not due yet. */
export interface ComingInstalment {
  readonly creditorName: string;
  /** ISO 8601 date. */
  readonly dueDate: string;
  /** Integer minor units outstanding of it, above 0. */
  readonly amountMinor: bigint;
  readonly currency: string;
  /** Every IANA zone that the debtor may be in; at least one. */
  readonly zones: readonly string[];
}

/** The message that tells of it so many days before, in the words of a service and not of a demand. Pure. */
export function preDueMessage(
  coming: ComingInstalment,
  when: { readonly days: number; readonly at: string },
): {
  readonly step: string;
  readonly body: Said;
  readonly sendAt: Date;
  readonly uselessAfter: Date;
} {
  const { creditorName, dueDate, amountMinor, currency, zones } = coming;
  const money = sayMoney(amountMinor, currency);
  const date = sayDate(dueDate);
  const sendAt = localInstant(dueDate, { before: when.days, at: when.at, zones });
  return {
    // of another amount it is another one
    step: `${dueDate} d-${when.days}:${amountMinor}`,
    body: {
      id: `${creditorName}: angsuran ${money.id} jatuh tempo pada ${date.id}, ${when.days} hari lagi. Abaikan pesan ini bila sudah dibayar. Terima kasih.`,
      en: `${creditorName}: the instalment of ${money.en} is due on ${date.en}, in ${when.days} days. If you have paid, please ignore this message. Thank you.`,
    },
    sendAt: sendAt.toJSDate(),
    uselessAfter: sendAt.endOf('day').toJSDate(),
  };
}
