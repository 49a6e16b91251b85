import { changeAgentState, lockAgentSession } from '../../../src/db/agent-sessions';
import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { PeerDialog } from '../../support/sip-peer/peer-dialog';
import { UdpSipPeer } from '../../support/sip-peer/udp-sip-peer';
import { Cleanups } from '../../support/cleanups';
import { CallFloor, eventually, type SignedIn } from './support/call-floor';
import { startSippCarrier, type SippCarrier } from './support/sipp-carrier';

jest.setTimeout(30_000);

const cleanups = new Cleanups();
let floor: CallFloor;
let carrier: SippCarrier;

beforeEach(async () => {
  floor = cleanups.add(await CallFloor.open({ ringTimeoutMs: 20_000 }));
});
afterEach(() => cleanups.run());

const start = async (scenario: string): Promise<void> => {
  carrier = cleanups.add(await startSippCarrier(scenario));
  await floor.addTrunk({ port: carrier.port });
};

const rings = async (agent: SignedIn): Promise<string> => {
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'ringing');
  expect((await floor.session(agent.sessionId)).state).toBe('ringing');
  return attemptId;
};

test('the nailed-up leg drops while the debtor is rung: CANCEL within 300 ms', async () => {
  const agent = await floor.readyAgent('nailed_up');
  const trunk = cleanups.add(await UdpSipPeer.open());
  await floor.addTrunk({ port: Number(trunk.hostPort.split(':')[1]) });
  const attemptId = await floor.dial();
  const invite = await trunk.request('INVITE');
  const debtor = PeerDialog.called(trunk, invite);
  debtor.answer(invite, 180);
  await floor.untilAttempt(attemptId, 'ringing');
  const hungUpAtMs = performance.now();
  agent.softphone.dialog!.bye();
  const cancel = await trunk.request('CANCEL');
  expect(cancel.atMs - hungUpAtMs).toBeLessThan(300);
  debtor.answer(cancel, 200);
  debtor.answer(invite, 487);
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'cancelled',
    sipReason: 'agent_lost',
  });
  expect(await floor.session(agent.sessionId)).toEqual({ state: 'lost', cause: 'agent_leg_ended' });
});

test.each(['nailed_up', 'per_call'] as const)(
  '%s: the WebSocket closes while the debtor is rung',
  async (legMode) => {
    const agent = await floor.readyAgent(legMode);
    await start('rings-until-cancelled');
    const attemptId = await rings(agent);
    await agent.softphone.close();
    expect(await floor.untilAttempt(attemptId, 'ended', 6_000)).toMatchObject({
      result: 'cancelled',
      sipReason: 'agent_lost',
    });
    expect((await floor.session(agent.sessionId)).state).toBe('lost');
    expect((await carrier.report).exitCode).toBe(0);
  },
);

test('the WebSocket closes during the talk: the debtor is not left alone', async () => {
  const agent = await floor.readyAgent('nailed_up');
  await start('answers-and-waits');
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  await agent.softphone.close();
  // eight seconds for a page that is loaded anew, after the five until it is missed
  expect(await floor.untilAttempt(attemptId, 'ended', 22_000)).toMatchObject({
    result: 'connected',
    endedBy: 'agent',
  });
  expect((await floor.session(agent.sessionId)).state).toBe('lost');
  expect((await carrier.report).exitCode).toBe(0);
});

test('answered while the agent is being lost, and nobody else is ready: hung up, abandoned', async () => {
  const agent = await floor.readyAgent('nailed_up');
  await start('answers-across-cancel');
  const attemptId = await rings(agent);
  agent.softphone.dialog!.bye();
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'abandoned',
    sipReason: 'agent_lost',
  });
  expect((await floor.session(agent.sessionId)).state).toBe('lost');
  expect((await carrier.report).exitCode).toBe(0);
});

/** Answers 180, and 200 only when the CANCEL is there (D12). */
const crossing = async (): Promise<{
  debtor: PeerDialog;
  attemptId: string;
  trunk: UdpSipPeer;
}> => {
  const trunk = cleanups.add(await UdpSipPeer.open());
  await floor.addTrunk({ port: Number(trunk.hostPort.split(':')[1]) });
  const attemptId = await floor.dial();
  const invite = await trunk.request('INVITE');
  const debtor = PeerDialog.called(trunk, invite);
  debtor.answer(invite, 180);
  await floor.untilAttempt(attemptId, 'ringing');
  void trunk.request('CANCEL').then((cancel) => {
    debtor.answer(invite, 200, { body: audioSdp('debtor') });
    debtor.answer(cancel, 200);
  });
  return { debtor, attemptId, trunk };
};

