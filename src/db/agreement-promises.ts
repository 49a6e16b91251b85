import { paymentsOf } from '../domain/agreement-terms';
import type { AgreedPromise } from '../domain/judge-agreement';
import type { Agreement } from './agreements';
import type { Queryable, Transaction } from './database';
import { makePromise } from './promises';

/** How an agreed payment is expected to come: nobody is asked again in the talk. */
const METHOD = 'virtual_account';

/** Makes a promise of every payment of an agreement. */
export async function promisePayments(
  tx: Transaction,
  agreement: Agreement,
  actor: string,
): Promise<void> {
  const { id: agreementId, creditorId, accountId, debtorId, attemptId, currency } = agreement;
  for (const { number, dueDate, amountMinor } of paymentsOf(agreement.terms)) {
    await makePromise(
      tx,
      { creditorId, accountId, debtorId, attemptId },
      { agreementId, number, dueDate, amountMinor: BigInt(amountMinor), currency, method: METHOD },
      actor,
    );
  }
}

/** In the order of their numbers. */
export async function readAgreedPromises(
  db: Queryable,
  agreementId: string,
): Promise<AgreedPromise[]> {
  const { rows } = await db.query<AgreedPromise & Record<string, unknown>>(
    `select number, due_date as "dueDate", amount_minor as "amountMinor",
       kept_minor as "keptMinor", threshold_pct as "thresholdPct", state,
       grace_until as "graceUntil"
     from promise where agreement_id = $1 order by number`,
    [agreementId],
  );
  return rows;
}

/**
 * Nobody waits for them any more; what was decided stays, and what was kept and is taken back is not
 * waited for again.
 */
export async function endPromises(
  tx: Transaction,
  agreementId: string,
  end: {
    readonly as: 'cancelled' | 'superseded';
    readonly actor: string;
    /** Absent: now. */
    readonly at?: Date;
  },
): Promise<void> {
  await tx.query(
    `update promise set ended_as = $2, ended_at = coalesce($4, clock_timestamp()), ended_by = $3,
       end_reason = 'agreement_ended'
     where agreement_id = $1 and ended_at is null and state <> 'broken'`,
    [agreementId, end.as, end.actor, end.at ?? null],
  );
}

/** The agreement stands again, and with it what was ended with it. */
export async function reopenPromises(tx: Transaction, agreementId: string): Promise<void> {
  await tx.query(
    `update promise set ended_as = null, ended_at = null, ended_by = null, end_reason = null
     where agreement_id = $1 and end_reason = 'agreement_ended'`,
    [agreementId],
  );
}
