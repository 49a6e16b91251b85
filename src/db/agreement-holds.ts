import type { Agreement } from './agreements';
import type { Transaction } from './database';
import { liftHold, placeHold } from './holds';

const SOURCE = 'agreement';

/**
 * Keeps the account silent until then by a hold that ends by itself; null: not, or not any more. The
 * same again changes nothing.
 */
export async function settleAgreementHold(
  tx: Transaction,
  agreement: Agreement,
  until: Date | null,
  by: { readonly cause: string; readonly actor: string },
): Promise<void> {
  const standing = await findStanding(tx, agreement);
  if (standing?.to.getTime() === until?.getTime()) return;
  if (standing !== null) await liftHold(tx, { id: standing.id, reason: by.cause, actor: by.actor });
  if (until === null) {
    if (standing !== null) await setHold(tx, agreement.id, null);
    return;
  }
  const placed = await placeHold(
    tx,
    {
      accountId: agreement.accountId,
      kind: agreement.kind === 'deferment' ? 'deferment' : 'plan',
      reason: `a ${agreement.kind} was agreed`,
      evidence: `agreement ${agreement.id}`,
      source: SOURCE,
      to: until.toISOString(),
    },
    by.actor,
  );
  if (placed.kind === 'refused')
    throw new Error(`no hold for an agreement: ${placed.problem.field}`);
  await setHold(tx, agreement.id, placed.fact.id);
}

/** One that somebody lifted is placed again: what ends the silence is the agreement's end. */
async function findStanding(
  tx: Transaction,
  { id }: Agreement,
): Promise<{ id: string; to: Date } | null> {
  const { rows } = await tx.query<{ id: string; to: Date }>(
    `select h.id, h.to_at as "to" from agreement a join hold h on h.id = a.hold_id
     where a.id = $1 and h.lifted_at is null and h.to_at > clock_timestamp()`,
    [id],
  );
  return rows[0] ?? null;
}

async function setHold(tx: Transaction, id: string, holdId: string | null): Promise<void> {
  await tx.query('update agreement set hold_id = $2 where id = $1', [id, holdId]);
}
