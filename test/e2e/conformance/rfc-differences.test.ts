import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { newBranch, PeerDialog } from '../../support/sip-peer/peer-dialog';
import { appHangsUp, dialogOf, incomingCall, peerHangsUp, placeCall } from './support/calls';
import { conformanceSuite, newUser } from './support/conformance-suite';
import { once } from './support/once';
import { mayDiffer } from './support/reported-differences';

const suite = conformanceSuite();

/** Points of RFC 3261 that a server in wide use does otherwise without harm; ours follows the text. */
const scenario = (name: string, section: string, run: () => Promise<void>): void => {
  test(`${name} (${section})`, mayDiffer(suite, name, section, run));
};

scenario(
  'the remote target follows the Contact of the peer’s re-INVITE',
  'RFC 3261 section 12.2.2',
  async () => {
    const established = await incomingCall(suite);
    const { call, dialog, peer } = established;
    const moved = await suite.udpPeer();
    const modified = once(dialog, 'modify');
    call.contact = `<${moved.contactUri('moved')}>`;
    call.invite({ body: audioSdp('caller', 'sendrecv', 2) });
    const [, res] = await modified;
    res.send(200, { body: audioSdp('app') });
    const acked = once(dialog, 'ack');
    call.ack((await peer.response(200, 'INVITE', { nth: 2 })).message);
    await acked;
    const bye = await appHangsUp({ peer: moved, call, dialog });
    expect(bye.message.requestUri).toBe(moved.contactUri('moved'));
  },
);

scenario(
  'the remote target follows the Contact of the 200 to the app’s re-INVITE',
  'RFC 3261 section 12.2.1.2',
  async () => {
    const [first, second] = [await suite.udpPeer(), await suite.udpPeer()];
    const placed = placeCall(suite, first.contactUri(newUser()));
    const invite = await first.request('INVITE');
    const call = PeerDialog.called(first, invite);
    call.answer(invite, 200, { body: audioSdp('peer') });
    const dialog = await dialogOf(placed);
    await first.request('ACK');
    const modified = dialog.modify(audioSdp('app', 'sendrecv', 2));
    const reinvite = await first.request('INVITE', { nth: 2 });
    call.contact = `<${second.contactUri('moved')}>`;
    call.answer(reinvite, 200, { body: audioSdp('peer', 'sendrecv', 2) });
    await modified;
    await second.request('ACK');
    await appHangsUp({ peer: second, call, dialog });
  },
);

scenario(
  'a response without rport goes to the port the Via names',
  'RFC 3261 section 18.2.2',
  async () => {
    const [sender, named] = [await suite.udpPeer(), await suite.udpPeer()];
    const call = suite.callFrom(sender, 'barrier');
    const branch = newBranch();
    const text = call.request('OPTIONS', { branch });
    call.transmit(text.replace(/Via: .*/, `Via: SIP/2.0/UDP ${named.hostPort};branch=${branch}`));
    const ok = await named.response(200, 'OPTIONS');
    expect(ok.message.branch).toBe(branch);
    expect(sender.seen).toHaveLength(0);
  },
);

scenario('INFO for a call nobody knows gets 481', 'RFC 3261 section 12.2.2', async () => {
  const peer = await suite.udpPeer();
  const call = suite.callFrom(peer);
  call.remote.tag = 'nobody';
  call.say('INFO');
  await peer.response(481, 'INFO');
});

scenario('a method nobody knows gets 405 or 501', 'RFC 3261 section 8.2.1', async () => {
  const peer = await suite.udpPeer();
  suite.callFrom(peer).say('JUGGLE', { contact: null });
  const answer = await peer.waitFor((m) => m.isResponse && m.status >= 200);
  expect([405, 501]).toContain(answer.message.status);
});

scenario(
  'line ends before a start line in a stream are ignored',
  'RFC 3261 section 7.5',
  async () => {
    const peer = await suite.tcpPeer();
    const probes = [1, 2, 3].map(() => suite.callFrom(peer, 'barrier'));
    const texts = probes.map((probe) => probe.request('OPTIONS'));
    peer.send(texts.join('\r\n\r\n'), suite.app.hostPort('tcp'));
    for (const probe of probes) {
      await peer.waitFor((m) => m.status === 200 && m.callId === probe.callId);
    }
  },
);

scenario(
  'a second re-INVITE while one is being answered gets 500 with Retry-After',
  'RFC 3261 section 14.2',
  async () => {
    const established = await incomingCall(suite);
    const { peer, call, dialog } = established;
    const modified = once(dialog, 'modify');
    call.invite({ body: audioSdp('caller', 'inactive', 2) });
    const [, res] = await modified;
    const second = suite.callFrom(peer);
    Object.assign(second, { callId: call.callId, local: call.local, remote: call.remote });
    second.remoteTarget = call.remoteTarget;
    second.invite({ body: audioSdp('caller', 'sendrecv', 3), cseq: call.cseq + 1 });
    const refused = await peer.waitFor(
      (m) => m.status >= 300 && m.cseqMethod === 'INVITE' && m.cseqNumber === call.cseq + 1,
    );
    expect(refused.message.status).toBe(500);
    expect(refused.message.header('retry-after')).toMatch(/^\d+/);
    second.ack(refused.message);
    call.cseq += 1;
    res.send(200, { body: audioSdp('app', 'inactive', 2) });
    call.ack((await peer.response(200, 'INVITE', { nth: 2 })).message, { cseq: call.cseq - 1 });
    await peerHangsUp(established);
  },
);
