/** Names of the events in the outbox and on the live stream: past tense, one list. */
export const EVENT_TYPES = [
  'import.finished',
  'campaign.state_changed',
  'agent.state_changed',
  'attempt.reserved',
  'attempt.refused',
  'attempt.state_changed',
  'attempt.ended',
  'outcome.recorded',
  'promise.made',
  'hold.placed',
  'hold.lifted',
  'consent.given',
  'consent.withdrawn',
  'preference.recorded',
  'preference.removed',
  'contact.recorded',
  'debtor.whereabouts_changed',
  'api_key.revoked',
  'kill_switch.pulled',
  'kill_switch.released',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];
