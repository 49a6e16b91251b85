import { z } from 'zod';
import type { Calibration } from '../domain/calibration';

const count = z.number().int();
const chance = z.number().min(0).max(1);
const share = z.number().nullable();

/** Did what was foretold come true? */
export const calibrationAnswer = z.object({
  n: count.describe('Foretellings whose horizon is over'),
  brier: share.describe('Mean squared error of the chances; 0 is perfect'),
  brierOfShare: share.describe('Of foretelling everybody the share of all'),
  expected: share,
  observed: share,
  verdict: z.enum(['holds', 'off', 'insufficient_data']),
  bins: z.array(
    z.object({
      ...{ from: chance, to: chance, n: count, expected: chance },
      ...{ observed: chance, low: chance, high: chance },
    }),
  ),
});

export function calibrationView(calibration: Calibration): z.output<typeof calibrationAnswer> {
  return { ...calibration, bins: [...calibration.bins] };
}
