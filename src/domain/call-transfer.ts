import type { AgentState } from './agent-state';
import type { CallPurpose } from './call-facts';
import { TransitionError } from './transition-error';

/** `blind`: joined as soon as the other answers; `attended`: the agent talks to them first. */
export const TRANSFER_KINDS = ['blind', 'attended'] as const;
export type TransferKind = (typeof TRANSFER_KINDS)[number];

/** A colleague, another stored number of the same person, or an office of the creditor. */
export const TRANSFER_TARGETS = ['agent', 'phone', 'office'] as const;
export type TransferTarget = (typeof TRANSFER_TARGETS)[number];

/**
 * A talk that is to be handed on.
 *
 *     requested -> reaching -> consulting -> completed
 *         |            |         |     |        |
 *         |            |         |     three_way
 *         |            |         |         |
 *         +------------+---------+---------+-----> failed | cancelled
 *
 * - `requested`: written; the process that owns the call has not taken it up.
 * - `reaching`: the other's phone rings; debtor and agent go on talking, so nobody is left alone.
 * - `consulting`: the other has answered; the debtor waits on hold. Left out by a blind one.
 * - `three_way`: debtor, agent and the other hear each other.
 */
export const TRANSFER_STATES = [
  'requested',
  'reaching',
  'consulting',
  'three_way',
  'completed',
  'failed',
  'cancelled',
] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];
export type OpenTransferState = Exclude<TransferState, 'completed' | 'failed' | 'cancelled'>;

export function isOpenTransfer(state: TransferState): state is OpenTransferState {
  return NEXT[state].length > 0;
}

const NEXT: Record<TransferState, readonly TransferState[]> = {
  requested: ['reaching', 'failed', 'cancelled'],
  reaching: ['consulting', 'completed', 'failed', 'cancelled'],
  consulting: ['three_way', 'completed', 'failed', 'cancelled'],
  three_way: ['completed', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};

/** The one checked transition. @throws TransitionError when `to` may not follow `from`. */
export function moveTransfer(from: TransferState, to: TransferState): TransferState {
  if (!NEXT[from].includes(to)) throw new TransitionError('transfer', from, to, NEXT[from]);
  return to;
}

/** Longest stay in an open state, ms; at the limit the transfer fails and the talk goes on as it was. */
export function transferLimitMs(state: OpenTransferState): number {
  switch (state) {
    case 'requested':
      return 15_000;
    // two trunks, each with its first response and a whole ring time
    case 'reaching':
      return 300_000;
    case 'consulting':
      return 600_000;
    case 'three_way':
      return 3_600_000;
  }
}

/** What the transfer is asked for with, as it is under lock. */
export interface TransferFacts {
  readonly purpose: CallPurpose;
  /** Another transfer of the same talk that is open. */
  readonly isTransferring: boolean;
  /** Process that owns the call's dialogs. */
  readonly sipInstanceId: string | null;
  readonly target:
    | {
        readonly kind: 'agent';
        readonly isSelf: boolean;
        /** Null: signed out, or busy at this very moment. */
        readonly session: {
          readonly state: AgentState;
          readonly sipInstanceId: string | null;
        } | null;
      }
    | { readonly kind: 'phone'; readonly isPersons: boolean; readonly isDialed: boolean }
    | {
        readonly kind: 'office';
        /** On the list of the call's creditor, and not retired. */
        readonly isListed: boolean;
        /** It is stored as somebody's phone. */
        readonly isSomebodys: boolean;
      };
}

export type TransferRefusal =
  | 'transfer_open'
  | 'to_self'
  | 'agent_not_ready'
  | 'agent_elsewhere'
  | 'not_the_persons'
  | 'already_on_the_line'
  | 'office_not_listed'
  | 'office_is_a_persons'
  | 'locate_call';

/**
 * Why a talk cannot be handed on so; null: it can, but for what the rules say of dialing a number of
 * the person, which the gate is asked. A locate call leads nowhere else: what a third person is told
 * is that somebody is looked for.
 */
export function refuseTransfer(facts: TransferFacts): TransferRefusal | null {
  const { target } = facts;
  if (facts.isTransferring) return 'transfer_open';
  if (target.kind === 'agent') return refuseColleague(target, facts.sipInstanceId);
  if (facts.purpose === 'locate') return 'locate_call';
  if (target.kind === 'phone') {
    if (!target.isPersons) return 'not_the_persons';
    return target.isDialed ? 'already_on_the_line' : null;
  }
  if (!target.isListed) return 'office_not_listed';
  return target.isSomebodys ? 'office_is_a_persons' : null;
}

function refuseColleague(
  { isSelf, session }: Extract<TransferFacts['target'], { kind: 'agent' }>,
  sipInstanceId: string | null,
): TransferRefusal | null {
  if (isSelf) return 'to_self';
  if (session?.state !== 'ready') return 'agent_not_ready';
  // a dialog cannot be handed to another process
  return session.sipInstanceId === sipInstanceId ? null : 'agent_elsewhere';
}
