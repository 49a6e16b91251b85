import { DateTime } from 'luxon';
import { minorDigits } from '../../domain/money';
import {
  isRightParty,
  type AgentOutcomeCode,
  type PaymentMethod,
  type RootCause,
} from '../../domain/outcome-code';
import { needsField } from '../../domain/outcome-needs';
import { seededDraws, type Draws } from './seeded-draws';

/** How long an agent talks and writes, ms. */
export interface TalkPlan {
  readonly talkMs: number;
  readonly wrapUpMs: number;
}

/** Body of `POST /v1/attempts/:id/outcome`. */
export interface SpokenOutcome {
  readonly code: AgentOutcomeCode;
  readonly rootCause?: RootCause;
  readonly note?: string;
  readonly callbackAt?: string;
  readonly promise?: {
    readonly amountMinor: string;
    readonly dueDate: string;
    readonly method: PaymentMethod;
  };
}

export interface TalkFacts {
  /** Seed, agent and number of the talk: equal ones give equal talks. */
  readonly seed: string;
  readonly agent: string;
  readonly talkNumber: number;
  /** Who was on the line; null: nobody said. */
  readonly speaker: string | null;
}

export interface DebtFacts {
  readonly amountDueMinor: bigint;
  readonly currency: string;
  readonly now: Date;
}

const CODES: readonly (readonly [number, AgentOutcomeCode])[] = [
  [46, 'RPC_PTP'],
  [11, 'RPC_CALLBACK'],
  [10, 'RPC_REFUSE'],
  [6, 'RPC_HARDSHIP'],
  [6, 'RPC_PAID_CLAIM'],
  [4, 'RPC_DISPUTE'],
  [8, 'THIRD_PARTY'],
  [4, 'WRONG_NUMBER'],
  [2, 'WRONG_PARTY'],
];
const CAUSES: readonly (readonly [number, RootCause])[] = [
  [22, 'forgot'],
  [24, 'salary_late'],
  [12, 'income_lost'],
  [8, 'illness'],
  [9, 'family_emergency'],
  [9, 'over_indebted'],
  [6, 'payment_channel_problem'],
  [4, 'other'],
  [6, 'not_told'],
];
const FITTING_CAUSE: Partial<Record<AgentOutcomeCode, RootCause>> = {
  RPC_DISPUTE: 'product_dispute',
  RPC_HARDSHIP: 'income_lost',
  RPC_REFUSE: 'unwilling',
};
const METHODS: readonly (readonly [number, PaymentMethod])[] = [
  [35, 'virtual_account'],
  [20, 'bank_transfer'],
  [20, 'qris'],
  [12, 'e_wallet'],
  [10, 'retail_outlet'],
  [3, 'cash_at_branch'],
];
/** The easternmost zone: a date that is in the future there is in the future everywhere. */
const FIRST_ZONE = 'Asia/Jayapura';

/** Two to six seconds of talk; a voicemail is noticed sooner. */
export function planTalk(facts: TalkFacts): TalkPlan {
  const draws = drawsOf(facts, 'talk');
  const talkMs = facts.speaker === 'voicemail' ? [1_500, 2_500] : [2_000, 6_000];
  return {
    talkMs: draws.integer(talkMs[0] ?? 0, talkMs[1] ?? 0),
    wrapUpMs: draws.integer(500, 2_000),
  };
}

/**
 * What came of the talk: always something that the API accepts.
 * @param wanted what it is to be; null: whatever is drawn
 */
export function planOutcome(
  facts: TalkFacts,
  debt: DebtFacts,
  wanted: AgentOutcomeCode | null = null,
): SpokenOutcome {
  const draws = drawsOf(facts, 'outcome');
  const drawn = codeOf(facts, draws, wanted);
  if (drawn === 'VOICEMAIL') return { code: drawn };
  // nobody can promise a part of nothing
  const code = drawn === 'RPC_PTP' && debt.amountDueMinor <= 0n ? 'RPC_PAID_CLAIM' : drawn;
  const rootCause = FITTING_CAUSE[code] ?? draws.choose(CAUSES);
  return {
    code,
    ...(needsField(code, 'rootCause') ? { rootCause } : {}),
    ...(code === 'RPC_PTP' ? { promise: promiseOf(draws, debt) } : {}),
    ...(code === 'RPC_CALLBACK' ? { callbackAt: callbackOf(draws, debt.now) } : {}),
  };
}

/** Is it the debtor who speaks, as the outcome will say? */
export function isDebtorSpeaking(facts: TalkFacts): boolean {
  return isRightParty(codeOf(facts, drawsOf(facts, 'outcome'), null));
}

function codeOf(facts: TalkFacts, draws: Draws, wanted: AgentOutcomeCode | null): AgentOutcomeCode {
  if (facts.speaker === 'voicemail') return 'VOICEMAIL';
  return wanted ?? draws.choose(CODES);
}

function drawsOf({ seed, agent, talkNumber }: TalkFacts, what: string): Draws {
  return seededDraws(seed, agent, talkNumber, what);
}

function promiseOf(draws: Draws, debt: DebtFacts): NonNullable<SpokenOutcome['promise']> {
  const part = draws.choose([
    [45, 1n],
    [35, 2n],
    [20, 3n],
  ]);
  // within the seven days of an account that is up to 30 days past due, in whichever zone
  const days = draws.integer(1, 6);
  return {
    amountMinor: roundedPart(debt, part).toString(),
    dueDate: DateTime.fromJSDate(debt.now, { zone: FIRST_ZONE }).plus({ days }).toISODate() ?? '',
    method: draws.choose(METHODS),
  };
}

/** The whole, or a part of it in round ten thousands where that leaves anything. */
function roundedPart({ amountDueMinor, currency }: DebtFacts, part: bigint): bigint {
  if (part === 1n) return amountDueMinor;
  const step = 10_000n * 10n ** BigInt(minorDigits(currency));
  const rounded = (amountDueMinor / part / step) * step;
  return rounded > 0n ? rounded : amountDueMinor;
}

function callbackOf(draws: Draws, now: Date): string {
  const hours = draws.integer(2, 72);
  return new Date(now.getTime() + hours * 3_600_000).toISOString();
}
