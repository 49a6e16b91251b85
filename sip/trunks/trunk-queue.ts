import type { Queryable } from '../../src/db/database';
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

/** The trunk of the highest priority that may show the number, has a channel and a slot soon. */
export async function chooseTrunk(
  db: Queryable,
  wishes: {
    readonly trunkIds: readonly string[] | null;
    readonly callerId: string | null;
    readonly tried: readonly string[];
  },
): Promise<TrunkChoice> {
  const { trunkIds, callerId, tried } = wishes;
  const trunks = (await listUsableTrunks(db, trunkIds)).filter(
    (trunk) =>
      !tried.includes(trunk.id) && (callerId === null || trunk.callerIds.includes(callerId)),
  );
  for (const trunk of trunks) {
    const slot = await takeInviteSlot(db, trunk.id, MAX_SLOT_WAIT_MS);
    if (slot.kind === 'granted') return { kind: 'chosen', trunk, waitMs: slot.waitMs };
  }
  return { kind: 'none', reason: trunks.length === 0 ? 'no_trunk' : 'trunk_busy' };
}
