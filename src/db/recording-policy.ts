import type { RecordingPolicy } from '../domain/recording-policy';
import type { Queryable } from './database';

export interface RecordingWish {
  /** Of the attempt's creditor. */
  readonly policy: RecordingPolicy;
  /** The person has agreed to be recorded, and not taken it back. */
  readonly hasConsent: boolean;
}

export async function readRecordingWish(db: Queryable, attemptId: string): Promise<RecordingWish> {
  const { rows } = await db.query<RecordingWish>(
    `select c.recording_policy as policy, exists (
       select from consent k left join consent_withdrawal w on w.consent_id = k.id and w.at <= now()
       where k.debtor_id = a.debtor_id and k.kind = 'recording' and w.consent_id is null
         and (k.creditor_id is null or k.creditor_id = a.creditor_id)
         and coalesce(k.valid_from, '-infinity') <= now()
         and now() < coalesce(k.valid_to, 'infinity')) as "hasConsent"
     from attempt a join creditor c on c.id = a.creditor_id where a.id = $1`,
    [attemptId],
  );
  return rows[0] ?? { policy: 'all', hasConsent: false };
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
