import { DateTime } from 'luxon';
import type { PromisePolicy } from './collection-policy/promise';
import { zoneOfDebt } from './debt';
import { sayDate, sayMoney, type Said } from './said';

/** What the reminders of a promise rest on. */
export interface ReminderPlan {
  readonly creditorName: string;
  /** ISO 8601 date, in the debtor's calendar. */
  readonly dueDate: string;
  /** Integer minor units that have not come yet. */
  readonly leftMinor: bigint;
  readonly currency: string;
  /** Every IANA zone that the debtor may be in; at least one. */
  readonly zones: readonly string[];
}

export interface Reminder {
  /** Names it among those of the promise: of another amount it is another one. */
  readonly step: string;
  readonly body: Said;
  readonly sendAt: Date;
  /** The end of the day that it speaks of as today. */
  readonly uselessAfter: Date;
}

/** The messages that remind of a promise, by the policy: the day before, and on the day. Pure. */
export function promiseReminders(
  plan: ReminderPlan,
  policy: Pick<PromisePolicy, 'remindDayBeforeAt' | 'remindOnDayAt'>,
): Reminder[] {
  const days = [
    { name: 'd-1', before: 1, at: policy.remindDayBeforeAt, when: TOMORROW },
    { name: 'd0', before: 0, at: policy.remindOnDayAt, when: TODAY },
  ];
  return days.flatMap(({ name, before, at, when }) => {
    if (at === null) return [];
    const sendAt = localInstant(plan.dueDate, { before, at, zones: plan.zones });
    return [
      {
        step: `${name}:${plan.leftMinor}`,
        body: remind(plan, when),
        sendAt: sendAt.toJSDate(),
        uselessAfter: sendAt.endOf('day').toJSDate(),
      },
    ];
  });
}

/**
 * A local time so many days before a date. Where a person may be in several zones it is the one where the
 * day begins last: nobody is written to before the hour that was meant.
 * @param when.at `09:00`
 */
export function localInstant(
  isoDate: string,
  when: { readonly before: number; readonly at: string; readonly zones: readonly string[] },
): DateTime {
  const day = DateTime.fromISO(`${isoDate}T${when.at}`, { zone: 'utc' });
  const zone = zoneOfDebt(when.zones, day.toJSDate());
  return day.setZone(zone, { keepLocalTime: true }).minus({ days: when.before });
}

const TOMORROW: Said = { id: 'besok', en: 'tomorrow' };
const TODAY: Said = { id: 'hari ini', en: 'today' };

function remind({ creditorName, dueDate, leftMinor, currency }: ReminderPlan, when: Said): Said {
  const money = sayMoney(leftMinor, currency);
  const date = sayDate(dueDate);
  return {
    id: `${creditorName}: kami mengingatkan janji Anda membayar ${money.id} ${when.id}, ${date.id}. Abaikan pesan ini bila sudah dibayar. Terima kasih.`,
    en: `${creditorName}: a reminder of your promise to pay ${money.en} ${when.en}, ${date.en}. If you have paid, please ignore this message. Thank you.`,
  };
}
