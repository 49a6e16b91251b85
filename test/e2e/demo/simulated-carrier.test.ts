import type { CallPlan } from '../../../src/main/demo/answer-model';
import { SimulatedCarrier } from '../../../src/main/demo/simulated-carrier';
import { CREDENTIALS, CarrierCaller } from './carrier-caller';

const NUMBER = '+6281200001234';
const ANSWERED: CallPlan = { kind: 'answered', by: 'person', ringMs: 50, talkMs: 20_000 };

describe('the simulated carrier on the wire', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  async function dial(
    plan: CallPlan,
  ): Promise<{ carrier: SimulatedCarrier; caller: CarrierCaller }> {
    const carrier = await SimulatedCarrier.start({ credentials: CREDENTIALS, plan: () => plan });
    const caller = await CarrierCaller.open(carrier.address, NUMBER);
    open.push(caller, carrier);
    return { carrier, caller };
  }

  it('challenges an INVITE, lets a wrong password in never, and counts what it let in', async () => {
    const { carrier, caller } = await dial(ANSWERED);
    await caller.invite('guess');
    await caller.peer.response(407, 'INVITE', { nth: 2 });
    expect(carrier.invitesSeen().size).toBe(0);
    expect(carrier.counts().challenged).toBe(2);
  });

  it('counts a challenged, re-sent and repeated INVITE once, and answers repetitions alike', async () => {
    const { carrier, caller } = await dial({ kind: 'no_answer' });
    const invite = await caller.invite();
    const ringing = await caller.peer.response(180);
    caller.send(invite.text);
    const again = await caller.peer.response(180, 'INVITE', { nth: 2 });
    expect(again.message.text).toBe(ringing.message.text);
    expect(carrier.invitesSeen()).toEqual(new Map([[NUMBER, 1]]));
    expect(carrier.liveCalls()).toBe(1);
  });

  it('repeats its 200 until the ACK, answers in PCMA, and ends with the caller’s BYE', async () => {
    const { carrier, caller } = await dial(ANSWERED);
    const invite = await caller.invite();
    const ok = await caller.peer.response(200, 'INVITE');
    const again = await caller.peer.response(200, 'INVITE', { nth: 2 });
    expect(again.message.text).toBe(ok.message.text);
    expect(again.atMs - ok.atMs).toBeGreaterThan(450);
    expect(ok.message.body).toContain('s=person');
    expect(ok.message.body).toContain('m=audio 9 RTP/AVP 8');
    caller.acknowledge(invite, again.message);
    const branch = 'z9hG4bKbye';
    caller.bye(branch);
    await caller.peer.response(200, 'BYE');
    // a repeated BYE is answered again, not with 481 (timer J)
    caller.bye(branch);
    await caller.peer.response(200, 'BYE', { nth: 2 });
    expect(carrier.counts()).toMatchObject({ answered: 1, ended: { caller_hung_up: 1 } });
    expect(carrier.liveCalls()).toBe(0);
    caller.bye();
    await caller.peer.response(481, 'BYE');
  });

  it('sends no BYE before the ACK, and repeats the BYE until it is answered', async () => {
    const { carrier, caller } = await dial({ ...ANSWERED, talkMs: 0 });
    const invite = await caller.invite();
    const ok = await caller.peer.response(200, 'INVITE', { nth: 2 });
    expect(caller.peer.count((m) => m.method === 'BYE')).toBe(0);
    caller.acknowledge(invite, ok.message);
    const bye = await caller.peer.request('BYE', { nth: 2 });
    expect(bye.message.requestUri).toBe(caller.peer.contactUri('caller'));
    expect(bye.message.tag('from')).toBe(ok.message.tag('to'));
    bye.reply(answer(bye.message.text));
    expect(carrier.counts().ended).toEqual({ debtor_hung_up: 1 });
  });

  it('repeats a refusal until its ACK', async () => {
    const plan: CallPlan = { kind: 'refused', status: 486, delayMs: 10, rings: false };
    const { carrier, caller } = await dial(plan);
    const invite = await caller.invite();
    const busy = await caller.peer.response(486, 'INVITE', { nth: 2 });
    caller.acknowledgeRefusal(invite, busy.message);
    expect(caller.peer.count((m) => m.status === 180)).toBe(0);
    expect(carrier.counts().ended).toEqual({ refused: 1 });
  });

  it('rings until CANCEL, then says 487', async () => {
    const { carrier, caller } = await dial({ kind: 'no_answer' });
    const invite = await caller.invite();
    await caller.peer.response(180);
    caller.cancel(invite);
    await caller.peer.response(200, 'CANCEL');
    const ended = await caller.peer.response(487, 'INVITE');
    caller.acknowledgeRefusal(invite, ended.message);
    expect(carrier.counts().ended).toEqual({ cancelled: 1 });
  });

  it('lets the answer win the race with CANCEL', async () => {
    const { carrier, caller } = await dial({ ...ANSWERED, ringMs: 0 });
    const invite = await caller.invite();
    const ok = await caller.peer.response(200, 'INVITE');
    caller.cancel(invite);
    await caller.peer.response(200, 'CANCEL');
    caller.acknowledge(invite, ok.message);
    caller.bye();
    await caller.peer.response(200, 'BYE');
    expect(caller.peer.count((m) => m.status === 487)).toBe(0);
    expect(carrier.counts().ended).toEqual({ caller_hung_up: 1 });
  });

  it('follows a re-INVITE, one at a time, and refuses what is out of order', async () => {
    const { caller } = await dial(ANSWERED);
    const invite = await caller.invite();
    const ok = await caller.peer.response(200, 'INVITE');
    caller.acknowledge(invite, ok.message);
    const hold = 'v=0\r\ns=x\r\nm=audio 40000 RTP/AVP 8\r\na=sendonly\r\n';
    const reinvite = caller.reinvite(hold);
    const held = await caller.peer.waitFor((m) => m.status === 200 && m.cseqNumber === 4);
    expect(held.message.body).toContain('a=recvonly');
    expect(held.message.body).toMatch(/^o=- \d+ 2 /m);
    caller.reinvite(hold);
    await caller.peer.response(491, 'INVITE');
    caller.acknowledge(reinvite, held.message);
    caller.bye();
    await caller.peer.response(500, 'BYE');
  });

  it('drops what is no SIP, and answers OPTIONS and unknown methods', async () => {
    const { carrier, caller } = await dial(ANSWERED);
    for (const noise of [
      '',
      '\r\n\r\n',
      'INVITE sip:x SIP/2.0\r\n\r\n',
      '\u0000\u0001'.repeat(500),
    ]) {
      caller.send(noise);
    }
    const request = (method: string): string =>
      [
        `${method} sip:x@127.0.0.1 SIP/2.0`,
        `Via: SIP/2.0/UDP ${caller.peer.hostPort};branch=z9hG4bK${method};rport`,
        'From: <sip:a@caller.example>;tag=1',
        'To: <sip:x@127.0.0.1>',
        `Call-ID: ${method}`,
        `CSeq: 1 ${method}`,
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n');
    caller.send(request('OPTIONS'));
    await caller.peer.response(200, 'OPTIONS');
    caller.send(request('PUBLISH'));
    await caller.peer.response(405, 'PUBLISH');
    expect(carrier.liveCalls()).toBe(0);
  });
});

function answer(request: string): string {
  const copied = request.split('\r\n').filter((line) => /^(via|from|to|call-id|cseq):/i.test(line));
  return ['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '', ''].join('\r\n');
}
