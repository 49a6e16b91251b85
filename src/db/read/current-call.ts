import type { AgentState } from '../../domain/agent-state';
import type { AttemptState } from '../../domain/attempt-state';
import type { CallPurpose } from '../../domain/call-facts';
import type { CallMode } from '../../domain/call-mode';
import type { TransferState } from '../../domain/call-transfer';
import { OVERTIME_MS } from '../attempts';
import { needsCare } from '../case-care';
import type { Queryable } from '../database';
import { BOOKS_DATE } from '../books-date';
import { isUnidentified } from '../number-evidence';
import type { Transfer } from '../transfers';

/** What an agent sees of the person on the line. The number is masked before it leaves. */
export interface CurrentCall {
  readonly attemptId: string;
  readonly attemptState: AttemptState;
  /** Whose call it is: a colleague who is asked to take it over sees it too. */
  readonly agentId: string;
  readonly sipInstanceId: string | null;
  readonly sessionState: AgentState;
  /** When the state ends by itself; in `wrap_up`: the limit for the outcome. */
  readonly sessionLimitAt: Date | null;
  readonly direction: 'out' | 'in';
  /** People whose own number the caller's is; 0 for a call of ours. Who it is stands in `accountId`. */
  readonly matches: number;
  /** Null: it came in. */
  readonly campaignId: string | null;
  readonly purpose: CallPurpose;
  /** Null: it came in. */
  readonly mode: CallMode | null;
  /** Until when the person may be called, as the permit says; null: not told, or not within two days. */
  readonly mayCallUntil: {
    readonly at: string;
    readonly rule: string;
    readonly pack: string;
    readonly cite: string;
    readonly zone: string | null;
  } | null;
  /** How long the talk has run on after that, ms; null: no talk yet. */
  readonly overtimeMs: number | null;
  readonly creditorName: string;
  /** Null, and all that belongs to it: nobody has said who is calling. */
  readonly accountId: string | null;
  readonly debtorName: string | null;
  /** ISO 3166-2 of the address; null: not known, or nobody has said who is calling. */
  readonly province: string | null;
  /** IANA zone that the person named. */
  readonly statedZone: string | null;
  /** The number may be another's by now: no word of the debt before the person has said who they are. */
  readonly identityMode: boolean;
  /** Somebody needs care; what it is, is not the agent's to know. */
  readonly needsCare: boolean;
  /** Null: withheld. */
  readonly e164: string | null;
  readonly product: string | null;
  readonly currency: string | null;
  /** Integer minor units, as text. */
  readonly amountDueMinor: string | null;
  readonly dueDate: string | null;
  /** By the creditor's books; not above zero: not past due. */
  readonly daysPastDue: number | null;
  /** Age of the account's data. */
  readonly accountUpdatedAt: Date | null;
  readonly openPromise: {
    readonly amountMinor: string;
    readonly currency: string;
    readonly dueDate: string;
    readonly method: string;
  } | null;
  /** One that broke, and that nobody has talked about since. */
  readonly brokenPromise: {
    readonly promiseId: string;
    readonly amountMinor: string;
    readonly keptMinor: string;
    readonly currency: string;
    readonly dueDate: string;
  } | null;
  /** The last three outcomes of the account, newest first; instants as ISO 8601 text. */
  readonly lastOutcomes: { readonly code: string; readonly recordedAt: string }[];
  /** The transfer that is under way, else the one that brought the call to this agent. */
  readonly transfer: CurrentTransfer | null;
}

export interface CurrentTransfer extends Pick<
  Transfer,
  'id' | 'kind' | 'target' | 'fromAgentId' | 'toAgentId' | 'note'
> {
  /** Open, or `completed`. */
  readonly state: TransferState;
}

/** What the statement of account `a` says of before: the promise that waits, one that broke, the last outcomes. */
export const STATEMENT_HISTORY = `
       (select jsonb_build_object('amountMinor', amount_minor::text, 'currency', currency,
           'dueDate', due_date, 'method', method)
         from promise where account_id = a.id
           and state in ('proposed', 'approved', 'open', 'partially_kept')
         order by due_date, number, id limit 1) as "openPromise",
       (select jsonb_build_object('promiseId', b.id, 'amountMinor', b.amount_minor::text,
           'keptMinor', b.kept_minor::text, 'currency', b.currency, 'dueDate', b.due_date)
         from task k join promise b on b.id = k.subject_id and b.state = 'broken'
         where k.account_id = a.id and k.kind = 'promise_broken' and k.done_at is null
         order by b.id desc limit 1) as "brokenPromise",
       coalesce((select jsonb_agg(jsonb_build_object('code', code, 'recordedAt',
           to_char(recorded_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by attempt_id desc)
         from (select attempt_id, code, recorded_at from outcome where account_id = a.id
           order by attempt_id desc limit 3) last), '[]') as "lastOutcomes"`;

/** The attempt that the agent's session holds, with what the agent needs to see; null: none. */
export async function readCurrentCall(db: Queryable, agentId: string): Promise<CurrentCall | null> {
  const { rows } = await db.query<CurrentCall>(
    `select t.id as "attemptId", t.state as "attemptState", t.agent_id as "agentId", t.sip_instance_id as "sipInstanceId",
       s.state as "sessionState", s.state_limit_at as "sessionLimitAt",
       t.direction, coalesce(i.matches, 0) as matches, t.campaign_id as "campaignId", t.purpose, t.mode,
       nullif(permit.record::jsonb->'mayCallUntil', 'null') as "mayCallUntil",
       case when t.connected_at is not null then coalesce(t.overtime_ms,
         (select ${OVERTIME_MS} from attempt where attempt.id = t.id)) end as "overtimeMs", c.name as "creditorName", a.id as "accountId",
       d.name as "debtorName", d.province, d.stated_zone as "statedZone", ${isUnidentified('t', 'p')} as "identityMode",
       ${needsCare('d')} as "needsCare", coalesce(p.e164, i.caller) as e164, a.product, a.currency,
       a.amount_due_minor::text as "amountDueMinor", a.due_date as "dueDate",
       ${BOOKS_DATE} - a.due_date as "daysPastDue", a.updated_at as "accountUpdatedAt",
       ${STATEMENT_HISTORY},
       (select jsonb_build_object('id', x.id, 'kind', x.kind, 'target', x.target, 'state', x.state,
           'fromAgentId', x.from_agent_id, 'toAgentId', x.to_agent_id, 'note', x.note)
         from call_transfer x where x.attempt_id = t.id
           and (x.ended_at is null or (x.state = 'completed' and x.to_agent_id = s.agent_id))
         order by x.id desc limit 1) as transfer
     from agent_session s join attempt t on t.id = s.attempt_id
     join creditor c on c.id = t.creditor_id
     left join account a on a.id = t.account_id left join debtor d on d.id = t.debtor_id
     left join phone p on p.id = t.phone_id left join inbound_call i on i.id = t.inbound_call_id
     left join decision permit on permit.id = t.invite_decision_id
     where s.agent_id = $1 and s.ended_at is null`,
    [agentId],
  );
  return rows[0] ?? null;
}
