import { z } from 'zod';

/** In both languages. */
export const saidText = z.object({ id: z.string(), en: z.string() });
