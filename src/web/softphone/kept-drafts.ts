import { EMPTY_DRAFT, type OutcomeDraft } from './outcome-draft';
import type { ReflectionDraft } from './reflection-draft';
import { EMPTY_TALK, type TalkDraft } from './talk-draft';

/** What of a browser's storage is used. */
export interface DraftStorage {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

export interface Drafts {
  readonly draft: OutcomeDraft;
  readonly talk: TalkDraft;
}

export const EMPTY_DRAFTS: Drafts = { draft: EMPTY_DRAFT, talk: EMPTY_TALK };

const PLACE = 'santun.drafts';

/** Of one call alone: the next call's take their place. */
export function keepDrafts(storage: DraftStorage, attemptId: string, drafts: Drafts): void {
  storage.setItem(PLACE, JSON.stringify({ attemptId, ...drafts }));
}

/** What was typed of this call before the page was loaded anew; empty drafts when nothing was. */
export function keptDrafts(storage: DraftStorage, attemptId: string): Drafts {
  const kept = read(storage.getItem(PLACE));
  if (kept?.attemptId !== attemptId) return EMPTY_DRAFTS;
  return { draft: fill(EMPTY_DRAFT, kept.draft), talk: fill(EMPTY_TALK, kept.talk) };
}

export function dropDrafts(storage: DraftStorage): void {
  storage.removeItem(PLACE);
}

const REFLECTION_PLACE = 'santun.reflection';

export function keepReflection(storage: DraftStorage, draft: ReflectionDraft): void {
  storage.setItem(REFLECTION_PLACE, JSON.stringify(draft));
}

/** What was written of this conflict before the page was loaded anew. @param empty of the conflict */
export function keptReflection(storage: DraftStorage, empty: ReflectionDraft): ReflectionDraft {
  const kept = fill(empty, read(storage.getItem(REFLECTION_PLACE)));
  return kept.conflictId === empty.conflictId ? kept : empty;
}

export function dropReflection(storage: DraftStorage): void {
  storage.removeItem(REFLECTION_PLACE);
}

interface Kept {
  readonly attemptId?: unknown;
  readonly draft?: unknown;
  readonly talk?: unknown;
}

function read(text: string | null): Kept | null {
  try {
    const kept: unknown = JSON.parse(text ?? 'null');
    return typeof kept === 'object' ? kept : null;
  } catch {
    return null;
  }
}

/** An older page knew other fields: each counts only where it is of the kind that is expected. */
function fill<Draft extends object>(empty: Draft, kept: unknown): Draft {
  if (typeof kept !== 'object' || kept === null) return empty;
  const told = kept as Readonly<Record<string, unknown>>;
  const fields = Object.entries(empty).map(([name, value]: [string, unknown]) => {
    const isSame =
      typeof told[name] === typeof value && Array.isArray(told[name]) === Array.isArray(value);
    return [name, isSame ? told[name] : value] as const;
  });
  return Object.fromEntries(fields) as Draft;
}
