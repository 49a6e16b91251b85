import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { Cleanups } from '../../support/cleanups';
import { CallFloor, eventually } from './support/call-floor';
import { startSippCarrier, type SippCarrier } from './support/sipp-carrier';

jest.setTimeout(30_000);

const cleanups = new Cleanups();
let floor: CallFloor;
let carrier: SippCarrier;

beforeEach(async () => {
  floor = cleanups.add(await CallFloor.open());
});
afterEach(() => cleanups.run());

const start = async (scenario: string): Promise<string> => {
  carrier = cleanups.add(await startSippCarrier(scenario));
  return floor.addTrunk({ port: carrier.port });
};

test.each(['nailed_up', 'per_call'] as const)(
  '%s: debtor answers, is joined to the agent, and hangs up',
  async (legMode) => {
    const agent = await floor.readyAgent(legMode);
    const trunkId = await start('answers-then-hangs-up');
    const attemptId = await floor.dial();
    expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
      result: 'connected',
      sipStatus: 200,
      endedBy: 'debtor',
      counted: true,
      trunkId,
    });
    const [customer, agentLeg, ...more] = await floor.legs(attemptId);
    expect(more).toEqual([]);
    expect(customer).toMatchObject({
      kind: 'customer',
      trunkId,
      sipStatus: 200,
      endedBy: 'debtor',
    });
    for (const leg of [customer!, agentLeg!]) {
      expect(leg.invitedAt!.getTime()).toBeLessThanOrEqual(leg.answeredAt!.getTime());
      expect(leg.answeredAt!.getTime()).toBeLessThan(leg.endedAt!.getTime());
      expect(leg.sipCallId).toMatch(/./);
    }
    expect(customer!.ringingAt!.getTime()).toBeLessThanOrEqual(customer!.answeredAt!.getTime());
    expect(await floor.session(agent.sessionId)).toEqual({
      state: 'wrap_up',
      cause: 'debtor_hung_up',
    });
    expect((await carrier.report).exitCode).toBe(0);
    // nailed up: parked without media; per call: hung up
    const { peer } = agent.softphone;
    if (legMode === 'per_call') await peer.request('BYE');
    else
      await peer.waitFor((m) => m.method === 'INVITE' && m.body.includes('a=inactive'), { nth: 2 });
    expect(peer.count((m) => m.method === 'BYE')).toBe(legMode === 'per_call' ? 1 : 0);
  },
);

test('each side is given the media of the other', async () => {
  const agent = await floor.readyAgent('nailed_up');
  await start('answers-and-waits');
  const attemptId = await floor.dial();
  await floor.untilSession(agent.sessionId, 'in_call');
  const joined = await agent.softphone.peer.waitFor((m) => m.body.includes('m=audio 41000 '));
  expect(joined.message.body).toContain('a=sendrecv');
  await floor.role.handle({ name: 'control_call', attemptId, command: 'hang_up' });
  const seen = await carrier.report;
  expect(seen.exitCode).toBe(0);
  // the softphone's address, both ways, and no id of ours
  expect(seen.messages).toContain('m=audio 40000 RTP/AVP 0 101');
  expect(seen.messages).toContain('P-Asserted-Identity');
  expect(seen.messages).not.toContain(attemptId);
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'connected',
    endedBy: 'agent',
  });
});

test('a per-call softphone that hangs up ends the call, and the agent wraps up', async () => {
  const agent = await floor.readyAgent('per_call', 'udp');
  await start('answers-and-waits');
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  agent.softphone.dialog!.bye();
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'connected',
    endedBy: 'agent',
  });
  expect((await floor.session(agent.sessionId)).state).toBe('wrap_up');
  expect((await carrier.report).exitCode).toBe(0);
});

test('hanging up the nailed-up leg ends the call and signs the agent off as lost', async () => {
  const agent = await floor.readyAgent('nailed_up');
  await start('answers-and-waits');
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  agent.softphone.dialog!.bye();
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ result: 'connected' });
  expect(await floor.session(agent.sessionId)).toEqual({ state: 'lost', cause: 'agent_leg_ended' });
  expect((await carrier.report).exitCode).toBe(0);
});

