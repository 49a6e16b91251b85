import type { CallPurpose } from './call-facts';
import type { FieldProblem } from './field-problem';
import { needsRootCause, type AgentOutcomeCode, type RootCause } from './outcome-code';
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
}

/** Which fields each code needs, and whether their values make sense. Empty: it is complete. */
export function checkOutcomeInput(input: OutcomeInput, facts: OutcomeCheckFacts): FieldProblem[] {
  const problems = facts.purpose === 'locate' ? checkLocateCode(input.code) : [];
  if (needsRootCause(input.code) && input.rootCause === null) {
    problems.push({
      field: 'rootCause',
      reason: `${input.code} needs the root cause`,
      accepted: 'why the account is in arrears; not_told when the debtor did not say',
    });
  }
  return [...problems, ...checkCallback(input, facts), ...checkPromise(input, facts)];
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
  if (code !== 'RPC_CALLBACK') {
    return callbackAt === null ? [] : [superfluous('callbackAt', code, 'RPC_CALLBACK')];
  }
  if (callbackAt === null) {
    return [{ field: 'callbackAt', reason: 'RPC_CALLBACK needs it', accepted: TIME_AHEAD }];
  }
  const problem = timeAheadProblem('callbackAt', callbackAt, facts.now);
  return problem === null ? [] : [problem];
}

function checkPromise(input: OutcomeInput, facts: OutcomeCheckFacts): FieldProblem[] {
  const { code, promise } = input;
  if (code !== 'RPC_PTP') {
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
