import { CallFloor, type SignedIn } from './support/call-floor';
import { InboundCaller } from './support/inbound-caller';
import { startSippCarrier } from './support/sipp-carrier';
import { TrunkPeer } from './support/trunk-peer';

jest.setTimeout(30_000);

let floor: CallFloor;
let agent: SignedIn;
let trunk: TrunkPeer | undefined;

beforeAll(async () => {
  floor = await CallFloor.open();
});
beforeEach(async () => {
  agent = await floor.readyAgent('nailed_up');
});
afterEach(async () => {
  await floor.signOff(agent.sessionId);
  await floor.db.query('update trunk set enabled = false');
  await trunk?.close();
  trunk = undefined;
});
afterAll(() => floor.close());

/** Sessions of two seconds are over after 1.33 s without a refresh. */
const addTrunk = async (port: number, sessionExpiresS = 2): Promise<string> => {
  const trunkId = await floor.addTrunk({ port });
  await floor.db.query(
    'update trunk set session_expires_s = $2, min_session_expires_s = 2 where id = $1',
    [trunkId, sessionExpiresS],
  );
  return trunkId;
};
const causeOf = async (attemptId: string): Promise<string | undefined> => {
  const { rows } = await floor.db.query<{ cause: string }>(
    `select cause from attempt_event where attempt_id = $1 and to_state = 'ended'`,
    [attemptId],
  );
  return rows[0]?.cause;
};

test('a talk lasts while the carrier refreshes it, and ends when it falls silent', async () => {
  const carrier = await startSippCarrier('refreshes-its-session');
  try {
    await addTrunk(carrier.port);
    const attemptId = await floor.dial();
    expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
      result: 'connected',
      endedBy: 'system',
    });
    expect(await causeOf(attemptId)).toBe('session_expired');
    const { exitCode, messages } = await carrier.report;
    expect(exitCode).toBe(0);
    expect(messages).toMatch(/^Session-Expires: 2\r?$/m);
    expect(messages).toMatch(/^Min-SE: 2\r?$/im);
    // 1.8 s of refreshes, and what is left of the session after the last
    const [leg] = await floor.legs(attemptId);
    expect(leg!.endedAt!.getTime() - leg!.answeredAt!.getTime()).toBeGreaterThan(2_900);
  } finally {
    await carrier.stop();
  }
});

test('a refresh of ours says the same again; a carrier that does not answer it is hung up', async () => {
  trunk = await TrunkPeer.open('talk');
  const { peer } = trunk;
  await addTrunk(trunk.port, 3);
  // first it asks for longer sessions
  trunk.turnDown = (invite) =>
    invite.header('session-expires') === '3' ? { status: 422, headers: ['Min-SE: 4'] } : null;
  trunk.answerHeaders = ['Session-Expires: 2;refresher=uac'];
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  const isRefresh = (n: number) => (m: { method: string; body: string }) =>
    m.method === 'INVITE' && trunk!.offers.length > n;
  await peer.waitFor(isRefresh(2), { limitMs: 5_000 });
  const invites = peer.seen
    .map(({ message }) => message)
    .filter((message) => message.method === 'INVITE');
  expect(invites.slice(0, 2).map((m) => m.header('session-expires'))).toEqual(['3', '4']);
  expect(new Set(invites.map(({ callId }) => callId)).size).toBe(1);
  expect(invites.at(-1)?.header('session-expires')).toBe('2;refresher=uac');
  // the same to the letter, its o= line included
  expect(trunk.offers[1]).toMatch(/^o=/m);
  expect(trunk.offers[2]).toBe(trunk.offers[1]);
  trunk.answersAgain = false;
  const bye = await peer.waitFor((m) => m.method === 'BYE', { limitMs: 5_000 });
  expect(bye.message.header('reason')).toBe('SIP;cause=408;text="session expired"');
  await floor.untilAttempt(attemptId, 'ended');
  expect(await causeOf(attemptId)).toBe('session_expired');
});

test('who calls us agrees on a session too, and hears which would be too short', async () => {
  trunk = await TrunkPeer.open('talk');
  await addTrunk(trunk.port);
  const server = floor.endpoint('udp').split('/')[1]!;
  const call = (sessionExpires: string): InboundCaller => {
    const headers = ['Supported: timer', `Session-Expires: ${sessionExpires}`];
    const way = { server, called: '+622150000001', from: '+6281200009999', headers };
    return new InboundCaller(trunk!.peer, way);
  };
  const refused = await call('1').final();
  expect([refused.status, refused.header('min-se')]).toEqual([422, '2']);
  const caller = call('600;refresher=uac');
  const answer = await caller.final();
  expect(answer.status).toBe(200);
  expect(answer.header('session-expires')).toBe('2;refresher=uac');
  expect(answer.header('require')).toBe('timer');
  const bye = await trunk.peer.waitFor((m) => m.method === 'BYE', { limitMs: 5_000 });
  expect(bye.message.header('reason')).toContain('session expired');
  caller.dialog.answer(bye, 200);
  await floor.untilSession(agent.sessionId, 'wrap_up');
});
