import type { Queryable } from './database';

/**
 * The seat of a supervisor whose softphone is at another sip process than the talk: both look here, and
 * neither rings the other.
 */
export interface SupervisionSeat {
  /** Of the softphone's engine; null: it was not picked up yet. */
  readonly offer: string | null;
  /** Of the mixer. */
  readonly answer: string | null;
  /** Why the softphone is not there, or not any more. */
  readonly cause: string | null;
  /** The process of the softphone lives. */
  readonly isKept: boolean;
  readonly isEnded: boolean;
}

/** Null: there is no such supervision. */
export async function readSeat(db: Queryable, id: string): Promise<SupervisionSeat | null> {
  const { rows } = await db.query<SupervisionSeat>(
    `select seat_offer as offer, seat_answer as answer, seat_cause as cause,
       ended_at is not null as "isEnded",
       exists (select from sip_instance i
         where i.id = softphone_instance_id and i.state <> 'dead') as "isKept"
     from supervision where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** What was said first stands. */
export async function writeSeat(
  db: Queryable,
  id: string,
  said: Partial<Pick<SupervisionSeat, 'offer' | 'answer' | 'cause'>>,
): Promise<void> {
  await db.query(
    `update supervision set seat_offer = coalesce(seat_offer, $2),
       seat_answer = coalesce(seat_answer, $3), seat_cause = coalesce(seat_cause, $4)
     where id = $1 and softphone_instance_id is not null`,
    [id, said.offer ?? null, said.answer ?? null, said.cause ?? null],
  );
}
