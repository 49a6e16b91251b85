import { countCallsAfterPayment } from '../../db/calls-after-payment';
import { one, type Queryable } from '../../db/database';

/** What came of the talks. */
export interface Collected {
  readonly promisesKept: number;
  readonly promisesBroken: number;
  /** Accounts that were called again after their promise had broken. */
  readonly followUps: number;
  readonly plans: number;
  readonly deferments: number;
  readonly settlements: number;
  /** Agreements that a second person let be made. */
  readonly approvals: number;
  readonly disputes: number;
  readonly conflicts: number;
  readonly reflections: number;
  readonly payments: number;
  /** Calls that began although the money had come; 0 when all is well. */
  readonly callsAfterPayment: number;
}

/** Of a database that holds one demonstration alone. */
export async function countCollected(db: Queryable): Promise<Collected> {
  const counted = await db.query<Omit<Collected, 'callsAfterPayment'>>(
    `select
       (select count(*)::int from promise where state = 'kept') as "promisesKept",
       (select count(*)::int from promise where state = 'broken') as "promisesBroken",
       (select count(distinct p.account_id)::int from promise p join attempt t on t.account_id = p.account_id
        where p.state = 'broken' and t.id > p.id) as "followUps",
       (select count(*)::int from agreement where kind = 'plan' and active_at is not null) as plans,
       (select count(*)::int from agreement where kind = 'deferment' and active_at is not null) as deferments,
       (select count(*)::int from agreement where kind = 'settlement' and active_at is not null) as settlements,
       (select count(*)::int from agreement_approval where state = 'approved') as approvals,
       (select count(*)::int from case_file where kind = 'dispute') as disputes,
       (select count(*)::int from conflict) as conflicts,
       (select count(*)::int from reflection) as reflections,
       (select count(*)::int from payment) as payments`,
  );
  const span = { after: new Date(0), until: new Date() };
  return {
    ...one(counted, 'what came of the talks'),
    callsAfterPayment: await countCallsAfterPayment(db, span),
  };
}
