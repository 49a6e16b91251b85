import { appendEvent } from './events';
import type { Database, Queryable, Transaction } from './database';

/** Sealed with the installation's secret key; null: the creditor has none yet. */
export async function creditorRecordingKey(
  db: Queryable,
  creditorId: string,
): Promise<Buffer | null> {
  const { rows } = await db.query<{ sealed: Buffer }>(
    'select sealed from recording_key where creditor_id = $1',
    [creditorId],
  );
  return rows[0]?.sealed ?? null;
}

/** The first one stays. */
export async function keepCreditorRecordingKey(
  db: Queryable,
  creditorId: string,
  sealed: Buffer,
): Promise<void> {
  await db.query(
    `insert into recording_key (creditor_id, sealed) values ($1, $2) on conflict do nothing`,
    [creditorId, sealed],
  );
}

/** The talk of an attempt begins to be recorded. Once; tried again it changes nothing. */
export async function openRecording(
  db: Queryable,
  input: { readonly id: string; readonly attemptId: string; readonly callId: string },
): Promise<void> {
  await db.query(
    `insert into recording (id, attempt_id, call_id, creditor_id, debtor_id, account_id, agent_id)
     select $1, id, $3, creditor_id, debtor_id, account_id, agent_id from attempt where id = $2
     on conflict do nothing`,
    [input.id, input.attemptId, input.callId],
  );
}

export interface OpenedSegment {
  readonly recordingId: string;
  readonly seq: number;
  readonly engineCallId: string;
  readonly customerPort: number;
  /** Null: the agent's is all that is not the customer's. */
  readonly agentPort: number | null;
  readonly opusPayloadType: number | null;
  readonly startedAt: Date;
}

