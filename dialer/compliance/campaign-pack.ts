import { ownPackId } from '../../src/domain/campaign-document/campaign-packs';
import { WEEKDAYS } from '../../src/domain/campaign-document/calling-hours';
import type { CampaignSettings } from '../../src/domain/campaign-settings';
import type { BlackoutRule, RulePack, WindowRule } from './rule-pack';

const SOURCE = {
  id: 'document',
  title: 'The campaign, not law',
  citation: "chosen in the campaign's document",
  evidence: 'text',
} as const;

/**
 * What a campaign's document says of hours, as a pack of its stack: all packs must pass, so it only
 * narrows what the law and the creditor leave open. Null: the document says nothing of them.
 * @param version the pack's own, which grows when its rules change
 */
export function campaignPack(
  campaignId: string,
  { callingHours, courtesy }: CampaignSettings,
  version: number,
): RulePack | null {
  const rules = [
    ...(callingHours === undefined ? [] : [hoursRule(callingHours)]),
    ...(courtesy?.pauses ?? []).map(pauseRule),
  ];
  if (rules.length === 0) return null;
  return {
    id: ownPackId(campaignId),
    version,
    title: 'Calling hours and pauses of one campaign',
    jurisdiction: '*',
    effectiveFrom: '2000-01-01',
    reviewed: false,
    sources: [SOURCE],
    rules,
  };
}

function hoursRule(windows: NonNullable<CampaignSettings['callingHours']>): WindowRule {
  return {
    id: 'campaign.calling-hours',
    kind: 'window',
    force: 'policy',
    cite: "the campaign's calling hours",
    sourceIds: [SOURCE.id],
    windows: windows.map(({ days, from, to }) => ({
      days: days.map((day) => WEEKDAYS.indexOf(day) + 1).sort(),
      from,
      to,
    })),
  };
}

type Pause = NonNullable<NonNullable<CampaignSettings['courtesy']>['pauses']>[number];

function pauseRule({ reason, regions, from, to }: Pause, index: number): BlackoutRule {
  return {
    id: `campaign.pause-${index + 1}`,
    kind: 'blackout',
    force: 'policy',
    cite: `courtesy, not law: ${reason}`,
    sourceIds: [SOURCE.id],
    dateFrom: from,
    dateTo: to,
    windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }],
    ...(regions === undefined ? {} : { when: { region: [...regions] } }),
  };
}
