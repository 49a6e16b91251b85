import { one } from '../../../src/db/database';
import { findTransfer } from '../../../src/db/transfers';
import { bindPack, capRule } from '../../support/bind-pack';
import { Cleanups } from '../../support/cleanups';
import { askTransfer } from './support/ask-transfer';
import { CallFloor, eventually } from './support/call-floor';
import { TrunkPeer } from './support/trunk-peer';

jest.setTimeout(30_000);

const OTHER = '+6281200009999';
const cleanups = new Cleanups();
afterEach(() => cleanups.run());

test('a number that a talk was handed on to, and that may be called once a day, is rung once', async () => {
  const floor = cleanups.add(await CallFloor.open());
  await bindPack(floor.db, 'TEST.NUMBER', [capRule('test.number', 'number', 1)]);
  await floor.db.query(`update campaign set rule_packs = '{DEMO.OPEN,TEST.NUMBER}'`);
  const carrier = cleanups.add(await TrunkPeer.open('talk'));
  await floor.addTrunk({ port: carrier.port });
  await floor.readyAgent('nailed_up');
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  const ringing = cleanups.add(await TrunkPeer.open('ring'));
  await floor.db.query('update trunk set enabled = false');
  await floor.addTrunk({ port: ringing.port });
  const added = await floor.db.query<{ id: string }>(
    `insert into phone (debtor_id, e164, owner, position)
     select debtor_id, $2, 'debtor', 5 from attempt where id = $1 returning id`,
    [attemptId, OTHER],
  );
  const phoneId = one(added, 'phone').id;
  const ended = async (transferId: string) =>
    eventually(
      async () => (await findTransfer(floor.db, transferId))!,
      (row) => row.endedAt !== null,
      'end of the transfer',
      5_000,
    );

  const first = await askTransfer(floor.db, attemptId, 'blind', { phoneId });
  const rung = floor.role.handle({ name: 'transfer_call', transferId: first });
  await ringing.peer.request('INVITE');
  await floor.role.handle({ name: 'control_call', attemptId, command: 'cancel_transfer' });
  await rung;
  expect(await ended(first)).toMatchObject({ state: 'cancelled' });
  // the same job, handed over again
  await floor.role.handle({ name: 'transfer_call', transferId: first });

  const second = await askTransfer(floor.db, attemptId, 'blind', { phoneId });
  await floor.role.handle({ name: 'transfer_call', transferId: second });
  expect(await ended(second)).toMatchObject({ state: 'failed', cause: 'test.number' });
  expect(ringing.invitedAtMs.size).toBe(1);
  expect(ringing.peer.count((m) => m.method === 'INVITE')).toBe(1);
  expect(await floor.attempt(attemptId)).toMatchObject({ state: 'connected' });
});
