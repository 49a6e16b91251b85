import { z } from 'zod';

/**
 * `preview`: each account is shown to a ready agent first, who calls it or passes it over; `manual`:
 * the scheduler places no call of its own accord; agents ask for each.
 */
export const CAMPAIGN_MODES = ['progressive', 'preview', 'manual'] as const;
export type CampaignMode = (typeof CAMPAIGN_MODES)[number];

/** How a campaign stands beside others of its creditor; creditors share by their own weights. */
export interface Share {
  /** 1 to 5; of one creditor's, those of a higher one are served first while they have somebody to call. */
  readonly priority: number;
  /** Among a creditor's campaigns of one priority: calls in proportion to it. */
  readonly weight: number;
}

export const USUAL_SHARE: Share = { priority: 3, weight: 10 };

export const shareSettings = z.strictObject({
  priority: z
    .int({ error: '1 to 5' })
    .min(1)
    .max(5)
    .describe("5 is served first, among the creditor's campaigns"),
  weight: z
    .int({ error: '1 to 100' })
    .min(1)
    .max(100)
    .describe("Calls in proportion, among the creditor's campaigns of one priority"),
});
