import { eventually } from '../../support/eventually';
import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { PeerDialog } from '../../support/sip-peer/peer-dialog';
import type { SeenMessage } from '../../support/sip-peer/sip-peer';
import { appHangsUp, dialogOf, outgoingCall, placeCall, refusalOf } from './support/calls';
import { newUser, type ConformanceSuite } from './support/conformance-suite';
import { freePorts } from './support/free-ports';
import { expectDoublingGaps } from './support/retransmission-gaps';
import { mayDiffer } from './support/reported-differences';
import type { Scenarios } from './support/side-by-side';
import { within } from './support/within';

/** 64*T1 (RFC 3261 section 17.1.1.2) and some room for a busy machine. */
const TRANSACTION_LIMIT_MS = 36_000;

async function calledPeer(suite: ConformanceSuite, transport: 'udp' | 'tcp' = 'udp') {
  const peer = transport === 'udp' ? await suite.udpPeer() : await suite.tcpPeer();
  const placed = placeCall(suite, peer.contactUri(newUser()));
  const invite = await peer.request('INVITE');
  return { peer, placed, invite, call: PeerDialog.called(peer, invite) };
}

const isInvite = (m: { method: string }): boolean => m.method === 'INVITE';

/** RFC 3261 section 17.1: what the server does about a peer that does not answer the app. */
export const clientTimerScenarios = (suite: ConformanceSuite): Scenarios => ({
  'a silent peer: INVITE is retransmitted at doubling gaps, unchanged, then 408': async () => {
    const { peer, placed, invite } = await calledPeer(suite);
    const startedMs = performance.now();
    expect((await refusalOf(placed)).status).toBe(408);
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeGreaterThan(28_000);
    expect(tookMs).toBeLessThan(TRANSACTION_LIMIT_MS);
    const invites = peer.matching(isInvite);
    expectDoublingGaps(invites, 4);
    expect(invites.length).toBeLessThanOrEqual(7);
    expect(new Set(invites.map((seen) => seen.message.text))).toEqual(
      new Set([invite.message.text]),
    );
  },

  'a lost first INVITE: the answer to a retransmission makes the call': async () => {
    const { peer, placed, call } = await calledPeer(suite);
    const second = await peer.request('INVITE', { nth: 2 });
    call.answer(second, 200, { body: audioSdp('peer') });
    const dialog = await dialogOf(placed);
    await peer.request('ACK');
    await appHangsUp({ peer, call, dialog });
  },

  'a provisional response stops the retransmission of INVITE': async () => {
    const { peer, placed, invite, call } = await calledPeer(suite);
    call.answer(invite, 180);
    // until it has arrived, one may still cross it
    const hasRung = () => placed.provisional.some(({ status }) => status === 180) || null;
    await eventually('the 180 has arrived', 5_000, hasRung);
    await peer.quietFor(isInvite, 2_500);
    call.answer(invite, 486);
    expect((await refusalOf(placed)).status).toBe(486);
    await peer.request('ACK');
  },

  'INVITE over TCP is not retransmitted': async () => {
    const { peer, placed, invite, call } = await calledPeer(suite, 'tcp');
    await peer.quietFor(isInvite, 2_500);
    call.answer(invite, 486);
    expect((await refusalOf(placed)).status).toBe(486);
    await peer.request('ACK');
  },

  'a retransmitted refusal is acknowledged again and told once': async () => {
    const { peer, placed, invite, call } = await calledPeer(suite);
    const text = call.answer(invite, 486);
    expect((await refusalOf(placed)).status).toBe(486);
    for (const nth of [1, 2, 3]) {
      const ack = await peer.request('ACK', { nth });
      expect(ack.message.branch).toBe(invite.message.branch);
      if (nth < 3) invite.reply(text);
    }
  },

  'a retransmitted 200 is acknowledged again and told once': async () => {
    const { peer, placed, invite, call } = await calledPeer(suite);
    const text = call.answer(invite, 200, { body: audioSdp('peer') });
    const dialog = await dialogOf(placed);
    const first = await peer.request('ACK');
    for (const nth of [2, 3]) {
      invite.reply(text);
      const again = await peer.request('ACK', { nth });
      expect(again.message.cseqNumber).toBe(first.message.cseqNumber);
      expect(again.message.tag('to')).toBe(call.local.tag);
    }
    expect(await dialogOf(placed)).toBe(dialog);
    await appHangsUp({ peer, call, dialog });
  },

  'a peer that never answers the BYE: it is retransmitted, then the app is let go': async () => {
    const { peer, dialog } = await outgoingCall(suite, await suite.udpPeer());
    const startedMs = performance.now();
    await dialog.destroy().catch((error: unknown) => error);
    expect(performance.now() - startedMs).toBeLessThan(TRANSACTION_LIMIT_MS);
    const byes = peer.matching((m) => m.method === 'BYE');
    expectDoublingGaps(byes, 3);
    expectNoGapAbove(byes, 4_600);
  },

  'a peer that answers the CANCEL but never the INVITE: the app is let go': mayDiffer(
    suite,
    'a CANCEL that is answered while the INVITE never is: the app is told 408 or 487',
    'RFC 3261 section 9.1: cancelled after 64*T1',
    async () => {
      const { peer, placed, invite, call } = await calledPeer(suite);
      call.answer(invite, 180);
      await suite.barrier(peer);
      (await placed.request).cancel();
      call.answer(await peer.request('CANCEL'), 200);
      const refusal = await within(TRANSACTION_LIMIT_MS, refusalOf(placed));
      expect([408, 487]).toContain(refusal.status);
    },
  ),

  'nobody listens on the UDP port: the app is told within the transaction’s time': async () => {
    const [port] = await freePorts(1);
    const refusal = await refusalOf(placeCall(suite, `sip:${newUser()}@127.0.0.1:${port!}`));
    expect([408, 480, 503]).toContain(refusal.status);
  },

  'nobody listens on the TCP port: the app is told at once': async () => {
    const [port] = await freePorts(1);
    const startedMs = performance.now();
    const uri = `sip:${newUser()}@127.0.0.1:${port!};transport=tcp`;
    const refusal = await refusalOf(placeCall(suite, uri));
    expect([408, 480, 503]).toContain(refusal.status);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  },
});

/** T2 = 4 s caps the gaps of a non-INVITE request (section 17.1.2.2). */
function expectNoGapAbove(messages: SeenMessage[], limitMs: number): void {
  messages.slice(1).forEach((message, index) => {
    expect(message.atMs - messages[index]!.atMs).toBeLessThan(limitMs);
  });
}
