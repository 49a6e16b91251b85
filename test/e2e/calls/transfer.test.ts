import { findAttempt } from '../../../src/db/attempts';
import { one } from '../../../src/db/database';
import { recordOutcome } from '../../../src/db/outcomes';
import { findCall } from '../../../src/db/read/calls';
import { findTransfer, type NewTransfer } from '../../../src/db/transfers';
import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { Cleanups } from '../../support/cleanups';
import { askTransfer, type TransferTo } from './support/ask-transfer';
import { CallFloor, eventually, type SignedIn } from './support/call-floor';
import { InboundCaller } from './support/inbound-caller';
import { lastInboundCall } from './support/inbound-row';
import { TrunkPeer } from './support/trunk-peer';

jest.setTimeout(30_000);

const OFFICE = '+622150009999';
const cleanups = new Cleanups();
let floor: CallFloor;
let carrier: TrunkPeer;
let agent: SignedIn;
let attemptId: string;
let debtor: string;

beforeEach(async () => {
  floor = cleanups.add(await CallFloor.open());
  carrier = cleanups.add(await TrunkPeer.open('talk'));
  let version = 1;
  carrier.describe = (user, direction) => audioSdp(user, direction, version++);
  await floor.addTrunk({ port: carrier.port });
  agent = await named('agent', 'nailed_up');
  attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  const { rows } = await floor.db.query<{ e164: string }>(
    'select e164 from phone p join attempt a on a.phone_id = p.id where a.id = $1',
    [attemptId],
  );
  debtor = rows[0]!.e164;
});
afterEach(() => cleanups.run());

const named = (label: string, legMode: 'nailed_up' | 'per_call'): Promise<SignedIn> =>
  floor.readyAgent(legMode, 'ws', floor.role, label);

const ask = (kind: NewTransfer['kind'], to: TransferTo): Promise<string> =>
  askTransfer(floor.db, attemptId, kind, to);
const begin = (transferId: string): Promise<void> =>
  floor.role.handle({ name: 'transfer_call', transferId });
const command = (name: 'complete_transfer' | 'cancel_transfer' | 'hang_up'): Promise<void> =>
  floor.role.handle({ name: 'control_call', attemptId, command: name });
const untilTransfer = (id: string, state: string) =>
  eventually(
    async () => (await findTransfer(floor.db, id))!,
    (row) => row.state === state,
    `transfer ${state}`,
    5_000,
  );
/** The debtor's side, or who else is called, has been given somebody's media. */
const heardAtCarrier = (user: string, whose: string, direction = 'sendrecv', nth = 1) =>
  carrier.peer.waitFor(
    (m) =>
      m.method === 'INVITE' &&
      m.uriOf('to').includes(user) &&
      m.body.includes(`s=${whose}`) &&
      m.body.includes(`a=${direction}`),
    { nth },
  );
const heardBy = (who: SignedIn, whose: string, direction = 'sendrecv', nth = 1) =>
  who.softphone.peer.waitFor(
    (m) =>
      m.method === 'INVITE' && m.body.includes(`s=${whose}`) && m.body.includes(`a=${direction}`),
    { nth },
  );
const legs = async () => {
  const { rows } = await floor.db.query<{ id: string }>(
    'select id from call where attempt_id = $1',
    [attemptId],
  );
  return (await findCall(floor.db, rows[0]!.id, null))!.legs;
};
const addOffice = async (): Promise<string> => {
  const inserted = await floor.db.query<{ id: string }>(
    `insert into office_number (creditor_id, name, e164) values ($1, 'Cabang', $2) returning id`,
    [floor.floor.creditorId, OFFICE],
  );
  return one(inserted, 'office').id;
};

test('blind, to a colleague: one attempt, the debtor hears them, and the first agent is free', async () => {
  const colleague = await named('colleague', 'per_call');
  const id = await ask('blind', { colleague });
  await begin(id);
  await heardAtCarrier(debtor, 'colleague');
  const joined = await heardBy(colleague, debtor);
  expect(joined.message.body).toContain('m=audio 40000');
  expect(await untilTransfer(id, 'completed')).toMatchObject({ cause: 'joined' });
  expect(await floor.session(agent.sessionId)).toEqual({ state: 'ready', cause: 'transferred' });
  expect(await floor.session(colleague.sessionId)).toMatchObject({ state: 'in_call' });
  // the first agent's leg lies in silence, ready for the next call
  await agent.softphone.peer.waitFor(
    (m) => m.method === 'INVITE' && m.body.includes('a=inactive'),
    {
      nth: 2,
    },
  );
  carrier.hangUp(debtor);
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'connected',
    endedBy: 'debtor',
  });
  await floor.untilSession(colleague.sessionId, 'wrap_up');
  expect((await floor.session(agent.sessionId)).state).toBe('ready');
  const [first, second] = (await legs()).filter(({ kind }) => kind === 'agent');
  expect([first!.agentId, second!.agentId]).toEqual([agent.agentId, colleague.agentId]);
  expect(second).toMatchObject({ transferId: id });
  // who talked when: one after the other
  expect(first!.joinedAt! < first!.endedAt!).toBe(true);
  expect(second!.joinedAt! >= first!.joinedAt! && second!.joinedAt! < second!.endedAt!).toBe(true);
  expect(await findAttempt(floor.db, attemptId)).toMatchObject({ agentId: colleague.agentId });
});

