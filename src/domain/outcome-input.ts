import type { CallPurpose } from './call-facts';
import type { FieldProblem } from './field-problem';
import type { AgentOutcomeCode, RootCause } from './outcome-code';
import { checkGuided, needsField, type TalkFacts } from './outcome-needs';
import { checkPromiseInput, type PromiseCheckFacts, type PromiseInput } from './promise-input';
import { TIME_AHEAD, timeAheadProblem } from './time-ahead';

/** What the agent says after the talk. */
export interface OutcomeInput {
  readonly code: AgentOutcomeCode;
  readonly rootCause: RootCause | null;
  readonly note: string | null;
  readonly callbackAt: Date | null;
  readonly promise: PromiseInput | null;
}

export interface OutcomeCheckFacts extends PromiseCheckFacts {
  /** What the call was for; absent: to collect. */
  readonly purpose?: CallPurpose;
  /** What was told of the talk; absent: nothing is asked of it. */
  readonly talk?: TalkFacts;
  /** After a conflict in it the person is left in peace until then. */
  readonly coolDownUntil?: Date | null;
}

/** Which fields each code needs, and whether their values make sense. Empty: it is complete. */
export function checkOutcomeInput(input: OutcomeInput, facts: OutcomeCheckFacts): FieldProblem[] {
  const problems = facts.purpose === 'locate' ? checkLocateCode(input.code) : [];
  if (needsField(input.code, 'rootCause') && input.rootCause === null) {
    problems.push({
      field: 'rootCause',
      reason: `${input.code} needs the root cause`,
      accepted: 'why the account is in arrears; not_told when the debtor did not say',
    });
  }
  return [
    ...problems,
    ...checkCallback(input, facts),
    ...checkPromise(input, facts),
    ...(facts.talk === undefined ? [] : checkGuided(input.code, facts.talk)),
  ];
}

/** A third person was asked where the debtor is: there is nothing to tell of the debt. */
const LOCATE_CODES: readonly AgentOutcomeCode[] = [
  'THIRD_PARTY',
  'WRONG_NUMBER',
  'VOICEMAIL',
  'NO_ANSWER',
];

function checkLocateCode(code: AgentOutcomeCode): FieldProblem[] {
  if (LOCATE_CODES.includes(code)) return [];
  const reason = 'the call was to a third person, only to learn where the debtor is';
  return [{ field: 'code', reason, accepted: LOCATE_CODES.join(', ') }];
}

function checkCallback(input: OutcomeInput, facts: OutcomeCheckFacts): FieldProblem[] {
  const { code, callbackAt } = input;
  if (!needsField(code, 'callbackAt')) {
    return callbackAt === null ? [] : [superfluous('callbackAt', code, 'RPC_CALLBACK')];
  }
  if (callbackAt === null) {
    return [{ field: 'callbackAt', reason: 'RPC_CALLBACK needs it', accepted: TIME_AHEAD }];
  }
  const problem = timeAheadProblem('callbackAt', callbackAt, facts.now);
  if (problem !== null) return [problem];
  const { coolDownUntil = null } = facts;
  if (coolDownUntil === null || callbackAt >= coolDownUntil) return [];
  const reason = 'the person is left in peace after the conflict';
  return [{ field: 'callbackAt', reason, accepted: `${coolDownUntil.toISOString()} or later` }];
}

function checkPromise(input: OutcomeInput, facts: OutcomeCheckFacts): FieldProblem[] {
  const { code, promise } = input;
  if (!needsField(code, 'promise')) {
    return promise === null ? [] : [superfluous('promise', code, 'RPC_PTP')];
  }
  if (promise === null) {
    const accepted = 'amountMinor, dueDate and method of the promise';
    return [{ field: 'promise', reason: 'RPC_PTP needs it', accepted }];
  }
  return checkPromiseInput(promise, facts);
}

function superfluous(field: string, code: string, owner: string): FieldProblem {
  return { field, reason: `does not belong to ${code}`, accepted: `leave it out, or ${owner}` };
}
