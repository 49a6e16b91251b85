import type { CallPurpose } from '../domain/call-facts';
import type { NextStep } from '../domain/dial-retry';
import type { Transaction } from './database';

/**
 * Refused as invalid on so many days, and a number is no longer dialed: on one day a network may be
 * wrong about all of its numbers. The day is the person's, or Jakarta's.
 */
const INVALID_DAYS = 2;

/** What the end of an attempt looks at anew; any other hold came from elsewhere and stays. */
const OWN_HOLDS = `('outcome_missing', 'no_dialable_phone')`;

/**
 * Applies what an ended attempt or an outcome means to the number and the account. An account
 * whose debtor has no number left is blocked instead of being scheduled.
 */
export async function applyNextStep(
  tx: Transaction,
  target: {
    readonly accountId: string;
    readonly debtorId: string;
    /** Null: not one of the person's. */
    readonly phoneId: string | null;
    readonly purpose: CallPurpose;
  },
  step: NextStep,
): Promise<void> {
  if (step.phone === 'count_invalid') {
    await tx.query(
      `update phone set invalid_count = invalid_count + 1, invalid_on = today, updated_at = now(),
         status = case when invalid_count + 1 >= $2 then 'invalid' else status end,
         invalid_by = case when invalid_count + 1 >= $2 then 'network' else invalid_by end
       from (select (clock_timestamp() at time zone coalesce(stated_zone, 'Asia/Jakarta'))::date
           as today from debtor where id = $3) day
       where id = $1 and invalid_on is distinct from today`,
      [target.phoneId, INVALID_DAYS, target.debtorId],
    );
  }
  // a third person was asked where the debtor is: nothing was said about the account
  if (target.purpose === 'locate') return;
  await tx.query(
    `update account set updated_at = now(),
       blocked_reason = case
         when $3::text <> 'outcome_missing' then $3
         when blocked_reason not in ${OWN_HOLDS} then blocked_reason
         when $3 is not null then $3
         when exists (select 1 from phone where debtor_id = $2 and owner = 'debtor' and status = 'active') then null
         else 'no_dialable_phone' end,
       next_attempt_at = case when blocked_reason not in ${OWN_HOLDS} or $4::timestamptz is null then null
         -- a good payer is left alone for longer
         else greatest($4::timestamptz, (select now() + make_interval(days => r.gap_days) from relation r
           where r.debtor_id = $2 and r.creditor_id = account.creditor_id)) end
     where id = $1`,
    [target.accountId, target.debtorId, step.blockedReason, step.nextAttemptAt],
  );
}
