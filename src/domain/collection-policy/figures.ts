import { z } from 'zod';

const minorUnits = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,17})$/, 'integer minor units as text, 150000');

/** What the figures of the floor rest on. Every field has its default. */
export const figuresPolicy = z.strictObject({
  callCost: z
    .strictObject({
      perAttemptMinor: minorUnits.describe('A call that reached the network, answered or not'),
      perTalkMinuteMinor: minorUnits.describe('A minute of talk: the agent and the line'),
    })
    .nullable()
    .default(null)
    .describe(
      'In minor units of the currency of the creditor; null: what a recovered unit costs is not told',
    ),
  leastTalks: z
    .int()
    .min(10)
    .max(10_000)
    .default(30)
    .describe('Agents with fewer accounts talked about are not compared'),
  cappedTalks: z
    .int()
    .min(10)
    .max(100_000)
    .default(400)
    .describe('More accounts than these weigh no more in the comparison of agents'),
});
export type FiguresPolicy = z.output<typeof figuresPolicy>;
