import type { Database } from '../src/db/database';
import { settleAccount } from '../src/db/settle-account';
import { eachAlone } from './each-alone';

const ACTOR = 'workers';
/** Accounts that are settled in a turn: a stopping process waits for it. */
const ACCOUNTS_A_TURN = 200;

export interface PromisesJudged {
  readonly accounts: number;
  readonly failed: number;
}

/**
 * Settles the accounts of which a promise's time is over, each in a transaction of its own: what was not
 * kept is broken, what nobody approved is cancelled. What another turn has settled since is left alone,
 * so any number may run at once, and one that dies is taken up by the next.
 * @param options.now the instant to judge at; absent: the database's clock
 * @param options.onError told of an account that could not be settled; the others are
 */
export async function judgeDuePromises(
  db: Database,
  options: {
    readonly now?: Date;
    readonly onError: (error: unknown, account: { readonly accountId: string }) => void;
  },
): Promise<PromisesJudged> {
  const { now } = options;
  const { rows } = await db.query<{ accountId: string }>(
    `select account_id as "accountId" from promise
     where judge_at < coalesce($1::timestamptz, clock_timestamp())
     group by 1 order by min(judge_at) limit $2`,
    [now ?? null, ACCOUNTS_A_TURN],
  );
  const at = now === undefined ? {} : { now };
  const { done: accounts, failed } = await eachAlone(
    db,
    rows,
    (tx, { accountId }) =>
      settleAccount(tx, { accountId, cause: 'promise.due', actor: ACTOR, ...at }),
    options.onError,
  );
  return { accounts, failed };
}
