import type { Queryable } from '../database';
import { pageFetch, toPage, type Page, type PageRequest } from '../page';
import type { KeptBalance, KeptSegment, RecordingGap } from '../recordings';

export const RECORDING_STATES = [
  'capturing',
  'spooled',
  'ready',
  'failed',
  'erasing',
  'erased',
] as const;

export interface RecordingRow {
  readonly id: string;
  readonly attemptId: string;
  readonly callId: string;
  readonly creditorId: string;
  /** Null: nobody knows yet who called. */
  readonly debtorId: string | null;
  readonly accountId: string | null;
  readonly agentId: string;
  readonly state: (typeof RECORDING_STATES)[number];
  readonly startedAt: Date | null;
  readonly durationMs: number | null;
  /** Of the WAV. */
  readonly bytes: bigint | null;
  readonly sha256: string | null;
  readonly channels: number | null;
  readonly segments: readonly KeptSegment[];
  readonly gaps: readonly RecordingGap[];
  readonly talkBalance: KeptBalance | null;
  /** What the agent marked in the talk; offsets from its start. */
  readonly marks: readonly { readonly offsetMs: number; readonly phrase: string }[];
  readonly failure: string | null;
  readonly retainUntil: Date | null;
  readonly legalHold: boolean;
  readonly erasedAt: Date | null;
  readonly eraseReason: string | null;
  readonly createdAt: Date;
}

const SELECT = `select id, attempt_id as "attemptId", call_id as "callId",
    creditor_id as "creditorId", debtor_id as "debtorId", account_id as "accountId",
    agent_id as "agentId", state,
    started_at as "startedAt", duration_ms as "durationMs", bytes, encode(sha256, 'hex') as sha256,
    channels, segments, gaps, talk_balance as "talkBalance", failure, erased_at as "erasedAt",
    erase_reason as "eraseReason", created_at as "createdAt",
    started_at + make_interval(months => (
      select c.recording_retention_months from creditor c where c.id = creditor_id)) as "retainUntil",
    hold_of_recording(id) is not null as "legalHold",
    coalesce((select jsonb_agg(jsonb_build_object('phrase', m.phrase, 'offsetMs',
        (extract(epoch from m.at - started_at) * 1000)::int) order by m.at)
      from recording_mark m where m.attempt_id = r.attempt_id and m.at >= started_at), '[]') as marks
  from recording r`;

export async function findRecording(db: Queryable, id: string): Promise<RecordingRow | null> {
  const { rows } = await db.query<RecordingRow>(`${SELECT} where id = $1`, [id]);
  return rows[0] ?? null;
}

export interface RecordingFilter {
  readonly debtorId: string | null;
  readonly agentId: string | null;
  readonly attemptId: string | null;
  /** Begun from then on, and before. */
  readonly from: string | null;
  readonly to: string | null;
  /** Recorded of the talk. */
  readonly outcome: string | null;
  /** The agent marked it in the talk. */
  readonly mark: string | null;
}

export async function listRecordings(
  db: Queryable,
  filter: RecordingFilter,
  page: PageRequest,
): Promise<Page<RecordingRow>> {
  const { rows } = await db.query<RecordingRow>(
    `${SELECT} where ($1::uuid is null or id < $1) and ($2::uuid is null or debtor_id = $2)
       and ($3::uuid is null or agent_id = $3) and ($4::uuid is null or attempt_id = $4)
       and ($5::timestamptz is null or created_at >= $5)
       and ($6::timestamptz is null or created_at < $6)
       and ($7::text is null or exists (
         select from outcome o where o.attempt_id = r.attempt_id and o.code = $7))
       and ($8::text is null or exists (
         select from recording_mark m where m.attempt_id = r.attempt_id and m.phrase = $8))
     order by id desc limit $9`,
    [
      page.beforeId,
      filter.debtorId,
      filter.agentId,
      filter.attemptId,
      filter.from,
      filter.to,
      filter.outcome,
      filter.mark,
      pageFetch(page),
    ],
  );
  return toPage(rows, page);
}

/** What the audio is opened with; null: there is no audio. */
export async function recordingKey(
  db: Queryable,
  id: string,
): Promise<{
  readonly creditorId: string;
  readonly sealed: Buffer;
  readonly bytes: bigint;
  /** Names the audio in the store. */
  readonly storedTry: number | null;
} | null> {
  const { rows } = await db.query<{
    creditorId: string;
    sealed: Buffer;
    bytes: bigint;
    storedTry: number | null;
  }>(
    `select creditor_id as "creditorId", data_key as sealed, bytes, stored_try as "storedTry"
     from recording where id = $1 and state = 'ready'`,
    [id],
  );
  return rows[0] ?? null;
}
