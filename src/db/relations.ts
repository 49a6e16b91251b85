import {
  relationOf,
  type Relation,
  type RelationFacts,
  type RelationPoints,
} from '../domain/relation';
import { readCollectionPolicy } from './collection-policies';
import { one, type Queryable, type Transaction } from './database';

/** A person and a creditor. */
export interface Pair {
  readonly debtorId: string;
  readonly creditorId: string;
}

/** By the indexes of a person's rows alone. */
async function readFacts(db: Queryable, { debtorId, creditorId }: Pair): Promise<RelationFacts> {
  const found = await db.query<RelationFacts>(
    `with ours as (select id from account where debtor_id = $1 and creditor_id = $2)
     select
       (select count(*)::int from payment where account_id in (select id from ours)
         and reversed_at is null and paid_at > now() - interval '365 days') as payments,
       (select count(*)::int from promise where account_id in (select id from ours)
         and state = 'kept' and created_at > now() - interval '365 days') as "promisesKept",
       (select count(*)::int from promise where account_id in (select id from ours)
         and state = 'broken' and created_at > now() - interval '365 days') as "promisesBroken",
       (select count(*)::int from attempt where debtor_id = $1 and creditor_id = $2 and counted
         and direction = 'out' and id >= first_id_at(now() - interval '30 days')) as contacts,
       (select count(*)::int from outcome where account_id in (select id from ours)
         and code in ('RPC_PTP', 'RPC_PLAN', 'RPC_SETTLE', 'RPC_DEFER', 'RPC_PAID_CLAIM')
         and attempt_id >= first_id_at(now() - interval '30 days')) as useful,
       (select count(*)::int from outcome where account_id in (select id from ours)
         and code = 'RPC_REFUSE' and attempt_id >= first_id_at(now() - interval '90 days')) as refusals,
       (select count(*)::int from case_file where debtor_id = $1 and creditor_id = $2
         and kind in ('complaint', 'abuse') and state <> 'rejected'
         and opened_at > now() - interval '365 days') as complaints`,
    [debtorId, creditorId],
  );
  return one(found, 'facts of a relation');
}

/**
 * Counts anew how it stands between a person and a creditor. On the soft track the next call of an
 * account waits the days of the policy; see account-next-step.ts.
 */
export async function countRelation(tx: Transaction, pair: Pair): Promise<Relation> {
  const relation = relationOf(await readFacts(tx, pair));
  const { policy } = await readCollectionPolicy(tx, pair.creditorId);
  await tx.query(
    `insert into relation (debtor_id, creditor_id, score, track, points, gap_days)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (debtor_id, creditor_id) do update set score = excluded.score,
       track = excluded.track, points = excluded.points, gap_days = excluded.gap_days,
       counted_at = clock_timestamp()`,
    [
      pair.debtorId,
      pair.creditorId,
      relation.score,
      relation.track,
      JSON.stringify(relation.points),
      relation.track === 'soft' ? policy.protection.softGapDays : null,
    ],
  );
  return relation;
}

/** How it stands between a person and each creditor, as it was counted last. */
export interface CountedRelation extends Omit<Relation, 'points'> {
  readonly creditorId: string;
  readonly gapDays: number | null;
  readonly points: RelationPoints[];
  readonly countedAt: Date;
}

export async function listRelations(db: Queryable, debtorId: string): Promise<CountedRelation[]> {
  const { rows } = await db.query<CountedRelation>(
    `select creditor_id as "creditorId", score, track, gap_days as "gapDays", points,
       counted_at as "countedAt"
     from relation where debtor_id = $1 order by creditor_id`,
    [debtorId],
  );
  return rows;
}
