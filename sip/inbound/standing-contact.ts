import type { OpenContact } from '../../src/db/inbound-calls';

/**
 * Somebody calls to whom attempts are open. A person has at most one: who is talked to, or whose other
 * call rings with an agent, is busy; what rings at them is taken back, and they are connected instead.
 */
export function standingContact(
  open: readonly Pick<OpenContact, 'direction' | 'state'>[],
): 'none' | 'taken_back' | 'busy' {
  if (open.length === 0) return 'none';
  const isTalk = open.some(
    ({ direction, state }) => direction === 'in' || state === 'answered' || state === 'connected',
  );
  return isTalk ? 'busy' : 'taken_back';
}
