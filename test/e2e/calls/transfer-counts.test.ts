import { readLedger } from '../../../src/db/call-history';
import { one } from '../../../src/db/database';
import { findTransfer, type Transfer } from '../../../src/db/transfers';
import { bindPack, capRule } from '../../support/bind-pack';
import { Cleanups } from '../../support/cleanups';
import { askTransfer } from './support/ask-transfer';
import { CallFloor, eventually } from './support/call-floor';
import { TrunkPeer, type TrunkBehaviour } from './support/trunk-peer';

jest.setTimeout(30_000);

const OTHER = '+6281200009999';
const cleanups = new Cleanups();
afterEach(() => cleanups.run());

interface Handing {
  readonly floor: CallFloor;
  /** Where the other number of the person is. */
  readonly other: TrunkPeer;
  readonly attemptId: string;
  readonly phoneId: string;
  readonly ended: (transferId: string) => Promise<Transfer>;
}

/** A talk, and another number of the person behind a trunk that behaves so. */
async function talkBefore(behaviour: TrunkBehaviour, rules = '{DEMO.OPEN}'): Promise<Handing> {
  const floor = cleanups.add(await CallFloor.open());
  await bindPack(floor.db, 'TEST.NUMBER', [capRule('test.number', 'number', 1)]);
  await floor.db.query('update campaign set rule_packs = $1', [rules]);
  const carrier = cleanups.add(await TrunkPeer.open('talk'));
  await floor.addTrunk({ port: carrier.port });
  await floor.readyAgent('nailed_up');
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  const other = cleanups.add(await TrunkPeer.open(behaviour));
  await floor.db.query('update trunk set enabled = false');
  await floor.addTrunk({ port: other.port });
  const added = await floor.db.query<{ id: string }>(
    `insert into phone (debtor_id, e164, owner, position)
     select debtor_id, $2, 'debtor', 5 from attempt where id = $1 returning id`,
    [attemptId, OTHER],
  );
  const ended = async (transferId: string): Promise<Transfer> =>
    eventually(
      async () => (await findTransfer(floor.db, transferId))!,
      (row) => row.endedAt !== null,
      'end of the transfer',
      5_000,
    );
  return { floor, other, attemptId, phoneId: one(added, 'phone').id, ended };
}

const entryOf = async (floor: CallFloor, attemptId: string, transferId: string) => {
  const { rows } = await floor.db.query<{ debtorId: string }>(
    'select debtor_id as "debtorId" from attempt where id = $1',
    [attemptId],
  );
  const ledger = await readLedger(floor.db, {
    ...{ debtorId: rows[0]!.debtorId, e164: OTHER, phoneId: null, askingAttemptId: attemptId },
    since: new Date(Date.now() - 3_600_000),
  });
  return ledger.find(({ id }) => id === transferId);
};

test('a number that a talk was handed on to, and that may be called once a day, is rung once', async () => {
  const talk = await talkBefore('ring', '{DEMO.OPEN,TEST.NUMBER}');
  const { floor, other: ringing, attemptId, phoneId, ended } = talk;

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

test.each([
  ['busy', 'busy', 'busy_here'],
  ['fail', 'not_connected', 'server_failure'],
] as const)(
  '%s: another number is in the ledger as a first one would be: %s',
  async (behaviour, outcome, cause) => {
    const { floor, attemptId, phoneId, ended } = await talkBefore(behaviour);
    const transferId = await askTransfer(floor.db, attemptId, 'blind', { phoneId });
    await floor.role.handle({ name: 'transfer_call', transferId });
    expect(await ended(transferId)).toMatchObject({ state: 'failed', cause });
    expect(await entryOf(floor, attemptId, transferId)).toMatchObject({ outcome });
  },
);

test('another number whose ringing the agent ends is in the ledger as one that rang', async () => {
  const { floor, other, attemptId, phoneId, ended } = await talkBefore('ring');
  const transferId = await askTransfer(floor.db, attemptId, 'blind', { phoneId });
  const rung = floor.role.handle({ name: 'transfer_call', transferId });
  await other.peer.request('INVITE');
  await floor.role.handle({ name: 'control_call', attemptId, command: 'cancel_transfer' });
  await rung;
  expect(await ended(transferId)).toMatchObject({ state: 'cancelled' });
  await eventually(
    () => entryOf(floor, attemptId, transferId),
    (entry) => entry?.outcome === 'no_answer',
    'the end of the ringing',
  );
});
