import type { Database } from '../src/db/database';
import {
  confirmErased,
  listErasing,
  listRetainedTooLong,
  orderErasure,
  RETENTION_OVER,
} from '../src/db/recording-erasure';
import { audioName, type AudioStore } from '../src/recording/audio-store';

export interface EraseRecordingsOptions {
  readonly db: Database;
  readonly store: Pick<AudioStore, 'remove'>;
  readonly clock: () => Date;
  readonly onTrouble: (recordingId: string, error: unknown) => void;
}

const ACTOR = 'workers';
/** Ordered in one turn; what is more waits for the next. */
const MOST_A_TURN = 500;

/**
 * Erases what has been kept for long enough and what somebody ordered erased: decided, removed from the store,
 * confirmed. Whoever is killed between two of these leaves what the next turn does again.
 * @returns how many were confirmed
 */
export function eraseRecordingsTurn(options: EraseRecordingsOptions): () => Promise<number> {
  const { db, clock } = options;
  return async () => {
    for (const id of await listRetainedTooLong(db, clock(), MOST_A_TURN))
      await db.transaction((tx) => orderErasure(tx, { id, reason: RETENTION_OVER, actor: ACTOR }));
    return removeOrdered(options);
  };
}

async function removeOrdered({ db, store, onTrouble }: EraseRecordingsOptions): Promise<number> {
  let erased = 0;
  for (let after: string | null = null; ;) {
    const ordered = await listErasing(db, after);
    for (const { id, storedTry } of ordered) {
      try {
        await store.remove(audioName(id, storedTry));
        if (await confirmErased(db, id, ACTOR)) erased += 1;
      } catch (error) {
        onTrouble(id, error);
      }
    }
    const last = ordered.at(-1);
    if (last === undefined) return erased;
    after = last.id;
  }
}