export async function openRecordingSegment(db: Queryable, segment: OpenedSegment): Promise<void> {
  await db.query(
    `insert into recording_segment (recording_id, seq, engine_call_id, customer_port,
       opus_payload_type, started_at, agent_port)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [
      segment.recordingId,
      segment.seq,
      segment.engineCallId,
      segment.customerPort,
      segment.opusPayloadType,
      segment.startedAt,
      segment.agentPort,
    ],
  );
}

export type SegmentEnd = 'talk_ended' | 'paused' | 'engine_lost' | 'moved';

export async function endRecordingSegment(
  db: Queryable,
  segment: {
    readonly recordingId: string;
    readonly seq: number;
    readonly endedAt: Date;
    readonly cause: SegmentEnd;
    readonly pauseReason: string | null;
  },
): Promise<void> {
  await db.query(
    `update recording_segment set ended_at = $3, end_cause = $4, pause_reason = $5
     where recording_id = $1 and seq = $2 and ended_at is null`,
    [segment.recordingId, segment.seq, segment.endedAt, segment.cause, segment.pauseReason],
  );
}

/** The talk is over: the capture waits to be stored. */
export async function spoolRecording(db: Queryable, id: string): Promise<void> {
  await db.query(
    `update recording set state = 'spooled', spooled_at = now(), next_try_at = now()
     where id = $1 and state = 'capturing'`,
    [id],
  );
}

/** Talks whose process died before it could say that they are over. @returns how many */
export async function spoolAbandonedRecordings(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `update recording r set state = 'spooled', spooled_at = now(), next_try_at = now()
     from attempt t
     where r.state = 'capturing' and t.id = r.attempt_id and t.state = 'ended'
       and t.ended_at < now() - interval '30 seconds'`,
  );
  return rowCount ?? 0;
}

export interface SpooledSegment {
  readonly seq: number;
  readonly engineCallId: string;
  readonly customerPort: number;
  /** Null: the agent's is all that is not the customer's. */
  readonly agentPort: number | null;
  readonly opusPayloadType: number | null;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endCause: SegmentEnd | null;
  readonly pauseReason: string | null;
}

export interface SpooledRecording {
  readonly id: string;
  readonly attemptId: string;
  readonly creditorId: string;
  readonly agentId: string;
  readonly spooledAt: Date;
  readonly tries: number;
  /** In order. */
  readonly segments: readonly SpooledSegment[];
}

/**
 * One capture that is due, held for so long: no other worker takes it meanwhile, and when this one
 * dies it comes again.
 */
export async function takeSpooledRecording(
  db: Queryable,
  holdMs: number,
): Promise<SpooledRecording | null> {
  const { rows } = await db.query<SpooledRecording>(
    `update recording set tries = tries + 1, next_try_at = now() + make_interval(secs => $1)
     where id = (select id from recording where state = 'spooled' and next_try_at <= now()
       order by next_try_at limit 1 for update skip locked)
     returning id, attempt_id as "attemptId", creditor_id as "creditorId",
       agent_id as "agentId", spooled_at as "spooledAt", tries,
       (select coalesce(jsonb_agg(jsonb_build_object('seq', s.seq,
            'engineCallId', s.engine_call_id, 'customerPort', s.customer_port, 'agentPort', s.agent_port,
            'opusPayloadType', s.opus_payload_type, 'startedAt', s.started_at, 'endCause', s.end_cause,
            'pauseReason', s.pause_reason) order by s.seq), '[]')
          from recording_segment s where s.recording_id = recording.id) as segments`,
    [holdMs / 1_000],
  );
  return rows[0] ?? null;
}

/** A recording as one worker has taken it: nothing is done for it once another has. */
export type TakenRecording = Pick<SpooledRecording, 'id' | 'tries'>;

/** Comes again after so long. */
export async function postponeRecording(
  db: Queryable,
  { id, tries }: TakenRecording,
  waitMs: number,
): Promise<void> {
  await db.query(
    `update recording set next_try_at = now() + make_interval(secs => $3)
     where id = $1 and state = 'spooled' and tries = $2`,
    [id, tries, waitMs / 1_000],
  );
}

/** Nothing was tried, for its captures are not closed yet: comes again after so long, and it does not count. */
export async function giveBackRecording(
  db: Queryable,
  { id, tries }: TakenRecording,
  waitMs: number,
): Promise<void> {
  await db.query(
    `update recording set tries = tries - 1, next_try_at = now() + make_interval(secs => $3)
     where id = $1 and state = 'spooled' and tries = $2`,
    [id, tries, waitMs / 1_000],
  );
}

export interface KeptSegment {
  readonly seq: number;
  readonly offsetMs: number;
  readonly durationMs: number;
  readonly endCause: SegmentEnd | null;
  readonly pauseReason: string | null;
}

/** Time between two segments of which nothing was recorded; silence in the audio. */
export interface RecordingGap {
  readonly offsetMs: number;
  readonly durationMs: number;
  readonly cause: SegmentEnd | 'capture_missing';
  readonly reason: string | null;
  /** Longer than 2 s and not asked for by anybody. */
  readonly flagged: boolean;
}

export interface StoredRecording extends TakenRecording {
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly bytes: number;
  readonly sha256: Buffer;
  readonly channels: number;
  readonly segments: readonly KeptSegment[];
  readonly gaps: readonly RecordingGap[];
  readonly balance: KeptBalance;
  readonly sealedDataKey: Buffer;
}

/** Who spoke how long, see `src/recording/talk-balance.ts`. */
export interface KeptBalance {
  readonly agentSpeechMs: number;
  readonly customerSpeechMs: number;
  readonly bothMs: number;
  readonly agentInterruptions: number;
  readonly openingAgentPercent: number | null;
}

/**
 * The audio is in the store under the name of this try: told by `recording.ready`. False: another worker has taken
 * it meanwhile, or it was settled, and what was stored is of no use.
 */
export function recordingReady(db: Database, stored: StoredRecording): Promise<boolean> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<Settled>(
      `update recording r set state = 'ready', started_at = $2::timestamptz, duration_ms = $3, bytes = $4,
         sha256 = $5, channels = $6, segments = $7, gaps = $8, data_key = $9, next_try_at = null,
         stored_try = $10, failure = null, talk_balance = $11
       where r.id = $1 and r.state = 'spooled' and r.tries = $10
       returning r.creditor_id as "creditorId", r.agent_id as "agentId", r.attempt_id as "attemptId"`,
      [
        stored.id,
        stored.startedAt,
        stored.durationMs,
        stored.bytes,
        stored.sha256,
        stored.channels,
        JSON.stringify(stored.segments),
        JSON.stringify(stored.gaps),
        stored.sealedDataKey,
        stored.tries,
        JSON.stringify(stored.balance),
      ],
    );
    const [settled] = rows;
    if (settled === undefined) return false;
    const { id, bytes, durationMs, channels } = stored;
    await tellRecording(tx, 'recording.ready', settled, {
      ...{ id, sha256: stored.sha256.toString('hex'), bytes, ms: durationMs, channels },
      gaps: stored.gaps.filter(({ flagged }) => flagged).length,
    });
    return true;
  });
}

/** It cannot be had: told by `recording.failed`. False: it was settled before. */
export function recordingFailed(db: Database, id: string, reason: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<Settled>(
      `update recording set state = 'failed', failure = $2, next_try_at = null
       where id = $1 and state in ('capturing', 'spooled')
       returning creditor_id as "creditorId", agent_id as "agentId", attempt_id as "attemptId"`,
      [id, reason],
    );
    const [settled] = rows;
    if (settled === undefined) return false;
    await tellRecording(tx, 'recording.failed', settled, { id, reason });
    return true;
  });
}

interface Settled {
  readonly creditorId: string;
  readonly agentId: string;
  readonly attemptId: string;
}

async function tellRecording(
  tx: Transaction,
  type: 'recording.ready' | 'recording.failed',
  { creditorId, agentId, attemptId }: Settled,
  payload: Record<string, unknown>,
): Promise<void> {
  await appendEvent(tx, { type, creditorId, agentId, payload: { ...payload, attemptId } });
}

/** Which of these are stored, so that nothing of them is needed in the spool. */
export async function storedRecordings(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await db.query<{ id: string }>(
    `select id from recording where id = any ($1) and state in ('ready', 'erasing', 'erased')`,
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}
