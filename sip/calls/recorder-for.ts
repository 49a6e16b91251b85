import { CallRecorder } from './call-recorder';
import type { CallClaim, CallRecords } from './call-records';
import type { CallsOptions } from './calls-options';

/** What records a call; null: talks are not recorded. */
export function recorderFor(
  { media, metrics }: CallsOptions,
  { attemptId, callId }: CallClaim,
  records: CallRecords,
): CallRecorder | null {
  if (!media.recordsAll) return null;
  return new CallRecorder({
    attemptId,
    callId,
    write: (what, work) => {
      records.recording(what, work);
    },
    onFailed: () => {
      metrics.recordingNotCaptured();
    },
  });
}
