import { z } from 'zod';
import type { Place } from '../call-facts';

const PLACES = ['mobile', 'home', 'work'] as const satisfies readonly Place[];

/** In which order the person's own numbers are asked about. */
export interface PhoneOrder {
  /** `least_recent`: the one tried longest ago first. `listed`: as the creditor lists them. */
  readonly order?: 'least_recent' | 'listed';
  /** Numbers of these places before the others, in this order. */
  readonly places?: readonly Place[];
}

export const phoneOrder: z.ZodType<PhoneOrder> = z.strictObject({
  order: z
    .enum(['least_recent', 'listed'])
    .exactOptional()
    .describe('Absent: least_recent, the number tried longest ago first'),
  places: z
    .array(z.enum(PLACES), { error: 'a list of places' })
    .min(1, 'a list with at least one place')
    .max(PLACES.length)
    .exactOptional()
    .describe('Numbers of these places before the others, in this order'),
});
