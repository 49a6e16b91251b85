import { settleDialable } from './accounts';
import { closeTask } from './tasks';
import type { Transaction } from './database';
import { recordNumberEvidence, withdrawNumberEvidence } from './number-evidence';

/** A message that was sent, with the reference that a payment has brought back. */
interface PaidMessage {
  readonly reference: string;
  readonly creditorId: string;
  readonly debtorId: string;
  readonly phoneId: string;
}

/**
 * Whoever paid by the reference of a message has read it, so the number that it was sent to is most likely
 * theirs: one standing payment a message says so, and none when all of them are taken back. A payment
 * without such a reference, or of somebody else's debt, says nothing. Called again nothing changes. The
 * person is locked.
 */
export async function settlePaidByLink(
  tx: Transaction,
  paymentId: string,
  actor: string,
): Promise<void> {
  const message = await findPaidMessage(tx, paymentId);
  if (message === null) return;
  const kept = await findEvidence(tx, message);
  if (kept?.isStanding === true) return;
  if (kept !== null) await withdrawNumberEvidence(tx, message.phoneId, kept.id);
  const first = await firstStanding(tx, message);
  const { debtorId, phoneId: subjectId } = message;
  if (first !== null) {
    const evidence = { kind: 'paid_by_link', at: first.paidAt, sourceId: first.id } as const;
    await recordNumberEvidence(tx, [subjectId], evidence);
    await closeTask(tx, { kind: 'number_review', subjectId, actor, result: 'paid_by_link' });
  }
  if (kept !== null || first !== null) await settleDialable(tx, [debtorId]);
}

async function findPaidMessage(tx: Transaction, paymentId: string): Promise<PaidMessage | null> {
  const { rows } = await tx.query<PaidMessage>(
    `select m.pay_reference as reference, m.creditor_id as "creditorId", m.debtor_id as "debtorId",
       s.phone_id as "phoneId"
     from payment p
       join message m on m.pay_reference = upper(p.reference) and m.creditor_id = p.creditor_id
         and m.debtor_id = p.debtor_id
       join message_send s on s.message_id = m.id
         and s.state in ('accepted', 'unknown', 'sent', 'delivered', 'read')
       join phone on phone.id = s.phone_id and phone.owner = 'debtor'
     where p.id = $1`,
    [paymentId],
  );
  return rows[0] ?? null;
}

async function findEvidence(
  tx: Transaction,
  { reference, creditorId, phoneId }: PaidMessage,
): Promise<{ readonly id: string; readonly isStanding: boolean } | null> {
  const { rows } = await tx.query<{ id: string; isStanding: boolean }>(
    `select e.id, p.reversed_at is null as "isStanding"
     from number_evidence e join payment p on p.id = e.source_id
     where e.phone_id = $1 and e.kind = 'paid_by_link' and p.creditor_id = $2
       and upper(p.reference) = $3
       and not exists (select from number_evidence_withdrawal w where w.evidence_id = e.id)`,
    [phoneId, creditorId, reference],
  );
  return rows[0] ?? null;
}

async function firstStanding(
  tx: Transaction,
  { reference, creditorId, debtorId }: PaidMessage,
): Promise<{ readonly id: string; readonly paidAt: Date } | null> {
  const { rows } = await tx.query<{ id: string; paidAt: Date }>(
    `select id, paid_at as "paidAt" from payment
     where creditor_id = $1 and upper(reference) = $2 and debtor_id = $3 and reversed_at is null
     order by paid_at, id limit 1`,
    [creditorId, reference, debtorId],
  );
  return rows[0] ?? null;
}
