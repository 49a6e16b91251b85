import { z } from 'zod';

/** What may be offered, by whom, and how far. Every field has its default. */
export const optionsPolicy = z.strictObject({});
export type OptionsPolicy = z.output<typeof optionsPolicy>;
