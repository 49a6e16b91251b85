import { showPreview } from '../src/db/previews';
import type { Transaction } from '../src/db/database';
import { dropReady, hasReady, lockNext, rankAnew } from '../src/db/ready-accounts';
import { PREVIEW_LIMIT_MS } from '../src/domain/preview';
import { gatherDue, sayOfDue } from './ask';
import { choose, dropStale } from './choose-account';
import type { Gate } from './create-gate';
import { promote } from './promote';

/** Accounts that may be refused, stale or worth less by now, before the turn gives up. */
const TRIES_A_TURN = 50;

export type ShowResult =
  | { readonly kind: 'shown'; readonly previewId: string }
  | { readonly kind: 'no_agent' }
  | { readonly kind: 'nothing_due'; readonly denials: number };

/**
 * Shows the next due account of a campaign in preview mode to a ready agent: chosen, locked and asked about
 * as for a call, so that nobody is shown who may not be called now. No permit is written: the call asks
 * for its own.
 * @param onMiss told of each account that was chosen, with an agent waiting, and then denied
 */
export async function showNext(
  gate: Gate,
  campaignId: string,
  onMiss: () => void = () => undefined,
): Promise<ShowResult> {
  let denials = 0;
  let looked = false;
  for (let tries = 0; tries < TRIES_A_TURN; tries += 1) {
    const turn = await gate.db.transaction((tx) => showOne(gate, tx, campaignId));
    if (turn === 'nothing_ready') {
      const { promoted, denials: refused } = await promote(gate, campaignId);
      denials += refused;
      const again = promoted > 0 || (!looked && (await hasReady(gate.db, campaignId)));
      if (!again) break;
      looked = true;
    } else if (turn === 'stopped') {
      return { kind: 'nothing_due', denials: denials + 1 };
    } else if (turn === 'denied') {
      denials += 1;
      onMiss();
    } else if (turn !== 'stale') {
      return turn;
    }
  }
  return { kind: 'nothing_due', denials };
}

type Turn =
  | Extract<ShowResult, { kind: 'shown' | 'no_agent' }>
  | 'denied'
  | 'stopped'
  | 'nothing_ready'
  /** The best account was not to be called any more, or another is worth more. */
  | 'stale';

async function showOne(gate: Gate, tx: Transaction, campaignId: string): Promise<Turn> {
  const next = await lockNext(tx, campaignId, () => gatherDue(gate, tx, campaignId));
  if (next === null) return { kind: 'no_agent' };
  const { session, ready, read } = next;
  if (ready === null) return 'nothing_ready';
  const chosen = choose(ready);
  if (chosen.kind === 'fallen') {
    rankAnew(tx, ready, chosen.choice.rank);
    return 'stale';
  }
  const said = chosen.kind === 'stale' ? chosen : await sayOfDue(gate, tx, read, ready.numbers);
  if (chosen.kind === 'stale' || said.kind === 'stale') {
    await dropStale(tx, campaignId);
    return 'stale';
  }
  if (said.kind === 'denied') {
    if (said.isStopped) return 'stopped';
    dropReady(tx, campaignId, [ready.accountId]);
    return 'denied';
  }
  const { row } = said.answer.call;
  const previewId = await showPreview(tx, session, {
    creditorId: row.account.creditorId,
    campaignId,
    accountId: ready.accountId,
    debtorId: row.account.debtorId,
    phoneId: said.permit.phone.id,
    choice: chosen.choice,
    limitMs: row.campaign.settings.previewLimitMs ?? PREVIEW_LIMIT_MS.usual,
    at: row.at,
  });
  return { kind: 'shown', previewId };
}
