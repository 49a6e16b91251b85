import type { Transaction } from '../src/db/database';
import { dropReady, lockReadyAccounts, rankAnew, type LockedReady } from '../src/db/ready-accounts';
import { orderingWeights, type OrderingWeights } from '../src/domain/campaign-document/ordering';
import { rankOf, type Rank, type RankFacts } from './select/rank';

/** Why this account was the next: enough to compute its rank again. Kept with the attempt. */
export interface Choice extends Rank {
  readonly ordering: OrderingWeights;
  readonly facts: RankFacts;
}

export interface ChosenAccount {
  readonly campaignId: string;
  readonly accountId: string;
  readonly choice: Choice;
}

/** Entries that one choice may drop before it gives up for this time: they were stale. */
const STALE_A_CHOICE = 200;
/** A rank that fell since it was computed sends an account back in line; so many times a choice. */
const FALLEN_A_CHOICE = 8;
/** Less than a second of waiting: `chance` is kept in single precision. */
const SAME_RANK = 1e-6;

/**
 * The best ready account that is still due, the campaign's, and worth what it was ranked for; with
 * the debtor locked. Null: none is ready. What is not due any more is dropped on the way.
 * @param first the best one, locked
 */
export async function chooseNext(
  tx: Transaction,
  campaignId: string,
  first: LockedReady | null,
): Promise<ChosenAccount | null> {
  let ready = first;
  for (let stale = 0, fallen = 0; ready !== null && stale < STALE_A_CHOICE;) {
    const choice = ready.stands ? choose(ready) : null;
    if (choice === null) {
      stale += 1;
      dropReady(tx, campaignId, [ready.accountId]);
    } else if (choice.rank < ready.rank - SAME_RANK && fallen < FALLEN_A_CHOICE) {
      // a payment or an attempt since: others may be worth more now
      fallen += 1;
      rankAnew(tx, ready, choice.rank);
    } else {
      return { campaignId, accountId: ready.accountId, choice };
    }
    [ready = null] = await lockReadyAccounts(tx, campaignId, 1);
  }
  return null;
}

function choose(ready: LockedReady): Choice | null {
  const { amountDueMinor, daysPastDue, promiseBroken, dueAt, chance } = ready;
  if (dueAt === null) return null;
  const ordering = orderingWeights(ready.ordering ?? {});
  const facts: RankFacts = {
    amountDueMinor,
    daysPastDue,
    promiseBroken,
    dueAt: dueAt.toISOString(),
    chance,
  };
  return { ...rankOf(ordering, facts), ordering, facts };
}
