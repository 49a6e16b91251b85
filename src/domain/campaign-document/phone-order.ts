import { z } from 'zod';
import type { Place } from '../call-facts';

const PLACES = ['mobile', 'home', 'work'] as const satisfies readonly Place[];

/** In which order the person's own numbers are asked about. */
export interface PhoneOrder {
  /**
   * `best_chance`: the one on which the person is likeliest reached first. `least_recent`: the one
   * tried longest ago first. `listed`: as the creditor lists them.
   */
  readonly order?: 'best_chance' | 'least_recent' | 'listed';
  /** Numbers of these places before the others, in this order. */
  readonly places?: readonly Place[];
}

export const phoneOrder: z.ZodType<PhoneOrder> = z.strictObject({
  order: z
    .enum(['best_chance', 'least_recent', 'listed'])
    .exactOptional()
    .describe(
      'Absent: best_chance, the number on which the person is likeliest reached first; of equal ' +
        'ones, and of who objects to profiling, the one tried longest ago',
    ),
  places: z
    .array(z.enum(PLACES), { error: 'a list of places' })
    .min(1, 'a list with at least one place')
    .max(PLACES.length)
    .exactOptional()
    .describe('Numbers of these places before the others, in this order'),
});
