import type { Database, Transaction } from '../src/db/database';

export interface DoneAlone {
  readonly done: number;
  readonly failed: number;
}

/**
 * Does the same for each of several things, one after the other, in a transaction of its own: one that
 * fails is told of and keeps no other from being done.
 */
export async function eachAlone<Item>(
  db: Database,
  items: readonly Item[],
  work: (tx: Transaction, item: Item) => Promise<void>,
  onError: (error: unknown, item: Item) => void,
): Promise<DoneAlone> {
  let failed = 0;
  for (const item of items) {
    try {
      await db.transaction((tx) => work(tx, item));
    } catch (error) {
      failed += 1;
      onError(error, item);
    }
  }
  return { done: items.length - failed, failed };
}
