import type { LegEnd } from './sip-outcome';

/** The trunk itself refused us, not the person: 401, 402, 403, 407 after our credentials. */
const TRUNK_REFUSED: readonly number[] = [401, 402, 403, 407];

/**
 * May the same attempt go on to the next trunk (features F2)? Only on network classes, only before
 * any 18x, and only when what became of this INVITE is known: then nobody's phone can ring twice.
 * A hop that stayed silent counts as known, because its INVITE is cancelled and an answer that
 * still comes is ended at once.
 */
export function mayTryNextTrunk(end: LegEnd, alerted: boolean): boolean {
  if (alerted) return false;
  switch (end.kind) {
    case 'refused':
      return (end.status >= 500 && end.status < 600) || TRUNK_REFUSED.includes(end.status);
    case 'no_first_response':
    case 'not_sent':
      return true;
    case 'no_ringing':
    case 'ring_timeout':
    case 'withdrawn':
    case 'answered_alone':
    case 'signalling_lost':
      return false;
  }
}
