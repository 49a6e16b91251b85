import type { Queryable } from '../../src/db/database';
import { takeTrial } from '../../src/db/trunk-health';
import {
  listUsableTrunks,
  readDialedNumber,
  takeInviteSlot,
  type Trunk,
} from '../../src/db/trunk-routing';
import { routeTrunks } from '../../src/domain/trunk-route';
import { inPersonsOrder } from './customer-target';

/** Longest wait for an INVITE slot, ms: the claim comes after it, and the permit must still hold. */
const MAX_SLOT_WAIT_MS = 1_500;

export type TrunkChoice =
  | {
      readonly kind: 'chosen';
      /** With the numbers alone that it may show on this way, in the person's order, and its price. */
      readonly trunk: Trunk;
      /** Wait this long before the INVITE leaves, ms. */
      readonly waitMs: number;
    }
  /** Why none can take the call now. */
  | {
      readonly kind: 'none';
      readonly reason: 'no_trunk' | 'country_not_allowed' | 'trunks_capped' | 'trunk_busy';
    };

/** The best trunk for the number ({@link routeTrunks}) that has a channel and a slot soon. */
export async function chooseTrunk(
  db: Queryable,
  wishes: {
    readonly trunkIds: readonly string[] | null;
    /** E.164, the wished one first; empty: any. */
    readonly callerIds: readonly string[];
    readonly tried: readonly string[];
    /** Whose number is called. */
    readonly phoneId: string;
  },
): Promise<TrunkChoice> {
  const { trunkIds, callerIds, tried, phoneId } = wishes;
  const [usable, dialed] = await Promise.all([
    listUsableTrunks(db, trunkIds),
    readDialedNumber(db, phoneId),
  ]);
  const untried = usable.filter(({ id }) => !tried.includes(id));
  const left = untried.filter(({ capReached }) => capReached === null);
  const { order, passedOver } = routeTrunks(left, { ...dialed, callerIds });
  for (const way of order) {
    const { callerIds: shown, ownCallerIds, costPerMinuteMinor } = way;
    const ordered = inPersonsOrder(ownCallerIds, phoneId).filter((one) => shown.includes(one));
    const trunk = { ...way.trunk, callerIds: ordered, costPerMinuteMinor };
    const slot = await takeInviteSlot(db, trunk.id, MAX_SLOT_WAIT_MS);
    if (slot.kind !== 'granted') continue;
    if (!trunk.isOnTrial || (await takeTrial(db, trunk.id)))
      return { kind: 'chosen', trunk, waitMs: slot.waitMs };
  }
  if (order.length > 0) return { kind: 'none', reason: 'trunk_busy' };
  const isAbroad = passedOver.some(({ reason }) => reason === 'country_not_allowed');
  const isSpent = passedOver.some(({ reason }) => reason === 'caller_id_limit');
  if ((untried.length > left.length || isSpent) && !isAbroad)
    return { kind: 'none', reason: 'trunks_capped' };
  return { kind: 'none', reason: isAbroad ? 'country_not_allowed' : 'no_trunk' };
}
