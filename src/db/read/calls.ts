import type { AnnouncementClass } from '../../domain/carrier-announcement';
import type { EarlyMedia } from '../../domain/early-media';
import type { MediaQuality } from '../../domain/media-quality';
import type { Queryable } from '../database';
import { pageFetch, toPage, type Page, type PageRequest } from '../page';

export interface CallRow {
  readonly id: string;
  readonly attemptId: string;
  readonly creditorId: string;
  readonly startedAt: Date;
  readonly bridgedAt: Date | null;
  readonly endedAt: Date | null;
  readonly legs: CallLeg[];
}

/** Instants are ISO 8601 text here: legs come as one JSON value. */
export interface CallLeg {
  readonly id: string;
  readonly kind: 'customer' | 'agent';
  readonly trunkId: string | null;
  readonly agentId: string | null;
  readonly sipCallId: string | null;
  readonly callerId: string | null;
  readonly invitedAt: string | null;
  readonly ringingAt: string | null;
  readonly answeredAt: string | null;
  readonly joinedAt: string | null;
  readonly transferId: string | null;
  readonly endedAt: string | null;
  /** From the INVITE to the first sign of ringing, or the answer; null: neither came. */
  readonly postDialDelayMs: number | null;
  /** Before the answer; null: not of a call that we placed. */
  readonly earlyMedia: EarlyMedia | null;
  /** Of the carrier's, before it refused; null: none was heard. */
  readonly announcement: {
    readonly id: string;
    /** What it was taken for then. */
    readonly class: AnnouncementClass | null;
  } | null;
  readonly sipStatus: number | null;
  readonly endedBy: string | null;
  /** Null: no media engine saw the audio. */
  readonly mediaQuality: MediaQuality | null;
}

const ISO = (column: string): string =>
  `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const SELECT = `select c.id, c.attempt_id as "attemptId", c.creditor_id as "creditorId",
    c.started_at as "startedAt", c.bridged_at as "bridgedAt", c.ended_at as "endedAt",
    coalesce((select jsonb_agg(jsonb_build_object('id', l.id, 'kind', l.kind,
        'trunkId', l.trunk_id, 'agentId', l.agent_id, 'sipCallId', l.sip_call_id, 'callerId', l.caller_id,
        'joinedAt', ${ISO('l.joined_at')}, 'transferId', l.transfer_id,
        'invitedAt', ${ISO('l.invited_at')}, 'ringingAt', ${ISO('l.ringing_at')},
        'answeredAt', ${ISO('l.answered_at')}, 'endedAt', ${ISO('l.ended_at')},
        'postDialDelayMs', case when l.kind = 'customer' then
          (extract(epoch from coalesce(l.ringing_at, l.answered_at) - l.invited_at) * 1000)::int end,
        'earlyMedia', l.early_media, 'announcement', case when l.carrier_announcement_id is not null then
          jsonb_build_object('id', l.carrier_announcement_id, 'class', l.announced) end, 'sipStatus', l.sip_status, 'endedBy', l.ended_by,
        'mediaQuality', l.media_quality) order by l.id)
      from call_leg l where l.call_id = c.id), '[]') as legs
  from call c join attempt t on t.id = c.attempt_id`;

/** @param onlyAgentId only when the attempt is this agent's; null: anybody's */
export async function findCall(
  db: Queryable,
  id: string,
  onlyAgentId: string | null,
): Promise<CallRow | null> {
  const { rows } = await db.query<CallRow>(
    `${SELECT} where c.id = $1 and ($2::uuid is null or t.agent_id = $2)`,
    [id, onlyAgentId],
  );
  return rows[0] ?? null;
}

export async function listCalls(
  db: Queryable,
  filter: {
    readonly agentId: string | null;
    readonly campaignId: string | null;
    readonly attemptId: string | null;
  },
  page: PageRequest,
): Promise<Page<CallRow>> {
  const { rows } = await db.query<CallRow>(
    `${SELECT} where ($1::uuid is null or c.id < $1) and ($2::uuid is null or t.agent_id = $2)
       and ($3::uuid is null or t.campaign_id = $3) and ($4::uuid is null or c.attempt_id = $4)
     order by c.id desc limit $5`,
    [page.beforeId, filter.agentId, filter.campaignId, filter.attemptId, pageFetch(page)],
  );
  return toPage(rows, page);
}
