import { digestHa1, digestResponse, parseDigestCredentials } from '../../../sip/agents/digest';
import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { PeerDialog } from '../../support/sip-peer/peer-dialog';
import { UdpSipPeer } from '../../support/sip-peer/udp-sip-peer';
import { Cleanups } from '../../support/cleanups';
import { CallFloor, eventually, type SignedIn } from './support/call-floor';
import { TrunkPeer } from './support/trunk-peer';
import { startSippCarrier, type SippCarrier } from './support/sipp-carrier';

jest.setTimeout(30_000);

const cleanups = new Cleanups();
let floor: CallFloor;
let agent: SignedIn;

beforeEach(async () => {
  floor = cleanups.add(await CallFloor.open({ ringTimeoutMs: 1_000 }));
  agent = await floor.readyAgent('nailed_up');
});
afterEach(() => cleanups.run());

const carrierWith = async (
  scenario: string,
  trunk: { priority?: number; password?: string } = {},
): Promise<{ carrier: SippCarrier; trunkId: string }> => {
  const carrier = cleanups.add(await startSippCarrier(scenario));
  return { carrier, trunkId: await floor.addTrunk({ port: carrier.port, ...trunk }) };
};

/** A trunk that must not be reached: it would show. */
const watchedTrunk = async (priority: number): Promise<UdpSipPeer> => {
  const peer = cleanups.add(await UdpSipPeer.open());
  const port = Number(peer.hostPort.split(':')[1]);
  await floor.addTrunk({ port, priority, firstResponseTimeoutMs: 700 });
  return peer;
};

test.each([
  ['busy', 'busy', 'busy_here', 486],
  ['unavailable', 'unreachable', 'temporarily_unavailable', 480],
  ['declines', 'rejected', 'declined', 603],
  ['unknown-number', 'invalid', 'no_such_number', 404],
  ['redirects', 'unreachable', 'redirected', 302],
  ['declines-after-ringing', 'rejected', 'declined', 603],
  ['fails-after-ringing', 'network_failure', 'server_failure', 503],
] as const)('%s: %s, and no other trunk is tried', async (scenario, result, reason, status) => {
  const { carrier, trunkId } = await carrierWith(scenario);
  const second = await watchedTrunk(2);
  const attemptId = await floor.dial();
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result,
    sipReason: reason,
    sipStatus: status,
    counted: true,
    trunkId,
  });
  await eventually(
    () => floor.legs(attemptId),
    (legs) => legs.every((leg) => leg.endedAt !== null),
    'legs ended',
  );
  const customer = (await floor.legs(attemptId)).filter((leg) => leg.kind === 'customer');
  expect(customer).toMatchObject([{ trunkId, sipStatus: status, answeredAt: null }]);
  expect((await floor.session(agent.sessionId)).state).toBe('ready');
  const seen = await carrier.report;
  expect(seen.exitCode).toBe(0);
  expect(seen.received.filter((line) => line.startsWith('INVITE'))).toHaveLength(1);
  expect(second.seen).toEqual([]);
});

test('503 before any ringing: the next trunk takes the same attempt', async () => {
  const first = await carrierWith('fails');
  const second = await carrierWith('answers-then-hangs-up', { priority: 2 });
  const attemptId = await floor.dial();
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'connected',
    trunkId: second.trunkId,
  });
  const customer = (await floor.legs(attemptId)).filter((leg) => leg.kind === 'customer');
  expect(customer).toMatchObject([
    { trunkId: first.trunkId, sipStatus: 503, answeredAt: null },
    { trunkId: second.trunkId, sipStatus: 200 },
  ]);
  for (const { carrier } of [first, second]) expect((await carrier.report).exitCode).toBe(0);
});

test('a trunk that asks for a password gets it once, and the call goes through', async () => {
  const { carrier } = await carrierWith('challenges-then-answers', { password: 'rahasia' });
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  await floor.role.handle({ name: 'control_call', attemptId, command: 'hang_up' });
  const { exitCode, messages } = await carrier.report;
  expect(exitCode).toBe(0);
  const given = parseDigestCredentials(/^Proxy-Authorization: (.*)$/im.exec(messages)![1]!)!;
  const ha1 = digestHa1('MD5', 'santun', 'carrier.example', 'rahasia');
  expect(given.response).toBe(digestResponse(ha1, 'INVITE', given));
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ result: 'connected' });
  expect(await floor.legs(attemptId)).toHaveLength(2);
});

