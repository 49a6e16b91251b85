import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json';
import { one, type Transaction } from './database';

/** Who changed what, from what, to what, and why. */
export interface AuditChange {
  /** Whose data it was; null: the installation's. */
  readonly creditorId: string | null;
  /** `key:<id>`, `agent:<id>`, or the name of the part of the program that did it. */
  readonly actor: string;
  /** Past tense, as events are named: `campaign.started`. */
  readonly action: string;
  /** Kind of thing that changed: `campaign`. */
  readonly subject: string;
  readonly subjectId: string;
  /** What changed, before and after; null: it was not there, or is no more. Never a secret, a name or a number of a person. */
  readonly before: unknown;
  readonly after: unknown;
  /** In the words of whoever did it; null: none was given. */
  readonly reason: string | null;
}

/**
 * Keeps a change for good, in the transaction that makes it: both are committed, or neither. The
 * record goes into the ledger like a decision. @returns the entry's id
 */
export async function recordAudit(tx: Transaction, change: AuditChange): Promise<string> {
  const { id, at } = one(
    await tx.query<{ id: string; at: Date }>('select new_id() as id, clock_timestamp() as at'),
    'id of an audit entry',
  );
  const record = canonicalJson({
    id,
    at: at.toISOString(),
    creditorId: change.creditorId,
    who: change.actor,
    what: { action: change.action, subject: change.subject, id: change.subjectId },
    before: change.before,
    after: change.after,
    why: change.reason,
  });
  await tx.query(
    `insert into audit_entry (id, at, creditor_id, actor, action, subject, subject_id, record, record_sha256)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      id,
      at,
      change.creditorId,
      change.actor,
      change.action,
      change.subject,
      change.subjectId,
      record,
      createHash('sha256').update(record).digest(),
    ],
  );
  return id;
}
