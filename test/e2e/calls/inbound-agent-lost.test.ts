import { Cleanups } from '../../support/cleanups';
import { CallFloor, type SignedIn } from './support/call-floor';
import { InboundCaller } from './support/inbound-caller';
import { lastInboundCall } from './support/inbound-row';
import { TrunkPeer } from './support/trunk-peer';

jest.setTimeout(30_000);

const NUMBER = '+622150000001';
const LEG_FAILED = { state: 'lost', cause: 'agent_leg_failed' };

const cleanups = new Cleanups();
let floor: CallFloor;
let trunk: TrunkPeer;

beforeEach(async () => {
  floor = cleanups.add(await CallFloor.open());
  trunk = cleanups.add(await TrunkPeer.open('ring'));
  await floor.addTrunk({ port: trunk.port });
});
afterEach(() => cleanups.run());

/** Somebody of ours who calls. */
const calls = async (): Promise<InboundCaller> => {
  const { debtorId, accountIds } = await floor.floor.addDebtor();
  const { rows } = await floor.db.query<{ e164: string }>(
    'select e164 from phone where debtor_id = $1',
    [debtorId],
  );
  // not due: nobody dials them meanwhile
  await floor.db.query(
    `update account set next_attempt_at = now() + interval '1 day' where id = $1`,
    [accountIds[0]],
  );
  const server = floor.endpoint('udp').split('/')[1]!;
  return new InboundCaller(trunk.peer, { server, called: NUMBER, from: rows[0]!.e164 });
};
const attemptOf = async (): Promise<string> =>
  (await lastInboundCall(floor, 'answered')).attemptId!;
const isHeardBy = async (next: SignedIn, attemptId: string): Promise<void> => {
  await next.softphone.peer.waitFor((m) => m.method === 'INVITE' && m.body.includes('s=penelepon'));
  await floor.untilAttempt(attemptId, 'connected');
  await floor.untilSession(next.sessionId, 'in_call');
};
/** The softphone has the caller's description, and does not answer it. */
const isGivenCaller = (agent: SignedIn): Promise<unknown> =>
  agent.softphone.peer.waitFor((m) => m.method === 'INVITE' && m.body.includes('s=penelepon'));

test.each(['nailed_up', 'per_call'] as const)(
  'D12: the agent is lost as a caller is connected: the next one (%s) answers',
  async (legMode) => {
    const gone = await floor.readyAgent('nailed_up');
    gone.softphone.answersReInvite = 0;
    const caller = await calls();
    await isGivenCaller(gone);
    const next = await floor.readyAgent(legMode, 'ws', floor.role, 'next');
    gone.softphone.dialog!.bye();
    const answer = await caller.final();
    expect([answer.status, answer.body]).toEqual([200, expect.stringContaining('s=next')]);
    const attemptId = await attemptOf();
    await isHeardBy(next, attemptId);
    expect(await floor.session(gone.sessionId)).toEqual({
      ...{ state: 'lost', cause: 'agent_leg_ended' },
    });
    await caller.hangUp();
    expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
      ...{ result: 'connected', endedBy: 'debtor', counted: false },
    });
    await floor.untilSession(next.sessionId, 'wrap_up');
  },
);

test('D12: the agent of a caller cannot be joined: who does not pick up is passed over for who does', async () => {
  const gone = await floor.readyAgent('nailed_up');
  gone.softphone.answersReInvite = 0;
  const caller = await calls();
  await isGivenCaller(gone);
  const deaf = await floor.readyAgent('per_call');
  deaf.softphone.answers = 486;
  const next = await floor.readyAgent('per_call', 'ws', floor.role, 'next');
  gone.softphone.dialog!.bye();
  expect((await caller.final()).body).toContain('s=next');
  await isHeardBy(next, await attemptOf());
  expect(await floor.session(deaf.sessionId)).toEqual({ state: 'paused', cause: 'ring_no_answer' });
  await caller.hangUp();
});

test('D12: nobody else is ready: the caller is not answered, and is called back', async () => {
  const gone = await floor.readyAgent('nailed_up');
  gone.softphone.answersReInvite = 500;
  const caller = await calls();
  expect((await caller.final()).status).toBe(480);
  expect(await lastInboundCall(floor, 'missed')).toMatchObject({ cause: 'no_agent' });
  expect(await floor.session(gone.sessionId)).toEqual(LEG_FAILED);
  const { rows } = await floor.db.query('select state, calls from callback_request');
  expect(rows).toEqual([{ state: 'open', calls: 1 }]);
});

/** 500, or no answer at all. */
test.each([500, 0])(
  'a softphone that cannot be joined (%i): the agent is lost, and offered no second caller',
  async (status) => {
    const broken = await floor.readyAgent('nailed_up');
    broken.softphone.answersReInvite = status;
    // ready for less long: has their turn after
    const next = await floor.readyAgent('nailed_up', 'ws', floor.role, 'next');
    const caller = await calls();
    await isGivenCaller(broken);
    expect((await caller.final()).body).toContain('s=next');
    await isHeardBy(next, await attemptOf());
    expect(await floor.session(broken.sessionId)).toEqual(LEG_FAILED);
    const offered = async (): Promise<number> =>
      (await floor.db.query('select from attempt where agent_id = $1', [broken.agentId])).rowCount!;
    expect(await offered()).toBe(1);
    expect((await (await calls()).final()).status).toBe(480);
    expect(await offered()).toBe(1);
    await caller.hangUp();
  },
);

test('a description that no softphone takes puts nobody out of work', async () => {
  const agent = await floor.readyAgent('nailed_up');
  agent.softphone.answersReInvite = 488;
  const caller = await calls();
  await isGivenCaller(agent);
  expect((await caller.final()).status).toBe(480);
  expect((await floor.session(agent.sessionId)).state).toBe('ready');
});
