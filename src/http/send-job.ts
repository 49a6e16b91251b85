import type { SipJob } from '../queue/sip-job';
import type { HttpContext } from './api';
import { Problem } from './problem';

/**
 * Rings the process that owns a call. @throws Problem `unavailable`, while the queue is away: nothing
 * was asked then
 */
export async function sendJob(
  { sipQueue, log }: HttpContext,
  sipInstanceId: string,
  job: Extract<SipJob, { readonly attemptId: string }>,
): Promise<void> {
  await sipQueue.send(sipInstanceId, job).catch((cause: unknown) => {
    log.warn({ err: cause, attemptId: job.attemptId }, 'the queue does not answer');
    throw new Problem('unavailable', 'The queue does not answer.');
  });
}
