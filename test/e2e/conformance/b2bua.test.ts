import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { PeerDialog } from '../../support/sip-peer/peer-dialog';
import type { SeenMessage, SipPeer } from '../../support/sip-peer/sip-peer';
import type { SipTransport } from './support/conformance-app';
import { conformanceSuite, newUser } from './support/conformance-suite';
import { once } from './support/once';
import type { AppDialog, SipRefusal } from './support/srf-types';

const suite = conformanceSuite();

interface Bridge {
  caller: SipPeer;
  callee: SipPeer;
  /** The caller's side of its leg. */
  a: PeerDialog;
  /** The callee's side of its leg. */
  b: PeerDialog;
  invite: SeenMessage;
  bridged: Promise<{ uas: AppDialog; uac: AppDialog } | SipRefusal>;
}

/** A call from a peer that the app is passing on to another peer, which is ringing. */
async function bridging(from: SipTransport = 'udp', to: 'udp' | 'tcp' = 'udp'): Promise<Bridge> {
  const caller = await suite.peer(from);
  const callee = to === 'udp' ? await suite.udpPeer() : await suite.tcpPeer();
  const user = newUser();
  const a = suite.callFrom(caller, user);
  a.invite({ body: audioSdp('caller'), headers: ['X-Campaign: june'] });
  const { req, res } = await suite.app.request('INVITE', user);
  const bridged = suite.app.srf
    .createB2BUA(req, res, callee.contactUri(user), {
      localSdpB: req.body,
      proxyRequestHeaders: ['X-Campaign'],
      proxyResponseHeaders: ['X-Callee'],
    })
    .catch((error: unknown) => error as SipRefusal);
  const invite = await callee.request('INVITE');
  return { caller, callee, a, b: PeerDialog.called(callee, invite), invite, bridged };
}

async function answered(bridge: Bridge): Promise<{ uas: AppDialog; uac: AppDialog }> {
  const { caller, callee, a, b, invite } = bridge;
  b.answer(invite, 180);
  await caller.response(180);
  b.answer(invite, 200, { body: audioSdp('callee'), headers: ['X-Callee: yes'] });
  const ok = await caller.response(200, 'INVITE');
  expect(ok.message.body).toBe(audioSdp('callee'));
  expect(ok.message.header('X-Callee')).toBe('yes');
  a.ack(ok.message);
  await callee.request('ACK');
  const dialogs = await bridge.bridged;
  if (dialogs instanceof Error) throw dialogs;
  const { uas, uac } = dialogs;
  uas.on('destroy', () => void uac.destroy());
  uac.on('destroy', () => void uas.destroy());
  return dialogs;
}

/** The app between two parties (createB2BUA): the shape of every bridged call. */
describe('a bridged call', () => {
  test.each<[SipTransport, 'udp' | 'tcp']>([
    ['udp', 'udp'],
    ['ws', 'udp'],
    ['tcp', 'udp'],
    ['udp', 'tcp'],
  ])('from %s to %s passes SDP and headers, and the caller’s BYE', async (from, to) => {
    const bridge = await bridging(from, to);
    const { caller, callee, a, b, invite } = bridge;
    expect(invite.message.body).toBe(audioSdp('caller'));
    expect(invite.message.header('X-Campaign')).toBe('june');
    expect(invite.message.callId).not.toBe(a.callId);
    await answered(bridge);
    a.bye();
    b.answer(await callee.request('BYE'), 200);
    await caller.response(200, 'BYE');
  });

  test('passes the callee’s BYE', async () => {
    const bridge = await bridging();
    const { caller, callee, a, b } = bridge;
    await answered(bridge);
    b.bye();
    a.answer(await caller.request('BYE'), 200);
    await callee.response(200, 'BYE');
  });

  test('passes early media (183)', async () => {
    const bridge = await bridging();
    const { caller, callee, a, b, invite } = bridge;
    b.answer(invite, 183, { body: audioSdp('early') });
    expect((await caller.response(183)).message.body).toBe(audioSdp('early'));
    await answered(bridge);
    a.bye();
    b.answer(await callee.request('BYE'), 200);
  });

  test('passes the callee’s refusal', async () => {
    const { caller, callee, a, b, invite, bridged } = await bridging();
    b.answer(invite, 486, { reason: 'Busy Here' });
    const refusal = await caller.response(486);
    expect(refusal.message.reason).toBe('Busy Here');
    a.ack(refusal.message);
    expect(await bridged).toMatchObject({ status: 486 });
    await callee.request('ACK');
  });

  test('passes the caller’s CANCEL', async () => {
    const { caller, callee, a, b, invite, bridged } = await bridging();
    b.answer(invite, 180);
    await caller.response(180);
    a.cancel();
    b.answer(await callee.request('CANCEL'), 200);
    b.answer(invite, 487);
    a.ack((await caller.response(487, 'INVITE')).message);
    expect(await bridged).toMatchObject({ status: 487 });
    await callee.request('ACK');
  });

  test('passes a re-INVITE from one side to the other', async () => {
    const bridge = await bridging();
    const { caller, callee, a, b } = bridge;
    const { uas, uac } = await answered(bridge);
    uas.on('modify', (req, res) => {
      void uac.modify(req.body).then((sdp) => {
        res.send(200, { body: sdp });
      });
    });
    a.invite({ body: audioSdp('caller', 'inactive', 2) });
    const reinvite = await callee.request('INVITE', { nth: 2 });
    expect(reinvite.message.body).toBe(audioSdp('caller', 'inactive', 2));
    b.answer(reinvite, 200, { body: audioSdp('callee', 'inactive', 2) });
    const ok = await caller.response(200, 'INVITE', { nth: 2 });
    expect(ok.message.body).toBe(audioSdp('callee', 'inactive', 2));
    const acked = once(uas, 'ack');
    a.ack(ok.message);
    await acked;
    await callee.request('ACK', { nth: 2 });
    a.bye();
    b.answer(await callee.request('BYE'), 200);
  });

  test('keeps Call-IDs and tags of the legs apart', async () => {
    const bridge = await bridging();
    const { callee, a, b, invite } = bridge;
    const { uas, uac } = await answered(bridge);
    const ids = (dialog: AppDialog): string[] => Object.values(dialog.sip);
    expect(ids(uas).filter((id) => ids(uac).includes(id))).toEqual([]);
    expect(uas.sip.remoteTag).toBe(a.local.tag);
    expect(uac.sip.remoteTag).toBe(b.local.tag);
    expect(invite.message.tag('from')).toBe(uac.sip.localTag);
    a.bye();
    b.answer(await callee.request('BYE'), 200);
  });
});

test('a caller who gives up while the callee answers: no leg stays up', async () => {
  const { caller, callee, a, b, invite, bridged } = await bridging();
  b.answer(invite, 180);
  await caller.response(180);
  a.cancel();
  const cancel = await callee.request('CANCEL');
  b.answer(invite, 200, { body: audioSdp('callee') });
  b.answer(cancel, 200);
  a.ack((await caller.response(487, 'INVITE')).message);
  await callee.request('ACK');
  // The app tears the answered leg down, or the server already has (see cancel.test.ts).
  b.answer(await callee.request('BYE'), 200);
  const outcome: unknown = await bridged;
  expect(outcome).toBeInstanceOf(Error);
});
