import {
  collectionPolicy,
  type CollectionPolicy,
} from '../domain/collection-policy/collection-policy';
import { recordAudit } from './audit';
import { one, type Queryable, type Transaction } from './database';

/** A creditor's policy as it is in force. */
export interface PolicyInForce {
  /** 0: the creditor has written none, these are the defaults. */
  readonly version: number;
  readonly policy: CollectionPolicy;
}

const DEFAULTS = collectionPolicy.parse({});

interface PolicyRow {
  readonly version: number;
  readonly document: unknown;
}

/** @param version absent: the latest */
export async function readCollectionPolicy(
  db: Queryable,
  creditorId: string,
  version?: number,
): Promise<PolicyInForce> {
  const { rows } = await db.query<PolicyRow>(
    `select version, document from collection_policy
     where creditor_id = $1 and ($2::int is null or version = $2) order by version desc limit 1`,
    [creditorId, version ?? null],
  );
  return inForce(rows[0]);
}

/** A field that came with a later release has its default in documents that were written before. */
function inForce(row: PolicyRow | undefined): PolicyInForce {
  if (row === undefined) return { version: 0, policy: DEFAULTS };
  return { version: row.version, policy: collectionPolicy.parse(row.document) };
}

/**
 * Writes the next version; the same document as the latest one writes nothing. Null: no such creditor.
 */
export async function writeCollectionPolicy(
  tx: Transaction,
  creditorId: string,
  policy: CollectionPolicy,
  actor: string,
): Promise<PolicyInForce | null> {
  const locked = await tx.query('select 1 from creditor where id = $1 for no key update', [
    creditorId,
  ]);
  if (locked.rowCount === 0) return null;
  const before = await readCollectionPolicy(tx, creditorId);
  const document = JSON.stringify(policy);
  if (before.version > 0 && JSON.stringify(before.policy) === document) return before;
  const { id, version } = one(
    await tx.query<{ id: string; version: number }>(
      `insert into collection_policy (creditor_id, version, document, written_by)
       values ($1, $2, $3, $4) returning id, version`,
      [creditorId, before.version + 1, document, actor],
    ),
    'new policy',
  );
  await recordAudit(tx, {
    creditorId,
    actor,
    action: 'collection_policy.written',
    subject: 'collection_policy',
    subjectId: id,
    before: before.version === 0 ? null : before.policy,
    after: policy,
    reason: null,
  });
  return { version, policy };
}
