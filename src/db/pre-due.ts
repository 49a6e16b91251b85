import { totalOf } from '../domain/debt';
import { preDueMessage } from '../domain/pre-due';
import { candidateZones } from '../domain/province-zone';
import { readCollectionPolicy } from './collection-policies';
import type { Queryable, Transaction } from './database';
import { foldAccount } from './debts';
import { BOOKS_DATE } from './books-date';
import { queueMessage } from './messages';

/** Accounts of one creditor and day that a turn looks at: the next turn goes on. */
const ACCOUNTS_A_TURN = 500;

/** An account whose next instalment is due in so many days, and that is to be told of it. */
export interface ComingDue {
  readonly accountId: string;
  readonly creditorName: string;
  readonly when: { readonly days: number; readonly at: string };
}

/** Accounts of creditors whose policy wants it, of whom the message of a day is not written yet. */
export async function listComingDue(db: Queryable): Promise<ComingDue[]> {
  const coming: ComingDue[] = [];
  for (const { id, name: creditorName } of await creditorsWithPolicy(db)) {
    const { policy } = await readCollectionPolicy(db, id);
    const { preDueDays, preDueAt: at, off } = policy.messages;
    for (const days of off.includes('pre_due') ? [] : preDueDays) {
      const when = { days, at };
      const accounts = await accountsDueIn(db, id, days);
      coming.push(...accounts.map((accountId) => ({ accountId, creditorName, when })));
    }
  }
  return coming;
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

/** Queues the message, once for an amount; nothing when the day is over where the person is. */
export async function tellComingDue(
  tx: Transaction,
  { accountId, creditorName, when }: ComingDue,
): Promise<void> {
  const found = await foldAccount(tx, accountId);
  if (found === null) return;
  const { account, folded } = found;
  const { creditorId, debtorId, currency, dueDate } = account;
  const amountMinor = folded.instalments
    .filter((instalment) => instalment.dueDate === dueDate)
    .reduce((sum, { outstanding }) => sum + totalOf(outstanding), 0n);
  if (amountMinor === 0n) return;
  const zones = candidateZones(account);
  const coming = { creditorName, dueDate, amountMinor, currency, zones };
  const message = preDueMessage(coming, when);
  if (message.uselessAfter <= account.now) return;
  const subject = { creditorId, debtorId, accountId, subjectId: accountId };
  await queueMessage(tx, { ...subject, kind: 'pre_due', ...message });
}
