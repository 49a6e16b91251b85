import type { Logger } from 'pino';
import type { Database } from '../../src/db/database';
import { readRecordingPolicy } from '../../src/db/recording-policy';
import type { SipMetrics } from '../sip-metrics';
import { CallRecorder } from './call-recorder';
import type { CallClaim, CallRecords } from './call-records';

interface RecorderOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly metrics: Pick<SipMetrics, 'recordingNotCaptured'>;
  readonly media: { readonly recordsAll: boolean };
}

/** Records a call unless its creditor wants none of it; null: this process records nothing. */
export function openRecorder(
  { db, log, media, metrics }: RecorderOptions,
  { attemptId, callId }: Pick<CallClaim, 'attemptId' | 'callId'>,
  records: Pick<CallRecords, 'recording'>,
): CallRecorder | null {
  if (!media.recordsAll) return null;
  // known long before anybody answers; a database that is away does not end the recording of all
  let isWanted = true;
  readRecordingPolicy(db, attemptId).then(
    (policy) => (isWanted = policy !== 'never'),
    (error: unknown) => {
      log.warn({ attemptId, err: error }, 'the policy of recording is not known');
    },
  );
  return new CallRecorder({
    ...{ attemptId, callId, isWanted: () => isWanted },
    write: (what, work) => {
      records.recording(what, work);
    },
    onFailed: () => {
      metrics.recordingNotCaptured();
    },
  });
}
