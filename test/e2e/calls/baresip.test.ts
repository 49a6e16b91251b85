import type { TlsMaterial } from '../../../sip/embedded/transport/tls-identity';
import { Cleanups } from '../../support/cleanups';
import { TestCertificates } from '../../support/test-certificates';
import { openTarget } from '../conformance/support/conformance-target';
import { Baresip } from './support/baresip';
import { CallFloor, eventually, REALM } from './support/call-floor';
import { startSippCarrier, type SippCarrier } from './support/sipp-carrier';

jest.setTimeout(30_000);

let floor: CallFloor;
const cleanups = new Cleanups();
let softphone: Baresip;
let carrier: SippCarrier;
let sessionId: string;

const signIn = async (legMode: 'nailed_up' | 'per_call', root: object = {}): Promise<void> => {
  const agent = await floor.addAgent();
  const server = floor.endpoint('rootFile' in root ? 'tls' : 'udp').split('/')[1]!;
  softphone = cleanups.add(await Baresip.start({ ...agent, ...root, server, realm: REALM }));
  await eventually(
    () => floor.db.query('select 1 from registration where agent_id = $1', [agent.agentId]),
    ({ rowCount }) => rowCount === 1,
    'baresip registered',
  );
  sessionId = await floor.signIn(agent.agentId, legMode);
  await floor.untilSession(sessionId, 'ready');
};
const established = (count: number): Promise<number> =>
  eventually(
    () => Promise.resolve(softphone.count('CALL_ESTABLISHED')),
    (seen) => seen === count,
    `${count} calls up at baresip`,
  );

let tls: TlsMaterial | undefined;
beforeEach(async () => {
  floor = cleanups.add(await CallFloor.open({}, () => openTarget(undefined, { tls })));
});
afterEach(() => cleanups.run());

const carry = async (scenario: string): Promise<void> => {
  carrier = cleanups.add(await startSippCarrier(scenario));
  await floor.addTrunk({ port: carrier.port });
};

test('baresip, nailed up: one leg for the session, the debtor joined by re-INVITE', async () => {
  await signIn('nailed_up');
  await established(1);
  await carry('answers-then-hangs-up');
  const attemptId = await floor.dial();
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'connected',
    endedBy: 'debtor',
  });
  const seen = await carrier.report;
  expect(seen.exitCode).toBe(0);
  expect(seen.messages).toMatch(/^m=audio \d+ RTP\/AVP 8/m);
  expect((await floor.session(sessionId)).state).toBe('wrap_up');
  // still the same leg
  expect(softphone.count('CALL_CLOSED')).toBe(0);
  expect(softphone.count('CALL_ESTABLISHED')).toBe(1);
});

test('baresip, nailed up: hanging up on the softphone ends the debtor leg too', async () => {
  await signIn('nailed_up');
  await carry('answers-and-waits');
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  softphone.command('hangup');
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ result: 'connected' });
  expect((await carrier.report).exitCode).toBe(0);
  expect(await floor.session(sessionId)).toEqual({ state: 'lost', cause: 'agent_leg_ended' });
});

test('baresip, per call: rung first, then the debtor; hung up with the call', async () => {
  await signIn('per_call');
  await carry('answers-and-waits');
  const attemptId = await floor.dial();
  await established(1);
  await floor.untilAttempt(attemptId, 'connected');
  softphone.command('hangup');
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'connected',
    endedBy: 'agent',
  });
  expect((await floor.session(sessionId)).state).toBe('wrap_up');
  expect((await carrier.report).exitCode).toBe(0);
});

test('baresip is killed while the debtor is rung: the ringing stops', async () => {
  await signIn('nailed_up');
  await carry('rings-until-cancelled');
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'ringing');
  await softphone.kill();
  expect(await floor.untilAttempt(attemptId, 'ended', 12_000)).toMatchObject({
    result: 'cancelled',
    sipReason: 'agent_lost',
  });
  expect((await floor.session(sessionId)).state).toBe('lost');
});

describe('over TLS', () => {
  const certificates = new Cleanups();
  let authority: TestCertificates;
  beforeAll(async () => {
    authority = certificates.add(await TestCertificates.open());
    const { certificate, key } = await authority.issue(['IP:127.0.0.1']);
    tls = { certificate, key, trusted: authority.root };
  });
  afterAll(() => certificates.run());

  test('baresip registers by its certificate, takes a call and hangs it up', async () => {
    await signIn('per_call', { rootFile: authority.rootFile });
    await carry('answers-and-waits');
    const attemptId = await floor.dial();
    await established(1);
    await floor.untilAttempt(attemptId, 'connected');
    softphone.command('hangup');
    expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
      result: 'connected',
      endedBy: 'agent',
    });
    expect((await carrier.report).exitCode).toBe(0);
    const { rows } = await floor.db.query('select transport from registration');
    expect(rows).toEqual([{ transport: 'tls' }]);
  });
});
