import type { TrunkSignal } from '../../src/domain/trunk-health';
import { mayTryNextTrunk } from './fail-over';
import type { LegEnd } from './sip-outcome';

/** What the end of a debtor's leg tells of the trunk; null: nothing (we gave it up ourselves). */
export function trunkSignalOf(end: LegEnd | { readonly kind: 'answered' }): TrunkSignal | null {
  switch (end.kind) {
    case 'answered':
    case 'answered_alone':
    case 'ring_timeout':
      return { by: 'call', kind: 'heard' };
    case 'refused':
      // the network's refusal, not the person's: what another trunk is tried for
      return mayTryNextTrunk(end, false)
        ? { by: 'call', kind: 'failed', reason: `answered_${end.status}` }
        : { by: 'call', kind: 'heard' };
    case 'no_first_response':
      return { by: 'call', kind: 'missed', reason: 'no_first_response' };
    case 'no_ringing':
    case 'withdrawn':
    case 'not_sent':
    case 'signalling_lost':
      return null;
  }
}

/** Longest wait for the answer to OPTIONS, ms. */
export const OPTIONS_DEADLINE_MS = 4_000;

/**
 * What the answer to OPTIONS tells (0: none came). Any answer of the trunk itself will do, 404, 405
 * and 501 too: it need not serve OPTIONS to be there. 503 is said by who has no way to it as well,
 * and 408 by our own transaction (RFC 3261, 17.1.2.2, Timer F).
 *
 * @param failure why our own side could not send it, as a certificate that does not fit; null: unknown
 */
export function optionsSignalOf(status: number, failure: string | null = null): TrunkSignal {
  if (failure !== null) return { by: 'options', kind: 'missed', reason: failure };
  if (status === 0 || status === 408)
    return { by: 'options', kind: 'missed', reason: 'no_answer_to_options' };
  if (status >= 502 && status <= 504)
    return { by: 'options', kind: 'missed', reason: `answered_${status}` };
  return { by: 'options', kind: 'heard' };
}
