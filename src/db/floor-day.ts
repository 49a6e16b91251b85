import type { AgentState } from '../domain/agent-state';
import type { Queryable } from './database';

/** A call of a past day that was placed for a ready agent, and is over. */
export interface FloorCallRow {
  readonly id: string;
  readonly reservedAt: Date;
  readonly ringingAt: Date | null;
  readonly answeredAt: Date | null;
  readonly endedAt: Date;
  readonly abandoned: boolean;
  /** Since when the account was due; null: not recorded. */
  readonly dueAt: Date | null;
}

/** An agent's time in one state. */
export interface AgentTimeRow {
  readonly agentId: string;
  readonly sessionId: string;
  readonly state: AgentState;
  readonly attemptId: string | null;
  readonly from: Date;
  readonly to: Date;
}

export interface FloorDayRows {
  readonly calls: readonly FloorCallRow[];
  /** Of the agents of its pools, and of whoever took its calls; by session, in order. */
  readonly times: readonly AgentTimeRow[];
}

/** A session that began earlier than this before the day is not looked for. */
const SESSION_DAYS = 2;

export async function readFloorDay(
  db: Queryable,
  campaignId: string,
  day: { readonly from: Date; readonly to: Date },
): Promise<FloorDayRows> {
  const values = [campaignId, day.from, day.to];
  const calls = await db.query<FloorCallRow>(
    `select t.id, t.created_at as "reservedAt", t.ringing_at as "ringingAt",
       t.answered_at as "answeredAt", t.ended_at as "endedAt", t.result = 'abandoned' as abandoned,
       (t.choice->'facts'->>'dueAt')::timestamptz as "dueAt"
     from attempt t
     where t.campaign_id = $1 and t.created_at >= $2 and t.created_at < $3
       and t.id >= first_id_at($2) and t.id < first_id_at($3)
       and t.counted and t.state = 'ended' and t.mode = 'progressive'
     order by t.id`,
    values,
  );
  const times = await db.query<AgentTimeRow>(
    `with sessions as (
       select s.id, s.agent_id, s.ended_at from agent_session s
       where s.started_at < $3 and s.started_at >= $2::timestamptz - make_interval(days => ${String(SESSION_DAYS)})
         and coalesce(s.ended_at, 'infinity') > $2
         and (exists (select from campaign_pool cp join agent_pool ap on ap.pool_id = cp.pool_id
             where cp.campaign_id = $1 and ap.agent_id = s.agent_id)
           or exists (select from attempt t where t.agent_session_id = s.id and t.campaign_id = $1
             and t.id >= first_id_at($2) and t.id < first_id_at($3))))
     select s.agent_id as "agentId", s.id as "sessionId", e.to_state as state,
       e.attempt_id as "attemptId", e.at as "from",
       coalesce(lead(e.at) over (partition by e.session_id order by e.seq), s.ended_at, now()) as "to"
     from sessions s join agent_session_event e on e.session_id = s.id
     order by s.agent_id, s.id, e.seq`,
    values,
  );
  return { calls: calls.rows, times: times.rows };
}

/** The latest dates of the books on which the campaign placed such calls. */
export async function listCallDays(
  db: Queryable,
  campaignId: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await db.query<{ day: string }>(
    `select distinct ((created_at at time zone 'Asia/Jakarta')::date)::text as day from attempt
     where campaign_id = $1 and counted and state = 'ended' and mode = 'progressive'
     order by 1 desc limit $2`,
    [campaignId, limit],
  );
  return rows.map(({ day }) => day);
}
