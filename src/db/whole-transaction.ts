import type { Transaction } from './database';

/**
 * The same transaction past the scope of a bound key, all of it: for what is done to whoever a person
 * owes once the key's own rows have shown that it may be asked for.
 */
export function wholeOf(tx: Transaction): Transaction {
  return { ...tx, query: (sql, values) => tx.unscoped.query(sql, values), isScoped: false };
}
