import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { PeerDialog } from '../../support/sip-peer/peer-dialog';
import {
  appHangsUp,
  dialogOf,
  incomingCall,
  outgoingCall,
  peerHangsUp,
  placeCall,
} from './support/calls';
import { conformanceSuite, newUser } from './support/conformance-suite';
import { mayDiffer } from './support/reported-differences';

const suite = conformanceSuite(undefined, { withTls: true });

/** A server that is not ours may have no certificate: then the table says so. */
const scenario = (name: string, section: string, run: () => Promise<void>): void => {
  test(`${name} (${section})`, mayDiffer(suite, name, section, run));
};

scenario(
  'a call over TLS is answered, and ended by the caller',
  'RFC 3261 section 26.2',
  async () => {
    const established = await incomingCall(suite, 'tls');
    expect(established.ok.message.header('contact')).toMatch(/transport=tls|sips:/);
    await peerHangsUp(established);
  },
);

scenario('a call over TLS is ended by the application', 'RFC 3261 section 26.2', async () => {
  await appHangsUp(await incomingCall(suite, 'tls'));
});

scenario(
  'a call to a peer over TLS has its ACK and BYE there too',
  'RFC 3261 section 12.2',
  async () => {
    const peer = await suite.tlsPeer();
    const established = await outgoingCall(suite, peer);
    expect(established.invite.message.header('via')).toContain('SIP/2.0/TLS');
    await appHangsUp(established);
    expect(peer.acceptedCount).toBe(1);
  },
);

scenario(
  'a softphone is called over the TLS connection that it registered on',
  'RFC 5626',
  async () => {
    const peer = await suite.tlsPeer();
    const user = newUser();
    const target = suite.app.hostPort('tls');
    const contactUri = `sip:${user}@${await peer.localHostPort(target)};transport=tls`;
    const registration = suite.callFrom(peer, user);
    registration.say('REGISTER', {
      requestUri: `sip:${target}`,
      contact: `<${contactUri}>`,
      headers: ['Expires: 600'],
    });
    const { res } = await suite.app.request('REGISTER', user);
    res.send(200, { headers: { Contact: `<${contactUri}>;expires=600` } });
    await peer.waitFor((m) => m.status === 200 && m.callId === registration.callId);
    const placed = placeCall(suite, contactUri);
    const invite = await peer.request('INVITE');
    const call = PeerDialog.called(peer, invite);
    call.contact = `<${contactUri}>`;
    call.answer(invite, 200, { body: audioSdp('softphone') });
    const dialog = await dialogOf(placed);
    await peer.request('ACK');
    await appHangsUp({ peer, call, dialog });
    expect(peer.acceptedCount).toBe(0);
  },
);