test.each(['nailed_up', 'per_call'] as const)(
  'D12: answered across our CANCEL, the next ready agent (%s) gets the debtor',
  async (legMode) => {
    const gone = await floor.readyAgent('nailed_up');
    const { debtor, attemptId, trunk } = await crossing();
    const next = await floor.readyAgent(legMode, 'ws', floor.role, 'next');
    gone.softphone.dialog!.bye();
    const moved = await trunk.waitFor(
      (m) => m.method === 'INVITE' && m.tag('to') !== '' && m.body.includes('s=next'),
    );
    debtor.answer(moved, 200, { body: audioSdp('debtor', 'sendrecv', 2) });
    await floor.untilAttempt(attemptId, 'connected');
    await next.softphone.peer.waitFor((m) => m.method === 'INVITE' && m.body.includes('s=debtor'));
    expect((await floor.session(next.sessionId)).state).toBe('in_call');
    expect(await floor.session(gone.sessionId)).toEqual({
      state: 'lost',
      cause: 'agent_leg_ended',
    });
    debtor.bye();
    expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
      result: 'connected',
      endedBy: 'debtor',
    });
    await floor.untilSession(next.sessionId, 'wrap_up');
    const { rows } = await floor.db.query<{ agentId: string; joined: boolean }>(
      `select l.agent_id as "agentId", l.joined_at is not null as joined from call_leg l
       join call c on c.id = l.call_id
       where c.attempt_id = $1 and l.kind = 'agent' order by l.answered_at, l.id`,
      [attemptId],
    );
    expect(new Map(rows.map(({ agentId, joined }) => [agentId, joined]))).toEqual(
      new Map([
        [gone.agentId, false],
        [next.agentId, true],
      ]),
    );
  },
);

test('D12: answered, and the agent cannot be joined: the next one who answers gets the debtor', async () => {
  const agent = await floor.readyAgent('nailed_up');
  await start('agrees-to-everything');
  agent.softphone.answersReInvite = 500;
  const attemptId = await floor.reserve();
  const deaf = await floor.readyAgent('per_call');
  deaf.softphone.answers = 486;
  const next = await floor.readyAgent('per_call');
  await floor.role.handle({ name: 'dial', attemptId });
  await floor.untilAttempt(attemptId, 'connected');
  expect((await floor.session(next.sessionId)).state).toBe('in_call');
  expect(await floor.session(deaf.sessionId)).toEqual({ state: 'paused', cause: 'ring_no_answer' });
  expect(await floor.session(agent.sessionId)).toEqual({
    state: 'lost',
    cause: 'agent_leg_failed',
  });
  await floor.role.handle({ name: 'control_call', attemptId, command: 'hang_up' });
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ result: 'connected' });
});

test('the agent cannot be joined: abandoned, and the debtor is hung up on', async () => {
  const agent = await floor.readyAgent('nailed_up');
  await start('answers-and-waits');
  agent.softphone.answersReInvite = 500;
  const attemptId = await floor.dial();
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'abandoned',
    sipReason: 'agent_leg_failed',
  });
  expect((await floor.session(agent.sessionId)).state).toBe('lost');
  expect((await carrier.report).exitCode).toBe(0);
});

test('the debtor hangs up before the agent is joined', async () => {
  const agent = await floor.readyAgent('nailed_up');
  await start('answers-and-hangs-up-at-once');
  agent.softphone.answersReInvite = 0;
  const attemptId = await floor.dial();
  expect(await floor.untilAttempt(attemptId, 'ended', 3_000)).toMatchObject({
    result: 'abandoned',
    sipReason: 'debtor_hung_up_early',
    endedBy: 'debtor',
  });
  expect((await floor.session(agent.sessionId)).state).toBe('ready');
  expect((await carrier.report).exitCode).toBe(0);
});

test('an agent who hangs up while the debtor is rung stays in the pool', async () => {
  const agent = await floor.readyAgent('nailed_up');
  await start('rings-until-cancelled');
  const attemptId = await rings(agent);
  await floor.role.handle({ name: 'control_call', attemptId, command: 'hang_up' });
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ result: 'cancelled' });
  expect((await floor.session(agent.sessionId)).state).toBe('ready');
  expect((await carrier.report).exitCode).toBe(0);
});

