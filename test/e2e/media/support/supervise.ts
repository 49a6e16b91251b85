import type { SipRole } from '../../../../sip/start-sip-role';
import { findAttempt } from '../../../../src/db/attempts';
import {
  changeSupervisionMode,
  lockSupervision,
  requestSupervision,
  requestSupervisionEnd,
  type NewSupervision,
} from '../../../../src/db/supervisions';
import type { CallFloor } from '../../calls/support/call-floor';
import type { OfTalk } from './engine-floor';

/** As POST /v1/attempts/:id/supervision writes it. @param elsewhere where the softphone is, if at another role */
export async function supervise(
  floor: CallFloor,
  { attemptId }: OfTalk,
  softphoneAgentId: string,
  mode: NewSupervision['mode'],
  elsewhere?: SipRole,
): Promise<string> {
  const { creditorId, agentId, sipInstanceId } = (await findAttempt(floor.db, attemptId))!;
  const { id } = await floor.db.transaction((tx) =>
    requestSupervision(tx, {
      ...{ creditorId, attemptId, agentId, softphoneAgentId, mode, tellAgent: true },
      ...{ sipInstanceId: sipInstanceId!, reason: 'coaching', actor: 'key:test' },
      softphoneInstanceId: elsewhere?.instanceId ?? null,
    }),
  );
  await elsewhere?.handle({ name: 'supervise_call', supervisionId: id });
  await floor.role.handle({ name: 'supervise_call', supervisionId: id });
  return id;
}

export async function changeSupervision(
  floor: CallFloor,
  id: string,
  mode: NewSupervision['mode'] | 'end',
): Promise<void> {
  await floor.db.transaction(async (tx) => {
    const row = (await lockSupervision(tx, id))!;
    if (mode === 'end') await requestSupervisionEnd(tx, id, 'key:test');
    else await changeSupervisionMode(tx, row, { mode, actor: 'key:test' });
  });
  await floor.role.handle({ name: 'supervise_call', supervisionId: id });
}
