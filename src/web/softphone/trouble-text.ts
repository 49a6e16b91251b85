import { CONNECTION_CAUSES } from '../../domain/connection-check';
import { ApiError, isOffline } from './api-error';
import type { Words } from './words';

/** What the agent is told of a request of theirs that failed. */
export function troubleText(error: unknown, words: Words): string {
  if (!(error instanceof ApiError)) return `${words.failed} ${String(error)}`;
  if (isOffline(error)) return words.notSent;
  if (error.code === 'outside_roster') return words.outsideRoster;
  if (error.code === 'connection_check_needed') return connectionText(error.because, words);
  const fields = error.errors.map(
    ({ field, reason, accepted }) => `${field} ${reason}: ${accepted}`,
  );
  return [words.failed, error.message, ...fields].join(' ');
}

/** Why the server lets nobody be ready over this connection, and what helps. */
export function connectionText(because: string | null, words: Words): string {
  const { causes, todo } = words.connectionNeeded;
  const cause = CONNECTION_CAUSES.find((each) => each === because);
  return cause === undefined ? todo : `${causes[cause]} ${todo}`;
}
