import type { Queryable } from '../src/db/database';
import type { PhoneRow } from '../src/db/dialing-facts';
import { newId } from '../src/db/new-id';
import type { Gate } from './create-gate';
import type { Decided } from './deny';
import { decideCall } from './gate-decision';
import { gatherCall, gatherFacts, type Call, type Gathered, type Question } from './gather-facts';
import { isOfNumber } from './rules-of-number';

/** What the gate says of one call: the numbers it refused, and the one it permits, if any. */
export interface Answer {
  readonly call: Call;
  /** In the order in which the numbers were asked about. */
  readonly denials: readonly Decided[];
  /** Null: denied, and there is at least one denial that says why. */
  readonly permit: (Decided & { readonly attemptId: string; readonly phone: PhoneRow }) | null;
}

/**
 * May this call be placed? Decides number by number, as long as another number of the person may be
 * judged otherwise; writes nothing. Under the locks of the call what it counts is exact, without
 * them it is an opinion. Null: account or campaign is not there.
 */
export async function ask(
  gate: Pick<Gate, 'rules' | 'clock'>,
  db: Queryable,
  question: Question,
): Promise<Answer | null> {
  const call = await gatherCall(gate, db, question);
  return call === null ? null : answer(db, call);
}

/** The same of a call that was gathered before. @param gather reads the facts of calling one number */
export async function answer(
  db: Queryable,
  call: Call,
  gather: (phone: PhoneRow | null) => Promise<Gathered> = (phone) => gatherFacts(db, call, phone),
): Promise<Answer> {
  const denials: Decided[] = [];
  const { phones } = call.row;
  for (const phone of phones.length === 0 ? [null] : phones) {
    const gathered = await gather(phone);
    const decision = decideCall(gathered.facts, gathered.rules);
    if (decision.verdict !== 'deny' && phone !== null) {
      const attemptId = newId(call.row.at);
      return { call, denials, permit: { ...gathered, decision, attemptId, phone } };
    }
    denials.push({ ...gathered, decision, attemptId: call.question.attemptId });
    if (!isOfNumber(decision, gathered)) break;
  }
  return { call, denials, permit: null };
}
