import { totalOf } from '../domain/debt';
import { preDueMessage } from '../domain/pre-due';
import { candidateZones } from '../domain/province-zone';
import { readCollectionPolicy } from './collection-policies';
import type { Database, Queryable, Transaction } from './database';
import { foldAccount } from './debts';
import { BOOKS_DATE } from './dialing-facts';
import { queueMessage } from './messages';

/** Accounts of one creditor and day that a turn looks at: the next turn goes on. */
const ACCOUNTS_A_TURN = 500;

/**
 * Queues the messages that tell of an instalment before it is due, for creditors whose policy wants them:
 * of each account one for a day before. Any number of callers may run at once. @returns how many
 */
export async function queuePreDue(db: Database): Promise<number> {
  let queued = 0;
  for (const { id, name } of await creditorsWithPolicy(db)) {
    const { policy } = await readCollectionPolicy(db, id);
    const { preDueDays, preDueAt: at, off } = policy.messages;
    if (off.includes('pre_due')) continue;
    for (const days of preDueDays) {
      for (const accountId of await accountsDueIn(db, id, days))
        queued += await db.transaction((tx) => tell(tx, accountId, name, { days, at }));
    }
  }
  return queued;
}

async function creditorsWithPolicy(db: Queryable): Promise<{ id: string; name: string }[]> {
  const { rows } = await db.query<{ id: string; name: string }>(
    `select c.id, c.name from creditor c
     where exists (select from collection_policy p where p.creditor_id = c.id)`,
    [],
  );
  return rows;
}

async function accountsDueIn(db: Queryable, creditorId: string, days: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select a.id from account a
     where a.creditor_id = $1 and a.status = 'open' and a.due_date = ${BOOKS_DATE} + $2::int
       and not exists (select from message m
         where m.subject_id = a.id and m.kind = 'pre_due' and m.state <> 'cancelled'
           and m.step like to_char(a.due_date, 'YYYY-MM-DD') || ' d-' || $2 || ':%')
     limit ${ACCOUNTS_A_TURN}`,
    [creditorId, days],
  );
  return rows.map(({ id }) => id);
}

async function tell(
  tx: Transaction,
  accountId: string,
  creditorName: string,
  when: { readonly days: number; readonly at: string },
): Promise<number> {
  const found = await foldAccount(tx, accountId);
  if (found === null) return 0;
  const { account, folded } = found;
  const { creditorId, debtorId, currency, dueDate } = account;
  const amountMinor = folded.instalments
    .filter((instalment) => instalment.dueDate === dueDate)
    .reduce((sum, { outstanding }) => sum + totalOf(outstanding), 0n);
  if (amountMinor === 0n) return 0;
  const zones = candidateZones(account);
  const coming = { creditorName, dueDate, amountMinor, currency, zones };
  const message = preDueMessage(coming, when);
  if (message.uselessAfter <= account.now) return 0;
  const subject = { creditorId, debtorId, accountId, subjectId: accountId };
  await queueMessage(tx, { ...subject, kind: 'pre_due', ...message });
  return 1;
}
