import type { EventType } from '../../domain/event-type';
import type { AppState } from './app-state';

/** Sent to the agent whose talk is about the account that was paid. */
const PAID: EventType = 'payment.received';

/** What an event changes: in which call a payment came in. */
export function paymentIn(
  event: string,
  { call }: Pick<AppState, 'call'>,
): Partial<Pick<AppState, 'paidAttempt'>> {
  return event === PAID && call !== null ? { paidAttempt: call.attemptId } : {};
}
