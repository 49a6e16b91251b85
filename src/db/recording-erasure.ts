import { recordAudit } from './audit';
import type { Database, Queryable, Transaction } from './database';
import { appendEvent } from './events';
import { lockRecordingHolds } from './recording-holds';

/** Reason of an erasure that nobody asked for. */
export const RETENTION_OVER = 'retention_over';

export type EraseMark =
  | { readonly kind: 'marked' | 'repeated' | 'not_found' }
  | { readonly kind: 'held'; readonly holdId: string }
  | { readonly kind: 'no_audio'; readonly state: string };

/**
 * Decides for good that a recording is erased: its key goes at once, so nobody plays it any more; the
 * store follows. @param order.reason kept with the row: a word, or what a person said
 */
export async function orderErasure(
  tx: Transaction,
  order: { readonly id: string; readonly reason: string; readonly actor: string },
): Promise<EraseMark> {
  const { id, reason, actor } = order;
  await lockRecordingHolds(tx, 'erasing');
  const { rows } = await tx.query<{ state: string; creditorId: string }>(
    'select state, creditor_id as "creditorId" from recording where id = $1 for update',
    [id],
  );
  const [found] = rows;
  if (found === undefined) return { kind: 'not_found' };
  const { state, creditorId } = found;
  if (state === 'erasing' || state === 'erased') return { kind: 'repeated' };
  if (state !== 'ready') return { kind: 'no_audio', state };
  const holds = await tx.query<{ holdId: string | null }>(
    'select hold_of_recording($1) as "holdId"',
    [id],
  );
  const holdId = holds.rows[0]?.holdId ?? null;
  if (holdId !== null) return { kind: 'held', holdId };
  await tx.query(
    `update recording set state = 'erasing', data_key = null, erase_reason = $2, erase_actor = $3
     where id = $1`,
    [id, reason, actor],
  );
  // what was quoted of the talk goes with its audio
  await tx.query(
    `update phrase_mark set quote = null where quote is not null
       and attempt_id = (select attempt_id from recording where id = $1)`,
    [id],
  );
  await recordAudit(tx, {
    ...{ creditorId, actor, action: 'recording.erasure_ordered', subject: 'recording' },
    ...{ subjectId: id, before: { state }, after: { state: 'erasing' }, reason },
  });
  return { kind: 'marked' };
}

/** Those that have been kept for as long as their creditor wants, and that nothing holds. */
export async function listRetainedTooLong(
  db: Queryable,
  now: Date,
  limit: number,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select r.id from creditor c cross join lateral (
       select id from recording where creditor_id = c.id and state = 'ready'
         and started_at < $1::timestamptz - make_interval(months => c.recording_retention_months)
         and hold_of_recording(id) is null
       order by started_at limit $2) r
     limit $2`,
    [now, limit],
  );
  return rows.map(({ id }) => id);
}

/** What the store has yet to let go of. */
export async function listErasing(
  db: Queryable,
  after: string | null,
): Promise<{ id: string; storedTry: number | null }[]> {
  const { rows } = await db.query<{ id: string; storedTry: number | null }>(
    `select id, stored_try as "storedTry" from recording
     where state = 'erasing' and ($1::uuid is null or id > $1) order by id limit 100`,
    [after],
  );
  return rows;
}

/** The store has let go: told by `recording.erased`. False: it was told before. */
export function confirmErased(db: Database, id: string, actor: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<{
      creditorId: string;
      agentId: string;
      attemptId: string;
      sha256: string;
      reason: string;
    }>(
      `update recording set state = 'erased', erased_at = clock_timestamp()
       where id = $1 and state = 'erasing'
       returning creditor_id as "creditorId", agent_id as "agentId", attempt_id as "attemptId",
         encode(sha256, 'hex') as sha256, erase_reason as reason`,
      [id],
    );
    const [erased] = rows;
    if (erased === undefined) return false;
    const { creditorId, agentId, attemptId, sha256, reason } = erased;
    await recordAudit(tx, {
      ...{ creditorId, actor, action: 'recording.erased', subject: 'recording', subjectId: id },
      ...{ before: { state: 'erasing', sha256 }, after: { state: 'erased', sha256 }, reason },
    });
    const payload = { id, attemptId, sha256, reason };
    await appendEvent(tx, { type: 'recording.erased', creditorId, agentId, payload });
    return true;
  });
}
