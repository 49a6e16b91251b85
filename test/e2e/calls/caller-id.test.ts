import { callerIdOrder } from '../../../dialer/caller-id-order';
import { reserveNext } from '../../../dialer/reserve';
import { Cleanups } from '../../support/cleanups';
import { makeGate } from '../../support/gate';
import type { RawSipMessage } from '../../support/sip-peer/raw-sip-message';
import { CallFloor, eventually } from './support/call-floor';
import { TrunkPeer } from './support/trunk-peer';

jest.setTimeout(30_000);

const cleanups = new Cleanups();
afterEach(() => cleanups.run());

test('the INVITE shows each person their number, the same in every call', async () => {
  const settings = {
    callerIds: ['+622150000001', '+622150000002'],
    callerIdByProvince: { 'ID-BA': '+62361000003' },
  };
  const floor = cleanups.add(await CallFloor.open(settings));
  const carrier = cleanups.add(await TrunkPeer.open('busy'));
  const trunkId = await floor.addTrunk({ port: carrier.port });
  await floor.db.query(
    `update trunk set caller_ids = caller_ids || '{+62361000003}' where id = $1`,
    [trunkId],
  );
  const agent = await floor.readyAgent('nailed_up');

  /** The INVITE of a call to the account. */
  const inviteTo = async (accountId: string): Promise<RawSipMessage> => {
    await floor.db.query(
      `update account set next_attempt_at = case when id = $1 then now() end,
         last_attempt_at = null`,
      [accountId],
    );
    const reserved = await eventually(
      () => reserveNext(makeGate(floor.db), floor.floor.campaignId),
      ({ kind }) => kind === 'reserved',
      'a reservation',
    );
    if (reserved.kind !== 'reserved') throw new Error('unreachable');
    await floor.role.handle({ name: 'dial', attemptId: reserved.attemptId });
    await floor.untilAttempt(reserved.attemptId, 'ended');
    await floor.untilSession(agent.sessionId, 'ready');
    const { callId } = carrier.peer.seen.findLast(
      ({ message }) => message.method === 'INVITE',
    )!.message;
    const [invite] = carrier.peer.seen.filter(
      ({ message }) => message.callId === callId && message.method === 'INVITE',
    );
    return invite!.message;
  };
  /** What it shows. */
  const shownTo = async (accountId: string): Promise<string> => {
    const invite = await inviteTo(accountId);
    const [from, asserted] = ['from', 'p-asserted-identity'].map(
      (name) => /^<sip:(\+[0-9]+)@/.exec(invite.header(name))?.[1],
    );
    expect(asserted).toBe(from);
    const { rows } = await floor.db.query(
      `select caller_id from call_leg where kind = 'customer' order by id desc limit 1`,
    );
    expect(rows).toEqual([{ caller_id: from }]);
    return from!;
  };

  const people = [];
  for (const province of ['ID-BA', 'ID-JK', 'ID-JK', 'ID-JK']) {
    people.push({ province, ...(await floor.floor.addDebtor({ province })) });
  }
  for (const { accountIds, debtorId, province } of people) {
    const [own] = callerIdOrder(settings, { debtorId, province });
    expect(own).toMatch(province === 'ID-BA' ? /^\+62361000003$/ : /000[12]$/);
    expect(await shownTo(accountIds[0]!)).toBe(own);
    expect(await shownTo(accountIds[0]!)).toBe(own);
  }

  await floor.db.query(
    `update trunk set cli_policy = '{"header": "both", "domain": "id.carrier.example",
       "privacy": "id", "diversion": "diversion"}' where id = $1`,
    [trunkId],
  );
  const invite = await inviteTo(people[0]!.accountIds[0]!);
  const told = ['from', 'p-asserted-identity', 'privacy', 'diversion'].map((n) => invite.header(n));
  expect(told).toEqual([
    expect.stringMatching(/^"Anonymous" <sip:anonymous@anonymous.invalid>;tag=/),
    '<sip:+62361000003@id.carrier.example>',
    'id',
    '',
  ]);
});
