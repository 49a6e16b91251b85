import { audioSdp } from '../../support/sip-peer/audio-sdp';
import type { PeerDialog } from '../../support/sip-peer/peer-dialog';
import type { RawSipMessage } from '../../support/sip-peer/raw-sip-message';
import { appHangsUp } from './support/calls';
import type { IncomingRequest, SipTransport } from './support/conformance-app';
import { newUser, type ConformanceSuite } from './support/conformance-suite';
import { expectDoublingGaps } from './support/retransmission-gaps';
import { mayDiffer } from './support/reported-differences';
import type { Scenarios } from './support/side-by-side';

const TRANSACTION_LIMIT_MS = 36_000;

async function callingPeer(suite: ConformanceSuite, transport: SipTransport = 'udp') {
  const peer = await suite.peer(transport);
  const user = newUser();
  const call: PeerDialog = suite.callFrom(peer, user);
  const text = call.invite({ body: audioSdp('caller') });
  const incoming: IncomingRequest = await suite.app.request('INVITE', user);
  return { peer, user, call, text, ...incoming };
}

const status =
  (wanted: number) =>
  (m: RawSipMessage): boolean =>
    m.status === wanted && m.cseqMethod === 'INVITE';

/** RFC 3261 sections 17.2 and 13.3.1: what the server does about a caller that loses messages. */
export const serverTimerScenarios = (suite: ConformanceSuite): Scenarios => ({
  'an app that takes its time: the caller hears 100 Trying': async () => {
    const { peer, call, res } = await callingPeer(suite);
    await peer.response(100);
    res.send(486);
    call.ack((await peer.response(486)).message);
  },

  'a retransmitted INVITE is told once, and the last provisional response is sent again':
    async () => {
      const { peer, user, call, text, res } = await callingPeer(suite);
      res.send(180);
      const first = await peer.response(180);
      call.transmit(text);
      const again = await peer.response(180, 'INVITE', { nth: 2 });
      expect(again.message.tag('to')).toBe(first.message.tag('to'));
      res.send(486);
      call.ack((await peer.response(486)).message);
      await suite.barrier(peer);
      expect(suite.app.requestsFor('INVITE', user)).toHaveLength(1);
    },

  'a retransmitted INVITE after the refusal gets the refusal again': async () => {
    const { peer, user, call, text, res } = await callingPeer(suite);
    res.send(486);
    await peer.response(486);
    call.transmit(text);
    const again = await peer.response(486, 'INVITE', { nth: 2 });
    call.ack(again.message);
    await suite.barrier(peer);
    expect(suite.app.requestsFor('INVITE', user)).toHaveLength(1);
  },

  'an unacknowledged refusal is retransmitted at doubling gaps until the ACK': async () => {
    const { peer, call, res } = await callingPeer(suite);
    res.send(486);
    const third = await peer.response(486, 'INVITE', { nth: 3 });
    expectDoublingGaps(peer.matching(status(486)), 3);
    call.ack(third.message);
    await peer.quietFor(status(486), 5_000);
  },

  'a refusal over TCP is sent once': async () => {
    const { peer, call, res } = await callingPeer(suite, 'tcp');
    res.send(486);
    const refusal = await peer.response(486);
    await peer.quietFor(status(486), 2_500);
    call.ack(refusal.message);
  },

  'an unacknowledged 200 is retransmitted at doubling gaps until the ACK': async () => {
    const { peer, call, req, res } = await callingPeer(suite);
    const dialog = await suite.app.srf.createUAS(req, res, { localSdp: audioSdp('app') });
    const third = await peer.response(200, 'INVITE', { nth: 3 });
    const oks = peer.matching(status(200));
    expectDoublingGaps(oks, 3);
    expect(new Set(oks.map((seen) => seen.message.text)).size).toBe(1);
    call.ack(third.message);
    await peer.quietFor(status(200), 5_000);
    await appHangsUp({ peer, call, dialog });
  },

  'a 200 that is never acknowledged ends in BYE, and the app is told (section 13.3.1.4)':
    async () => {
      const { peer, call, req, res } = await callingPeer(suite);
      const dialog = await suite.app.srf.createUAS(req, res, { localSdp: audioSdp('app') });
      const told = new Promise((resolve) => dialog.on('destroy', resolve));
      const bye = await peer.request('BYE', { limitMs: TRANSACTION_LIMIT_MS });
      call.answer(bye, 200);
      await told;
      const oks = peer.matching(status(200));
      expect(oks.length).toBeGreaterThanOrEqual(6);
      expect(bye.atMs - oks[0]!.atMs).toBeGreaterThan(28_000);
    },

  'a refusal that is never acknowledged stops by itself': async () => {
    const { peer, res } = await callingPeer(suite);
    res.send(603);
    const first = await peer.response(603);
    await peer.quietFor((m) => m.status === 603 && performance.now() - first.atMs > 34_000, 35_500);
    expect(peer.count(status(603))).toBeGreaterThanOrEqual(5);
  },

  'a retransmitted ACK is told once': mayDiffer(
    suite,
    'a retransmitted ACK is told to the app once',
    'RFC 3261 section 13.2.2.4: 200s and their ACKs repeat',
    async () => {
      const { peer, call, req, res } = await callingPeer(suite);
      const dialog = await suite.app.srf.createUAS(req, res, { localSdp: audioSdp('app') });
      let told = 0;
      const acked = new Promise<void>((resolve) => {
        dialog.on('ack', () => {
          told += 1;
          resolve();
        });
      });
      const ack = call.ack((await peer.response(200, 'INVITE')).message);
      await acked;
      call.transmit(ack);
      await suite.barrier(peer);
      expect(told).toBe(1);
      await appHangsUp({ peer, call, dialog });
    },
  ),
});
