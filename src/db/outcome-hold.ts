import { holdOfOutcome } from '../domain/hold-kind';
import type { OutcomeCode } from '../domain/outcome-code';
import type { AttemptSubject } from './attempts';
import { one, type Transaction } from './database';
import { placeHold } from './holds';

/**
 * Places the hold that an outcome means, on what the talk was about. The attempt is its evidence
 * and its id: the same outcome places it once.
 */
export async function placeOutcomeHold(
  tx: Transaction,
  attempt: Pick<AttemptSubject, 'id' | 'debtorId' | 'accountId' | 'phoneId'>,
  code: OutcomeCode,
  actor: string,
): Promise<void> {
  const meant = holdOfOutcome(code);
  if (meant === null) return;
  const { debtorId, accountId, phoneId } = attempt;
  // somebody who called from a number that is none of the person's: there is nothing to hold
  if (meant.on === 'number' && phoneId === null) return;
  const on = {
    account: { accountId },
    person: {},
    number: phoneId === null ? {} : { number: await numberOf(tx, phoneId) },
  }[meant.on];
  const placed = await placeHold(
    tx,
    {
      debtorId,
      ...on,
      kind: meant.kind,
      reason: `outcome ${code}`,
      evidence: `attempt ${attempt.id}`,
      source: 'outcome',
      externalId: attempt.id,
    },
    actor,
  );
  if (placed.kind === 'refused') throw new Error(`no hold after attempt ${attempt.id}`);
}

async function numberOf(tx: Transaction, phoneId: string): Promise<string> {
  const result = await tx.query<{ e164: string }>('select e164 from phone where id = $1', [
    phoneId,
  ]);
  return one(result, 'phone').e164;
}
