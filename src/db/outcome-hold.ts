import { caseInput } from '../domain/case-input';
import { caseOfOutcome, type CaseKind } from '../domain/case-kind';
import { holdOfOutcome } from '../domain/hold-kind';
import { isRightParty, type OutcomeCode } from '../domain/outcome-code';
import type { AttemptSubject } from './attempts';
import { openCase } from './cases';
import { one, type Transaction } from './database';
import { recordNumberEvidence } from './number-evidence';
import { countRelation } from './relations';
import { askSurvey } from './surveys';

type Talk = Pick<AttemptSubject, 'id' | 'creditorId' | 'debtorId' | 'accountId' | 'phoneId'>;

/**
 * What an outcome means for whoever may be called: the case that it opens, with its hold, on what the
 * talk was about; what was learned of the number and the relation; and one question after some talks. The
 * attempt is its proof and its id: the same
 * outcome does it once.
 */
export async function placeOutcomeHold(
  tx: Transaction,
  attempt: Talk,
  code: OutcomeCode,
  actor: string,
): Promise<void> {
  if (isRightParty(code) && attempt.phoneId !== null) {
    const evidence = { kind: 'right_party', at: new Date(), sourceId: attempt.id } as const;
    await recordNumberEvidence(tx, [attempt.phoneId], evidence);
  }
  if (isRightParty(code)) {
    await countRelation(tx, attempt);
    await askSurvey(tx, attempt);
  }
  const kind = caseOfOutcome(code);
  if (kind !== null) await openCaseOfOutcome(tx, attempt, { kind, code }, actor);
}

/** One that the agent has opened in the talk already, with more to it, is the outcome's. */
async function openCaseOfOutcome(
  tx: Transaction,
  attempt: Talk,
  { kind, code }: { readonly kind: CaseKind; readonly code: OutcomeCode },
  actor: string,
): Promise<void> {
  const meant = holdOfOutcome(code);
  if (meant === null) throw new Error(`outcome ${code} opens a case and places no hold`);
  const { debtorId, accountId, phoneId } = attempt;
  // somebody who called from a number that is none of the person's: there is nothing to hold
  if (meant.on === 'number' && phoneId === null) return;
  const told = await tx.query('select 1 from case_file where attempt_id = $1 and kind = $2', [
    attempt.id,
    kind,
  ]);
  if (told.rowCount !== 0) return;
  const of = {
    account: { accountId },
    person: {},
    number: phoneId === null ? {} : { number: await numberOf(tx, phoneId) },
  }[meant.on];
  const origin = { source: 'outcome', externalId: attempt.id };
  const evidence = `attempt ${attempt.id}`;
  const opened = await openCase(
    tx,
    caseInput.parse({
      ...{ ...of, debtorId, creditorId: attempt.creditorId, attemptId: attempt.id },
      ...{ kind, claim: await saidOf(tx, attempt.id, code), ...origin },
    }),
    { actor, hold: { ...origin, reason: `outcome ${code}`, evidence } },
  );
  if (opened.kind === 'refused') throw new Error(`no case after attempt ${attempt.id}`);
}

/** What the agent wrote down, or the bare code. */
async function saidOf(tx: Transaction, attemptId: string, code: OutcomeCode): Promise<string> {
  const { rows } = await tx.query<{ rootCause: string | null; note: string | null }>(
    'select root_cause as "rootCause", note from outcome where attempt_id = $1',
    [attemptId],
  );
  const { rootCause = null, note = null } = rows[0] ?? {};
  const said = [code, rootCause, note].filter((one) => one !== null && one.trim() !== '');
  return said.join(': ').slice(0, 2_000);
}

async function numberOf(tx: Transaction, phoneId: string): Promise<string> {
  const result = await tx.query<{ e164: string }>('select e164 from phone where id = $1', [
    phoneId,
  ]);
  return one(result, 'phone').e164;
}
