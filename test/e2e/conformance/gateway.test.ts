import { Gateway } from '../../../sip/gateway/gateway';
import type { IncomingCall } from '../../../sip/gateway/incoming-call';
import type { InviteEnd } from '../../../sip/gateway/outgoing-invite';
import type { SipDialog } from '../../../sip/gateway/sip-dialog';
import { Cleanups } from '../../support/cleanups';
import { audioSdp } from '../../support/sip-peer/audio-sdp';
import { PeerDialog } from '../../support/sip-peer/peer-dialog';
import { responseTo } from '../../support/sip-peer/response-to';
import type { SeenMessage } from '../../support/sip-peer/sip-peer';
import { UdpSipPeer } from '../../support/sip-peer/udp-sip-peer';
import { openTarget, type ConformanceTarget } from './support/conformance-target';
import {
  mayDiffer,
  printDifferences,
  type ReportedDifference,
} from './support/reported-differences';

jest.setTimeout(60_000);

/** Refreshed after 0.67 s, over after 1.33 s without it. */
const SHORT = { expiresS: 2, leastS: 2 };
/** drachtio-server 0.9.10 dies of sessions of less than ten seconds, and refreshes by itself after half of one. */
const SAFE = { expiresS: 30, leastS: 30 };
const SLACK_MS = 5_000;
const whole = new Cleanups();
const each = new Cleanups();
const calls: IncomingCall[] = [];
let gateway: Gateway;
let target: ConformanceTarget;
const differences: ReportedDifference[] = [];

/** What the product itself asks of a signalling server: its gateway is the one application here. */
beforeAll(async () => {
  target = whole.add(await openTarget());
  gateway = await Gateway.connect({
    ...target.admin,
    connectTimeoutMs: 5_000,
    onRequest: (request) => void request.respond(480),
    onCall: (call) => calls.push(call),
    onConnectionChange: () => undefined,
  });
  whole.add({
    close: () => {
      gateway.close();
      return Promise.resolve();
    },
  });
});
afterEach(() => each.run());
afterAll(async () => {
  printDifferences(differences);
  await whole.run();
});

const openPeer = async (): Promise<UdpSipPeer> => each.add(await UdpSipPeer.open());
const server = (): string =>
  gateway.endpoints.find((one) => one.startsWith('udp/'))!.slice('udp/'.length);

describe('REGISTER at a carrier (RFC 3261, 10)', () => {
  const registerAt = (peer: UdpSipPeer, expiresSeconds: number, cseq: number) =>
    gateway.register(
      {
        uri: `sip:${peer.hostPort}`,
        addressOfRecord: `sip:santun@${peer.hostPort}`,
        contactUri: 'sip:token@localhost',
        ...{ q: '0.5', expiresSeconds, callId: 'kept@santun', cseq },
        account: { username: 'santun', password: 'rahasia' },
      },
      5_000,
    );

  test('answers the challenge, keeps Call-ID and contact, reads what was granted, and takes it back', async () => {
    const peer = await openPeer();
    const registered = registerAt(peer, 600, 1);
    const first = await peer.request('REGISTER');
    const challenge =
      'WWW-Authenticate: Digest realm="carrier", nonce="n1", algorithm=SHA-256, qop="auth"';
    first.reply(responseTo(first.message, 401, { toTag: 'carrier', headers: [challenge] }));
    const second = await peer.request('REGISTER', { nth: 2 });
    expect(second.message.callId).toBe(first.message.callId);
    expect(second.message.cseqNumber).toBe(first.message.cseqNumber + 1);
    expect(second.message.header('authorization')).toMatch(/username="santun".*algorithm=SHA-256/);
    const contact = second.message.header('contact');
    expect(contact).toContain(`sip:token@${server()}`);
    const granted = `${contact.replace(/;expires=\d+/, '')};expires=77`;
    const contacts = `Contact: <sip:other@192.0.2.1>;expires=5, ${granted}`;
    second.reply(responseTo(second.message, 200, { toTag: 'carrier', headers: [contacts] }));
    expect(await registered).toMatchObject({ status: 200, grantedSeconds: 77, cseq: 2 });
    const gone = registerAt(peer, 0, 3);
    const last = await peer.request('REGISTER', { nth: 3 });
    expect([last.message.header('expires'), last.message.cseqNumber]).toEqual(['0', 3]);
    last.reply(responseTo(last.message, 200, { toTag: 'carrier' }));
    expect(await gone).toMatchObject({ status: 200 });
  });

  test('tells of a refusal, and for how long it must be asked for', async () => {
    const peer = await openPeer();
    const registered = registerAt(peer, 60, 9);
    const first = await peer.request('REGISTER');
    const headers = ['Min-Expires: 1800'];
    first.reply(responseTo(first.message, 423, { toTag: 'carrier', headers }));
    expect(await registered).toMatchObject({ status: 423, minExpiresSeconds: 1_800 });
  });
});

