import { readTrunkRegistrations } from '../../../src/db/trunk-registrations';
import { one } from '../../../src/db/database';
import { Cleanups } from '../../support/cleanups';
import { UdpSipPeer } from '../../support/sip-peer/udp-sip-peer';
import { TestCertificates } from '../../support/test-certificates';
import { freePorts } from '../conformance/support/free-ports';
import { openTarget } from '../conformance/support/conformance-target';
import { CallFloor, eventually, type SignedIn } from './support/call-floor';
import { InboundCaller } from './support/inbound-caller';
import { Kamailio } from './support/kamailio';
import { startSippCarrier, type SippCarrier } from './support/sipp-carrier';

jest.setTimeout(40_000);

const NUMBER = '+622150000001';
const PASSWORD = 'rahasia';

const cleanups = new Cleanups();
let floor: CallFloor;
let carrier: Kamailio;
let behind: number;
let agent: SignedIn;

beforeAll(async () => {
  const authority = cleanups.add(await TestCertificates.open());
  const [theirs, ours] = await Promise.all([
    authority.issue(['IP:127.0.0.1']),
    authority.issue(['DNS:sip.example']),
  ]);
  [behind = 0] = await freePorts(1);
  carrier = cleanups.add(
    await Kamailio.start({
      ...{ username: 'santun', password: PASSWORD, number: NUMBER, certificate: theirs },
      behind: `127.0.0.1:${behind}`,
    }),
  );
  const tls = { certificate: ours.certificate, key: ours.key, trusted: authority.root };
  floor = cleanups.add(await CallFloor.open({}, () => openTarget(undefined, { tls })));
  agent = await floor.readyAgent('nailed_up');
});
afterAll(() => cleanups.run());
afterEach(() => floor.db.query('update trunk set enabled = false'));

const registrations = async (trunkId: string) =>
  (await readTrunkRegistrations(floor.db, [trunkId])).get(trunkId) ?? [];

const events = async (type: string, trunkId: string): Promise<unknown[]> => {
  const { rows } = await floor.db.query<{ payload: unknown }>(
    `select payload from event where type = $1 and payload->>'trunkId' = $2 order by id`,
    [type, trunkId],
  );
  return rows.map(({ payload }) => payload);
};

/** The debtor's side, behind the carrier. */
const debtor = (): Promise<SippCarrier> =>
  startSippCarrier('answers-then-hangs-up', [], behind).then((started) => cleanups.add(started));

async function callOut(): Promise<SippCarrier> {
  const sipp = await debtor();
  await floor.untilSession(agent.sessionId, 'ready');
  const attemptId = await floor.dial();
  expect(await floor.untilAttempt(attemptId, 'ended', 15_000)).toMatchObject({
    ...{ result: 'connected', endedBy: 'debtor' },
  });
  expect((await sipp.report).exitCode).toBe(0);
  await floor.untilSession(agent.sessionId, 'wrap_up');
  await floor.afterWrapUp(agent.sessionId);
  return sipp;
}

/** A person calls the number; the carrier looks for the contact that registered for it. */
async function callIn(): Promise<{ caller: InboundCaller; status: number }> {
  const peer = cleanups.add(await UdpSipPeer.open());
  const server = `127.0.0.1:${carrier.udpPort}`;
  const caller = new InboundCaller(peer, { server, called: NUMBER, from: '+6281200009999' });
  return { caller, status: (await caller.final()).status };
}

describe.each(['udp', 'tls'] as const)('a carrier at which we register, over %s', (transport) => {
  test('takes our calls and sends its own to our contact, as long as we are registered', async () => {
    const port = transport === 'udp' ? carrier.udpPort : carrier.tlsPort;
    const trunkId = await floor.addTrunk({
      ...{ port, transport, auth: 'register', password: PASSWORD, firstResponseTimeoutMs: 6_000 },
    });
    const [first] = await eventually(
      () => registrations(trunkId),
      ([row]) => row?.state === 'registered',
      'registered',
    );
    // asked for as long as its 423 wants; it grants five seconds
    const grantedMs = first!.registeredUntil!.getTime() - first!.since.getTime();
    expect(grantedMs).toBeLessThanOrEqual(5_000);
    await callOut();
    expect(carrier.log().includes('nonce ran out over tls')).toBe(transport === 'tls');

    await floor.untilSession(agent.sessionId, 'ready');
    const { caller, status } = await callIn();
    expect(status).toBe(200);
    await floor.untilSession(agent.sessionId, 'in_call');
    await caller.hangUp();
    await floor.untilSession(agent.sessionId, 'wrap_up');
    await floor.afterWrapUp(agent.sessionId);

    await eventually(
      () => registrations(trunkId),
      ([row]) => (row?.registeredUntil ?? new Date(0)) > first!.registeredUntil!,
      'registered again before it ran out',
    );
    expect((await registrations(trunkId))[0]).toMatchObject({
      since: first!.since,
      sipStatus: 200,
    });
    await floor.db.query('update trunk set enabled = false where id = $1', [trunkId]);
    await eventually(
      () => registrations(trunkId),
      (rows) => rows.length === 0,
      'taken back',
    );
    expect((await callIn()).status).toBe(404);
    expect(await events('trunk.registration_lost', trunkId)).toEqual([]);
  });
});

test('a carrier that refuses the password is not called; right again, it is at once', async () => {
  const trunkId = await floor.addTrunk({
    ...{ port: carrier.udpPort, auth: 'register', password: 'salah' },
  });
  const right = await floor.addTrunk({ port: carrier.udpPort, password: PASSWORD });
  const [failed] = await eventually(
    () => registrations(trunkId),
    (rows) => rows.length === 1,
    'refused',
  );
  const reason = 'the carrier refuses the user name or the password (answered 403)';
  expect(failed).toMatchObject({ state: 'failed', reason, sipStatus: 403, registeredUntil: null });
  const lost = { trunkId, sipInstanceId: floor.role.instanceId, reason, sipStatus: 403 };
  expect(await events('trunk.registration_lost', trunkId)).toEqual([lost]);
  await callOut();
  const { rows } = await floor.db.query<{ trunkId: string }>(
    'select distinct trunk_id as "trunkId" from attempt where trunk_id = any($1)',
    [[trunkId, right]],
  );
  expect(rows).toEqual([{ trunkId: right }]);
  const sealed = await floor.db.query<{ sealed: Buffer }>(
    'select password_sealed as sealed from trunk where id = $1',
    [right],
  );
  await floor.db.query('update trunk set password_sealed = $2 where id = $1', [
    ...[trunkId, one(sealed, 'password').sealed],
  ]);
  await eventually(
    () => registrations(trunkId),
    ([row]) => row?.state === 'registered',
    'registered with the new password',
  );
});
