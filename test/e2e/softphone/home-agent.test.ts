import { Cleanups } from '../../support/cleanups';
import { Baresip } from '../calls/support/baresip';
import { CallFloor, eventually, REALM } from '../calls/support/call-floor';
import { TrunkPeer } from '../calls/support/trunk-peer';
import { openTarget } from '../conformance/support/conformance-target';
import { servicePort } from '../../support/service-port';
import { RtpPeer } from '../media/support/rtp-peer';
import { Rtpengine } from '../media/support/rtpengine';
import { Coturn } from './support/coturn';
import { HomeNetwork } from './support/home-network';
import { SoftphoneFloor } from './support/softphone-floor';
import { SoftphonePage } from './support/softphone-page';

jest.setTimeout(60_000);

const AGENT_HERTZ = 440;
const DEBTOR_HERTZ = 1_000;
/** A debtor waits so long for an agent whose network is gone. */
const GRACE_MS = 20_000;
const TURN_SECRET = 'rahasia-contoh-saja';

const cleanups = new Cleanups();
let home: HomeNetwork;
let floor: SoftphoneFloor;
let calls: CallFloor;
let debtor: RtpPeer;
let trunk: TrunkPeer;
let softphone: SoftphonePage;
let browserAttemptId: string;
let turnPort: number;

beforeAll(async () => {
  home = cleanups.add(await HomeNetwork.open());
  const engine = cleanups.add(await Rtpengine.start(null, home.server));
  calls = await CallFloor.open(
    { wrapUpLimitMs: 60_000 },
    () => openTarget(undefined, { host: home.server }),
    { engines: [engine.address], silenceLimitMs: 25_000 },
  );
  turnPort = await servicePort();
  const urls = [`turn:${home.server}:${turnPort}?transport=tcp`];
  const turn = { urls, secret: TURN_SECRET };
  floor = cleanups.add(await SoftphoneFloor.open(calls, home.server, { turn }));
  debtor = cleanups.add(await RtpPeer.open(DEBTOR_HERTZ));
  trunk = cleanups.add(await TrunkPeer.open('talk'));
  trunk.describe = () => {
    debtor.talkTo(trunk.offers.at(-1)!);
    return debtor.sdp();
  };
  await calls.addTrunk({ port: trunk.port });
});
afterAll(() => cleanups.run());

const browserHearsDebtor = (limitMs?: number): Promise<unknown> =>
  eventually(
    () => softphone.hears(),
    (hertz) => Math.abs(hertz - DEBTOR_HERTZ) < 30,
    'the tone of the debtor in the browser',
    limitMs,
  );
const bothHear = (limitMs?: number): Promise<unknown> =>
  Promise.all([browserHearsDebtor(limitMs), debtor.hearsTone(AGENT_HERTZ, limitMs, 0.5)]);

test('the router is a symmetric NAT: each far end sees another port of it', async () => {
  const ports = await home.portsSeen(3);
  // taken at random, two may come out alike; a router that keeps its mapping shows one port to all
  expect(new Set(ports).size).toBeGreaterThan(1);
});

test('a plain SIP phone behind it registers, takes a call, and hears and is heard', async () => {
  const account = await calls.addAgent();
  const { agentId } = account;
  const phone = cleanups.add(
    await Baresip.start({
      ...account,
      server: calls.endpoint('udp').split('/')[1]!,
      realm: REALM,
      elsewhere: { program: await home.launcher('baresip'), address: home.agentAddress },
    }),
  );
  const { rows } = await eventually(
    () =>
      calls.db.query<{ address: string; port: number; contact: string }>(
        `select source_address as address, source_port as port, contact_uri as contact
         from registration where agent_id = $1`,
        [agentId],
      ),
    ({ rowCount }) => rowCount === 1,
    'baresip registered',
  );
  // it names an address that leads nowhere, and is found by where its REGISTER came from
  expect(rows[0]!.address).toBe(home.outside);
  expect(rows[0]!.contact).toContain(home.agentAddress);
  const sessionId = await calls.signIn(agentId, 'nailed_up');
  await calls.untilSession(sessionId, 'ready');
  const attemptId = await calls.dial();
  await calls.untilAttempt(attemptId, 'connected');
  // what it hears is what it says: the debtor's own tone has been there and back
  await debtor.hearsTone(DEBTOR_HERTZ);
  trunk.hangUp();
  await calls.untilAttempt(attemptId, 'ended');
  await calls.signOff(sessionId);
  await phone.stop();
});

test('a browser behind a symmetric NAT: each hears the tone of the other', async () => {
  const agent = await floor.addAgent();
  const chromium = await home.launcher('/usr/bin/chromium');
  softphone = cleanups.add(await SoftphonePage.open(floor.url, AGENT_HERTZ, chromium));
  await softphone.signIn(agent.key);
  await softphone.startShift();
  await softphone.untilState('Ready');
  browserAttemptId = await calls.dial();
  await calls.untilAttempt(browserAttemptId, 'connected');
  await bothHear();
});

test('the machine changes from one network to another in mid-call, and back again', async () => {
  // with a moment between the two, of which the browser tells the page
  await home.disconnect('wifi');
  await home.connect('cable');
  await bothHear(GRACE_MS);
  // and from the one to the other while the browser stays online
  await home.connect('wifi');
  await home.disconnect('cable');
  await bothHear(GRACE_MS);
  const legs = await calls.legs(browserAttemptId);
  // nobody was called anew: it is the same leg, on another path
  expect(legs).toMatchObject([
    { kind: 'customer', endedAt: null },
    { kind: 'agent', endedAt: null },
  ]);
  // at last to where no UDP passes: the relay, which nobody could reach before, is what is left
  cleanups.add(await Coturn.start(home.server, turnPort, TURN_SECRET));
  await home.refuseUdp();
  await bothHear(GRACE_MS);
  expect(await home.refusedPackets()).toBeGreaterThan(0);
  // and the commands reach the server and come back
  await softphone.page.keyboard.press('Alt+X');
  await softphone.untilState('Wrap-up');
});