test('early media reaches the agent before the answer; a supervisor ends the call', async () => {
  const agent = await floor.readyAgent('nailed_up');
  await start('early-media-then-answers');
  const attemptId = await floor.dial();
  await agent.softphone.peer.waitFor((m) => m.body.includes('m=audio 41000 '));
  expect((await floor.attempt(attemptId)).state).not.toBe('connected');
  await floor.untilAttempt(attemptId, 'connected');
  const [customer] = await eventually(
    () => floor.legs(attemptId),
    ([leg]) => leg?.earlyMedia !== null,
    'what was heard before the answer',
  );
  expect(customer).toMatchObject({ kind: 'customer', earlyMedia: 'early_audio' });
  // the answer said nothing new, so the softphone was not bothered again
  expect(agent.softphone.peer.count((m) => m.body.includes('m=audio 41000 '))).toBe(1);
  await floor.role.handle({ name: 'control_call', attemptId, command: 'end' });
  expect((await carrier.report).exitCode).toBe(0);
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'connected',
    endedBy: 'supervisor',
  });
});

test('a retransmitted answer is acknowledged each time and changes nothing', async () => {
  await floor.readyAgent('nailed_up');
  // without -nr sipp answers an ACK that is the same as the last with one more 200, for ever
  carrier = cleanups.add(await startSippCarrier('retransmits-answer', ['-nr']));
  await floor.addTrunk({ port: carrier.port });
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  await eventually(
    () => carrier.count('ACK'),
    (acks) => acks === 3,
    'three ACKs',
  );
  await floor.role.handle({ name: 'control_call', attemptId, command: 'hang_up' });
  const seen = await carrier.report;
  expect(seen.exitCode).toBe(0);
  expect(seen.received.filter((line) => line.startsWith('INVITE'))).toHaveLength(1);
});

test('a re-INVITE of the carrier is put to the agent, and the answer goes back', async () => {
  const agent = await floor.readyAgent('nailed_up');
  await start('moves-its-media');
  const attemptId = await floor.dial();
  await agent.softphone.peer.waitFor((m) => m.body.includes('m=audio 42000 '));
  await floor.untilAttempt(attemptId, 'connected');
  await eventually(
    () => carrier.count('SIP/2.0 200 OK'),
    (count) => count >= 1,
    'the answer',
  );
  await floor.role.handle({ name: 'control_call', attemptId, command: 'hang_up' });
  const seen = await carrier.report;
  expect(seen.exitCode).toBe(0);
});

test('hold silences both sides, mute only the agent, and both can be taken back', async () => {
  const agent = await floor.readyAgent('nailed_up');
  const peer = agent.softphone.peer;
  carrier = cleanups.add(await startSippCarrier('agrees-to-everything'));
  await floor.addTrunk({ port: carrier.port });
  const attemptId = await floor.dial();
  const control = (command: 'hold' | 'resume' | 'mute' | 'unmute' | 'hang_up'): Promise<void> =>
    floor.role.handle({ name: 'control_call', attemptId, command });
  const offers = (direction: string) => (m: { method: string; body: string }) =>
    m.method === 'INVITE' && m.body.includes('m=audio 41000') && m.body.includes(`a=${direction}`);
  await floor.untilSession(agent.sessionId, 'in_call');
  await control('hold');
  await floor.untilSession(agent.sessionId, 'hold');
  await peer.waitFor(offers('inactive'));
  await control('resume');
  await floor.untilSession(agent.sessionId, 'in_call');
  await peer.waitFor(offers('sendrecv'), { nth: 2 });
  await control('mute');
  await peer.waitFor(offers('sendonly'));
  await control('unmute');
  await peer.waitFor(offers('sendrecv'), { nth: 3 });
  const versions = peer
    .matching((m) => m.method === 'INVITE' && m.body !== '')
    .map(({ message }) => /^o=(\S+ \S+) (\d+)/m.exec(message.body)!);
  // RFC 3264, 8: one identity a leg, its version grows by one
  expect(new Set(versions.map(([, identity]) => identity)).size).toBe(1);
  versions.slice(1).forEach(([, , version], at) => {
    expect(Number(version)).toBe(Number(versions[at]![2]) + 1);
  });
  await control('hang_up');
  const seen = await carrier.report;
  expect(seen.exitCode).toBe(0);
  expect(seen.messages.match(/^a=inactive/gm)?.length).toBeGreaterThanOrEqual(1);
});

test('the softphone own hold goes to the debtor side', async () => {
  const agent = await floor.readyAgent('nailed_up');
  carrier = cleanups.add(await startSippCarrier('agrees-to-everything'));
  await floor.addTrunk({ port: carrier.port });
  const attemptId = await floor.dial();
  await floor.untilSession(agent.sessionId, 'in_call');
  agent.softphone.dialog!.invite({ body: audioSdp('softphone', 'sendonly', 50) });
  const answer = await agent.softphone.peer.response(200, 'INVITE');
  agent.softphone.dialog!.ack(answer.message);
  await floor.role.handle({ name: 'control_call', attemptId, command: 'hang_up' });
  const seen = await carrier.report;
  expect(seen.messages).toMatch(/^a=sendonly/m);
});
