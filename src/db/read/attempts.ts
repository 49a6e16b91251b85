import type { AttemptResult } from '../../domain/attempt-result';
import type { CallPurpose } from '../../domain/call-facts';
import type { CallMode } from '../../domain/call-mode';
import { NOT_RECORDED } from '../../domain/outcome-code';
import type { AttemptState } from '../../domain/attempt-state';
import type { MediaQuality } from '../../domain/media-quality';
import type { Queryable } from '../database';
import { pageFetch, toPage, type Page, type PageRequest } from '../page';

export interface AttemptRow {
  readonly id: string;
  readonly creditorId: string;
  readonly direction: 'out' | 'in';
  /** Null, and the version: it came in. */
  readonly campaignId: string | null;
  readonly campaignVersion: number | null;
  /** Null, and the debtor: nobody knows who called. */
  readonly accountId: string | null;
  readonly debtorId: string | null;
  readonly agentId: string;
  readonly trunkId: string | null;
  /** The debtor's number, or the caller's; null: withheld. */
  readonly e164: string | null;
  readonly state: AttemptState;
  readonly stateSince: Date;
  readonly result: AttemptResult | null;
  readonly sipStatus: number | null;
  readonly endedBy: string | null;
  readonly purpose: CallPurpose;
  /** Null: it came in. */
  readonly mode: CallMode | null;
  /** How long a talk ran on after the hours ended, ms; null: there was no talk. */
  readonly overtimeMs: number | null;
  /** How long the debtor heard them, ms; null: they were not played. */
  readonly safeMessageMs: number | null;
  readonly recordingNoticeMs: number | null;
  readonly outcomeCode: string | null;
  readonly createdAt: Date;
  readonly dialedAt: Date | null;
  readonly ringingAt: Date | null;
  readonly answeredAt: Date | null;
  readonly connectedAt: Date | null;
  readonly endedAt: Date | null;
}

/** A talk whose outcome the agent did not record in time. */
const LEFT_OPEN = `case when t.state = 'ended' and t.result = 'connected' and t.account_id is not null
    and not is_wrapping_up(t.agent_session_id, t.id) then '${NOT_RECORDED}' end`;

const SELECT = `select t.id, t.direction, t.creditor_id as "creditorId", t.campaign_id as "campaignId",
    t.campaign_version as "campaignVersion", t.account_id as "accountId",
    t.debtor_id as "debtorId", t.agent_id as "agentId", t.trunk_id as "trunkId", 
    coalesce(p.e164, i.caller) as e164, t.state,
    t.state_since as "stateSince", t.result, t.sip_status as "sipStatus",
    t.ended_by as "endedBy", t.purpose, t.mode, t.overtime_ms as "overtimeMs",
    t.safe_message_ms as "safeMessageMs", t.recording_notice_ms as "recordingNoticeMs", coalesce(o.code, ${LEFT_OPEN}) as "outcomeCode", t.created_at as "createdAt",
    t.dialed_at as "dialedAt", t.ringing_at as "ringingAt", t.answered_at as "answeredAt",
    t.connected_at as "connectedAt", t.ended_at as "endedAt"
  from attempt t left join phone p on p.id = t.phone_id
  left join inbound_call i on i.id = t.inbound_call_id
  left join outcome o on o.attempt_id = t.id`;

/** What the media engine heard of each side; null: no engine saw it. */
export interface AttemptQuality {
  readonly customer: MediaQuality | null;
  readonly agent: MediaQuality | null;
}

/** Of the legs that were answered: a call that was tried over several trunks has one of a kind. */
export async function readAttemptQuality(
  db: Queryable,
  attemptId: string,
): Promise<AttemptQuality> {
  const { rows } = await db.query<{ kind: keyof AttemptQuality; quality: MediaQuality }>(
    `select l.kind, l.media_quality as quality from call c join call_leg l on l.call_id = c.id
     where c.attempt_id = $1 and l.media_quality is not null`,
    [attemptId],
  );
  const of = (kind: keyof AttemptQuality): MediaQuality | null =>
    rows.find((row) => row.kind === kind)?.quality ?? null;
  return { customer: of('customer'), agent: of('agent') };
}

/** @param onlyAgentId only when the attempt is this agent's; null: anybody's */
export async function readAttempt(
  db: Queryable,
  id: string,
  onlyAgentId: string | null,
): Promise<AttemptRow | null> {
  const { rows } = await db.query<AttemptRow>(
    `${SELECT} where t.id = $1 and ($2::uuid is null or t.agent_id = $2)`,
    [id, onlyAgentId],
  );
  return rows[0] ?? null;
}

export interface AttemptFilter {
  readonly direction: 'out' | 'in' | null;
  readonly agentId: string | null;
  readonly campaignId: string | null;
  readonly accountId: string | null;
  readonly state: AttemptState | null;
  readonly result: AttemptResult | null;
  /** Talks whose outcome nobody has recorded. */
  readonly outcomeMissing: boolean | null;
}

export async function listAttempts(
  db: Queryable,
  filter: AttemptFilter,
  page: PageRequest,
): Promise<Page<AttemptRow>> {
  const { rows } = await db.query<AttemptRow>(
    `${SELECT} where ($1::uuid is null or t.id < $1) and ($2::uuid is null or t.agent_id = $2)
       and ($3::uuid is null or t.campaign_id = $3) and ($4::uuid is null or t.account_id = $4)
       and ($5::text is null or t.state = $5) and ($6::text is null or t.result = $6)
       and ($7::boolean is null or $7 = (t.result = 'connected' and o.id is null) is true)
       and ($8::text is null or t.direction = $8)
     order by t.id desc limit $9`,
    [
      page.beforeId,
      filter.agentId,
      filter.campaignId,
      filter.accountId,
      filter.state,
      filter.result,
      filter.outcomeMissing,
      filter.direction,
      pageFetch(page),
    ],
  );
  return toPage(rows, page);
}

export interface TimelineEntry {
  readonly at: Date;
  readonly from: AttemptState | null;
  readonly to: AttemptState;
  readonly cause: string;
  readonly actor: string;
  readonly detail: Record<string, unknown> | null;
}

/** Every change of the attempt's state, oldest first. */
export async function readTimeline(db: Queryable, attemptId: string): Promise<TimelineEntry[]> {
  const { rows } = await db.query<TimelineEntry>(
    `select at, from_state as "from", to_state as "to", cause, actor, detail
     from attempt_event where attempt_id = $1 order by at, id`,
    [attemptId],
  );
  return rows;
}
