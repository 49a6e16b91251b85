/** What is played to callers and debtors without an agent. */
export const ANNOUNCEMENT_KINDS = [
  /** To a caller while an agent's phone rings. */
  'queue_music',
  /** To a debtor who answered, when there is no agent to talk to. */
  'safe_message',
  /** To the debtor, before a talk that is recorded. */
  'recording_notice',
  /** To a debtor on hold. */
  'hold_tone',
] as const;
export type AnnouncementKind = (typeof ANNOUNCEMENT_KINDS)[number];

export const ANNOUNCEMENT_LANGUAGES = ['id', 'en'] as const;
export type AnnouncementLanguage = (typeof ANNOUNCEMENT_LANGUAGES)[number];

/** Is something said in it? Such a one comes with its words, and nothing built in stands for it. */
export const isSpoken = (kind: AnnouncementKind): boolean =>
  kind === 'safe_message' || kind === 'recording_notice';

export interface AnnouncementChoice {
  readonly kind: AnnouncementKind;
  readonly language: AnnouncementLanguage;
  /** Null: of the house. */
  readonly creditorId: string | null;
}

/**
 * The one to be played to somebody, among those in force of the creditor and the house. What is said
 * must be understood, so its language comes first; music comes from the creditor first. Null: none.
 */
export function chooseAnnouncement<T extends AnnouncementChoice>(
  candidates: readonly T[],
  { kind, language }: { readonly kind: AnnouncementKind; readonly language: string },
): T | null {
  const inLanguage = (one: T): number => Number(one.language === language);
  const isOwn = (one: T): number => Number(one.creditorId !== null);
  const [first, second] = isSpoken(kind) ? [inLanguage, isOwn] : [isOwn, inLanguage];
  const [best] = candidates
    .filter((one) => one.kind === kind)
    .sort((a, b) => first(b) - first(a) || second(b) - second(a));
  return best ?? null;
}
