import type { Database } from '../src/db/database';
import { pullKillSwitch } from '../src/db/kill-switches';
import { listUnrecorded } from '../src/db/recording-policy';

export interface WatchRecordingOptions {
  readonly db: Database;
  /** Bytes that lie in the spool; null: there is none, and nothing is recorded. */
  readonly spoolBytes: () => Promise<number | null>;
  readonly spoolLimitBytes: number;
}

export interface WatchReport {
  readonly spoolBytes: number | null;
  readonly isFull: boolean;
  /** Creditors that nobody is called for any more. */
  readonly stopped: readonly string[];
}

/**
 * Creditors that need their talks recorded are called no more when one was not, when the spool is full, or when
 * there is none: their kill switch is pulled, and a manager releases it.
 */
export function watchRecordingTurn(options: WatchRecordingOptions): () => Promise<WatchReport> {
  const { db, spoolLimitBytes } = options;
  return async () => {
    const spoolBytes = await options.spoolBytes();
    const isFull = spoolBytes !== null && spoolBytes > spoolLimitBytes;
    const stopped: string[] = [];
    const why = spoolBytes === null ? 'nothing is recorded here' : 'the spool is full';
    for (const { creditorId, talks } of await listUnrecorded(db, spoolBytes === null || isFull)) {
      const reason =
        talks > 0
          ? `Talks that must be recorded were not: ${talks}.`
          : `Talks must be recorded, and ${why}.`;
      const figures = { talks, spoolBytes: String(spoolBytes ?? 0) };
      const pulled = await db.transaction((tx) =>
        pullKillSwitch(tx, {
          ...{ scope: 'creditor', scopeId: creditorId, reason, cancelRinging: false },
          ...{ actor: 'workers', automatic: { rule: 'recording', figures } },
        }),
      );
      if (pulled?.isNew === true) stopped.push(creditorId);
    }
    return { spoolBytes, isFull, stopped };
  };
}
