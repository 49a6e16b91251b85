/** Why a value is refused, and what would be accepted instead. Never holds the value itself. */
export interface Problem {
  readonly reason: string;
  readonly accepted: string;
}

export type Parsed<T> = { readonly value: T } | { readonly problem: Problem };

export function refused(reason: string, accepted: string): { readonly problem: Problem } {
  return { problem: { reason, accepted } };
}
