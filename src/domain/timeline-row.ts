import type { Said } from './said';

/** Something of an evidence pack that happened at an instant. */
export interface TimelineRow {
  readonly at: string;
  readonly kind: 'attempt' | 'denial' | 'fact' | 'contact' | 'outcome' | 'dealing';
  readonly what: Said;
  /** Codes and names that need no translation. */
  readonly detail: string;
  /** Anchor of the page that tells more. */
  readonly anchor: string | null;
}