/** A call of ours, with session timers. */
interface Placed {
  readonly peer: UdpSipPeer;
  readonly invite: SeenMessage;
  readonly call: PeerDialog;
  readonly result: Promise<InviteEnd>;
}
const session = (): typeof SHORT => (target.embedded ? SHORT : SAFE);
const limitMs = (): number => session().expiresS * 1_000 + SLACK_MS;
const place = async (): Promise<Placed> => {
  const peer = await openPeer();
  const sessionTimer = session();
  const uri = peer.contactUri('debtor');
  const { result } = gateway.invite({
    ...{ uri, headers: {}, sdp: audioSdp('app'), sessionTimer, deadlineMs: 5_000 },
  });
  const invite = await peer.request('INVITE');
  return { peer, invite, call: PeerDialog.called(peer, invite), result };
};
const dialogOf = async (result: Promise<InviteEnd>): Promise<SipDialog> => {
  const end = await result;
  if (end.kind !== 'answered') throw new Error(end.kind);
  return end.dialog;
};
const ended = (dialog: SipDialog): Promise<string> =>
  new Promise((resolve) => {
    dialog.onEnded(resolve);
  });
const answerBye = async (peer: UdpSipPeer, call: PeerDialog): Promise<SeenMessage> => {
  const bye = await peer.request('BYE');
  call.answer(bye, 200);
  return bye;
};