test('a trunk that refuses the password is asked no third time; the next trunk is', async () => {
  const first = await carrierWith('refuses-password', { password: 'salah' });
  const second = await carrierWith('answers-then-hangs-up', { priority: 2 });
  const attemptId = await floor.dial();
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ result: 'connected' });
  const seen = await first.carrier.report;
  expect(seen.exitCode).toBe(0);
  expect(seen.received.filter((line) => line.startsWith('INVITE'))).toHaveLength(2);
  expect((await second.carrier.report).exitCode).toBe(0);
});

test('a silent trunk is given up at its limit, and the next one takes the call', async () => {
  const silent = await watchedTrunk(1);
  const second = await carrierWith('answers-then-hangs-up', { priority: 2 });
  const attemptId = await floor.dial();
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'connected',
    trunkId: second.trunkId,
  });
  expect(silent.count((m) => m.method === 'INVITE')).toBeGreaterThan(0);
  const customer = (await floor.legs(attemptId)).filter((leg) => leg.kind === 'customer');
  expect(customer).toHaveLength(2);
});

test('a slow trunk that has said a word is waited for, and no other rings the person', async () => {
  const slow = cleanups.add(await TrunkPeer.open('slow'));
  const trunkId = await floor.addTrunk({ port: slow.port, firstResponseTimeoutMs: 500 });
  const second = await watchedTrunk(2);
  const attemptId = await floor.dial();
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ result: 'busy', trunkId });
  const [leg] = await floor.legs(attemptId);
  expect(leg!.endedAt!.getTime() - leg!.invitedAt!.getTime()).toBeGreaterThan(850);
  expect(leg).toMatchObject({ sipStatus: 486, earlyMedia: 'none', ringingAt: null });
  expect(second.seen).toEqual([]);
});

test('only silent trunks: a failure of the network, never "no answer"', async () => {
  await watchedTrunk(1);
  const attemptId = await floor.dial();
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'network_failure',
    sipReason: 'no_first_response',
  });
  expect((await floor.session(agent.sessionId)).state).toBe('ready');
});

test('an answer of a trunk that was given up is acknowledged and hung up at once', async () => {
  const silent = await watchedTrunk(1);
  const attemptId = await floor.dial();
  const invite = await silent.request('INVITE');
  await floor.untilAttempt(attemptId, 'ended');
  const dialog = PeerDialog.called(silent, invite);
  dialog.answer(invite, 200, { body: audioSdp('late') });
  await silent.request('ACK');
  const bye = await silent.request('BYE');
  dialog.answer(bye, 200);
  expect(await floor.attempt(attemptId)).toMatchObject({ result: 'network_failure' });
});

test('nobody answers: CANCEL at the ring limit, measured from the ringing', async () => {
  const { carrier } = await carrierWith('rings-until-cancelled');
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'ringing');
  expect((await floor.session(agent.sessionId)).state).toBe('ringing');
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'no_answer',
    sipReason: 'ring_timeout',
    sipStatus: 487,
  });
  expect((await carrier.report).exitCode).toBe(0);
  const [leg] = await floor.legs(attemptId);
  const rangMs = leg!.endedAt!.getTime() - leg!.ringingAt!.getTime();
  expect(rangMs).toBeGreaterThanOrEqual(950);
  expect(rangMs).toBeLessThan(1_800);
});

test('an answer that crosses the ring limit is talked to', async () => {
  const { carrier } = await carrierWith('answers-across-cancel');
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  await floor.role.handle({ name: 'control_call', attemptId, command: 'hang_up' });
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'connected',
    sipStatus: 200,
  });
  // one ACK, one BYE
  expect((await carrier.report).exitCode).toBe(0);
  expect((await floor.session(agent.sessionId)).state).toBe('wrap_up');
});

test('the last trunk is switched off: nothing was sent, so nothing counts', async () => {
  await watchedTrunk(1);
  const attemptId = await floor.reserve();
  await floor.db.query('update trunk set enabled = false');
  await floor.role.handle({ name: 'dial', attemptId });
  expect(await floor.attempt(attemptId)).toMatchObject({
    state: 'ended',
    result: 'blocked_by_rule',
    counted: false,
  });
  expect((await floor.session(agent.sessionId)).state).toBe('ready');
});

test('a trunk whose channels are all in use is passed over', async () => {
  const full = await watchedTrunk(1);
  await floor.db.query('update trunk set max_channels = 1 where priority = 1 and enabled');
  const first = await floor.dial();
  await full.request('INVITE');
  const another = await floor.readyAgent('nailed_up');
  const second = await carrierWith('answers-then-hangs-up', { priority: 2 });
  const attemptId = await floor.dial();
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ trunkId: second.trunkId });
  await floor.untilAttempt(first, 'ended');
  await floor.untilSession(another.sessionId, 'wrap_up');
});
