import { lockAgentSession, sendAgentState, type AgentSession } from '../src/db/agent-sessions';
import type { Transaction } from '../src/db/database';
import { insertPermit } from '../src/db/decisions';
import { lockCall, type CallAsked } from '../src/db/dialing-facts';
import {
  dropReady,
  hasReady,
  lockAgentAndReady,
  lockReadyAccounts,
} from '../src/db/ready-accounts';
import { lockDebtorOf } from '../src/db/selection';
import { ask, type Answer } from './ask';
import type { Gate } from './create-gate';
import { signDecision } from './decision-record';
import { isStopped, keepDenials, postpone, type Decided } from './deny';
import { chooseNext, type Choice, type ChosenAccount } from './choose-account';
import { promote } from './promote';
import { keepShadow } from './shadow';

const DENIALS_A_TURN = 50;

export type ReserveResult =
  | { readonly kind: 'reserved'; readonly attemptId: string; readonly sipInstanceId: string }
  | { readonly kind: 'no_agent' }
  | { readonly kind: 'nothing_due'; readonly denials: number };

/**
 * Reserve-then-dial, for the next due account of a campaign. Each account is decided about in one
 * transaction of its own, which locks agent, debtor, account and numbers in the house's order,
 * reads facts and ledger anew, and writes permit, open attempt and the agent's reservation
 * together; or a denial, and the account waits for its next allowed instant.
 * @param onMiss told of each account that was chosen, with an agent waiting, and then denied
 */
export async function reserveNext(
  gate: Gate,
  campaignId: string,
  onMiss: () => void = () => undefined,
): Promise<ReserveResult> {
  for (let denials = 0, looked = false; denials < DENIALS_A_TURN;) {
    const turn = await gate.db.transaction((tx) => reserveOne(gate, tx, campaignId));
    if (turn === 'nothing_ready') {
      const { promoted, denials: refused } = await promote(gate, campaignId);
      denials += refused;
      // what others held for a moment, without an agent to give it to, is free by now
      const again = promoted > 0 || (!looked && (await hasReady(gate.db, campaignId)));
      if (!again) return { kind: 'nothing_due', denials };
      looked = true;
      continue;
    }
    if (turn === 'stopped') return { kind: 'nothing_due', denials: denials + 1 };
    if (turn !== 'denied') return turn;
    denials += 1;
    onMiss();
  }
  return { kind: 'nothing_due', denials: DENIALS_A_TURN };
}

async function reserveOne(
  gate: Gate,
  tx: Transaction,
  campaignId: string,
): Promise<
  Extract<ReserveResult, { kind: 'reserved' | 'no_agent' }> | 'denied' | 'stopped' | 'nothing_ready'
> {
  const { session, ready } = await lockAgentAndReady(tx, campaignId);
  if (session === null || session.sipInstanceId === null) return { kind: 'no_agent' };
  const asked = await askFrom(gate, tx, await chooseNext(tx, campaignId, ready));
  if (asked === null) return 'nothing_ready';
  const { answer, chosen } = asked;
  if (answer.permit === null) {
    await keepDenials(gate, tx, answer.denials);
    // one denial says it for all: other schedulers, and the release of a switch, find every account due
    if (isStopped(answer.denials)) return 'stopped';
    dropReady(tx, chosen.campaignId, [chosen.accountId]);
    await postpone(tx, answer.denials);
    return 'denied';
  }
  dropReady(tx, chosen.campaignId, [chosen.accountId]);
  const attemptId = await open(gate, tx, answer, answer.permit, {
    session,
    actor: 'scheduler',
    choice: chosen.choice,
  });
  return { kind: 'reserved', attemptId, sipInstanceId: session.sipInstanceId };
}

/**
 * What the gate says of the best ready account, from this one on, that nobody else has; with every
 * lock of its call held. Locks and reads leave together: the server runs them in the order in which
 * they are sent, and each sees what was committed before its own beginning.
 */
async function askFrom(
  gate: Gate,
  tx: Transaction,
  first: ChosenAccount | null,
): Promise<{ readonly answer: Answer; readonly chosen: ChosenAccount } | null> {
  let chosen = first;
  while (chosen !== null) {
    const { accountId, campaignId } = chosen;
    const [isTaken, answer] = await Promise.all([
      lockCall(tx, { accountId, phoneId: null, onlyDue: true }),
      ask(gate, tx, {
        accountId,
        campaignId,
        purpose: 'collect',
        phoneId: null,
        stage: 'reserve',
        mode: 'progressive',
        attemptId: null,
      }),
    ]);
    if (isTaken && answer !== null) return { answer, chosen };
    dropReady(tx, chosen.campaignId, [chosen.accountId]);
    const [next = null] = await lockReadyAccounts(tx, campaignId, 1);
    chosen = await chooseNext(tx, campaignId, next);
  }
  return null;
}

/** Writes the permit, the attempt that it opens, and the agent's reservation. */
async function open(
  gate: Gate,
  tx: Transaction,
  answer: Answer,
  permit: NonNullable<Answer['permit']>,
  by: { readonly session: AgentSession; readonly actor: string; readonly choice: Choice | null },
): Promise<string> {
  const { session, actor, choice } = by;
  await keepDenials(gate, tx, answer.denials);
  const { facts, decision, sources, attemptId, phone } = permit;
  const { purpose, mode } = answer.call.question;
  const signed = signDecision(gate, sources, facts, decision, attemptId);
  insertPermit(tx, signed, {
    id: attemptId,
    campaignVersion: facts.campaign.version,
    phoneId: phone.id,
    agentId: session.agentId,
    agentSessionId: session.id,
    purpose,
    mode,
    actor,
    choice,
  });
  keepShadow(tx, signed.id, permit);
  sendAgentState(tx, session, { to: 'reserved', cause: 'reserved', actor, attemptId });
  return attemptId;
}

export type ManualResult =
  | { readonly kind: 'reserved'; readonly attemptId: string; readonly sipInstanceId: string }
  /** Nothing was written: keep the denials with {@link keepDenials}. */
  | { readonly kind: 'denied'; readonly denials: readonly Decided[] }
  /** The session is not ready, or no process holds its softphone. */
  | { readonly kind: 'not_ready' }
  /** Somebody is calling this person already. */
  | { readonly kind: 'person_in_call' };

/**
 * The same for a call that an agent asks for: the same gate, without a way round it. The caller has
 * checked that account and number belong together.
 */
export async function reserveManual(
  gate: Gate,
  tx: Transaction,
  asked: CallAsked & { readonly sessionId: string; readonly actor: string },
): Promise<ManualResult> {
  const session = await lockAgentSession(tx, asked.sessionId);
  if (session?.state !== 'ready' || session.sipInstanceId === null) return { kind: 'not_ready' };
  if (!(await lockDebtorOf(tx, asked.accountId))) return { kind: 'person_in_call' };
  const { accountId, campaignId, purpose, phoneId } = asked;
  const question = { accountId, campaignId, purpose, phoneId, mode: 'manual' } as const;
  const [, answer] = await Promise.all([
    lockCall(tx, { ...asked, onlyDue: false }),
    ask(gate, tx, { ...question, stage: 'reserve', attemptId: null }),
  ]);
  if (answer === null) throw new Error(`account ${accountId} is gone while locked`);
  if (answer.permit === null) return { kind: 'denied', denials: answer.denials };
  const attemptId = await open(gate, tx, answer, answer.permit, {
    session,
    actor: asked.actor,
    choice: null,
  });
  return { kind: 'reserved', attemptId, sipInstanceId: session.sipInstanceId };
}
