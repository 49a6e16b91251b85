import type { TransferKind, TransferState } from '../../domain/call-transfer';
import type { Queryable } from '../database';
import type { EvidenceScope } from './evidence';

export interface EvidenceTransferRow {
  readonly id: string;
  readonly attemptId: string;
  readonly creditor: string;
  readonly accountId: string | null;
  readonly decisionId: string;
  readonly phoneId: string;
  readonly e164: string;
  readonly kind: TransferKind;
  readonly agentId: string;
  readonly state: TransferState;
  readonly cause: string;
  readonly sipStatus: number | null;
  readonly invitedAt: Date;
  readonly ringingAt: Date | null;
  readonly answeredAt: Date | null;
  readonly joinedAt: Date | null;
  readonly endedAt: Date | null;
}

/**
 * Talks handed on to another number of the person, of which an INVITE left within the scope, oldest first;
 * one row each, whatever trunks were tried: the last one says how it rang and ended.
 */
export async function listEvidenceTransfers(
  db: Queryable,
  scope: EvidenceScope,
): Promise<EvidenceTransferRow[]> {
  const { rows } = await db.query<EvidenceTransferRow>(
    `select x.id, x.attempt_id as "attemptId", c.code as creditor, x.account_id as "accountId",
       x.decision_id as "decisionId", x.phone_id as "phoneId", p.e164, x.kind,
       x.from_agent_id as "agentId", x.state, x.cause, l.sip_status as "sipStatus",
       x.invited_at as "invitedAt", l.ringing_at as "ringingAt", x.answered_at as "answeredAt",
       x.joined_at as "joinedAt",
       coalesce(l.ended_at, case when x.state <> 'completed' then x.ended_at end) as "endedAt"
     from phone p join call_transfer x on x.phone_id = p.id
     join creditor c on c.id = x.creditor_id
     left join lateral (select leg.sip_status, leg.ringing_at, leg.ended_at
       from call k join call_leg leg on leg.call_id = k.id
       where k.attempt_id = x.attempt_id and leg.transfer_id = x.id
       order by leg.invited_at desc limit 1) l on true
     where p.debtor_id = $1 and x.decision_id is not null
       and ($2::uuid is null or x.creditor_id = $2) and x.invited_at >= $3 and x.invited_at < $4
     order by x.invited_at, x.id`,
    [scope.debtorId, scope.creditorId, scope.from, scope.to],
  );
  return rows;
}