describe('session timers (RFC 4028)', () => {
  test('422: asked for again with the Min-SE that was said, as the same call', async () => {
    const { peer, invite, call, result } = await place();
    expect(invite.message.header('session-expires')).toBe(String(session().expiresS));
    call.answer(invite, 422, { headers: ['Min-SE: 1800'] });
    const again = await peer.request('INVITE', { nth: 2 });
    expect(again.message.header('session-expires')).toBe('1800');
    expect(again.message.header('min-se')).toBe('1800');
    expect(again.message.callId).toBe(invite.message.callId);
    expect(again.message.cseqNumber).toBeGreaterThan(invite.message.cseqNumber);
    const answered = PeerDialog.called(peer, again);
    answered.answer(again, 200, { body: audioSdp('peer') });
    const dialog = await dialogOf(result);
    await peer.request('ACK');
    const over = dialog.hangUp();
    await answerBye(peer, answered);
    await over;
  });

  test('we refresh when that is ours to do, once a period; without an answer the call ends', async () => {
    const { peer, invite, call, result } = await place();
    const ours = `${session().expiresS};refresher=uac`;
    const headers = [`Session-Expires: ${ours}`, 'Require: timer'];
    call.answer(invite, 200, { body: audioSdp('peer'), headers });
    const dialog = await dialogOf(result);
    const over = ended(dialog);
    await peer.request('ACK');
    const refresh = await peer.request('INVITE', { nth: 2, limitMs: limitMs() });
    expect(refresh.message.header('session-expires')).toBe(ours);
    expect(refresh.message.body).toBe(invite.message.body);
    call.answer(refresh, 200, { body: audioSdp('peer'), headers });
    await peer.request('ACK', { nth: 2 });
    // the next is left without an answer
    const next = await peer.waitFor(
      (m) => m.method === 'INVITE' && m.cseqNumber > refresh.message.cseqNumber,
      { limitMs: limitMs() },
    );
    // a third of the session
    expect(next.atMs - refresh.atMs).toBeGreaterThan(session().expiresS * 150);
    expect(await over).toBe('session_expired');
    expect((await answerBye(peer, call)).message.header('reason')).toContain('session expired');
  });

  const THEIRS =
    'who is called refreshes when that is theirs to do; when they fall silent the call ends';
  // drachtio-server 0.9.10 refuses a refresh of less than its own 90 s before the application hears of it
  const theirsToRefresh = async (): Promise<void> => {
    const { peer, invite, call, result } = await place();
    const { expiresS } = session();
    const headers = [`Session-Expires: ${expiresS};refresher=uas`, 'Require: timer'];
    call.answer(invite, 200, { body: audioSdp('peer'), headers });
    const dialog = await dialogOf(result);
    dialog.onModify((request) => {
      request.accept(audioSdp('app'));
    });
    const over = ended(dialog);
    await peer.request('ACK');
    call.invite({
      body: audioSdp('peer'),
      headers: ['Supported: timer', `Session-Expires: ${expiresS};refresher=uac`],
    });
    const ok = await peer.response(200, 'INVITE');
    expect(ok.message.header('session-expires')).toBe(`${expiresS};refresher=uac`);
    call.ack(ok.message);
    expect(await over).toBe('session_expired');
    const bye = await answerBye(peer, call);
    expect(bye.atMs - ok.atMs).toBeGreaterThan(expiresS * 500);
    // nothing of ours refreshed it
    expect(peer.count((m) => m.method === 'INVITE')).toBe(1);
  };
  test(THEIRS, () =>
    mayDiffer({ target, differences }, THEIRS, 'RFC 4028 section 9', theirsToRefresh)(),
  );

  const comesIn = async (sessionExpires: string) => {
    const peer = await openPeer();
    const call = PeerDialog.calling(peer, server(), `u${calls.length}`);
    const before = calls.length;
    call.invite({
      body: audioSdp('caller'),
      headers: ['Supported: timer', `Session-Expires: ${sessionExpires}`],
    });
    const final = peer.waitFor((m) => m.cseqMethod === 'INVITE' && m.status >= 200);
    await Promise.race([final, peer.waitFor((m) => m.status === 100 || m.status >= 200)]);
    return { peer, call, final, incoming: () => calls[before]! };
  };
  const untilCalled = async (count: number): Promise<void> => {
    for (let i = 0; calls.length < count && i < 250; i += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
  };

  test('who calls us hears which session would be too short', async () => {
    const before = calls.length;
    const { call, final, incoming } = await comesIn('90');
    await untilCalled(before + 1);
    expect(incoming().limitSession({ expiresS: 1_800, leastS: 600 })).toBe(false);
    const { message } = await final;
    expect([message.status, message.header('min-se')]).toEqual([422, '600']);
    call.ack(message);
  });

  test('who calls us refreshes, or the call ends', async () => {
    const before = calls.length;
    const { peer, call, final, incoming } = await comesIn('600;refresher=uac');
    await untilCalled(before + 1);
    expect(incoming().limitSession(session())).toBe(true);
    const dialog = await incoming().answer(audioSdp('app'));
    const { message } = await final;
    expect(message.header('session-expires')).toBe(`${session().expiresS};refresher=uac`);
    call.ack(message);
    expect(await ended(dialog!)).toBe('session_expired');
    await answerBye(peer, call);
  });
});
