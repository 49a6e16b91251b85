import type { Database } from '../../src/db/database';

/**
 * Changes rows that the product keeps as they were written, as an intruder with the database's own
 * rights could: without the triggers, in this transaction alone.
 */
export function alterKept(db: Database, sql: string, values: unknown[] = []): Promise<void> {
  return db.transaction(async (tx) => {
    await tx.query('set local session_replication_role = replica');
    await tx.query(sql, values);
  });
}
