import type { Database } from '../src/db/database';
import { listComingDue, tellComingDue } from '../src/db/pre-due';
import { eachAlone, type DoneAlone } from './each-alone';

/**
 * Queues the messages that tell of an instalment before it is due. Any number may do so at once.
 * @param onError told of an account that could not be told; the others are
 */
export async function tellEachComingDue(
  db: Database,
  onError: (error: unknown, account: { readonly accountId: string }) => void,
): Promise<DoneAlone> {
  return eachAlone(db, await listComingDue(db), tellComingDue, onError);
}
