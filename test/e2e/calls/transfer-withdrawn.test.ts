import { cancelRinging } from '../../../src/db/cancel-ringing';
import { one } from '../../../src/db/database';
import { findTransfer } from '../../../src/db/transfers';
import { openCustomerLeg } from '../../../src/db/trunk-routing';
import { Cleanups } from '../../support/cleanups';
import { askTransfer, type TransferTo } from './support/ask-transfer';
import { CallFloor, eventually } from './support/call-floor';
import { TrunkPeer } from './support/trunk-peer';

jest.setTimeout(30_000);

const cleanups = new Cleanups();
let floor: CallFloor;
let carrier: TrunkPeer;
let attemptId: string;

beforeEach(async () => {
  floor = cleanups.add(await CallFloor.open());
  carrier = cleanups.add(await TrunkPeer.open('talk'));
  await floor.addTrunk({ port: carrier.port });
  await floor.readyAgent('nailed_up');
  attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
});
afterEach(() => cleanups.run());

const ask = (to: TransferTo): Promise<string> => askTransfer(floor.db, attemptId, 'blind', to);
const begin = (transferId: string): Promise<void> =>
  floor.role.handle({ name: 'transfer_call', transferId });
const untilTransfer = (id: string, state: string) =>
  eventually(
    async () => (await findTransfer(floor.db, id))!,
    (row) => row.state === state,
    `transfer ${state}`,
    5_000,
  );

describe('another number of the person that rings', () => {
  const OTHER = '+6281200009999';
  let ringing: TrunkPeer;
  beforeEach(async () => {
    ringing = cleanups.add(await TrunkPeer.open('ring'));
    await floor.db.query('update trunk set enabled = false');
    await floor.addTrunk({ port: ringing.port });
  });

  const ring = async (): Promise<{ transferId: string; debtorId: string }> => {
    const added = await floor.db.query<{ id: string; debtorId: string }>(
      `insert into phone (debtor_id, e164, owner, position)
       select debtor_id, $2, 'debtor', 5 from attempt where id = $1
       returning id, debtor_id as "debtorId"`,
      [attemptId, OTHER],
    );
    const { id: phoneId, debtorId } = one(added, 'phone');
    const transferId = await ask({ phoneId });
    void begin(transferId);
    await ringing.peer.request('INVITE');
    return { transferId, debtorId };
  };
  const isWithdrawn = async (transferId: string, cause: string): Promise<void> => {
    await ringing.peer.request('CANCEL');
    expect(await untilTransfer(transferId, 'cancelled')).toMatchObject({ cause });
    expect(await floor.attempt(attemptId)).toMatchObject({ state: 'connected' });
    expect(carrier.peer.seen.filter(({ message }) => message.method === 'BYE')).toEqual([]);
  };

  test.each(['debtorId', 'e164'] as const)(
    'stops with a hold by %s; the talk goes on',
    async (by) => {
      const { transferId, debtorId } = await ring();
      const who = by === 'e164' ? { e164: OTHER } : { debtorId };
      expect(await floor.db.transaction((tx) => cancelRinging(tx, { who }))).toBe(1);
      await isWithdrawn(transferId, 'hold');
    },
  );

  test('rings on against a hold on the number that is talked on', async () => {
    const { transferId } = await ring();
    const { rows } = await floor.db.query<{ e164: string }>(
      'select e164 from phone p join attempt a on a.phone_id = p.id where a.id = $1',
      [attemptId],
    );
    const who = { e164: rows[0]!.e164 };
    expect(await floor.db.transaction((tx) => cancelRinging(tx, { who }))).toBe(0);
    expect(await findTransfer(floor.db, transferId)).toMatchObject({ state: 'reaching' });
  });

  test('is not invited once a hold was placed after the last look', async () => {
    const { transferId, debtorId } = await ring();
    const { rows } = await floor.db.query<{ callId: string; trunkId: string }>(
      `select c.id as "callId", t.id as "trunkId" from call c, trunk t
       where c.attempt_id = $1 and t.port = $2`,
      [attemptId, ringing.port],
    );
    const leg = { ...rows[0]!, attemptId, transferId };
    expect(await openCustomerLeg(floor.db, leg)).toEqual(expect.any(String));
    await floor.db.transaction(async (tx) => {
      await cancelRinging(tx, { who: { debtorId } });
      // nobody else sees it: the transfer goes on as far as the process knows
      expect(await openCustomerLeg(tx, leg)).toBeNull();
    });
  });

  test('stops with a switch of its own trunk that says so, not with that of the talk’s', async () => {
    const { transferId } = await ring();
    const pull = (port: number) =>
      floor.db.query(
        `insert into kill_switch (scope, scope_id, reason, cancel_ringing, pulled_by)
         select 'trunk', id, 'uji', true, 'key:1' from trunk where port = $1`,
        [port],
      );
    await pull(carrier.port);
    await ringing.peer.quietFor((m) => m.method === 'CANCEL', 600);
    await pull(ringing.port);
    await isWithdrawn(transferId, 'kill_switch');
  });
});

test('a talk is handed to a colleague, whatever came too late to stop the ringing before it', async () => {
  await floor.db.query(`update attempt set withdraw_cause = 'payment' where id = $1`, [attemptId]);
  const colleague = await floor.readyAgent('per_call', 'ws', floor.role, 'colleague');
  colleague.softphone.answers = 0;
  const id = await ask({ colleague });
  void begin(id);
  await colleague.softphone.peer.request('INVITE');
  await colleague.softphone.peer.quietFor((m) => m.method === 'CANCEL', 600);
  expect(await findTransfer(floor.db, id)).toMatchObject({ state: 'reaching' });
});
