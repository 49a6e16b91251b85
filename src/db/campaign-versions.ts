import { createHash } from 'node:crypto';
import type { CampaignDocument } from '../domain/campaign-document/campaign-document';
import { canonicalJson } from '../domain/canonical-json';
import type { Queryable, Transaction } from './database';

/** One version of a campaign's document, as it was applied. */
export interface CampaignVersion {
  readonly campaignId: string;
  readonly version: number;
  readonly document: CampaignDocument;
  /** Of its canonical JSON, hex. */
  readonly sha256: string;
  readonly author: string;
  readonly reason: string;
  readonly at: Date;
}

const SELECT = `select campaign_id as "campaignId", version, document::jsonb as document,
  encode(sha256, 'hex') as sha256, author, reason, at from campaign_version`;

export async function insertCampaignVersion(
  tx: Transaction,
  input: Pick<CampaignVersion, 'campaignId' | 'version' | 'document' | 'author' | 'reason'>,
): Promise<void> {
  const document = canonicalJson(input.document);
  await tx.query(
    `insert into campaign_version (campaign_id, version, document, sha256, author, reason)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      input.campaignId,
      input.version,
      document,
      createHash('sha256').update(document).digest(),
      input.author,
      input.reason,
    ],
  );
}

/** Null: no such version, or one from before documents were kept. */
export async function findCampaignVersion(
  db: Queryable,
  campaignId: string,
  version: number,
): Promise<CampaignVersion | null> {
  const { rows } = await db.query<CampaignVersion>(
    `${SELECT} where campaign_id = $1 and version = $2`,
    [campaignId, version],
  );
  return rows[0] ?? null;
}

/** Newest first. @param page.beforeVersion only older ones; null: all */
export async function listCampaignVersions(
  db: Queryable,
  campaignId: string,
  page: { readonly beforeVersion: number | null; readonly limit: number },
): Promise<CampaignVersion[]> {
  const { rows } = await db.query<CampaignVersion>(
    `${SELECT} where campaign_id = $1 and ($2::int is null or version < $2)
     order by version desc limit $3`,
    [campaignId, page.beforeVersion, page.limit],
  );
  return rows;
}
