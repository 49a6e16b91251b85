/** Work that waits for a person: the closed list. */
export const TASK_KINDS = [
  /** A payment whose account nobody knows. */
  'payment_unmatched',
  /** What a payment source has sent cannot be done, for a fault of ours. */
  'payment_failed',
  /** A promise broke: ask what changed. */
  'promise_broken',
  /** An approval came too late for the talk: answer the debtor. */
  'approval_late',
  /** Nothing that may be offered fits the person. */
  'no_option_fits',
  /** A dispute is to be answered. */
  'dispute_answer',
  /** A hardship or its protection runs out. */
  'hardship_review',
  /** Another case is to be answered. */
  'case_answer',
  /** A number may not be the person's any more. */
  'number_review',
  /** What a conflict has taught, within a day of it. */
  'reflection',
  /** What was decided so that a conflict does not come again. */
  'prevention',
  /** Ask how things are, as was agreed. */
  'check_in',
  /** A message reached its person on no channel. */
  'message_failed',
] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** Who is to do it: anybody of a role, or one agent. */
export type TaskAssignee = 'role:supervisor' | 'role:manager' | `agent:${string}`;
