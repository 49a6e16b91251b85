import { ATTEMPT_RESULTS, type AttemptResult } from '../../../../src/domain/attempt-result';
import type { ContactOutcome } from '../../../../src/domain/call-facts';
import { contactOutcomeOf } from '../../../../src/domain/contact-outcome';
import { OUTCOME_CODES } from '../../../../src/domain/outcome-code';

const ended = (result: AttemptResult, code: (typeof OUTCOME_CODES)[number] | null = null) =>
  contactOutcomeOf({ state: 'ended', result, code });

describe('contactOutcomeOf', () => {
  const BY_RESULT: Record<AttemptResult, ContactOutcome | null> = {
    connected: 'conversation',
    busy: 'busy',
    no_answer: 'no_answer',
    rejected: 'no_answer',
    cancelled: 'no_answer',
    unreachable: 'not_connected',
    network_failure: 'not_connected',
    invalid: 'sit_invalid',
    abandoned: 'abandoned',
    unknown: 'unknown',
    blocked_by_rule: null,
    expired: null,
  };
  it.each(ATTEMPT_RESULTS.map((result) => [result, BY_RESULT[result]] as const))(
    '%s is %s',
    (result, outcome) => {
      expect(ended(result)).toBe(outcome);
    },
  );

  it('counts an open attempt as reserved, a talk under way as conversation', () => {
    for (const state of ['reserved', 'dialing', 'ringing', 'answered'] as const)
      expect(contactOutcomeOf({ state, result: null, code: null })).toBe('reserved');
    expect(contactOutcomeOf({ state: 'connected', result: null, code: null })).toBe('conversation');
  });

  it('tells who answered by the outcome of the talk', () => {
    for (const code of OUTCOME_CODES.filter((each) => each.startsWith('RPC_')))
      expect(ended('connected', code)).toBe('conversation');
    for (const code of ['THIRD_PARTY', 'WRONG_PARTY', 'WRONG_NUMBER', 'DECEASED'] as const)
      expect(ended('connected', code)).toBe('answered_other');
    expect(ended('connected', 'VOICEMAIL')).toBe('voicemail_left');
    expect(ended('connected', 'NO_ANSWER')).toBe('no_answer');
  });
});
