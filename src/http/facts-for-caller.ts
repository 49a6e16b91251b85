import type { GateFacts } from '../../dialer/gate-facts';
import type { Caller } from '../db/api-keys';

/**
 * The facts of a decision as the caller may see them. To a key that is bound to creditors, of what
 * others' calls to the person counted only when they were and that they were others' is shown; the
 * hash in the record is over the whole.
 * @param kept as JSON.parse gives it
 */
export function factsForCaller(kept: unknown, { creditorIds }: Caller): unknown {
  // facts of before version 2 have no ledger in them
  const facts = kept as Partial<GateFacts>;
  if (creditorIds === null || !Array.isArray(facts.events)) return kept;
  const events = (facts as GateFacts).events.map((event) =>
    event.creditor !== undefined && creditorIds.includes(event.creditor)
      ? event
      : { at: event.at, direction: event.direction, ofAnotherCreditor: true },
  );
  return { ...facts, events };
}
