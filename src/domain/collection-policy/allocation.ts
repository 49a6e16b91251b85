import { z } from 'zod';

/** How a payment is divided over what is owed. Every field has its default. */
export const allocationPolicy = z.strictObject({});
export type AllocationPolicy = z.output<typeof allocationPolicy>;
