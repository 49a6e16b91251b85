export interface FieldError {
  readonly field: string;
  readonly reason: string;
  readonly accepted: string;
}

/** What the API refused (RFC 9457); `code` `offline` when it could not be asked. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    detail: string,
    readonly errors: readonly FieldError[],
    /** Which of the code's causes, where it has some. */
    readonly because: string | null = null,
  ) {
    super(detail);
  }
}

/** Nobody answered: whether it was done is not known. */
export const isOffline = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'offline';
