import type { Queryable } from '../src/db/database';
import type { CallAsked, PhoneRow } from '../src/db/dialing-facts';
import { readPersonFactsAt } from '../src/db/past-person-facts';
import { answer, type Answer } from './ask';
import type { Gate } from './create-gate';
import type { Decided } from './deny';
import { gatherCall, gatherFacts, type Call, type Gathered } from './gather-facts';

/** Runs `work` so that it cannot write, whatever it does, and sees one moment of the database. */
export function withoutEffect<T>(
  gate: Pick<Gate, 'db'>,
  work: (db: Queryable) => Promise<T>,
): Promise<T> {
  return gate.db.transaction(async (tx) => {
    await tx.query('set transaction isolation level repeatable read, read only');
    return work(tx);
  });
}

/** What the gate would say, and the look that says it: the permit, or the first denial. */
export interface DryAnswer extends Answer {
  readonly decided: Decided;
}

/**
 * Asks the gate as the scheduler does, and writes nothing. At another instant: by the rules that
 * bind then, with the ledger before it, and, in the past, the holds, wishes and consents that stood;
 * account, campaign and trunks are those of now. Null: account or campaign is not there.
 */
export async function dryRun(
  gate: Pick<Gate, 'rules' | 'clock'>,
  db: Queryable,
  asked: CallAsked,
  at: Date | null,
): Promise<DryAnswer | null> {
  const rules: Gate['rules'] =
    at === null ? gate.rules : { bindingAt: (tx) => gate.rules.bindingAt(tx, at) };
  const call = await gatherCall({ rules, clock: gate.clock }, db, {
    ...asked,
    stage: 'reserve',
    mode: 'progressive',
    attemptId: null,
  });
  if (call === null) return null;
  const answered =
    at === null
      ? await answer(db, call)
      : await answer(db, call, (phone) => gatherFactsAt(db, call, phone, at));
  const decided = answered.permit ?? answered.denials[0];
  if (decided === undefined) throw new Error('the gate answered with neither permit nor denial');
  return { ...answered, decided };
}

async function gatherFactsAt(
  db: Queryable,
  call: Call,
  phone: PhoneRow | null,
  at: Date,
): Promise<Gathered> {
  const { account } = call.row;
  const instant = at.toISOString();
  const then: Call = {
    ...call,
    row: { ...call.row, at },
    // the question how far the clocks differ is one of now
    clock: { askedAt: instant, answeredAt: instant },
  };
  const gathered = await gatherFacts(db, then, phone);
  if (at >= call.row.at) return gathered;
  const person = await readPersonFactsAt(
    db,
    {
      debtorId: account.debtorId,
      accountId: account.id,
      creditorId: account.creditorId,
      e164: phone?.e164 ?? null,
      phoneId: phone?.id ?? null,
    },
    at,
  );
  return { ...gathered, facts: { ...gathered.facts, call: { ...gathered.facts.call, ...person } } };
}
