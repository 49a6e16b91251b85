import type { Logger } from 'pino';
import type { Database } from '../../src/db/database';
import { readRecordingWish } from '../../src/db/recording-policy';
import { mayRecord } from '../../src/domain/recording-policy';
import type { Prompts } from '../media/prompts';
import type { SipMetrics } from '../sip-metrics';
import { CallRecorder } from './call-recorder';
import type { CallClaim, CallRecords } from './call-records';

interface RecorderOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly metrics: Pick<SipMetrics, 'recordingNotCaptured'>;
  readonly media: { readonly recordsAll: boolean };
  readonly prompts: Pick<Prompts, 'forAttempt'>;
}

/**
 * Records a call unless its creditor or the rules want none of it; null: this process records nothing.
 */
export function openRecorder(
  options: RecorderOptions,
  claim: Pick<CallClaim, 'attemptId' | 'callId' | 'recordingMode'>,
  records: Pick<CallRecords, 'recording'>,
): CallRecorder | null {
  const { log, media, metrics } = options;
  const { attemptId, callId, recordingMode = null } = claim;
  if (!media.recordsAll) return null;
  // known long before anybody answers; a database that is away does not end the recording of all,
  // but of those whom the rules protect
  let isWanted = recordingMode === null;
  isToBeRecorded(options, claim).then(
    (wanted) => {
      isWanted = wanted;
      if (!wanted) log.info({ attemptId, recordingMode }, 'not recorded');
    },
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

async function isToBeRecorded(
  { db, prompts }: RecorderOptions,
  { attemptId, recordingMode = null }: Pick<CallClaim, 'attemptId' | 'recordingMode'>,
): Promise<boolean> {
  const wish = await readRecordingWish(db, attemptId);
  const needsNotice = recordingMode === 'announce';
  const notice = needsNotice ? await prompts.forAttempt('recording_notice', attemptId) : null;
  return mayRecord({ ...wish, mode: recordingMode, hasNotice: notice !== null });
}
