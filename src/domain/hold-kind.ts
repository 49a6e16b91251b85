import type { OutcomeCode } from './outcome-code';

/**
 * Why a person, an account or a number is not to be called: the closed list. What each kind stops
 * is a rule's to say; the base rules stop every call under any of them.
 */
export const HOLD_KINDS = [
  /** The person asked not to be called. */
  'cease',
  /** On a do-not-call list, ours or the public one. */
  'dnc',
  /** A lawyer speaks for the person. */
  'attorney',
  'dispute',
  'complaint',
  'hardship',
  'bankruptcy',
  'breathing_space',
  'mental_health_moratorium',
  /** Limited capacity to understand or decide. */
  'capacity',
  'vulnerable',
  'mourning',
  'deceased',
  /** A disaster where the person lives. */
  'disaster',
  /** The number belongs to somebody else. */
  'wrong_number',
  'employer_prohibits',
  /** Processing restricted at the person's request (UU 27/2022, articles 10 and 11). */
  'pdp_restriction',
  /** The matter is before a court. */
  'legal_proceedings',
  /** A payment is on its way and not yet booked. */
  'payment_pending',
  /** A payment came in that leaves a rest: the days of quiet that the creditor gives after one. */
  'payment_received',
  /** A promise to pay is open: until its due date and grace are over. */
  'promise',
  /** A payment plan runs and is being kept. */
  'plan',
  /** A payment was put off by agreement. */
  'deferment',
  /** After a conflict the person is left in peace. */
  'cool_down',
  /** Somebody else collects now: an agency, or a visit. */
  'handed_over',
] as const;
export type HoldKind = (typeof HOLD_KINDS)[number];

/** What a rule may stop calls under: the last is foreign law's alone, and is placed by nobody here. */
export const RULE_HOLD_KINDS = [...HOLD_KINDS, 'debt_adviser'] as const;
export type RuleHoldKind = (typeof RULE_HOLD_KINDS)[number];

/** What an agent may place on the person of the call that the agent is in. */
export const AGENT_HOLD_KINDS = [
  'cease',
  'dispute',
  'wrong_number',
] as const satisfies readonly HoldKind[];

/** A hold on what the talk was about: the account, the whole person, or the person's number. */
export interface OutcomeHold {
  readonly kind: HoldKind;
  readonly on: 'account' | 'person' | 'number';
}

/** Outcomes after which nobody is to be called until somebody has decided: the one place. */
const HOLD_OF_OUTCOME: Readonly<Partial<Record<OutcomeCode, OutcomeHold>>> = {
  RPC_DISPUTE: { kind: 'dispute', on: 'account' },
  RPC_HARDSHIP: { kind: 'hardship', on: 'account' },
  DECEASED: { kind: 'deceased', on: 'person' },
  WRONG_PARTY: { kind: 'wrong_number', on: 'number' },
  WRONG_NUMBER: { kind: 'wrong_number', on: 'number' },
};

export function holdOfOutcome(code: OutcomeCode): OutcomeHold | null {
  return HOLD_OF_OUTCOME[code] ?? null;
}
