import { Counter, type Registry } from 'prom-client';
import { countCallsAfterPayment } from '../db/calls-after-payment';
import type { Database } from '../db/database';

const DAY_MS = 86_400_000;
/** An INVITE's row is committed by then. */
const SETTLED_AFTER_MS = 5_000;

/**
 * Counted in the database at each scrape, from a day before the start on, so about the same in every
 * process that has it: take the maximum. Anything above 0 is to raise an alarm.
 */
export function addPaymentCounter(registry: Registry, db: Database): void {
  let after = new Date(Date.now() - DAY_MS);
  new Counter({
    name: 'santun_calls_after_payment_total',
    help: 'INVITEs to debtors after a payment that left nothing due, or in the quiet time after one',
    registers: [registry],
    async collect() {
      const until = new Date(Date.now() - SETTLED_AFTER_MS);
      // a scrape must not fail because the database does, and the next one counts from here again
      const count = await countCallsAfterPayment(db, { after, until }).catch(() => null);
      if (count === null) return;
      after = until;
      this.inc(count);
    },
  });
}
