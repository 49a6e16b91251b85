import type { Logger } from 'pino';
import type { CallOptions } from './call-options';
import { CallPrompts } from './call-prompts';
import type { CallClaim, CallRecords } from './call-records';
import type { CallsOptions } from './calls-options';
import { HoldReminder } from './hold-reminder';
import { openRecorder } from './open-recorder';

/**
 * What goes on in a call beside the talk itself.
 * @param track the process does not end before what it is given
 */
export function openTalkServices(
  options: CallsOptions,
  claim: CallClaim,
  records: CallRecords,
  log: Logger,
  track: (work: Promise<unknown>) => void,
): Pick<CallOptions, 'recorder' | 'prompts' | 'holdReminder'> {
  const { media, prompts, metrics } = options;
  const { attemptId } = claim;
  const recorder = openRecorder(options, claim, records);
  const heard = {
    ...{ attemptId, media, prompts, log },
    write: records.recording.bind(records),
    track: (work: Promise<void>) => {
      track(work.then(() => records.settled()));
    },
  };
  return {
    recorder,
    prompts: new CallPrompts(heard, recorder),
    holdReminder: new HoldReminder((hold) => {
      metrics.holdReminded();
      records.holdReminded(hold);
    }),
  };
}
