import { createHash } from 'node:crypto';
import {
  insertCampaign,
  updateCampaign,
  type Campaign,
  type CampaignWrite,
} from '../src/db/campaigns';
import { findCampaignVersion, insertCampaignVersion } from '../src/db/campaign-versions';
import type { Queryable, Transaction } from '../src/db/database';
import { readDocumentNames, type NamedCreditor } from '../src/db/document-names';
import { newId } from '../src/db/new-id';
import { findCreditor } from '../src/db/read/creditors';
import { insertBoundVersion, latestRulePackVersion, lockRules } from '../src/db/rule-packs';
import type { CampaignDocument } from '../src/domain/campaign-document/campaign-document';
import {
  namedPacks,
  ownPackId,
  packsOfCampaign,
} from '../src/domain/campaign-document/campaign-packs';
import { documentOf } from '../src/domain/campaign-document/compile-document';
import type { CampaignParts } from '../src/domain/campaign-settings';
import { canonicalJson } from '../src/domain/canonical-json';
import { campaignPack } from './compliance/campaign-pack';
import { keepExperiment } from './keep-experiment';

/** The parts that people decide of a campaign as it stands. */
export function partsOf(campaign: Campaign, country: string): CampaignParts {
  const { name, filter, settings, rulePacks, poolIds } = campaign;
  const named = namedPacks(country, rulePacks, settings);
  return { name, filter, settings, rulePacks: named, poolIds };
}

/** The document of the campaign's newest version; of one from before documents, as it would be. */
export async function readCampaignDocument(
  db: Queryable,
  campaign: Campaign,
): Promise<CampaignDocument> {
  const version = await findCampaignVersion(db, campaign.id, campaign.version);
  if (version !== null) return version.document;
  const creditor = await creditorOf(db, campaign.creditorId);
  return documentOf(partsOf(campaign, creditor.country), await readDocumentNames(db, creditor));
}

/** Drafts a campaign: version 1, its pack of hours, its document; the caller has checked the parts. */
export async function createCampaign(
  tx: Transaction,
  input: CampaignWrite & { readonly creditorId: string },
): Promise<Campaign> {
  const id = newId(new Date());
  const creditor = await findCreditor(tx, input.creditorId);
  // a creditor that is not there is refused by the table, and told as every unknown reference
  if (creditor === null) return insertCampaign(tx, { ...input, id });
  const rulePacks = await bindPacks(tx, id, creditor, input);
  const campaign = await insertCampaign(tx, { ...input, id, rulePacks });
  await keepVersion(tx, campaign, creditor, input);
  await keepExperiment(tx, campaign, null, input.actor);
  return campaign;
}

/**
 * Changes a locked campaign: version n + 1, its pack of hours, its document, in one transaction. A
 * running one is decided about by the new version from its commit on.
 * @throws TransitionError when it may not be edited in its state.
 */
export async function editCampaign(
  tx: Transaction,
  campaign: Campaign,
  input: Partial<CampaignParts> & Pick<CampaignWrite, 'actor' | 'reason'>,
): Promise<Campaign> {
  const creditor = await creditorOf(tx, campaign.creditorId);
  const write: CampaignWrite = { ...partsOf(campaign, creditor.country), ...input };
  const rulePacks = await bindPacks(tx, campaign.id, creditor, write);
  const edited = await updateCampaign(tx, campaign, { ...write, rulePacks });
  await keepVersion(tx, edited, creditor, write);
  await keepExperiment(tx, edited, campaign.state, input.actor);
  return edited;
}

async function keepVersion(
  tx: Transaction,
  campaign: Campaign,
  creditor: NamedCreditor,
  { actor, reason }: CampaignWrite,
): Promise<void> {
  const { id: campaignId, version } = campaign;
  const names = await readDocumentNames(tx, creditor);
  const document = documentOf(partsOf(campaign, creditor.country), names);
  await insertCampaignVersion(tx, { campaignId, version, document, author: actor, reason });
}

/** Puts the campaign's hours where the gate looks for rules. @returns the packs of its stack */
async function bindPacks(
  tx: Transaction,
  campaignId: string,
  creditor: NamedCreditor,
  { settings, rulePacks, actor, reason }: CampaignWrite,
): Promise<string[]> {
  if (campaignPack(campaignId, settings, 1) !== null) {
    await lockRules(tx);
    const latest = await latestRulePackVersion(tx, ownPackId(campaignId));
    const version = latest?.version ?? 0;
    const isBound =
      latest !== null && latest.body === canonicalJson(campaignPack(campaignId, settings, version));
    if (!isBound) {
      const body = canonicalJson(campaignPack(campaignId, settings, version + 1));
      await insertBoundVersion(tx, {
        packId: ownPackId(campaignId),
        version: version + 1,
        body,
        sha256: createHash('sha256').update(body).digest('hex'),
        changeReason: reason,
        proposedBy: actor,
        decidedBy: 'campaign document',
      });
    }
  }
  return packsOfCampaign(campaignId, creditor.country, rulePacks, settings);
}

async function creditorOf(db: Queryable, id: string): Promise<NamedCreditor> {
  const creditor = await findCreditor(db, id);
  if (creditor === null) throw new Error(`creditor ${id} is gone`);
  return creditor;
}
