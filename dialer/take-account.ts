import type { Transaction } from '../src/db/database';
import { putReady, takeReadyAccounts, type TakenAccount } from '../src/db/ready-accounts';
import { orderingOf, type Ordering } from '../src/domain/ordering';
import { rankOf, type Rank, type RankFacts } from './select/rank';

/** Why this account was the next: enough to compute its rank again. Kept with the attempt. */
export interface Choice extends Rank {
  readonly ordering: Ordering;
  readonly facts: RankFacts;
}

export interface ChosenAccount<Answer> {
  readonly accountId: string;
  readonly answer: Answer;
  readonly choice: Choice;
  /** Makes it ready again, in the same transaction: it was taken for nothing. */
  readonly giveBack: (tx: Transaction) => Promise<void>;
}

/** Entries that a take may drop before it gives up for this time: they were stale. */
const STALE_A_TAKE = 200;
/** A rank that fell since it was computed sends an account back in line; so many times a take. */
const FALLEN_A_TAKE = 8;
/** Less than a second of waiting: `chance` is kept in single precision. */
const SAME_RANK = 1e-6;

/**
 * The best ready account that nobody else has, with its debtor locked. Null: none is ready.
 * @param ask takes the other locks of the call and decides about it; null: somebody has taken it
 */
export async function takeNextAccount<Answer>(
  tx: Transaction,
  campaignId: string,
  ask: (accountId: string) => Promise<Answer | null>,
): Promise<ChosenAccount<Answer> | null> {
  for (let stale = 0, fallen = 0; stale < STALE_A_TAKE; stale++) {
    const [taken] = await takeReadyAccounts(tx, campaignId, 1);
    if (taken === undefined) return null;
    if (!taken.stands || taken.dueAt === null) continue;
    const choice = choose(taken, taken.dueAt);
    const putBack = (own: Transaction): Promise<void> =>
      putReady(own, { campaignId, campaignVersion: taken.campaignVersion }, [
        { ...taken, rank: choice.rank },
      ]);
    // a payment or an attempt since: others may be worth more now
    if (choice.rank < taken.rank - SAME_RANK && fallen < FALLEN_A_TAKE) {
      fallen += 1;
      await putBack(tx);
      continue;
    }
    const { accountId } = taken;
    const answer = await ask(accountId);
    if (answer !== null) return { accountId, answer, choice, giveBack: putBack };
  }
  return null;
}

function choose(taken: TakenAccount, dueAt: Date): Choice {
  const ordering = orderingOf(taken.ordering);
  const { amountDueMinor, daysPastDue, attemptCount, promiseBroken, chance } = taken;
  const facts: RankFacts = {
    amountDueMinor,
    daysPastDue,
    attemptCount,
    promiseBroken,
    dueAt: dueAt.toISOString(),
    chance,
  };
  return { ...rankOf(ordering, facts), ordering, facts };
}
