import { z } from 'zod';

/** What a promise to pay may be, and when it is decided. Every field has its default. */
export const promisePolicy = z.strictObject({});
export type PromisePolicy = z.output<typeof promisePolicy>;
