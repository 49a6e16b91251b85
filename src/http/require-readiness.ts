import { loadReadiness, type Campaign } from '../db/campaigns';
import type { Transaction } from '../db/database';
import { readBindingPackIds } from '../db/rule-packs';
import { checkCampaignReadiness } from '../domain/campaign-readiness';
import { Problem } from './problem';

/** @throws Problem `campaign_not_ready` listing everything that is missing. */
export async function requireReadiness(tx: Transaction, locked: Campaign): Promise<void> {
  const errors = checkCampaignReadiness({
    ...(await loadReadiness(tx, locked)),
    poolIds: locked.poolIds,
    rulePacks: locked.rulePacks,
    knownRulePacks: await readBindingPackIds(tx),
    settings: locked.settings,
  });
  if (errors.length > 0) {
    throw new Problem('campaign_not_ready', 'It was left as it is.', { errors });
  }
}
