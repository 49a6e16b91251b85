import { z } from 'zod';
import { provinceCode } from './account-filter';

/** In the order of ISO 8601: Monday is 1. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Half-open on the wall clock at the person. */
export interface CallingWindow {
  readonly days: readonly Weekday[];
  /** `HH:mm` */
  readonly from: string;
  /** `HH:mm`; `24:00` is the end of the day. */
  readonly to: string;
}

/** No calls to a region, or to everybody, on these local dates. */
export interface Pause {
  /** Told beside every call that it stops. */
  readonly reason: string;
  /** ISO 3166-2; absent: everywhere. A person whose region is not known is in every one. */
  readonly regions?: readonly string[];
  /** Local dates, both inclusive. */
  readonly from: string;
  readonly to: string;
}

export interface Courtesy {
  /** Friday prayer, iftar in Ramadan: the courtesy pack of the creditor's country. */
  readonly windows?: boolean;
  /** Disaster areas, days of mourning. */
  readonly pauses?: readonly Pause[];
}

const clock = z
  .string({ error: '"08:00" to "23:59"' })
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, '"00:00" to "23:59"');
const endClock = z
  .string({ error: '"00:01" to "24:00"' })
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, '"00:01" to "24:00"');
const localDate = z.iso.date({ error: 'a date, 2026-12-01' });

/** `08:30` -> 830; also of a time in the wrong form, which is told apart. */
const clockNumber = (time: string): number => Number(time.replace(':', ''));

export const callingWindow: z.ZodType<CallingWindow> = z
  .strictObject({
    days: z
      .array(z.enum(WEEKDAYS), { error: 'a list of weekdays' })
      .min(1, 'a list with at least one weekday')
      .max(7),
    from: clock,
    to: endClock,
  })
  .refine(({ from, to }) => clockNumber(from) < clockNumber(to), {
    path: ['to'],
    error: 'a later time than from',
  });

const pause: z.ZodType<Pause> = z
  .strictObject({
    reason: z
      .string({ error: 'a text' })
      .regex(/^(?=.*\S)[^\p{Cc}\p{Cs}]{1,120}$/u, '1 to 120 characters in one line'),
    regions: z
      .array(provinceCode, { error: 'a list of ISO 3166-2 codes' })
      .min(1, 'a list with at least one code')
      .max(100)
      .exactOptional(),
    from: localDate,
    to: localDate,
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'from, or a later date' });

export const courtesy: z.ZodType<Courtesy> = z.strictObject({
  windows: z
    .boolean({ error: 'true or false' })
    .exactOptional()
    .describe("The courtesy pack of the creditor's country; absent: as the creditor has it"),
  pauses: z
    .array(pause, { error: 'a list of pauses' })
    .max(100)
    .exactOptional()
    .describe('No calls to a region, or to everybody, on these dates'),
});
