import { DateTime } from 'luxon';
import { MAX_MESSAGE_LENGTH } from '../domain/message-kind';
import { splitText } from '../domain/split-text';
import { bookFee } from './agreement-fees';
import { promisePayments } from './agreement-promises';
import { agentOfActor } from '../domain/actor';
import { lockAgreements, type Agreement } from './agreements';
import type { Transaction } from './database';
import { queueMessage } from './messages';
import { settleAccount } from './settle-account';
import { leave } from './settle-agreements';
import { addTask } from './tasks';

/** At the hour at which people are asked how things are, local time. */
const CHECK_IN_HOUR = 10;

/**
 * What follows from an agreement that has just come into force: its fee is owed, its payments are promised, the account
 * is silent, and the person gets it in writing. The account is locked.
 */
export async function activateAgreement(
  tx: Transaction,
  agreement: Agreement,
  actor: string,
): Promise<void> {
  const { accountId, id } = agreement;
  await bookFee(tx, agreement, actor);
  await promisePayments(tx, agreement, actor);
  await sendRecap(tx, agreement);
  await agreeCheckIn(tx, agreement);
  await tx.query(
    `update account set blocked_reason = null, updated_at = now()
     where id = $1 and blocked_reason = 'review'`,
    [accountId],
  );
  await settleAccount(tx, { accountId, cause: `agreement ${id}`, actor });
}

/**
 * One agreement is in force at a time: right before the next one is, what ran gives its place, and what
 * had broken is over. The account is locked.
 */
export async function replaceRunning(
  tx: Transaction,
  accountId: string,
  by: { readonly cause: string; readonly actor: string },
): Promise<void> {
  for (const other of await lockAgreements(tx, accountId)) {
    if (!['active', 'broken'].includes(other.state)) continue;
    await leave(tx, other, 'superseded', 'newer_agreement', by);
  }
}

/** The very text that is kept and hashed, in as many messages as it takes. */
async function sendRecap(tx: Transaction, agreement: Agreement): Promise<void> {
  const { id: subjectId, creditorId, debtorId, accountId, textId, textEn } = agreement;
  const parts = splitText({ id: textId, en: textEn }, MAX_MESSAGE_LENGTH);
  for (const [index, body] of parts.entries()) {
    await queueMessage(tx, {
      ...{ creditorId, debtorId, accountId, subjectId, body },
      ...{ kind: 'recap', step: index === 0 ? '' : String(index + 1) },
    });
  }
}

/** Near the end of a deferment somebody asks how things are: whoever agreed on it. */
async function agreeCheckIn(tx: Transaction, agreement: Agreement): Promise<void> {
  const { id: subjectId, creditorId, debtorId, accountId, attemptId, terms, zone } = agreement;
  if (terms.kind !== 'deferment') return;
  const agentId = agentOfActor(agreement.madeBy);
  await addTask(tx, {
    ...{ kind: 'check_in', creditorId, debtorId, accountId, attemptId, subjectId },
    assignee: agentId === null ? 'role:supervisor' : `agent:${agentId}`,
    dueAt: DateTime.fromISO(terms.checkInOn, { zone }).set({ hour: CHECK_IN_HOUR }).toJSDate(),
  });
}
