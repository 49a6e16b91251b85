import type { EmbeddedSignalling } from '../../../sip/embedded/start-embedded-signalling';
import { startEmbeddedSignalling } from '../../../sip/embedded/start-embedded-signalling';
import { LossyRelay } from './support/lossy-relay';
import type { SrfApp } from './support/srf-app';
import { SECRET, connectApp, sdp } from './support/srf-app';

const host = '127.0.0.1';
const CALLS = 50;

let servers: EmbeddedSignalling[];
let caller: SrfApp;
let callee: SrfApp;
let relay: LossyRelay;

beforeAll(async () => {
  servers = await Promise.all(
    [1, 2].map(() =>
      startEmbeddedSignalling({
        admin: { host, port: 0, secret: SECRET },
        listeners: [{ transport: 'udp', host, port: 0 }],
        timers: { T1: 40, T2: 160, T4: 200 },
      }),
    ),
  );
  caller = await connectApp(servers[0]!.adminPort);
  callee = await connectApp(servers[1]!.adminPort);
  relay = await LossyRelay.open(Number(/:(\d+);/.exec(servers[1]!.contacts[0]!)?.[1]), 0.2);
});

afterAll(async () => {
  for (const app of [caller, callee]) app.disconnect();
  await Promise.all(servers.map((server) => server.close()));
  await relay.close();
});

test('calls over a path that loses one datagram in five all come once, are acknowledged and end', async () => {
  const counts = { invites: 0, acks: 0, ends: 0 };
  const reached = { acks: signal(), ends: signal() };
  const count = (what: 'acks' | 'ends'): void => {
    counts[what]++;
    if (counts[what] === CALLS) reached[what].fire();
  };
  callee.use('invite', (req, res) => {
    counts.invites++;
    res.send(180);
    const headers = { Contact: `<sip:callee@${host}:${relay.port}>` };
    void callee.createUAS(req, res, { localSdp: sdp(4_004), headers }).then((dialog) => {
      dialog.once('ack', () => {
        count('acks');
      });
      dialog.once('destroy', () => {
        count('ends');
      });
    });
  });

  const uri = `sip:callee@${host}:${relay.port}`;
  const dialogs = await Promise.all(
    Array.from({ length: CALLS }, () => caller.createUAC(uri, { localSdp: sdp(4_000) })),
  );
  await reached.acks.fired;
  await Promise.all(dialogs.map((dialog) => dialog.destroy()));
  await reached.ends.fired;
  expect(counts).toEqual({ invites: CALLS, acks: CALLS, ends: CALLS });
  expect(relay.lost).toBeGreaterThan(CALLS / 2);
}, 20_000);

function signal(): { fired: Promise<void>; fire: () => void } {
  let fire = (): void => undefined;
  const fired = new Promise<void>((resolve) => (fire = resolve));
  return {
    fired,
    fire: () => {
      fire();
    },
  };
}
