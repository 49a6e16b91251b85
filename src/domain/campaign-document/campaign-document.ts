import { z } from 'zod';
import { agentSkills } from '../agent-skill';
import type { AutoStopSettings } from '../auto-stop';
import { autoStopSettings } from '../auto-stop-settings';
import { RING_TIMEOUT_MS, WRAP_UP_LIMIT_MS } from '../campaign-settings';
import { PREVIEW_LIMIT_MS } from '../preview';
import { accountFilter, minorAmount, type AccountFilter } from './account-filter';
import { automaticRule, type AutomaticRule } from './automatic-rule';
import { callerIdFields } from './caller-ids';
import { callingWindow, courtesy, type CallingWindow, type Courtesy } from './calling-hours';
import { experiment, type Experiment } from './experiment';
import { ordering, segment, type OrderingWeights, type Segment } from './ordering';
import { phoneOrder, type PhoneOrder } from './phone-order';
import { reminders, type Reminders } from './reminders';
import { retrySettings, type RetrySettings } from './retry-plan';
import { CAMPAIGN_MODES, shareSettings, type CampaignMode, type Share } from './share';

/** Named in every document, so that a later shape can be told from this one. */
export const DOCUMENT_FORMAT = 'santun-campaign/1';

/**
 * All that a campaign is, by names that people give (a creditor's code, pools, trunks), so that the
 * same file serves another installation. An absent field means what the product usually does. It
 * holds no law: packs of policy and hours of its own can only narrow what the law leaves open.
 */
export interface CampaignDocument {
  readonly format: typeof DOCUMENT_FORMAT;
  /** Code of the creditor. */
  readonly creditor: string;
  /** Unique at the creditor: the document of this name is the campaign. */
  readonly name: string;
  readonly accounts?: AccountFilter;
  readonly reminders?: Reminders;
  readonly segments?: readonly Segment[];
  readonly ordering?: Partial<OrderingWeights>;
  readonly callingHours?: readonly CallingWindow[];
  readonly courtesy?: Courtesy;
  /** Packs of policy, on top of the law and of what the creditor names. */
  readonly rulePacks?: readonly string[];
  readonly retry?: RetrySettings;
  readonly phones?: PhoneOrder;
  readonly dialing?: Dialing;
  /** Names of the pools whose agents take the calls. */
  readonly pools?: readonly string[];
  /** Of these agents, those who have every one. */
  readonly skills?: readonly string[];
  readonly share?: Share;
  readonly stops?: Stops;
  readonly rules?: readonly AutomaticRule[];
  readonly experiment?: Experiment;
}

/** Which number is shown: see CallerIds. */
export interface Dialing {
  readonly mode?: CampaignMode;
  readonly ringTimeoutMs?: number;
  readonly wrapUpLimitMs?: number;
  /** With mode `preview`: how long an account is shown, ms. */
  readonly previewLimitMs?: number;
  readonly numberLookUp?: boolean;
  readonly callerId?: string;
  readonly callerIds?: readonly string[];
  readonly callerIdByProvince?: Readonly<Record<string, string>>;
  /** Names; absent: any enabled trunk. */
  readonly trunks?: readonly string[];
}

/** When the campaign stops by itself. */
export interface Stops extends AutoStopSettings {
  /** Integer minor units, as text. */
  readonly costCapMinor?: string;
}

const name = z
  .string({ error: 'a name' })
  .regex(/^\S(.{0,118}\S)?$/u, '1 to 120 characters without spaces at the ends');
const nameList = (what: string) =>
  z
    .array(name, { error: `a list of ${what}` })
    .min(1, `a list with at least one of the ${what}`)
    .max(100);
const milliseconds = ({ min, max }: { readonly min: number; readonly max: number }) =>
  z.int({ error: 'whole milliseconds' }).min(min).max(max);

const dialing: z.ZodType<Dialing> = z.strictObject({
  mode: z
    .enum(CAMPAIGN_MODES)
    .exactOptional()
    .describe(
      'progressive: a call for each ready agent; preview: each account is shown first, the agent calls; manual: agents ask for each call',
    ),
  ringTimeoutMs: milliseconds(RING_TIMEOUT_MS).exactOptional(),
  wrapUpLimitMs: milliseconds(WRAP_UP_LIMIT_MS).exactOptional(),
  previewLimitMs: milliseconds(PREVIEW_LIMIT_MS)
    .exactOptional()
    .describe('How long an account is shown; then it goes back, and the agent is paused'),
  numberLookUp: z
    .boolean()
    .exactOptional()
    .describe('Absent: numbers are looked up before they are dialed, where there is a look-up'),
  ...callerIdFields,
  trunks: nameList('names of trunks').exactOptional().describe('Absent: any enabled trunk'),
});

const stops = autoStopSettings.extend({
  costCapMinor: minorAmount
    .exactOptional()
    .describe(
      'Most that its calls may cost before it stops, minor units of the creditor’s currency, in which its trunks have to bill',
    ),
});

const unique =
  (key: 'name', what: string) =>
  (items: readonly { readonly name: string }[], context: z.RefinementCtx): void => {
    const seen = new Set<string>();
    for (const [index, item] of items.entries()) {
      if (seen.has(item[key])) {
        const path = [index, key];
        context.addIssue({ code: 'custom', path, message: `a name that no other ${what} has` });
      }
      seen.add(item[key]);
    }
  };

/** One schema for files, the API and what editors complete from. */
export const campaignDocument: z.ZodType<CampaignDocument> = z.strictObject({
  format: z.literal(DOCUMENT_FORMAT),
  creditor: z
    .string({ error: "a creditor's code" })
    .regex(/^[a-z0-9][a-z0-9-]{1,39}$/, "a creditor's code: lower-case letters, digits, hyphens"),
  name,
  accounts: accountFilter.exactOptional(),
  reminders: reminders.exactOptional(),
  segments: z
    .array(segment, { error: 'a list of segments' })
    .max(50)
    .superRefine(unique('name', 'segment'))
    .exactOptional()
    .describe('Named parts of the accounts; an account is in the first that takes it'),
  ordering: ordering.exactOptional(),
  callingHours: z
    .array(callingWindow, { error: 'a list of windows' })
    .min(1, 'a list with at least one window')
    .max(50)
    .exactOptional()
    .describe('On the clock at the person, inside what the law allows; absent: all that it allows'),
  courtesy: courtesy.exactOptional(),
  rulePacks: nameList('ids of rule packs')
    .exactOptional()
    .describe('Packs of policy, on top of the law and of what the creditor names'),
  retry: retrySettings.exactOptional(),
  phones: phoneOrder.exactOptional(),
  dialing: dialing.exactOptional(),
  pools: nameList('names of pools').exactOptional(),
  skills: agentSkills
    .min(1, 'a list with at least one skill')
    .exactOptional()
    .describe('Of the agents of the pools, those who have every one'),
  share: shareSettings
    .exactOptional()
    .describe('Beside other campaigns of the creditor that want the same agents'),
  stops: (stops as z.ZodType<Stops>).exactOptional(),
  rules: z
    .array(automaticRule, { error: 'a list of rules' })
    .max(20)
    .superRefine(unique('name', 'rule'))
    .exactOptional()
    .describe('When a figure says so, do that; nothing in them can loosen what the gate asks'),
  experiment: experiment
    .exactOptional()
    .describe('Champion/challenger: some people are called otherwise, and the two are compared'),
});
