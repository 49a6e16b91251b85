import { lockAgentSession, type SessionHeld } from '../src/db/agent-sessions';
import { lockCall, lockDebtorOf } from '../src/db/call-locks';
import type { Transaction } from '../src/db/database';
import { insertPermit } from '../src/db/decisions';
import type { CallAsked } from '../src/db/dialing-facts';
import { dropReady, hasReady, lockNext, rankAnew } from '../src/db/ready-accounts';
import { ask, gatherDue, sayOfDue, type Answer, type Permit } from './ask';
import { choose, dropStale } from './choose-account';
import type { Gate } from './create-gate';
import { signDecision } from './decision-record';
import { keepDenials, type Decided } from './deny';
import { promote } from './promote';
import { keepShadow } from './shadow';

const DENIALS_A_TURN = 50;
/** Looks that may find the best account stale, and drop it and others, before the turn gives up. */
const STALE_A_TURN = 20;
/** A rank that fell since it was computed sends an account back in line; so many times a turn. */
const FALLEN_A_TURN = 8;

export type ReserveResult =
  | { readonly kind: 'reserved'; readonly attemptId: string; readonly sipInstanceId: string }
  | { readonly kind: 'no_agent' }
  | { readonly kind: 'nothing_due'; readonly denials: number };

/**
 * Reserve-then-dial, for the next due account of a campaign. Each account is decided about in one
 * transaction of its own, which locks agent, debtor, account and numbers in the house's order, then
 * reads facts and ledger, and then writes permit, open attempt and the agent's reservation together;
 * or a denial, and the account waits for its next allowed instant.
 * @param onMiss told of each account that was chosen, with an agent waiting, and then denied
 */
export async function reserveNext(
  gate: Gate,
  campaignId: string,
  onMiss: () => void = () => undefined,
): Promise<ReserveResult> {
  let denials = 0;
  const seen = { stale: 0, fallen: 0 };
  for (let looked = false; denials < DENIALS_A_TURN && seen.stale < STALE_A_TURN;) {
    const mayFall = seen.fallen < FALLEN_A_TURN;
    const turn = await gate.db.transaction((tx) => reserveOne(gate, tx, campaignId, mayFall));
    if (turn === 'nothing_ready') {
      const { promoted, denials: refused } = await promote(gate, campaignId);
      denials += refused;
      // what others held for a moment, without an agent to give it to, is free by now
      const again = promoted > 0 || (!looked && (await hasReady(gate.db, campaignId)));
      if (!again) return { kind: 'nothing_due', denials };
      looked = true;
    } else if (turn === 'stopped') {
      return { kind: 'nothing_due', denials: denials + 1 };
    } else if (turn === 'denied') {
      denials += 1;
      onMiss();
    } else if (turn === 'stale' || turn === 'fallen') {
      seen[turn] += 1;
    } else {
      return turn;
    }
  }
  return { kind: 'nothing_due', denials };
}

type Turn =
  | Extract<ReserveResult, { kind: 'reserved' | 'no_agent' }>
  | 'denied'
  | 'stopped'
  | 'nothing_ready'
  /** The best account was not to be called any more, or another took it. */
  | 'stale'
  | 'fallen';

/** @param mayFall an account that is worth less by now goes back in line */
async function reserveOne(
  gate: Gate,
  tx: Transaction,
  campaignId: string,
  mayFall: boolean,
): Promise<Turn> {
  const next = await lockNext(tx, campaignId, () => gatherDue(gate, tx, campaignId));
  if (next === null) return { kind: 'no_agent' };
  const { session, ready, read } = next;
  if (ready === null) return 'nothing_ready';
  const chosen = choose(ready);
  if (chosen.kind === 'fallen' && mayFall) {
    rankAnew(tx, ready, chosen.choice.rank);
    return 'fallen';
  }
  const said = chosen.kind === 'stale' ? chosen : await sayOfDue(gate, tx, read, ready.numbers);
  if (chosen.kind === 'stale' || said.kind === 'stale') {
    await dropStale(tx, campaignId);
    return 'stale';
  }
  if (said.kind === 'denied') {
    if (said.isStopped) return 'stopped';
    dropReady(tx, campaignId, [ready.accountId]);
    return 'denied';
  }
  const by = { session, actor: 'scheduler', choice: chosen.choice };
  const attemptId = await open(gate, tx, said.answer, said.permit, by);
  return { kind: 'reserved', attemptId, sipInstanceId: session.sipInstanceId };
}

/** Writes the permit, the attempt that it opens, and the agent's reservation. */
async function open(
  gate: Gate,
  tx: Transaction,
  answer: Answer,
  permit: Permit,
  by: { readonly session: SessionHeld; readonly actor: string; readonly choice: object | null },
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
    session,
    purpose,
    mode,
    actor,
    choice,
  });
  keepShadow(tx, signed.id, permit);
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
 * The same for a call that an agent asks for, of an account that is shown too (preview), or the person asked
 * for (callback): the same gate, without a way round it. The caller has checked that account and number
 * belong together.
 */
export async function reserveManual(
  gate: Gate,
  tx: Transaction,
  asked: CallAsked & {
    readonly sessionId: string;
    readonly actor: string;
    readonly mode?: 'manual' | 'callback' | 'preview';
    readonly choice?: object;
  },
): Promise<ManualResult> {
  const session = await lockAgentSession(tx, asked.sessionId);
  const { accountId, campaignId, purpose, phoneId, mode = 'manual', choice = null } = asked;
  const from = mode === 'preview' ? 'previewing' : 'ready';
  if (session?.state !== from || session.sipInstanceId === null) return { kind: 'not_ready' };
  const question = { accountId, campaignId, purpose, phoneId, mode } as const;
  const [, , answer] = await Promise.all([
    lockDebtorOf(tx, accountId),
    lockCall(tx, asked),
    ask(gate, tx, { ...question, stage: 'reserve', attemptId: null }),
  ]);
  if (answer === null) throw new Error(`account ${accountId} is gone while locked`);
  if (answer.call.row.isPersonInCall) return { kind: 'person_in_call' };
  if (answer.permit === null) return { kind: 'denied', denials: answer.denials };
  const attemptId = await open(gate, tx, answer, answer.permit, {
    session,
    actor: asked.actor,
    choice,
  });
  return { kind: 'reserved', attemptId, sipInstanceId: session.sipInstanceId };
}