test('a colleague who does not answer: the debtor has never left the agent', async () => {
  const colleague = await named('colleague', 'per_call');
  colleague.softphone.answers = 486;
  const before = carrier.peer.count((m) => m.method === 'INVITE');
  const id = await ask('blind', { colleague });
  await begin(id);
  expect(await untilTransfer(id, 'failed')).toMatchObject({ cause: 'ring_no_answer' });
  expect(await floor.session(colleague.sessionId)).toEqual({
    state: 'paused',
    cause: 'ring_no_answer',
  });
  expect(await floor.session(agent.sessionId)).toMatchObject({ state: 'in_call' });
  expect(carrier.peer.count((m) => m.method === 'INVITE')).toBe(before);
  await command('hang_up');
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ endedBy: 'agent' });
});

test('attended: the debtor waits, comes back when it is cancelled, and goes over when completed', async () => {
  const colleague = await named('colleague', 'nailed_up');
  const first = await ask('attended', { colleague });
  await begin(first);
  await heardAtCarrier(debtor, 'agent', 'inactive');
  await heardBy(agent, 'colleague');
  await heardBy(colleague, 'agent');
  await untilTransfer(first, 'consulting');
  expect(await floor.session(agent.sessionId)).toEqual({ state: 'hold', cause: 'consulting' });
  expect(await floor.session(colleague.sessionId)).toEqual({
    state: 'in_call',
    cause: 'consulted',
  });
  await command('cancel_transfer');
  await untilTransfer(first, 'cancelled');
  await heardAtCarrier(debtor, 'agent', 'sendrecv', 2);
  await heardBy(agent, debtor, 'sendrecv', 2);
  await floor.untilSession(agent.sessionId, 'in_call');
  await floor.untilSession(colleague.sessionId, 'ready');

  const second = await ask('attended', { colleague });
  await begin(second);
  await untilTransfer(second, 'consulting');
  await command('complete_transfer');
  await heardAtCarrier(debtor, 'colleague');
  await untilTransfer(second, 'completed');
  await floor.untilSession(agent.sessionId, 'ready');
  await command('hang_up');
  await floor.untilAttempt(attemptId, 'ended');
  await floor.untilSession(colleague.sessionId, 'wrap_up');
});

test('a debtor who hangs up while the agent asks a colleague frees both', async () => {
  const colleague = await named('colleague', 'nailed_up');
  const id = await ask('attended', { colleague });
  await begin(id);
  await untilTransfer(id, 'consulting');
  carrier.hangUp(debtor);
  await floor.untilAttempt(attemptId, 'ended');
  expect(await untilTransfer(id, 'failed')).toMatchObject({ cause: 'call_over' });
  await floor.untilSession(agent.sessionId, 'wrap_up');
  await floor.untilSession(colleague.sessionId, 'ready');
});

test('blind, to an office: the talk goes on without an agent, whose outcome stands', async () => {
  const officeNumberId = await addOffice();
  await floor.db.query(`update trunk set cli_policy = cli_policy || '{"diversion": "diversion"}'`);
  const id = await ask('blind', { officeNumberId });
  await begin(id);
  // called with what the debtor's side described, then the debtor is told of the office
  await heardAtCarrier(OFFICE, debtor);
  await heardAtCarrier(debtor, OFFICE);
  await untilTransfer(id, 'completed');
  const shown = carrier.peer.seen
    .filter(({ message }) => message.method === 'INVITE' && message.tag('to') === '')
    .map(({ message: m }) => [
      m.uriOf('to').includes(OFFICE),
      m.uriOf('from'),
      m.header('diversion'),
    ])
    .map(([isOffice, from, diversion]) => ({ isOffice, isOurs: `<${String(from)}>`, diversion }));
  expect(shown.find(({ isOffice }) => isOffice === false)?.diversion).toBe('');
  const handedOn = shown.findLast(({ isOffice }) => isOffice === true);
  expect(handedOn?.diversion).toBe(`${handedOn!.isOurs};reason=deflection;counter=1`);
  expect(await floor.session(agent.sessionId)).toEqual({ state: 'wrap_up', cause: 'transferred' });
  expect(await floor.attempt(attemptId)).toMatchObject({ state: 'connected' });
  const recorded = await floor.db.transaction((tx) =>
    recordOutcome(tx, {
      ...{ attemptId, onlyAgentId: agent.agentId, actor: 'test' },
      input: {
        ...{ code: 'RPC_DISPUTE', rootCause: 'product_dispute', note: null },
        ...{ callbackAt: null, promise: null },
      },
    }),
  );
  expect(recorded.kind).toBe('recorded');
  expect((await floor.session(agent.sessionId)).state).toBe('ready');
  carrier.hangUp(OFFICE);
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ result: 'connected' });
  await carrier.peer.waitFor((m) => m.method === 'BYE' && m.uriOf('to').includes(debtor));
  const { rows } = await floor.db.query(
    `select blocked_reason from account a join attempt t on t.account_id = a.id where t.id = $1`,
    [attemptId],
  );
  expect(rows).toEqual([{ blocked_reason: null }]);
  expect((await legs()).filter(({ endedAt }) => endedAt === null)).toEqual([]);
});

