import { moveApproval, type ApprovalState } from '../domain/agreement-approval';
import type { AgreementKind } from '../domain/option';
import { agentOfActor } from '../domain/actor';
import type { Agreement } from './agreements';
import type { Queryable, Transaction } from './database';
import { appendEvent } from './events';
import { pageFetch, toPage, type Page, type PageRequest } from './page';
import { closeTask } from './tasks';

/** The word of a second person that an agreement waits for; see domain/agreement-approval.ts. */
export interface Approval {
  readonly id: string;
  readonly creditorId: string;
  readonly agreementId: string;
  readonly agentId: string | null;
  readonly needsRole: 'supervisor' | 'manager';
  readonly state: ApprovalState;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly limitAt: Date;
  /** Once it is late: by then the person was told to hear of us. */
  readonly confirmBy: Date | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly reason: string | null;
  readonly accountId: string;
  readonly attemptId: string | null;
  readonly kind: AgreementKind;
  readonly textId: string;
  readonly textEn: string;
}

const SELECT = `select p.id, p.creditor_id as "creditorId", p.agreement_id as "agreementId",
    p.agent_id as "agentId", p.needs_role as "needsRole", p.state, p.asked_by as "askedBy",
    p.asked_at as "askedAt", p.limit_at as "limitAt", p.confirm_by as "confirmBy",
    p.decided_by as "decidedBy", p.decided_at as "decidedAt", p.reason,
    a.account_id as "accountId", a.attempt_id as "attemptId", a.kind, a.text_id as "textId",
    a.text_en as "textEn"
  from agreement_approval p join agreement a on a.id = p.agreement_id`;

/** Asks a second person, who has so long while the debtor waits. Supervisors are told at once. */
export async function askApproval(
  tx: Transaction,
  agreement: Agreement,
  asked: { readonly needsRole: Approval['needsRole']; readonly limitSeconds: number },
): Promise<Approval> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into agreement_approval (creditor_id, agreement_id, agent_id, needs_role, asked_by,
       asked_at, limit_at)
     select $1, $2, $3, $4, $5, at, at + $6 * interval '1 s' from (select clock_timestamp() as at) now
     returning id`,
    [
      ...[agreement.creditorId, agreement.id, agentOfActor(agreement.madeBy), asked.needsRole],
      ...[agreement.madeBy, asked.limitSeconds],
    ],
  );
  const approval = await findApproval(tx, rows[0]?.id ?? '');
  if (approval === null) throw new Error(`approval of agreement ${agreement.id} is gone`);
  await tell(tx, 'agreement.approval_requested', approval);
  return approval;
}

export async function findApproval(db: Queryable, id: string): Promise<Approval | null> {
  const { rows } = await db.query<Approval>(`${SELECT} where p.id = $1`, [id]);
  return rows[0] ?? null;
}

/** The word that an agreement waits for or had; null: it needs none. */
export async function findApprovalOf(
  db: Queryable,
  { id }: Pick<Agreement, 'id'>,
): Promise<Approval | null> {
  const { rows } = await db.query<Approval>(`${SELECT} where p.agreement_id = $1`, [id]);
  return rows[0] ?? null;
}

export interface ApprovalChange {
  readonly to: 'late' | 'approved' | 'rejected' | 'withdrawn';
  readonly actor: string;
  readonly reason?: string | null;
  readonly confirmBy?: Date | null;
}

/** Moves an approval; the account is locked. @throws TransitionError when it was decided */
export async function changeApproval(
  tx: Transaction,
  before: Pick<Approval, 'id' | 'state'>,
  { to, actor, reason = null, confirmBy = null }: ApprovalChange,
): Promise<Approval> {
  moveApproval(before.state, to);
  const isByPerson = to === 'approved' || to === 'rejected';
  await tx.query(
    `update agreement_approval set state = $2, reason = $3, confirm_by = coalesce($4, confirm_by),
       decided_by = $5, decided_at = case when $2 <> 'late' then clock_timestamp() end
     where id = $1`,
    [before.id, to, reason, confirmBy, isByPerson ? actor : null],
  );
  const after = await findApproval(tx, before.id);
  if (after === null) throw new Error(`approval ${before.id} is gone`);
  await tell(tx, to === 'late' ? 'agreement.approval_late' : 'agreement.approval_decided', after);
  if (to !== 'late') {
    const { agreementId: subjectId } = after;
    await closeTask(tx, { kind: 'approval_late', subjectId, actor, result: to });
  }
  return after;
}

/** Nobody has to answer any more; nothing when it was answered. */
export async function withdrawApproval(
  tx: Transaction,
  agreement: Pick<Agreement, 'id'>,
  reason: string,
  actor: string,
): Promise<void> {
  const { rows } = await tx.query<Approval>(
    `${SELECT} where p.agreement_id = $1 and p.decided_at is null for no key update of p`,
    [agreement.id],
  );
  for (const open of rows) await changeApproval(tx, open, { to: 'withdrawn', reason, actor });
}

/** Whose answer did not come while the debtor waited: ids of those that are to be told of as late. */
export async function listOverdueApprovals(
  db: Queryable,
  limit: number,
): Promise<{ id: string; accountId: string }[]> {
  const { rows } = await db.query<{ id: string; accountId: string }>(
    `select p.id, a.account_id as "accountId" from agreement_approval p
     join agreement a on a.id = p.agreement_id
     where p.decided_at is null and p.state = 'asked' and p.limit_at <= now()
     order by p.limit_at limit $1`,
    [limit],
  );
  return rows;
}

/** Locked, with its agreement's account; null: there is none. */
export async function lockApproval(tx: Transaction, id: string): Promise<Approval | null> {
  const { rows } = await tx.query<Approval>(`${SELECT} where p.id = $1 for no key update of p`, [
    id,
  ]);
  return rows[0] ?? null;
}

export interface ApprovalFilter {
  readonly state: ApprovalState | null;
  /** Those alone that wait for an answer, in time or late. */
  readonly isOpen: boolean | null;
  readonly needsRole: Approval['needsRole'] | null;
}

export async function listApprovals(
  db: Queryable,
  filter: ApprovalFilter,
  page: PageRequest,
): Promise<Page<Approval>> {
  const { rows } = await db.query<Approval>(
    `${SELECT} where ($1::uuid is null or p.id < $1) and ($2::text is null or p.state = $2)
       and ($3::boolean is null or (p.decided_at is null) = $3)
       and ($4::text is null or p.needs_role = $4)
     order by p.id desc limit $5`,
    [page.beforeId, filter.state, filter.isOpen, filter.needsRole, pageFetch(page)],
  );
  return toPage(rows, page);
}

/** To every supervisor who may see it, and to the agent who waits. */
async function tell(
  tx: Transaction,
  type: 'agreement.approval_requested' | 'agreement.approval_late' | 'agreement.approval_decided',
  approval: Approval,
): Promise<void> {
  const { id, creditorId, agreementId, agentId, accountId, attemptId, kind, state } = approval;
  await appendEvent(tx, {
    ...{ type, creditorId, agentId },
    payload: {
      ...{ approvalId: id, agreementId, agentId, accountId, attemptId, kind, state },
      ...{ needsRole: approval.needsRole, limitAt: approval.limitAt.toISOString() },
      ...{ confirmBy: approval.confirmBy?.toISOString() ?? null, by: approval.decidedBy },
    },
  });
}
