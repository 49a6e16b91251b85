import type { CallFacts, ContactEvent } from '../../src/domain/call-facts';

/** A live call to a consumer's mobile in Jakarta about a loan; nothing stands against it. */
export function makeFacts(over: Partial<CallFacts> = {}): CallFacts {
  return {
    zones: ['Asia/Jakarta'],
    target: 'consumer',
    collector: 'third_party',
    person: 'P1',
    debt: { id: 'D1', kind: 'loan', dpd: 30 },
    number: 'N1',
    place: 'mobile',
    line: 'mobile',
    mode: 'live',
    consents: [],
    preferences: [],
    holds: [],
    ...over,
  };
}

/** A call that nobody answered, placed to the person of `makeFacts` about that debt. */
export function makeContact(at: string, over: Partial<ContactEvent> = {}): ContactEvent {
  return {
    at,
    outcome: 'no_answer',
    direction: 'out',
    person: 'P1',
    debts: ['D1'],
    number: 'N1',
    place: 'mobile',
    mode: 'live',
    ...over,
  };
}
