import { OPEN_ATTEMPTS } from './attempt';
import { lockDebtor } from './call-locks';
import type { Queryable, Transaction } from './database';

/** Why an attempt that rings is to be given up, although nobody is busy and nobody has hung up. */
export type WithdrawCause = 'kill_switch' | 'hold' | 'inbound' | 'payment';

/** Whom a new hold, or a payment, is about; further fields narrow it. */
export interface RingingScope {
  /** The person, or the number, whoever has it. */
  readonly who: { readonly debtorId: string } | { readonly e164: string };
  readonly accountId?: string | undefined;
  readonly creditorId?: string | undefined;
  /** Absent: a hold. */
  readonly cause?: 'hold' | 'payment';
}

/**
 * Asks that whatever rings at a person stop ringing, in the transaction that places the hold: the
 * sip role that owns the call finds the wish within {@link WITHDRAWAL_LOOK_MS} of the commit and
 * sends CANCEL. Needs no queue. A talk is not touched, but another number of the person that rings to
 * be given one is. The lock makes the gate's last look come before or after: before, its attempt is
 * found here; after, it sees the hold. Whoever placed the hold, it reaches the calls of every creditor.
 * @returns how many attempts and transfers were asked to stop
 */
export async function cancelRinging(tx: Transaction, scope: RingingScope): Promise<number> {
  const { who, accountId = null, creditorId = null, cause = 'hold' } = scope;
  const whole = tx.unscoped;
  const isPerson = 'debtorId' in who;
  if (isPerson) await lockDebtor(whole, who.debtorId);
  else await whole.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [who.e164]);
  const ofNumber = '(select id from phone where e164 = $1)';
  const { rows } = await whole.query<{ id: string; transferId: string | null }>(
    `select t.id, x.id as "transferId" from ${OPEN_ATTEMPTS}
     left join call_transfer x on x.attempt_id = t.id and x.state = 'reaching' and x.target = 'phone'
     where ${isPerson ? 'o.debtor_id = $1' : `(t.phone_id in ${ofNumber} or x.phone_id in ${ofNumber})`}
       and ($2::uuid is null or t.account_id = $2) and ($3::uuid is null or t.creditor_id = $3)`,
    [isPerson ? who.debtorId : who.e164, accountId, creditorId],
  );
  const { rowCount: attempts } = await whole.query(
    `update attempt set withdraw_cause = $2
     where id = any($1) and direction = 'out' and state in ('dialing', 'ringing')`,
    [rows.map(({ id }) => id), cause],
  );
  const { rowCount: transfers } = await whole.query(
    `update call_transfer set withdraw_cause = $2 where id = any($1) and state = 'reaching'
       and ($3::text is null or phone_id in (select id from phone where e164 = $3))`,
    [rows.flatMap(({ transferId }) => transferId ?? []), ...[cause, isPerson ? null : who.e164]],
  );
  return (attempts ?? 0) + (transfers ?? 0);
}

/** How often a sip role looks whether what it rings is to be withdrawn, ms. */
export const WITHDRAWAL_LOOK_MS = 250;

/**
 * Those of the attempts that are to stop ringing: a hold was placed, or a kill switch that also
 * cancels what rings stands over them, or the person calls us. Of a talk it is the number outside that
 * rings to be given it; a colleague's softphone is none. By primary key, so a look costs next to
 * nothing. Whoever called us is never let go.
 */
export async function listWithdrawn(
  db: Queryable,
  attemptIds: readonly string[],
): Promise<{ attemptId: string; cause: WithdrawCause }[]> {
  const { rows } = await db.query<{ attemptId: string; cause: WithdrawCause }>(
    `select id as "attemptId", cause from (
       select a.id, case when exists (select 1 from kill_switch k
           where k.released_at is null and k.cancel_ringing
             and (k.scope = 'all' or k.scope_id = case k.scope when 'creditor' then a.creditor_id
               when 'campaign' then a.campaign_id
               else case when x.id is null then a.trunk_id else x.trunk_id end end))
         then 'kill_switch' when x.id is null then a.withdraw_cause else x.withdraw_cause end as cause
       from attempt a left join call_transfer x on x.attempt_id = a.id and a.state = 'connected'
         and x.state = 'reaching' and x.target <> 'agent'
       where a.id = any($1)
         and case a.state when 'connected' then x.id is not null else a.direction = 'out' end) asked
     where cause is not null`,
    [attemptIds],
  );
  return rows;
}
