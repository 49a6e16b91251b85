import { encodeALaw } from '../../../../sip/media/encode-a-law';
import { one } from '../../../../src/db/database';
import { findCall } from '../../../../src/db/read/calls';
import type { Cleanups } from '../../../support/cleanups';
import { eventually } from '../../../support/eventually';
import type { CallFloor } from '../../calls/support/call-floor';
import { startSippCarrier } from '../../calls/support/sipp-carrier';

/** One call by a trunk that plays `samples` (183) and then says 480: the attempt, and its leg with what was heard. */
export async function callRefusedAfter(floor: CallFloor, each: Cleanups, samples: Int16Array) {
  const files = { 'announcement.alaw': encodeALaw(samples) };
  const carrier = each.add(
    await startSippCarrier('announces-then-unavailable', ['-mi', '127.0.0.1'], undefined, files),
  );
  const trunkId = await floor.addTrunk({ port: carrier.port, priority: 0 });
  const attemptId = await floor.dial();
  const attempt = await floor.untilAttempt(attemptId, 'ended');
  const { exitCode } = await carrier.report;
  if (exitCode !== 0) throw new Error(`the carrier ended with ${String(exitCode)}`);
  await floor.db.query('update trunk set enabled = false where id = $1', [trunkId]);
  const calls = await floor.db.query<{ id: string }>('select id from call where attempt_id = $1', [
    attemptId,
  ]);
  const { id } = one(calls, 'call');
  const leg = await eventually('the leg with what was heard', 5_000, async () => {
    const legs = (await findCall(floor.db, id, null))?.legs ?? [];
    return legs.find(({ announcement }) => announcement !== null) ?? null;
  });
  return { attempt, leg };
}
