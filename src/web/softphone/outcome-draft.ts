import {
  AGENT_OUTCOME_CODES,
  type AgentOutcomeCode,
  type PaymentMethod,
  type RootCause,
} from '../../domain/outcome-code';
import { needsField } from '../../domain/outcome-needs';
import { promiseDays } from '../../domain/promise-input';
import { instantOf, zoneOf, zonesOf, type Somebody } from './debtor-time';
import { parseAmount } from './promise-amount';

/** What the agent has filled in so far. */
export interface OutcomeDraft {
  readonly code: AgentOutcomeCode | '';
  readonly rootCause: RootCause | '';
  readonly amount: string;
  readonly dueDate: string;
  readonly method: PaymentMethod | '';
  /** On the wall where the debtor is, as the field for a date and time gives it. */
  readonly callbackAt: string;
  readonly note: string;
}

export const EMPTY_DRAFT: OutcomeDraft = {
  ...{ code: '', rootCause: '', amount: '', dueDate: '', method: '', callbackAt: '', note: '' },
};

/** `peace:` with an instant: the person is left in peace until then. */
export type DraftProblem = 'needed' | 'amount' | 'date' | 'future' | `peace:${string}`;
export type DraftProblems = Readonly<Partial<Record<keyof OutcomeDraft, DraftProblem>>>;

/** Of a third person nothing is asked but where the debtor is. */
const LOCATE_CODES: readonly AgentOutcomeCode[] = [
  'THIRD_PARTY',
  'WRONG_NUMBER',
  'VOICEMAIL',
  'NO_ANSWER',
];

export function possibleCodes(purpose: 'collect' | 'locate'): readonly AgentOutcomeCode[] {
  return purpose === 'locate' ? LOCATE_CODES : AGENT_OUTCOME_CODES;
}

export const asksRootCause = (code: OutcomeDraft['code']): boolean =>
  code !== '' && needsField(code, 'rootCause');

/** What the call's card says of the debt, and the instant. */
export interface DraftFacts extends Somebody {
  readonly currency: string | null;
  readonly amountDueMinor: string | null;
  readonly promiseHorizonDays: number | null;
  readonly now: Date;
}

/** A callback may be agreed so far ahead; the server decides. */
const CALLBACK_DAYS = 60;

/** What is missing or cannot be; the server checks again, by the debtor's calendar. */
export function checkDraft(draft: OutcomeDraft, facts: DraftFacts): DraftProblems {
  const problems: Partial<Record<keyof OutcomeDraft, DraftProblem>> = {};
  if (draft.code === '') problems.code = 'needed';
  if (asksRootCause(draft.code) && draft.rootCause === '') problems.rootCause = 'needed';
  if (draft.code === 'RPC_PTP') Object.assign(problems, checkPromise(draft, facts));
  if (draft.code === 'RPC_CALLBACK') {
    const at = instantOf(draft.callbackAt, zoneOf(facts));
    const aheadMs = (at?.getTime() ?? NaN) - facts.now.getTime();
    if (!(aheadMs > 0 && aheadMs <= CALLBACK_DAYS * 86_400_000)) problems.callbackAt = 'future';
  }
  return problems;
}

function checkPromise(draft: OutcomeDraft, facts: DraftFacts): DraftProblems {
  const amount = parseAmount(draft.amount, facts.currency ?? 'IDR');
  const { dueDate } = draft;
  const { first, last } = promiseDays(facts.now, zonesOf(facts), facts.promiseHorizonDays ?? 0);
  const inTime = dueDate >= first && dueDate <= last;
  return {
    ...(amount === null || amount > BigInt(facts.amountDueMinor ?? '0')
      ? { amount: 'amount' }
      : {}),
    ...(inTime ? {} : { dueDate: 'date' }),
    ...(draft.method === '' ? { method: 'needed' } : {}),
  };
}

/** The body of `POST /v1/attempts/{id}/outcome`; the draft has no problems. */
export function outcomeBody(
  draft: OutcomeDraft,
  { currency, ...somebody }: Pick<DraftFacts, 'currency' | 'zones'>,
): Record<string, unknown> {
  const { code, rootCause, method, dueDate, callbackAt } = draft;
  const note = draft.note.trim();
  const amountMinor = (parseAmount(draft.amount, currency ?? 'IDR') ?? 0n).toString();
  return {
    code,
    ...(asksRootCause(code) ? { rootCause } : {}),
    ...(note === '' ? {} : { note }),
    ...(code === 'RPC_PTP' ? { promise: { amountMinor, dueDate, method } } : {}),
    ...(code === 'RPC_CALLBACK'
      ? { callbackAt: instantOf(callbackAt, zoneOf(somebody))?.toISOString() }
      : {}),
  };
}
