import { createHash } from 'node:crypto';
import type { CallerIds } from '../src/domain/campaign-document/caller-ids';

/**
 * The numbers that a person may be shown, the one that they shall see first; empty: the trunk's own.
 * The order of a person is fixed by a hash (rendezvous hashing: Thaler and Ravishankar, IEEE/ACM
 * Transactions on Networking 1998), so that they always know who calls and can call back, and a
 * number that joins or leaves the list changes only what those see who had it or get it.
 * A later one is for when no trunk of the first is there.
 * @param person.province ISO 3166-2 of the address; null: unknown
 */
export function callerIdOrder(
  { callerId, callerIds, callerIdByProvince = {} }: CallerIds,
  person: { readonly debtorId: string; readonly province: string | null },
): string[] {
  const own = person.province === null ? undefined : callerIdByProvince[person.province];
  const weights = new Map(
    (callerIds ?? []).map((one) => [one, weightOf(`${person.debtorId} ${one}`)] as const),
  );
  const listed = [...weights].sort(([, a], [, b]) => b - a).map(([one]) => one);
  const others = callerId === undefined ? listed : [callerId];
  return own === undefined ? others : [own, ...others.filter((one) => one !== own)];
}

const weightOf = (text: string): number =>
  createHash('sha256').update(text).digest().readUIntBE(0, 6);
