/** A change of state that the machine does not have. Carries what would be allowed. */
export class TransitionError extends Error {
  constructor(
    readonly machine: string,
    readonly from: string,
    readonly event: string,
    readonly allowed: readonly string[],
  ) {
    super(
      `${machine} is ${from}: ${event} is not possible; allowed: ${allowed.join(', ') || 'none'}`,
    );
    this.name = 'TransitionError';
  }
}