test('a per-call softphone that is busy: nothing goes to the debtor, the agent is paused', async () => {
  const agent = await floor.readyAgent('per_call');
  await start('answers-and-waits');
  agent.softphone.answers = 486;
  const attemptId = await floor.dial();
  expect(await floor.attempt(attemptId)).toMatchObject({
    state: 'ended',
    result: 'expired',
    counted: false,
  });
  expect(await floor.session(agent.sessionId)).toEqual({
    state: 'paused',
    cause: 'ring_no_answer',
  });
  expect(await carrier.count('INVITE')).toBe(0);
  const invite = await agent.softphone.peer.request('INVITE');
  expect(invite.message.header('x-attempt-id')).toBe(attemptId);
});

test('the bell rung twice places one call', async () => {
  await floor.readyAgent('nailed_up');
  await start('answers-then-hangs-up');
  const attemptId = await floor.reserve();
  const bell = { name: 'dial', attemptId } as const;
  await Promise.all([floor.role.handle(bell), floor.role.handle(bell)]);
  await floor.role.handle(bell);
  await floor.untilAttempt(attemptId, 'ended');
  await floor.role.handle(bell);
  const seen = await carrier.report;
  expect(seen.received.filter((line) => line.startsWith('INVITE'))).toHaveLength(1);
});

test('the leg of a session that ended without a bell is hung up', async () => {
  const agent = await floor.readyAgent('nailed_up');
  await floor.db.transaction(async (tx) => {
    const session = await lockAgentSession(tx, agent.sessionId);
    await changeAgentState(tx, session!, { to: 'offline', cause: 'test', actor: 'test' });
  });
  // the look round comes every fifth second
  await agent.softphone.peer.request('BYE', { limitMs: 8_000 });
});

test('draining waits, then ends what is left with BYE, and says what that was', async () => {
  const agent = await floor.readyAgent('nailed_up');
  await start('answers-and-waits');
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  await floor.role.stopIntake();
  const { left } = await floor.role.drain(300);
  expect(left).toEqual([attemptId]);
  expect(await floor.attempt(attemptId)).toMatchObject({ result: 'connected', endedBy: 'system' });
  expect((await floor.session(agent.sessionId)).state).toBe('wrap_up');
  expect((await carrier.report).exitCode).toBe(0);
});

test('a shutdown gives up a softphone that still rings, and pauses nobody', async () => {
  const agent = await floor.readyAgent('per_call');
  await start('answers-and-waits');
  agent.softphone.answers = 0;
  const dialed = floor.dial();
  await agent.softphone.peer.request('INVITE');
  agent.softphone.dialog = null;
  await floor.role.stopIntake();
  await floor.role.drain(100);
  expect(await floor.attempt(await dialed)).toMatchObject({ result: 'expired', counted: false });
  expect((await floor.session(agent.sessionId)).state).toBe('ready');
  expect(await carrier.count('INVITE')).toBe(0);
});

test('a shutdown before the softphone was asked: it never rings', async () => {
  const agent = await floor.readyAgent('per_call');
  await start('answers-and-waits');
  const attemptId = await floor.reserve();
  const dialed = floor.role.handle({ name: 'dial', attemptId });
  await floor.role.drain(0);
  await dialed;
  expect(await floor.attempt(attemptId)).toMatchObject({ result: 'expired', counted: false });
  expect(agent.softphone.peer.count((m) => m.method === 'INVITE')).toBe(0);
});

test('declared dead while it drains: it ends, and does not begin anew', async () => {
  const agent = await floor.readyAgent('nailed_up');
  await start('answers-and-waits');
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  await floor.role.stopIntake();
  await floor.db.query(`update sip_instance set state = 'dead'`);
  await agent.softphone.peer.request('BYE');
  await floor.untilAttempt(attemptId, 'ended');
  const { rows } = await floor.db.query('select state from sip_instance');
  expect(rows.every(({ state }) => state === 'dead')).toBe(true);
});

test('declared dead by others: calls end on the wire, and the role goes on under a new id', async () => {
  const agent = await floor.readyAgent('nailed_up');
  await start('answers-and-waits');
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  const before = floor.role.instanceId;
  await floor.db.query(`update sip_instance set state = 'dead' where id = $1`, [before]);
  expect((await carrier.report).exitCode).toBe(0);
  await agent.softphone.peer.request('BYE');
  await eventually(
    () => Promise.resolve(floor.role.instanceId),
    (id) => id !== before,
    'a new id',
  );
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ result: 'connected' });
});
