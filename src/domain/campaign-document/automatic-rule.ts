import { z } from 'zod';
import { CAMPAIGN_MODES, shareSettings, type CampaignMode, type Share } from './share';

/** What an automatic rule looks at, of its campaign. */
export const RULE_METRICS = [
  /** Agents of its pools who wait for a call, now. */
  'ready_agents',
  /** Calls placed in the last 60 minutes. */
  'calls_last_hour',
  /** Of these calls, in percent; fewer than `atLeastCalls` of them say nothing. */
  'answered_percent',
  'right_party_percent',
  'abandoned_percent',
  /** Since midnight of the creditor's books. */
  'calls_today',
  'promises_today',
] as const;
export type RuleMetric = (typeof RULE_METRICS)[number];
export const PERCENT_METRICS: readonly RuleMetric[] = [
  'answered_percent',
  'right_party_percent',
  'abandoned_percent',
];

const RULE_COMPARISONS = ['below', 'above'] as const;

/**
 * A closed list: none of them touches a limit, an hour, a pack or a hold, so no rule can loosen
 * what the gate asks. `notify` only tells.
 */
export type RuleAction =
  | { readonly do: 'pause' }
  | { readonly do: 'finish' }
  | { readonly do: 'notify' }
  | { readonly do: 'set_mode'; readonly mode: CampaignMode }
  | ({ readonly do: 'set_share' } & Share);

export interface AutomaticRule {
  /** Unique in its document. */
  readonly name: string;
  readonly when: {
    readonly metric: RuleMetric;
    readonly is: (typeof RULE_COMPARISONS)[number];
    readonly value: number;
    /** It must hold all the time for so long, seconds. */
    readonly forSeconds: number;
    /** Calls that a percentage must rest on. */
    readonly atLeastCalls?: number;
  };
  readonly then: RuleAction;
  /** It is told when it would fire, and nothing is done. */
  readonly dryRun?: boolean;
}

export const DEFAULT_LEAST_CALLS = 30;
export const RULE_COOL_DOWN_MS = 5 * 60_000;
export const MAX_FIRINGS_AN_HOUR = 3;

const action: z.ZodType<RuleAction> = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('pause') }),
  z.strictObject({ do: z.literal('finish') }),
  z.strictObject({ do: z.literal('notify') }),
  z.strictObject({ do: z.literal('set_mode'), mode: z.enum(CAMPAIGN_MODES) }),
  z.strictObject({ do: z.literal('set_share'), ...shareSettings.shape }),
]);

export const automaticRule: z.ZodType<AutomaticRule> = z.strictObject({
  name: z
    .string({ error: 'a name' })
    .regex(/^[a-z0-9][a-z0-9-]{1,39}$/, '2 to 40 lower-case letters, digits and hyphens'),
  when: z.strictObject({
    metric: z.enum(RULE_METRICS),
    is: z.enum(RULE_COMPARISONS),
    value: z.int({ error: 'a whole number' }).min(0).max(10_000_000),
    forSeconds: z
      .int({ error: 'whole seconds' })
      .min(0)
      .max(3_600)
      .describe('It must hold for so long'),
    atLeastCalls: z
      .int({ error: 'a whole number' })
      .min(1)
      .max(100_000)
      .exactOptional()
      .describe(`Calls that a percentage must rest on; absent: ${DEFAULT_LEAST_CALLS}`),
  }),
  then: action,
  dryRun: z
    .boolean({ error: 'true or false' })
    .exactOptional()
    .describe('Only told, nothing is done'),
});
