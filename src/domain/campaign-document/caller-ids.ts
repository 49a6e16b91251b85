import { z } from 'zod';
import { provinceCode } from './account-filter';

/** Which number the person sees; nothing here can make it change from call to call. */
export interface CallerIds {
  /** E.164; the only one. */
  readonly callerId?: string | undefined;
  /** E.164; the same person always sees the same of them. */
  readonly callerIds?: readonly string[] | undefined;
  /** By ISO 3166-2 of the person's address, before the others: a number of their own region. */
  readonly callerIdByProvince?: Readonly<Record<string, string>> | undefined;
}

const NUMBER = 'an E.164 number, "+622150001234"';
const number = z.string({ error: NUMBER }).regex(/^\+[1-9][0-9]{6,14}$/, NUMBER);

/** Fields of `dialing` in a document, and of a campaign's settings. */
export const callerIdFields = {
  callerId: number.exactOptional().describe("The only one that is shown; absent: the trunk's own"),
  callerIds: z
    .array(number, { error: 'a list of E.164 numbers' })
    .min(1, 'a list with at least one number')
    .max(100)
    .superRefine((numbers, context) => {
      for (const [index, one] of numbers.entries()) {
        if (numbers.indexOf(one) === index) continue;
        context.addIssue({
          code: 'custom',
          path: [index],
          message: 'each number once',
          params: { reason: 'is there already' },
        });
      }
    })
    .exactOptional()
    .describe('The same person always sees the same of them; each must be of a trunk'),
  callerIdByProvince: z
    .record(provinceCode, number, { error: 'numbers by province' })
    .exactOptional()
    .describe('Before the others, for people of that province; each must be of a trunk'),
};

/** Each number that may be shown, by its path within the fields. */
export function shownNumbers({ callerId, callerIds = [], callerIdByProvince = {} }: CallerIds): {
  readonly path: readonly PropertyKey[];
  readonly number: string;
}[] {
  return [
    ...(callerId === undefined ? [] : [{ path: ['callerId'], number: callerId }]),
    ...callerIds.map((one, index) => ({ path: ['callerIds', index], number: one })),
    ...Object.entries(callerIdByProvince).map(([province, one]) => {
      return { path: ['callerIdByProvince', province], number: one };
    }),
  ];
}

/** One number, or a list of them. */
export function oneWayOfCallerIds(
  { callerId, callerIds }: CallerIds,
  path: readonly PropertyKey[],
): { readonly path: PropertyKey[]; readonly reason: string; readonly accepted: string }[] {
  if (callerId === undefined || callerIds === undefined) return [];
  const reason = 'stands beside callerIds, which says the same';
  return [{ path: [...path, 'callerId'], reason, accepted: 'one of the two' }];
}
