import { z } from 'zod';
import type { Keeping } from '../domain/keeping-chance';
import { KEEPING_FACTORS } from '../domain/keeping-facts';
import { sayKeeping, sayPart } from '../domain/keeping-words';
import { saidText } from './said-text';

const count = z.number().int();

/** How likely an option is to be kept, and on what that rests. */
export const keepingAnswer = z.object({
  verdict: z
    .enum(['foretold', 'insufficient_data', 'objected'])
    .describe('objected: the person objects to profiling'),
  chance: z.number().min(0).max(1).nullable().describe('Null: nothing is foretold'),
  n: count.describe('Agreements and promises of the creditor that it rests on'),
  nOfKind: count.describe('Those of this kind'),
  said: saidText,
  parts: z
    .array(
      z.object({
        factor: z.enum(['usual', ...KEEPING_FACTORS]),
        value: z.string(),
        n: count,
        kept: count,
        change: z
          .number()
          .describe('Of the chance; `usual` is where it starts, and all add up to it'),
        said: saidText,
      }),
    )
    .describe('What each fact makes of it'),
});

export function keepingView(keeping: Keeping): z.output<typeof keepingAnswer> {
  return {
    ...keeping,
    said: sayKeeping(keeping),
    parts: keeping.parts.map((part) => ({ ...part, said: sayPart(part) })),
  };
}
