import { debtRecord, type DebtRecord } from '../domain/debt-record';
import { readDebt } from './debts';
import type { Queryable } from './database';

/** What was owed when a call was joined, or its card was first shown. Never changed. */
export interface Statement {
  readonly id: string;
  readonly attemptId: string;
  readonly accountId: string;
  readonly takenAt: Date;
  readonly debt: DebtRecord;
}

const COLUMNS = `id, attempt_id as "attemptId", account_id as "accountId", taken_at as "takenAt", debt`;

/** Of a call; null: its card was not shown yet. */
export async function findStatement(db: Queryable, attemptId: string): Promise<Statement | null> {
  const { rows } = await db.query<Statement>(
    `select ${COLUMNS} from statement where attempt_id = $1`,
    [attemptId],
  );
  return rows[0] ?? null;
}

/** Keeps what is owed at this moment with the call, once: the first one stays. */
export async function takeStatement(
  db: Queryable,
  call: { readonly attemptId: string; readonly accountId: string },
): Promise<Statement> {
  const before = await findStatement(db, call.attemptId);
  if (before !== null) return before;
  const debt = await readDebt(db, call.accountId);
  if (debt === null) throw new Error(`account ${call.accountId} is gone`);
  const { rows } = await db.query<Statement>(
    `insert into statement (creditor_id, attempt_id, account_id, debt) values ($1, $2, $3, $4)
     on conflict (attempt_id) do nothing returning ${COLUMNS}`,
    [debt.creditorId, call.attemptId, call.accountId, JSON.stringify(debtRecord(debt))],
  );
  const taken = rows[0] ?? (await findStatement(db, call.attemptId));
  if (taken === null) throw new Error(`the statement of ${call.attemptId} is gone`);
  return taken;
}
