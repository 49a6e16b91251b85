import { settledCampaign, type CampaignState } from '../domain/campaign-state';
import type { Database } from './database';
import { appendEvent } from './events';

/** Moves a pausing or draining campaign on once its last attempt has ended. Safe to repeat. */
export async function settleCampaign(db: Database, campaignId: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<{ state: CampaignState; creditorId: string; version: number }>(
      `select state, creditor_id as "creditorId", version from campaign where id = $1 for update`,
      [campaignId],
    );
    const campaign = rows[0];
    const to = campaign && settledCampaign(campaign.state);
    if (campaign === undefined || to === undefined || to === null) return false;
    const open = await tx.query('select 1 from open_attempt where campaign_id = $1 limit 1', [
      campaignId,
    ]);
    if (open.rowCount !== 0) return false;
    await tx.query(
      'update campaign set state = $2, state_since = now(), updated_at = now() where id = $1',
      [campaignId, to],
    );
    await tx.query(
      `insert into campaign_event (campaign_id, version, from_state, to_state, actor, cause)
       values ($1, $2, $3, $4, 'scheduler', 'last_attempt_ended')`,
      [campaignId, campaign.version, campaign.state, to],
    );
    await appendEvent(tx, {
      type: 'campaign.state_changed',
      creditorId: campaign.creditorId,
      campaignId,
      payload: { campaignId, from: campaign.state, to, cause: 'last_attempt_ended' },
    });
    return true;
  });
}
