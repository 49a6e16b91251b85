import { isLivePromise } from '../domain/promise';
import { lookAfterSilence, silenceOfPromises } from '../domain/promise-silence';
import type { Transaction } from './database';
import { liftHold, placeHold } from './holds';
import { judgeAccount, type JudgedAccount, type KeptPromise } from './judge-account';
import { closeFollowUp, followUpBroken } from './promise-follow-up';
import { remindOfPromise } from './promise-reminders';
import type { Settling } from './settling';

/** Whose holds are ours. */
const SOURCE = 'promise';

/**
 * The states of a locked account's promises by its facts, and what follows from them: the account is
 * silent while one waits, reminded of it, and looked at again when it broke. Writes differences alone.
 */
export async function settlePromises(tx: Transaction, settling: Settling): Promise<void> {
  const judged = await judgeAccount(tx, settling);
  if (judged === null) return;
  await settleSilence(tx, judged, settling);
  for (const promise of judged.promises) await followUp(tx, judged, promise, settling);
}

async function followUp(
  tx: Transaction,
  { account }: JudgedAccount,
  promise: KeptPromise,
  { actor }: Settling,
): Promise<void> {
  const { before, judged } = promise;
  await remindOfPromise(tx, account, promise);
  if (judged.state === 'broken' && before !== 'broken') {
    await followUpBroken(tx, account, promise);
    await lookThen(tx, account.id, account.now);
  } else if (before === 'broken' && judged.state !== 'broken') {
    await closeFollowUp(tx, { promiseId: promise.id, actor, result: judged.state });
  }
}

/** One hold, until the last of what it waits for; it ends with it, or is lifted when all is decided. */
async function settleSilence(
  tx: Transaction,
  { account, promises }: JudgedAccount,
  { cause, actor }: Settling,
): Promise<void> {
  const until = silenceOfPromises(
    promises.map(({ agreementId, judged }) => ({ ...judged, agreementId })),
  );
  const { rows } = await tx.query<{ id: string; to: Date }>(
    `select id, to_at as "to" from hold
     where account_id = $1 and kind = 'promise' and source = $2 and lifted_at is null`,
    [account.id, SOURCE],
  );
  const isStanding = rows.some(({ to }) => to.getTime() === until?.getTime());
  if (isStanding) return;
  for (const { id } of rows) await liftHold(tx, { id, reason: cause, actor });
  if (until !== null && until > account.clock) {
    const waiting = promises.find(
      ({ agreementId, judged }) => agreementId === null && isLivePromise(judged.state),
    );
    const placed = await placeHold(
      tx,
      {
        accountId: account.id,
        kind: 'promise',
        reason: 'a promise to pay waits for its day',
        evidence: `promise ${waiting?.id ?? ''}`,
        source: SOURCE,
        to: until.toISOString(),
      },
      actor,
    );
    if (placed.kind === 'refused') throw new Error(`no hold for promises: ${placed.problem.field}`);
  }
  if (until === null && rows.length === 0) return;
  const decided = promises.filter(({ before, judged }) => before !== judged.state);
  const states = decided.map(({ judged }) => judged);
  await lookThen(tx, account.id, until ?? lookAfterSilence(states, account.now, account.zones));
}

/** The account is worth looking at then, if no callback was agreed. */
async function lookThen(tx: Transaction, accountId: string, at: Date): Promise<void> {
  await tx.query(
    `update account set next_attempt_at = $2, put_off_until = null, updated_at = now()
     where id = $1 and status = 'open' and blocked_reason is null
       and not exists (select from callback b where b.account_id = account.id and b.state = 'due')`,
    [accountId, at],
  );
}
