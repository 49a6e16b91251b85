import type { Session, Transaction } from '../src/db/database';

class DryRunEnded extends Error {}

/** Does the work and takes it back: what would happen, with nothing changed. */
export async function rolledBack<T>(
  session: Pick<Session, 'transaction'>,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const done: T[] = [];
  try {
    await session.transaction(async (tx) => {
      done.push(await work(tx));
      throw new DryRunEnded();
    });
  } catch (error) {
    if (!(error instanceof DryRunEnded)) throw error;
  }
  const [result] = done;
  if (result === undefined) throw new Error('a dry run without a result');
  return result;
}
