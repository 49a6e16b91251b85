import type { CallerAccount } from '../../src/db/inbound-lookup';
import type { KnownCaller } from '../../src/db/inbound-calls';

/** Whose number it is that calls. */
export interface CallerMatch {
  /** How many people: a number may be shared. */
  readonly matches: number;
  /** The one person that it can only be; null: none, or several. */
  readonly person: KnownCaller | null;
}

/**
 * Whose own number it is, from all accounts of all who have it. The call is about the account that is
 * open and was called about last, else the one that is due longest. Of several people nobody is taken:
 * the agent has to ask, before anything of anybody is told.
 */
export function matchCaller(accounts: readonly CallerAccount[]): CallerMatch {
  const matches = new Set(accounts.map(({ debtorId }) => debtorId)).size;
  if (matches !== 1) return { matches, person: null };
  const [best] = accounts.toSorted(
    (a, b) =>
      Number(b.status === 'open') - Number(a.status === 'open') ||
      (b.lastAttemptAt?.getTime() ?? 0) - (a.lastAttemptAt?.getTime() ?? 0) ||
      a.dueDate.localeCompare(b.dueDate) ||
      a.accountId.localeCompare(b.accountId),
  );
  if (best === undefined) return { matches, person: null };
  const { debtorId, phoneId, accountId, creditorId } = best;
  return { matches, person: { debtorId, phoneId, accountId, creditorId } };
}
