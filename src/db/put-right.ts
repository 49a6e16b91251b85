import { DateTime } from 'luxon';
import { CASE_RULES } from '../domain/case-kind';
import { sayAnswer } from '../domain/case-answer';
import type { CaseFile } from './cases';
import type { Transaction } from './database';
import { queueMessage } from './messages';
import { settleAccount } from './settle-account';

/** What the person was right about is put right in the account itself. */
export async function putRight(tx: Transaction, file: CaseFile, actor: string): Promise<void> {
  const { accountId, remedy } = file;
  if (accountId === null || remedy === null || remedy === 'none') return;
  if (remedy === 'adjust') return adjust(tx, { ...file, accountId }, actor);
  await tx.query(
    `update account set status = 'closed', next_attempt_at = null, updated_at = now()
     where id = $1 and status <> 'closed'`,
    [accountId],
  );
}

async function adjust(
  tx: Transaction,
  file: CaseFile & { readonly accountId: string },
  actor: string,
): Promise<void> {
  await tx.query(
    `insert into adjustment (creditor_id, account_id, kind, amount_minor, subject_id, reason, created_by)
     values ($1, $2, 'write_off', $3, $4, 'dispute upheld', $5)`,
    [file.creditorId, file.accountId, file.adjustMinor, file.id, actor],
  );
  await settleAccount(tx, { accountId: file.accountId, cause: 'case.decided', actor });
}

/** Is so much owed? What is taken off is never more than that. */
export async function isOwed(
  tx: Transaction,
  accountId: string | null,
  amountMinor: bigint,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select 1 from account where id = $1 and amount_due_minor >= $2',
    [accountId, amountMinor.toString()],
  );
  return rowCount === 1;
}

/** Queues the answer to the person, once a decision; who is no person of ours gets none. */
export async function answerPerson(tx: Transaction, file: CaseFile, zone: string): Promise<void> {
  const { creditorId, debtorId, kind, state, decisionReason, decidedAt } = file;
  if (!CASE_RULES[kind].isAnswered || debtorId === null || decidedAt === null) return;
  const toldOn = DateTime.fromJSDate(file.openedAt, { zone }).toFormat('yyyy-MM-dd');
  const body = sayAnswer({ kind, state, toldOn, reason: decisionReason ?? '' });
  const accountId = file.accountId ?? (await anAccountOf(tx, { debtorId, creditorId }));
  if (body === null || accountId === null) return;
  await queueMessage(tx, {
    ...{ creditorId, debtorId, accountId, kind: 'dispute_answer', subjectId: file.id, body },
    // a case that is looked at again has another answer
    step: decidedAt.toISOString(),
  });
}

/** A message is of an account: of several the one that is due first. */
async function anAccountOf(
  tx: Transaction,
  of: { readonly debtorId: string; readonly creditorId: string },
): Promise<string | null> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from account where debtor_id = $1 and creditor_id = $2
     order by status = 'open' desc, due_date, id limit 1`,
    [of.debtorId, of.creditorId],
  );
  return rows[0]?.id ?? null;
}
