import type { EventType } from '../domain/event-type';
import type { PromiseReason, PromiseState } from '../domain/promise';
import type { Transaction } from './database';
import { INSERT_EVENT } from './events';

export interface PromiseChange {
  readonly promiseId: string;
  readonly from: PromiseState | null;
  readonly to: PromiseState;
  readonly reason: PromiseReason;
  readonly note?: string | null;
  /** Which change of a fact made us look. */
  readonly cause: string;
  readonly actor: string;
}

/** What a new state is told as; opened by a yes, the yes is told. */
function eventOf({ from, to }: PromiseChange): EventType | null {
  const isBack = from === 'kept' || from === 'broken';
  switch (to) {
    case 'proposed':
      return from === null ? 'promise.made' : 'promise.reopened';
    case 'open':
      if (from === null) return 'promise.made';
      return from === 'approved' ? null : 'promise.reopened';
    case 'partially_kept':
      return isBack ? 'promise.reopened' : 'promise.partially_kept';
    case 'approved':
    case 'kept':
    case 'broken':
    case 'cancelled':
    case 'superseded':
      return `promise.${to}`;
  }
}

/** Keeps a change of a promise for good, and tells of it. The row of the promise is written before. */
export async function keepChange(tx: Transaction, change: PromiseChange): Promise<void> {
  await tx.query(
    `insert into promise_change (promise_id, creditor_id, from_state, to_state, kept_minor, reason,
       note, cause, actor)
     select id, creditor_id, $2, $3, kept_minor, $4, $5, $6, $7 from promise where id = $1`,
    [
      ...[change.promiseId, change.from, change.to, change.reason, change.note ?? null],
      ...[change.cause, change.actor],
    ],
  );
  const type = eventOf(change);
  if (type === null) return;
  await tx.query(
    `${INSERT_EVENT} select $2, p.creditor_id, t.campaign_id, t.agent_id,
       jsonb_build_object('promiseId', p.id, 'accountId', p.account_id, 'debtorId', p.debtor_id,
         'attemptId', p.attempt_id, 'agreementId', p.agreement_id, 'number', p.number,
         'from', $3::text, 'state', $4::text, 'reason', $5::text, 'cause', $6::text,
         'amountMinor', p.amount_minor::text, 'keptMinor', p.kept_minor::text,
         'currency', p.currency, 'dueDate', p.due_date, 'replacedPromiseId', p.supersedes,
         'replacedBy', p.superseded_by)
     from promise p left join attempt t on t.id = p.attempt_id where p.id = $1`,
    [change.promiseId, type, change.from, change.to, change.reason, change.cause],
  );
}
