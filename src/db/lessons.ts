import { KEPT_AFTER_DAYS, type LessonFigures } from '../domain/lesson';
import type { RootCause } from '../domain/outcome-code';
import { booksDate } from './books-date';
import type { Queryable } from './database';

/**
 * How talks of a creditor ended, by cause, opening and way out: in how many everything that was promised
 * and fell due within so many days was kept. Talks that are not as old yet are not counted, and neither
 * is who had them. @param cause null: every one
 */
export async function readLessonFigures(
  db: Queryable,
  creditorId: string,
  cause: RootCause | null,
): Promise<LessonFigures[]> {
  const { rows } = await db.query<LessonFigures>(
    `select c.root_cause as cause, c.opening, c.option_chosen as option, d.days as "afterDays",
       count(*)::int as n, (count(*) filter (where p.all_kept))::int as kept
     from conversation c cross join unnest($3::int[]) d(days)
     cross join lateral (
       select bool_and(state = 'kept') as all_kept from promise
       where state <> 'cancelled' and due_date <= ${booksDate('c.started_at')} + d.days
         and (attempt_id = c.attempt_id
           or agreement_id in (select id from agreement where agreement.attempt_id = c.attempt_id))
     ) p
     where c.creditor_id = $1 and ($2::text is null or c.root_cause = $2)
       and c.option_chosen is not null and c.root_cause is not null
       and c.started_at <= now() - d.days * interval '1 day' and p.all_kept is not null
     group by 1, 2, 3, 4`,
    [creditorId, cause, KEPT_AFTER_DAYS],
  );
  return rows;
}

/** What a conflict has taught, for whoever talks next; written to be shown, and signed off. */
export interface Advice {
  readonly trigger: string;
  readonly lesson: string;
  /** ISO 8601 date. */
  readonly on: string;
}

/** The newest lessons of conflicts with the same root cause. */
export async function readAdvice(
  db: Queryable,
  creditorId: string,
  cause: RootCause,
): Promise<Advice[]> {
  const { rows } = await db.query<Advice>(
    `select r.trigger, r.lesson, ${booksDate('c.began_at')}::text as on
     from reflection r join conflict c on c.id = r.conflict_id
     join conversation v on v.attempt_id = c.attempt_id
     where r.creditor_id = $1 and v.root_cause = $2 and r.lesson is not null
     order by c.id desc limit 3`,
    [creditorId, cause],
  );
  return rows;
}

/** The last conflict with this very person, and what calmed it. */
export interface EarlierConflict {
  readonly on: string;
  readonly trigger: string | null;
  readonly whatWorked: string | null;
}

export async function findEarlierConflict(
  db: Queryable,
  debtorId: string,
  attemptId: string,
): Promise<EarlierConflict | null> {
  const { rows } = await db.query<EarlierConflict>(
    `select ${booksDate('c.began_at')}::text as on, r.trigger, r.what_worked as "whatWorked"
     from conflict c left join reflection r on r.conflict_id = c.id
     where c.debtor_id = $1 and c.attempt_id <> $2 order by c.id desc limit 1`,
    [debtorId, attemptId],
  );
  return rows[0] ?? null;
}
