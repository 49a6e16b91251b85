import { byDueDate, totalOf } from '../domain/debt';
import type { PaymentAllocation } from '../domain/fold-debt';
import { cancelRinging } from './cancel-ringing';
import type { Transaction } from './database';
import { foldAccount, type AccountDebt } from './debts';
import { appendEvent } from './events';
import { cancelMessages } from './messages';
import { withdrawPreviewOf } from './previews';
import type { Settling } from './settling';

/**
 * The amounts of a locked account by its facts: allocations, what is due, its status. Nothing due:
 * what rings or is shown of it stops, and no call of it begins until it is open again.
 */
export async function settleDebt(tx: Transaction, settling: Settling): Promise<void> {
  const debt = await foldAccount(tx, settling.accountId);
  if (debt === null) throw new Error(`account ${settling.accountId} is gone`);
  await writeAllocations(tx, debt);
  const changed = changeOf(debt);
  if (changed !== null) await writeAccount(tx, debt, changed, settling);
}

async function writeAllocations(tx: Transaction, { account, folded }: AccountDebt): Promise<void> {
  const { rows } = await tx.query<PaymentAllocation>(
    `select payment_id as "paymentId", instalment_id as "instalmentId", component,
       amount_minor as "amountMinor"
     from payment_allocation a where account_id = $1
       and (payment_id = any($2) or exists (select from payment p
         where p.id = a.payment_id and (p.reversed_at is not null or p.account_id <> a.account_id)))`,
    [account.id, folded.counted],
  );
  const said = (each: PaymentAllocation): string =>
    `${each.paymentId} ${each.instalmentId} ${each.component} ${each.amountMinor}`;
  const kept = new Set(rows.map(said));
  const wanted = new Set(folded.allocations.map(said));
  const gone = rows.filter((each) => !wanted.has(said(each)));
  const added = folded.allocations.filter((each) => !kept.has(said(each)));
  if (gone.length > 0) {
    await tx.query(
      `delete from payment_allocation using unnest($1::uuid[], $2::uuid[], $3::text[])
         as gone (payment_id, instalment_id, component)
       where payment_allocation.payment_id = gone.payment_id
         and payment_allocation.instalment_id = gone.instalment_id
         and payment_allocation.component = gone.component`,
      columnsOf(gone),
    );
  }
  if (added.length > 0) {
    await tx.query(
      `insert into payment_allocation (payment_id, instalment_id, component, amount_minor,
         creditor_id, account_id)
       select *, $5::uuid, $6::uuid from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[])`,
      [
        ...columnsOf(added),
        added.map(({ amountMinor }) => amountMinor.toString()),
        account.creditorId,
        account.id,
      ],
    );
  }
}

const columnsOf = (rows: readonly PaymentAllocation[]): unknown[] => [
  rows.map(({ paymentId }) => paymentId),
  rows.map(({ instalmentId }) => instalmentId),
  rows.map(({ component }) => component),
];

interface AccountChange {
  readonly amountDueMinor: bigint;
  readonly creditMinor: bigint;
  readonly dueDate: string;
  readonly status: 'open' | 'paid' | 'closed';
}

/** What the account's row must say from now on; null: it says so. */
function changeOf({ account, folded }: AccountDebt): AccountChange | null {
  const owed = folded.instalments.filter(({ outstanding }) => totalOf(outstanding) > 0n);
  const inOrder = [...folded.instalments].sort(byDueDate);
  const { totalMinor: amountDueMinor, creditMinor } = folded;
  const paidOrOpen = amountDueMinor === 0n ? 'paid' : 'open';
  const change: AccountChange = {
    amountDueMinor,
    creditMinor,
    // of what is owed; once all is paid, of what was the last
    dueDate: [...owed].sort(byDueDate)[0]?.dueDate ?? inOrder.at(-1)?.dueDate ?? account.dueDate,
    status: account.status === 'closed' ? 'closed' : paidOrOpen,
  };
  const isSame =
    change.amountDueMinor === account.amountDueMinor &&
    change.creditMinor === account.creditMinor &&
    change.dueDate === account.dueDate &&
    change.status === account.status;
  return isSame ? null : change;
}

async function writeAccount(
  tx: Transaction,
  { account }: AccountDebt,
  change: AccountChange,
  { cause }: Settling,
): Promise<void> {
  const { amountDueMinor, creditMinor, dueDate, status } = change;
  await tx.query(
    `update account set amount_due_minor = $2, credit_minor = $3, due_date = $4, status = $5,
       updated_at = now(),
       next_attempt_at = case
         when blocked_reason is not null then next_attempt_at
         when status = 'paid' and $5 = 'open' then greatest(next_attempt_at, now())
         -- it is due, and what campaigns choose and order by has changed: announced again
         when $5 = 'open' and next_attempt_at <= now() then now()
         else next_attempt_at end
     where id = $1`,
    [account.id, amountDueMinor.toString(), creditMinor.toString(), dueDate, status],
  );
  await appendEvent(tx, {
    type: 'account.debt_changed',
    creditorId: account.creditorId,
    payload: {
      accountId: account.id,
      cause,
      currency: account.currency,
      before: { amountDueMinor: account.amountDueMinor.toString(), status: account.status },
      after: { amountDueMinor: amountDueMinor.toString(), status },
      creditMinor: creditMinor.toString(),
    },
  });
  // what was told of an instalment before it is due is of another amount, or paid
  await cancelMessages(tx, { subjectId: account.id, reason: 'debt_changed' });
  if (account.status === 'paid' && status === 'open') await endSilence(tx, account.id);
  if (account.status === 'open' && status === 'paid') await stopForPaid(tx, account);
}

/** Nothing is due: whoever is about to call, is not. The person is locked. */
export async function stopForPaid(
  tx: Transaction,
  account: Pick<AccountDebt['account'], 'id' | 'debtorId' | 'creditorId'>,
): Promise<void> {
  const { id: accountId, debtorId, creditorId } = account;
  await cancelRinging(tx, { who: { debtorId }, accountId, cause: 'payment' });
  await withdrawPreviewOf(tx, { debtorId, accountId }, 'account_paid');
  await tx.query(
    `insert into payment_silence (creditor_id, account_id, cause, from_at)
     values ($1, $2, 'nothing_due', clock_timestamp())
     on conflict (account_id) where to_at is null do nothing`,
    [creditorId, accountId],
  );
}

async function endSilence(tx: Transaction, accountId: string): Promise<void> {
  await tx.query(
    `update payment_silence set to_at = clock_timestamp()
     where account_id = $1 and to_at is null`,
    [accountId],
  );
}
