import { once } from 'node:events';
import { Softphone } from '../../../src/main/demo/softphone';
import type { SoftphoneCall } from '../../../src/main/demo/softphone-call';
import type { RawSipMessage } from '../../support/sip-peer/raw-sip-message';
import { ScriptedRegistrar, response } from './scripted-registrar';

const PASSWORD = 'softphone secret';

function sdp(name: string, direction: string, version = 1): string {
  return `v=0\r\no=- 1 ${version} IN IP4 127.0.0.1\r\ns=${name}\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\na=${direction}\r\n`;
}

describe('Softphone', () => {
  let registrar: ScriptedRegistrar;
  let phone: Softphone;
  let contact: string;
  let pings = 0;

  beforeEach(async () => {
    registrar = await ScriptedRegistrar.open();
    phone = new Softphone({
      wsUrl: registrar.url,
      username: 'agent-1',
      password: PASSWORD,
      realm: 'santun',
    });
  });
  afterEach(async () => {
    await registrar.close();
    await phone.close();
  });

  async function registered(nth = 1): Promise<void> {
    const done = phone.register();
    const message = await registrar.register(PASSWORD, nth);
    await done;
    contact = /<([^>]+)>/.exec(message.header('contact'))?.[1] ?? '';
  }

  function request(method: string, cseq: number, body = '', toTag = ''): string {
    return [
      `${method} ${contact} SIP/2.0`,
      `Via: SIP/2.0/WS ${registrar.hostPort};branch=z9hG4bK${method}${cseq}`,
      'Max-Forwards: 70',
      'From: <sip:santun@santun>;tag=server',
      `To: <sip:agent-1@santun>${toTag === '' ? '' : `;tag=${toTag}`}`,
      'Call-ID: leg-1',
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:santun@${registrar.hostPort};transport=ws>`,
      'X-Attempt-Id: 42',
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n');
  }

  /** One round trip, so that everything sent before has been taken in (RFC 5407, 3.1.4). */
  async function settled(): Promise<void> {
    pings += 1;
    registrar.send(request('OPTIONS', pings).replace('Call-ID: leg-1', `Call-ID: ping-${pings}`));
    await registrar.waitFor((m) => m.isResponse && m.callId === `ping-${pings}`);
  }

  async function nailedUpLeg(): Promise<{ call: SoftphoneCall; ok: RawSipMessage; tag: string }> {
    const called = once(phone, 'called') as Promise<[SoftphoneCall]>;
    registrar.send(request('INVITE', 1, sdp('none', 'inactive')));
    const [call] = await called;
    const { message: ok } = await registrar.response(200, 'INVITE');
    const tag = ok.tag('to');
    const answered = call.isAnswered ? null : once(call, 'answered');
    registrar.send(request('ACK', 1, '', tag));
    await answered;
    await settled();
    return { call, ok, tag };
  }

  it('registers with digest at its address of record, and says goodbye', async () => {
    const done = phone.register();
    const message = await registrar.register(PASSWORD);
    await done;
    expect(phone.isRegistered).toBe(true);
    expect(message.requestUri).toBe('sip:santun');
    expect(message.header('to')).toBe('<sip:agent-1@santun>');
    expect(message.header('contact')).toContain('transport=ws');
    const closing = phone.close();
    const goodbye = await registrar.waitFor((m) => /expires=0/.test(m.header('contact')));
    goodbye.reply(response(goodbye.message, '200 OK'));
    await closing;
    expect(phone.isRegistered).toBe(false);
  });

  it('tells the reason when it is refused', async () => {
    const refused = expect(phone.register()).rejects.toThrow('REGISTER was refused: 403 Forbidden');
    await registrar.register('another secret');
    await refused;
    expect(phone.isRegistered).toBe(false);
  });

  it('answers a nailed-up leg, follows re-INVITEs to a talk and back, and hears who speaks', async () => {
    await registered();
    const { call, ok, tag } = await nailedUpLeg();
    expect(ok.body).toContain('a=inactive');
    expect(call.header('X-Attempt-Id')).toBe('42');
    expect(call.remote).toEqual({ direction: 'inactive', speaker: 'none' });

    const described = once(call, 'described');
    registrar.send(request('INVITE', 2, sdp('voicemail', 'sendrecv', 2), tag));
    expect(await described).toEqual([{ direction: 'sendrecv', speaker: 'voicemail' }]);
    const { message: joined } = await registrar.waitFor(
      (m) => m.status === 200 && m.cseqNumber === 2,
    );
    expect(joined.body).toContain('a=sendrecv');
    expect(joined.body).toMatch(/^o=- \d+ 2 /m);
    registrar.send(request('ACK', 2, '', tag));
    await settled();

    const silenced = once(call, 'described');
    registrar.send(request('INVITE', 3, sdp('none', 'inactive', 3), tag));
    await silenced;
    await registrar.waitFor((m) => m.status === 200 && m.cseqNumber === 3);
    registrar.send(request('ACK', 3, '', tag));
    await settled();
    expect(call.isOver).toBe(false);

    const ended = once(call, 'ended');
    registrar.send(request('BYE', 4, '', tag));
    await ended;
    await registrar.response(200, 'BYE');
    expect(phone.calls).toEqual([]);
  });

  it('hangs up with BYE', async () => {
    await registered();
    const { call } = await nailedUpLeg();
    const hungUp = call.hangUp();
    const bye = await registrar.request('BYE');
    bye.reply(response(bye.message, '200 OK'));
    await hungUp;
    expect(call.isOver).toBe(true);
  });

  it('ends its calls when the socket breaks, says so, and registers again on a new one', async () => {
    await registered();
    const { call } = await nailedUpLeg();
    const ended = once(call, 'ended');
    const disconnected = once(phone, 'disconnected');
    registrar.cut();
    await Promise.all([ended, disconnected]);
    expect(phone.isRegistered).toBe(false);
    expect(phone.calls).toEqual([]);
    await registered(2);
    expect(phone.isRegistered).toBe(true);
    expect(registrar.connections).toBe(2);

    const dropped = once(phone, 'disconnected');
    phone.dropConnection();
    await dropped;
    expect(phone.isRegistered).toBe(false);
  });

  it('fails at once where nothing listens', async () => {
    const gone = await ScriptedRegistrar.open();
    const lost = new Softphone({ wsUrl: gone.url, username: 'a', password: 'b', realm: 'santun' });
    await gone.close();
    await expect(lost.register()).rejects.toThrow();
    await lost.close();
  });
});
