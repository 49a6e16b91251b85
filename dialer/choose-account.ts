import type { Transaction } from '../src/db/database';
import type { KeptArm } from '../src/db/experiment-arm';
import { dropReady, lockReadyAccounts, type LockedReady } from '../src/db/ready-accounts';
import { orderingWeights, type OrderingWeights } from '../src/domain/campaign-document/ordering';
import { rankOf, type Rank, type RankFacts } from './select/rank';

/** Why this account was the next: enough to compute its rank again. Kept with the attempt. */
export interface Choice extends Rank {
  readonly ordering: OrderingWeights;
  readonly facts: RankFacts;
  /** The experiment that the call is decided under, and its arm; absent: none. */
  readonly experiment?: KeptArm;
  /** Who took the promise that broke, and since when it waited for them; absent: it was anybody's. */
  readonly keptFor?: { readonly agentId: string; readonly since: string };
}

/** Accounts that are looked at, best first, when one of them was stale: others may be as well. */
const STALE_A_LOOK = 50;
/** Less than a second of waiting: `chance` is kept in single precision. */
const SAME_RANK = 1e-6;

/** What becomes of the best ready account. */
export type Chosen =
  | { readonly kind: 'chosen'; readonly choice: Choice }
  /** Worth less since a payment or an attempt: others may be worth more now. */
  | { readonly kind: 'fallen'; readonly choice: Choice }
  /** It is not due any more, or not the campaign's, or was called since it was asked about. */
  | { readonly kind: 'stale' };

/** Is it still due, the campaign's, and worth what it was ranked for? Pure. */
export function choose(ready: LockedReady): Chosen {
  const { amountDueMinor, daysPastDue, promiseBroken, dueAt, chance, experiment, keptFor } = ready;
  if (!ready.stands || dueAt === null) return { kind: 'stale' };
  const ordering = orderingWeights(ready.ordering ?? {});
  const facts: RankFacts = {
    amountDueMinor,
    daysPastDue,
    promiseBroken,
    dueAt: dueAt.toISOString(),
    chance,
  };
  const under = experiment === null ? {} : { experiment };
  const kept =
    keptFor === null
      ? {}
      : { keptFor: { agentId: keptFor.agentId, since: new Date(keptFor.since).toISOString() } };
  const choice = { ...rankOf(ordering, facts), ordering, facts, ...under, ...kept };
  return { kind: choice.rank < ready.rank - SAME_RANK ? 'fallen' : 'chosen', choice };
}

/** Where one ready account is stale others may be: those among the best ones are ready no more. */
export async function dropStale(tx: Transaction, campaignId: string): Promise<void> {
  const best = await lockReadyAccounts(tx, campaignId, STALE_A_LOOK);
  const stale = best.filter((ready) => choose(ready).kind === 'stale');
  dropReady(
    tx,
    campaignId,
    stale.map(({ accountId }) => accountId),
  );
}
