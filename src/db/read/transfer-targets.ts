import type { PhoneOwner } from '../../domain/phone-owner';
import type { Queryable } from '../database';

/** Whom the talk of an attempt may be handed to, but for what the rules say of a number. */
export interface TransferTargets {
  /** Ready, with the softphone at the process that owns the call. */
  readonly agents: { readonly id: string; readonly name: string }[];
  /** Other active numbers of the debtor's own. */
  readonly phones: { readonly id: string; readonly owner: PhoneOwner; readonly e164: string }[];
  readonly offices: { readonly id: string; readonly name: string }[];
}

export async function listTransferTargets(
  db: Queryable,
  attemptId: string,
): Promise<TransferTargets> {
  const { rows } = await db.query<TransferTargets>(
    `select
       coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name) order by a.name, a.id)
         from agent_session s join agent a on a.id = s.agent_id
         where s.state = 'ready' and s.sip_instance_id = t.sip_instance_id), '[]') as agents,
       coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'owner', p.owner, 'e164', p.e164)
           order by p.position)
         from phone p where p.debtor_id = t.debtor_id and p.id is distinct from t.phone_id
           and p.owner = 'debtor' and p.status = 'active' and t.purpose = 'collect'), '[]') as phones,
       coalesce((select jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name) order by o.name, o.id)
         from office_number o where o.creditor_id = t.creditor_id and o.retired_at is null
           and t.purpose = 'collect'), '[]') as offices
     from attempt t where t.id = $1`,
    [attemptId],
  );
  return rows[0] ?? { agents: [], phones: [], offices: [] };
}

/** Is the number the debtor's of the attempt, whoever answers it, and is it the one that was dialed? */
export async function readPhoneStanding(
  db: Queryable,
  asked: {
    /** Null: it is not known who is on the line. */
    readonly debtorId: string | null;
    readonly phoneId: string;
    readonly dialedId: string | null;
  },
): Promise<{ isPersons: boolean; isDialed: boolean }> {
  const { rowCount } = await db.query(`select from phone p where p.id = $1 and p.debtor_id = $2`, [
    asked.phoneId,
    asked.debtorId,
  ]);
  return { isPersons: rowCount === 1, isDialed: asked.phoneId === asked.dialedId };
}
