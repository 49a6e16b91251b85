/** One thing that is wrong with an input: which field, why, and what would be accepted. */
export interface FieldProblem {
  /** Path in the input, `settings.ringTimeoutMs`. */
  readonly field: string;
  readonly reason: string;
  readonly accepted: string;
}
