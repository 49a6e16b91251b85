import { ApiError } from './api-client';
import type { Words } from './words';

/** What the agent is told of a request that failed. */
export function troubleText(error: unknown, words: Words): string {
  if (!(error instanceof ApiError)) return `${words.failed} ${String(error)}`;
  if (error.code === 'offline') return words.offline;
  const fields = error.errors.map(
    ({ field, reason, accepted }) => `${field} ${reason}: ${accepted}`,
  );
  return [words.failed, error.message, ...fields].join(' ');
}
