import type { CampaignSettings } from '../campaign-settings';
import { courtesyPackOf } from '../default-rule-packs';

const OWN = 'CAMPAIGN.';

/** The pack that a campaign's own hours and pauses become; nobody proposes one by hand. */
export function ownPackId(campaignId: string): string {
  return `${OWN}${campaignId}`;
}

export function isOwnPackId(packId: string): boolean {
  return packId.startsWith(OWN);
}

/** Does the document narrow the hours by itself? */
function hasOwnPack({ callingHours, courtesy }: CampaignSettings): boolean {
  return callingHours !== undefined || (courtesy?.pauses ?? []).length > 0;
}

/** The packs of a campaign, in order: those that it names, courtesy, its own. */
export function packsOfCampaign(
  campaignId: string,
  country: string,
  named: readonly string[],
  settings: CampaignSettings,
): string[] {
  const courtesy = settings.courtesy?.windows === true ? courtesyPackOf(country) : null;
  return [
    ...named.filter((id) => !isOwnPackId(id) && id !== courtesy),
    ...(courtesy === null ? [] : [courtesy]),
    ...(hasOwnPack(settings) ? [ownPackId(campaignId)] : []),
  ];
}

/** Of the packs of a campaign those that its document names. */
export function namedPacks(
  country: string,
  packs: readonly string[],
  settings: CampaignSettings,
): string[] {
  const courtesy = settings.courtesy?.windows === true ? courtesyPackOf(country) : null;
  return packs.filter((id) => !isOwnPackId(id) && id !== courtesy);
}
