import { lockAgentSession, type SessionHeld } from '../src/db/agent-sessions';
import { lockCall, lockDebtorOf } from '../src/db/call-locks';
import type { Transaction } from '../src/db/database';
import { insertPermit } from '../src/db/decisions';
import type { CallAsked } from '../src/db/dialing-facts';
import { ask, type Answer, type Permit } from './ask';
import type { Gate } from './create-gate';
import { signDecision } from './decision-record';
import { keepDenials, type Decided } from './deny';
import { keepShadow } from './shadow';
import { takeNext, type Taken } from './take-next';

export interface Reserved {
  readonly kind: 'reserved';
  readonly attemptId: string;
  readonly sipInstanceId: string;
}
export type ReserveResult = Taken<Reserved>;

/**
 * Reserve-then-dial, for the next due account of a campaign: permit, open attempt and the agent's
 * reservation are written together.
 * @param onMiss told of each account that was chosen, with an agent waiting, and then denied
 * @param ownOf of what is kept for that agent alone; null: the next for whoever is ready
 */
export function reserveNext(
  gate: Gate,
  campaignId: string,
  onMiss: () => void = () => undefined,
  ownOf: string | null = null,
): Promise<ReserveResult> {
  return takeNext(
    gate,
    { campaignId, ownOf },
    async (tx, { session, choice, answer, permit }): Promise<Reserved> => {
      const by = { session, actor: 'scheduler', choice };
      const attemptId = await open(gate, tx, answer, permit, by);
      return { kind: 'reserved', attemptId, sipInstanceId: session.sipInstanceId };
    },
    onMiss,
  );
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
  | Reserved
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
