import type { Queryable } from '../../src/db/database';
import { takeTrial } from '../../src/db/trunk-health';
import { listUsableTrunks, takeInviteSlot, type Trunk } from '../../src/db/trunk-routing';

/** Longest wait for an INVITE slot, ms: the claim comes after it, and the permit must still hold. */
const MAX_SLOT_WAIT_MS = 1_500;

export type TrunkChoice =
  | {
      readonly kind: 'chosen';
      readonly trunk: Trunk;
      /** Wait this long before the INVITE leaves, ms. */
      readonly waitMs: number;
    }
  /** Why none can take the call now. */
  | { readonly kind: 'none'; readonly reason: 'no_trunk' | 'trunk_busy' };

/**
 * The trunk of the highest priority that may show the number, has a channel and a slot soon. The
 * number is the first that any trunk left may show: of one whose trunks are busy nobody is shown
 * another.
 */
export async function chooseTrunk(
  db: Queryable,
  wishes: {
    readonly trunkIds: readonly string[] | null;
    /** E.164, the wished one first; empty: any. */
    readonly callerIds: readonly string[];
    readonly tried: readonly string[];
  },
): Promise<TrunkChoice> {
  const { trunkIds, callerIds, tried } = wishes;
  const left = (await listUsableTrunks(db, trunkIds)).filter(({ id }) => !tried.includes(id));
  const shown = callerIds.find((one) => left.some((trunk) => trunk.callerIds.includes(one)));
  const trunks =
    callerIds.length === 0
      ? left
      : left.filter((trunk) => shown !== undefined && trunk.callerIds.includes(shown));
  for (const trunk of trunks) {
    const slot = await takeInviteSlot(db, trunk.id, MAX_SLOT_WAIT_MS);
    if (slot.kind !== 'granted') continue;
    if (!trunk.isOnTrial || (await takeTrial(db, trunk.id)))
      return { kind: 'chosen', trunk, waitMs: slot.waitMs };
  }
  return { kind: 'none', reason: trunks.length === 0 ? 'no_trunk' : 'trunk_busy' };
}
