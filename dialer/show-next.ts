import { showPreview } from '../src/db/previews';
import { PREVIEW_LIMIT_MS } from '../src/domain/preview';
import type { Gate } from './create-gate';
import { takeNext, type Taken } from './take-next';

export interface Shown {
  readonly kind: 'shown';
  readonly previewId: string;
}
export type ShowResult = Taken<Shown>;

/**
 * Shows the next due account of a campaign in preview mode to a ready agent: chosen, locked and asked about
 * as for a call, so that nobody is shown who may not be called now. No permit is written: the call asks
 * for its own.
 * @param onMiss told of each account that was chosen, with an agent waiting, and then denied
 * @param ownOf of what is kept for that agent alone; null: the next for whoever is ready
 */
export function showNext(
  gate: Gate,
  campaignId: string,
  onMiss: () => void = () => undefined,
  ownOf: string | null = null,
): Promise<ShowResult> {
  return takeNext(
    gate,
    { campaignId, ownOf },
    async (tx, { session, choice, answer, permit }): Promise<Shown> => {
      const { account, campaign, at } = answer.call.row;
      const previewId = await showPreview(tx, session, {
        creditorId: account.creditorId,
        campaignId,
        accountId: account.id,
        debtorId: account.debtorId,
        phoneId: permit.phone.id,
        choice,
        limitMs: campaign.settings.previewLimitMs ?? PREVIEW_LIMIT_MS.usual,
        at,
      });
      return { kind: 'shown', previewId };
    },
    onMiss,
  );
}
