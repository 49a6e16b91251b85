import { z } from 'zod';
import { orderingWeights, type OrderingWeights } from './ordering';
import { phoneOrder, type PhoneOrder } from './phone-order';
import { retryPlan, retrySettings, type RetrySettings } from './retry-plan';

/** What the arms of an experiment are compared by; src/db/experiments.ts says each in one condition. */
export const EXPERIMENT_METRICS = [
  /** People of whom a right-party contact was recorded. */
  'right_party_percent',
  /** People who promised to pay. */
  'promise_percent',
  /** People of whom a payment date is known. */
  'paid_percent',
] as const;
export type ExperimentMetric = (typeof EXPERIMENT_METRICS)[number];

/** `champion` is everybody whom the experiment does not call otherwise. */
export const ARMS = ['champion', 'challenger'] as const;
export type Arm = (typeof ARMS)[number];

/** How an experiment ended; `running`: it did not. */
export const EXPERIMENT_STATES = [
  'running',
  /** The challenger is better by the metric: a person may make it the document. */
  'won',
  'lost',
  /** The challenger drew more complaints than its guard lets pass. */
  'guarded',
  /** Its last day is over, and the metric has not decided. */
  'out_of_time',
  /** The document names it no more. */
  'withdrawn',
] as const;
export type ExperimentState = (typeof EXPERIMENT_STATES)[number];

/**
 * How the challenger calls otherwise: parts of the document that something acts on person by person,
 * and that no rule of the law rests on. Both arms stand under the same rules, hours, filter and caps.
 */
export interface Challenger {
  /** Not `waiting`: it is the scale on which people of both arms stand in one queue. */
  readonly ordering?: Partial<Omit<OrderingWeights, 'waiting'>>;
  readonly retry?: RetrySettings;
  readonly phones?: PhoneOrder;
}

/** Champion/challenger. All of it is said before the first call, so that nothing has a default. */
export interface Experiment {
  /** It draws the lots: another name, other people. Unique at the campaign, for good. */
  readonly name: string;
  /** Percent of people who are called as the challenger says. */
  readonly share: number;
  readonly challenger: Challenger;
  readonly metric: ExperimentMetric;
  /** A person counts with what happened within so many days of the first call. */
  readonly withinDays: number;
  /** Nothing is decided by the metric before so many people of each arm have counted. */
  readonly leastPersons: number;
  /** Most that the chance of a wrong decision by the metric may be; of a wrong stop by the guard as well. */
  readonly alpha: number;
  readonly guard: {
    /** More complaints than so many in 1,000 people called stop the challenger at once. */
    readonly complaintsPer1000: number;
  };
  /** The last day, by the creditor's books. */
  readonly endsOn: string;
}

export const CHALLENGER_PARTS = ['ordering', 'retry', 'phones'] as const;
export type ChallengerPart = (typeof CHALLENGER_PARTS)[number];

/** The parts of a document, or of a campaign's settings, that a challenger may say otherwise. */
export interface ComparedParts {
  readonly ordering?: Partial<OrderingWeights> | undefined;
  readonly retry?: RetrySettings | undefined;
  readonly phones?: PhoneOrder | undefined;
}

/** The parts as the challenger has them: what it does not name stays the champion's. */
export function challengerParts(champion: ComparedParts, challenger: Challenger): ComparedParts {
  const entries = CHALLENGER_PARTS.flatMap((part) =>
    challenger[part] === undefined
      ? []
      : [[part, { ...champion[part], ...challenger[part] }] as const],
  );
  return Object.fromEntries(entries);
}

/** Every weight, retry and order of numbers that the parts stand for, spelled out. */
export function spelledOut({ ordering, retry, phones }: ComparedParts): object {
  const { order = 'best_chance', places = [] } = phones ?? {};
  return {
    ordering: orderingWeights(ordering),
    retry: retryPlan(retry),
    phones: { order, places },
  };
}

const weight = z.number({ error: 'a number from 0 to 10' }).min(0).max(10);

const challenger: z.ZodType<Challenger> = z
  .strictObject({
    ordering: z
      .strictObject({
        amountDue: weight.exactOptional(),
        daysPastDue: weight.exactOptional(),
        promise: weight.exactOptional(),
      })
      .exactOptional()
      .describe('Not waiting: both arms wait in one queue'),
    retry: retrySettings.exactOptional(),
    phones: phoneOrder.exactOptional(),
  })
  .describe('What it says otherwise; what it does not name stays as the document has it');

export const experiment: z.ZodType<Experiment> = z.strictObject({
  name: z
    .string({ error: 'a name' })
    .regex(/^[a-z0-9][a-z0-9-]{1,39}$/, '2 to 40 lower-case letters, digits and hyphens'),
  share: z
    .int({ error: 'whole percent' })
    .min(1)
    .max(50)
    .describe('Percent of people who are called as the challenger says'),
  challenger,
  metric: z.enum(EXPERIMENT_METRICS).describe('Of the people called, within withinDays'),
  withinDays: z
    .int({ error: 'whole days' })
    .min(1)
    .max(60)
    .describe('A person counts with what happened within so many days of the first call'),
  leastPersons: z
    .int({ error: 'a whole number' })
    .min(20)
    .max(1_000_000)
    .describe('In each arm, before the metric may decide'),
  alpha: z
    .number({ error: 'a number from 0.001 to 0.2' })
    .min(0.001)
    .max(0.2)
    .describe('Most that the chance of a wrong decision may be, however often one looks'),
  guard: z.strictObject({
    complaintsPer1000: z
      .number({ error: 'a number from 0.1 to 100' })
      .min(0.1)
      .max(100)
      .describe('More complaints in 1,000 people called than so many stop the challenger'),
  }),
  endsOn: z.iso
    .date({ error: 'a date, 2027-01-31' })
    .describe("The last day, by the creditor's books"),
});