test('a number that may not be dialed any more is not: its list, and the rules, are asked last', async () => {
  const officeNumberId = await addOffice();
  const toOffice = await ask('blind', { officeNumberId });
  await floor.db.query('update office_number set retired_at = now()');
  await begin(toOffice);
  expect(await untilTransfer(toOffice, 'failed')).toMatchObject({ cause: 'office_not_listed' });
  const added = await floor.db.query<{ id: string }>(
    `insert into phone (debtor_id, e164, owner, position)
     select debtor_id, '+6281200009999', 'debtor', 5 from attempt where id = $1 returning id`,
    [attemptId],
  );
  const toPhone = await ask('blind', { phoneId: one(added, 'phone').id });
  await floor.db.query(
    `insert into hold (debtor_id, kind, reason, source, placed_by)
     select debtor_id, 'complaint', 'r', 'test', 'test' from attempt where id = $1`,
    [attemptId],
  );
  await begin(toPhone);
  expect(await untilTransfer(toPhone, 'failed')).toMatchObject({ cause: 'santun.base.hold' });
  const { rows } = await floor.db.query(
    `select verdict, denied_by from decision where attempt_id = $1 and verdict = 'deny'`,
    [attemptId],
  );
  expect(rows).toEqual([{ verdict: 'deny', denied_by: 'santun.base.hold' }]);
  expect(carrier.invitedAtMs.size).toBe(1);
  await floor.db.query('update hold set lifted_at = now(), lifted_by = $1, lift_reason = $1', [
    't',
  ]);
  const again = await ask('blind', { phoneId: one(added, 'phone').id });
  await begin(again);
  await heardAtCarrier(debtor, '+6281200009999');
  expect((await untilTransfer(again, 'completed')).cause).toBe('joined');
});

test('a call that came in is handed on, to a colleague and then to an office', async () => {
  carrier.hangUp(debtor);
  await floor.untilSession(agent.sessionId, 'wrap_up');
  const taker = await named('taker', 'nailed_up');
  const { debtorId } = await floor.floor.addDebtor();
  const { rows } = await floor.db.query<{ e164: string }>(
    'select e164 from phone where debtor_id = $1',
    [debtorId],
  );
  const server = floor.endpoint('udp').split('/')[1]!;
  const asked = { server, called: '+622150000001', from: rows[0]!.e164 };
  const caller = new InboundCaller(carrier.peer, asked);
  expect((await caller.final()).status).toBe(200);
  await floor.untilSession(taker.sessionId, 'in_call');
  attemptId = (await lastInboundCall(floor, 'answered')).attemptId!;

  const colleague = await named('colleague', 'nailed_up');
  const toColleague = await ask('blind', { colleague });
  const handed = begin(toColleague);
  expect(await caller.acceptReInvite(audioSdp('caller', 'sendrecv', 2))).toContain('s=colleague');
  await handed;
  await untilTransfer(toColleague, 'completed');
  expect(await floor.session(taker.sessionId)).toEqual({ state: 'ready', cause: 'transferred' });

  const toOffice = await ask('blind', { officeNumberId: await addOffice() });
  const leaving = begin(toOffice);
  await caller.acceptReInvite(audioSdp('caller', 'sendrecv', 3), 5_000, 2);
  await leaving;
  await untilTransfer(toOffice, 'completed');
  expect((await floor.session(colleague.sessionId)).state).toBe('wrap_up');
  await caller.hangUp();
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ result: 'connected' });
  expect(await findAttempt(floor.db, attemptId)).toMatchObject({
    agentId: colleague.agentId,
    counted: false,
  });
});
