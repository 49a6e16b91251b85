/**
 * Whether a creditor's talks are recorded. `required`: all, and where that fails nobody is called for it until
 * a person says so.
 */
export const RECORDING_POLICIES = ['never', 'all', 'required'] as const;
export type RecordingPolicy = (typeof RECORDING_POLICIES)[number];

/** What decides whether a talk is recorded. */
export interface RecordingFacts {
  readonly policy: RecordingPolicy;
  /** What the rules say; null: nothing. */
  readonly mode: 'announce' | 'all_party' | 'none' | null;
  /** A notice of the recording is there to be played. */
  readonly hasNotice: boolean;
  /** The debtor's consent to be recorded stands; our own side agrees by its work. */
  readonly hasConsent: boolean;
}

/** The creditor's wish, as far as the rules let it: they can only take away. */
export function mayRecord({ policy, mode, hasNotice, hasConsent }: RecordingFacts): boolean {
  if (policy === 'never') return false;
  switch (mode) {
    case 'announce':
      return hasNotice;
    case 'all_party':
      return hasConsent;
    case 'none':
      return false;
    case null:
      return true;
  }
}
