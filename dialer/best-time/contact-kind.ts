import type { AttemptResult } from '../../src/domain/attempt-result';
import { isRightParty, type OutcomeCode } from '../../src/domain/outcome-code';

/** What a dial says about the moment: who was reached, if anybody. */
export const CONTACT_KINDS = ['nobody', 'somebody', 'right_party'] as const;
export type ContactKind = (typeof CONTACT_KINDS)[number];

const KINDS: Readonly<Partial<Record<OutcomeCode, ContactKind>>> = {
  THIRD_PARTY: 'somebody',
  WRONG_PARTY: 'somebody',
  WRONG_NUMBER: 'somebody',
  ABANDONED: 'somebody',
  NO_ANSWER: 'nobody',
  VOICEMAIL: 'nobody',
  BUSY: 'nobody',
  REJECTED: 'nobody',
  UNREACHABLE: 'nobody',
};

/**
 * What an attempt with its outcome teaches; null: nothing. A network that failed, a dead number
 * and an end that nobody saw say nothing about when the person answers.
 */
export function contactKindOf(result: AttemptResult, code: OutcomeCode): ContactKind | null {
  if (isRightParty(code)) return 'right_party';
  return result === 'network_failure' ? null : (KINDS[code] ?? null);
}
