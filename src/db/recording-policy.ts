import type { RecordingPolicy } from '../domain/recording-policy';
import type { Queryable } from './database';

/** Of the creditor of an attempt. */
export async function readRecordingPolicy(
  db: Queryable,
  attemptId: string,
): Promise<RecordingPolicy> {
  const { rows } = await db.query<{ policy: RecordingPolicy }>(
    `select c.recording_policy as policy from attempt a join creditor c on c.id = a.creditor_id
     where a.id = $1`,
    [attemptId],
  );
  return rows[0]?.policy ?? 'all';
}

/** Talks that were not recorded: why they are not, in the words of `recording.failure`. */
const NOT_RECORDED = ['not_captured', 'capture_missing', 'storing_failed'];

export interface UnrecordedCreditor {
  readonly creditorId: string;
  /** Talks of the last hour that were not recorded, and that nobody has released a switch since. */
  readonly talks: number;
}

/** Creditors that need all talks recorded, that are called, and of whom some were not. */
export async function listUnrecorded(
  db: Queryable,
  /** Also those of whom nothing is amiss yet: nothing can be recorded at all. */
  all: boolean,
): Promise<UnrecordedCreditor[]> {
  const { rows } = await db.query<UnrecordedCreditor>(
    `select c.id as "creditorId", failed.talks from creditor c cross join lateral (
       select count(*)::int as talks from recording r
       where r.creditor_id = c.id and r.state = 'failed' and r.failure = any ($1)
         and r.id >= first_id_at(greatest(now() - interval '1 hour', (
           select max(released_at) from kill_switch
           where scope = 'creditor' and scope_id = c.id)))) failed
     where c.recording_policy = 'required' and ($2 or failed.talks > 0)
       and not exists (select from kill_switch k
         where k.scope = 'creditor' and k.scope_id = c.id and k.released_at is null)`,
    [NOT_RECORDED, all],
  );
  return rows;
}
