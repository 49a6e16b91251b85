import { CONNECTION_CAUSES } from '../../domain/connection-check';
import { ApiError } from './api-error';
import type { Words } from './words';

/** What the agent is told of a request that failed. */
export function troubleText(error: unknown, words: Words): string {
  if (!(error instanceof ApiError)) return `${words.failed} ${String(error)}`;
  if (error.code === 'offline') return words.offline;
  const needed = connectionNeeded(error, words);
  if (needed !== null) return needed;
  const fields = error.errors.map(
    ({ field, reason, accepted }) => `${field} ${reason}: ${accepted}`,
  );
  return [words.failed, error.message, ...fields].join(' ');
}

function connectionNeeded({ code, because }: ApiError, words: Words): string | null {
  if (code !== 'connection_check_needed') return null;
  const { causes, todo } = words.connectionNeeded;
  const cause = CONNECTION_CAUSES.find((each) => each === because);
  return cause === undefined ? todo : `${causes[cause]} ${todo}`;
}
