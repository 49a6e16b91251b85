import { ALIKE_BELOW_DB, unlikeness } from './sound-print';

/**
 * What an announcement before the answer says of the number: its phone is off; it is in a call; out of
 * reach; there is no such number; something else (a tone, "no credit").
 */
export const ANNOUNCEMENT_CLASSES = [
  'inactive',
  'busy',
  'unreachable',
  'invalid',
  'other',
] as const;
export type AnnouncementClass = (typeof ANNOUNCEMENT_CLASSES)[number];

/** One that was heard before; null: nobody has said what it is. */
export interface KnownAnnouncement {
  readonly id: string;
  readonly print: Uint8Array;
  readonly class: AnnouncementClass | null;
}

/** Which of them it is, and what that says; class null: nobody knows, or they say different things. */
export interface Recognized {
  readonly id: string;
  readonly class: AnnouncementClass | null;
}

/** The known announcement that is most like a sound; null: none is. */
export function recognize(
  print: Uint8Array,
  known: readonly KnownAnnouncement[],
): Recognized | null {
  const alike = known
    .map((one) => ({ one, by: unlikeness(print, one.print, ALIKE_BELOW_DB) }))
    .filter(({ by }) => by < ALIKE_BELOW_DB)
    .sort((a, b) => a.by - b.by);
  const [nearest] = alike;
  if (nearest === undefined) return null;
  const classes = new Set(alike.flatMap(({ one }) => one.class ?? []));
  const [only = null] = classes;
  return { id: nearest.one.id, class: classes.size === 1 ? only : null };
}
