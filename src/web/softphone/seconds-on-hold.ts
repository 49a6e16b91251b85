import type { AgentState } from '../../domain/agent-state';
import type { EventType } from '../../domain/event-type';

interface Hold {
  readonly session: { readonly state: AgentState; readonly stateSince: string } | null;
  /** Since when the hold is that the agent was reminded of. */
  readonly remindedHold: string | null;
  readonly nowMs: number;
}

/** Told by the server again and again while a customer waits for long. */
const HOLD_REMINDED: EventType = 'call.hold_reminded';

/** What an event changes: which hold the agent was reminded of. */
export function reminderIn(
  event: string,
  { session }: Pick<Hold, 'session'>,
): Partial<Pick<Hold, 'remindedHold'>> {
  return event === HOLD_REMINDED ? { remindedHold: session?.stateSince ?? null } : {};
}

/** How long the customer has been waiting, once the agent was reminded of this hold; null: no hint. */
export function secondsOnHold({ session, remindedHold, nowMs }: Hold): number | null {
  if (session?.state !== 'hold' || session.stateSince !== remindedHold) return null;
  return Math.max(0, Math.round((nowMs - Date.parse(session.stateSince)) / 1_000));
}
