import type { LockedAccount } from '../src/db/call-locks';
import type { Queryable, Transaction } from '../src/db/database';
import type { PhoneRow } from '../src/db/dialing-facts';
import { newId } from '../src/db/new-id';
import type { Gate } from './create-gate';
import { isStopped, keepDenials, postpone, type Decided } from './deny';
import { decideCall } from './gate-decision';
import { gatherCall, gatherFacts, type Call, type Gathered, type Question } from './gather-facts';
import { isOfNumber } from './rules-of-number';

/** What the gate says of one call: the numbers it refused, and the one it permits, if any. */
export interface Answer {
  readonly call: Call;
  /** In the order in which the numbers were asked about. */
  readonly denials: readonly Decided[];
  /** Null: denied, and there is at least one denial that says why. */
  readonly permit: Permit | null;
}

export interface Permit extends Decided {
  /** Of the attempt that it is for. */
  readonly attemptId: string;
  readonly phone: PhoneRow;
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

/** What the gate says of a call that the scheduler would place. */
export type Said =
  | { readonly kind: 'permitted'; readonly answer: Answer; readonly permit: Permit }
  /** The denials are kept, and the account waits; unless nobody may be dialed here at the moment. */
  | { readonly kind: 'denied'; readonly denials: readonly Decided[]; readonly isStopped: boolean }
  /** Somebody was quicker with the account or the person. */
  | { readonly kind: 'stale' };

/** What the scheduler asks. @param accountId null: of the account that the transaction locked last */
export function gatherDue(
  gate: Gate,
  tx: Transaction,
  campaignId: string,
  accountId: string | null = null,
): Promise<Call | null> {
  return gatherCall(gate, tx, {
    accountId,
    campaignId,
    purpose: 'collect',
    phoneId: null,
    stage: 'reserve',
    mode: 'progressive',
    attemptId: null,
  });
}

/** Asks about a due account, whose call is locked. */
export async function askDue(
  gate: Gate,
  tx: Transaction,
  campaignId: string,
  { accountId, numbers }: LockedAccount,
): Promise<Said> {
  return sayOfDue(gate, tx, await gatherDue(gate, tx, campaignId, accountId), numbers);
}

/** Decides about a due account. @param call gathered under its locks @param numbers that are locked */
export async function sayOfDue(
  gate: Gate,
  tx: Transaction,
  call: Call | null,
  numbers: readonly string[],
): Promise<Said> {
  // what was committed right before the locks were taken is seen only now
  if (call === null || !isStillDue(call, numbers)) return { kind: 'stale' };
  const answered = await answer(tx, call);
  const { denials, permit } = answered;
  if (permit !== null) return { kind: 'permitted', answer: answered, permit };
  await keepDenials(gate, tx, denials);
  // one denial says it for all: other schedulers, and the release of a switch, find every account due
  if (isStopped(denials)) return { kind: 'denied', denials, isStopped: true };
  await postpone(tx, denials);
  return { kind: 'denied', denials, isStopped: false };
}

function isStillDue({ row }: Call, numbers: readonly string[]): boolean {
  const { isDue, isPersonInCall, phones } = row;
  return isDue && !isPersonInCall && phones.every(({ e164 }) => numbers.includes(e164));
}
