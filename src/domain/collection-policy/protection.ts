import { z } from 'zod';

/** Disputes, hardship, complaints, and how long a number is trusted. Every field has its default. */
export const protectionPolicy = z.strictObject({});
export type ProtectionPolicy = z.output<typeof protectionPolicy>;
