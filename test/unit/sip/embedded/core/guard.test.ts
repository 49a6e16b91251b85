import { BINDING_LIMIT } from '../../../../../sip/embedded/core/flow-bindings';
import { DIALOG_LIMIT } from '../../../../../sip/embedded/dialog/dialog-table';
import { parseSipUri } from '../../../../../sip/embedded/message/sip-uri';
import type { SipUri } from '../../../../../sip/embedded/message/sip-uri';
import { Harness, headerOf, tagOf } from '../support/harness';
import { requestText, responseTo } from '../support/messages';

/** What drachtio-server 0.9.10 gets wrong when strangers reach its SIP port, and what RFC 3261 asks. */
let server: Harness;
beforeEach(() => {
  server = new Harness();
});

/** Messages to anyone but the peer that asked. */
function sentElsewhere(): string[] {
  return [...server.network.flows.values()]
    .filter((flow) => flow !== server.peer)
    .flatMap((flow) => flow.startLines());
}

describe('nothing is relayed', () => {
  test.each(['INVITE', 'MESSAGE', 'BYE', 'OPTIONS'])(
    'a %s that looks like one inside a dialog, with our Route and a foreign one, gets 481',
    (method) => {
      server.request({
        method,
        uri: 'sip:victim@198.51.100.9',
        toTag: 'any',
        headers: ['Route: <sip:192.0.2.1;lr>, <sip:198.51.100.9;lr>'],
      });
      expect(server.count('SIP/2.0 481')).toBe(1);
      expect(sentElsewhere()).toEqual([]);
      expect(server.delivered(method)).toEqual([]);
    },
  );

  test('a request for a foreign Request-URI goes to the application and nowhere else', () => {
    server.request({ uri: 'sip:victim@198.51.100.9', headers: ['Route: <sip:198.51.100.9;lr>'] });
    expect(server.delivered('INVITE')).toHaveLength(1);
    expect(sentElsewhere()).toEqual([]);
  });

  test('a response with a second Via is dropped', () => {
    server.appSends('INVITE');
    const response = responseTo(server.sent('INVITE'), 200);
    server.receive(
      response.replace('From:', 'Via: SIP/2.0/UDP 198.51.100.9;branch=z9hG4bKx\r\nFrom:'),
    );
    expect(sentElsewhere()).toEqual([]);
    expect(server.delivered('SIP/2.0')).toEqual([]);
  });

  test('a response with an unknown branch, or for another method, is dropped', () => {
    server.appSends('INVITE');
    const response = responseTo(server.sent('INVITE'), 200);
    server.receive(response.replace(/branch=z9hG4bK[^;]+/, 'branch=z9hG4bKguess'));
    server.receive(response.replace(/(CSeq: \d+) INVITE/, '$1 BYE'));
    expect(server.delivered('SIP/2.0')).toEqual([]);
    expect(sentElsewhere()).toEqual([]);
  });

  test('the proxy command of drachtio-srf is refused in so many words', () => {
    server.request();
    const reply = server.say(`proxy|${server.transactionId('INVITE')}||||serial|||sip:a@b`);
    expect(reply?.fields.slice(1)).toEqual([
      'NOK',
      'proxy is not supported by the embedded server',
    ]);
  });
});

describe('input that has stopped servers', () => {
  test('INVITE with "Contact: tel:+1>" gets 400, and the next call works', () => {
    server.receive(requestText({ contact: 'tel:+1>' }));
    expect(server.peer.startLines()).toEqual(['SIP/2.0 400 Bad Contact']);
    server.request({ branch: 'z9hG4bKnext', callId: 'next' });
    expect(server.delivered('INVITE')).toHaveLength(1);
  });

  test('OPTIONS with a 22 kB folded Call-ID gets no answer, the next one does', () => {
    const folded = `a${'\r\n b'.repeat(5_500)}`;
    server.receive(requestText({ method: 'OPTIONS' }).replace('call-1@192.0.2.7', folded));
    server.request({ method: 'OPTIONS', branch: 'z9hG4bKnext' });
    server.appAnswers('OPTIONS', 200);
    expect(server.peer.startLines()).toEqual(['SIP/2.0 200 Answer']);
  });

  test('a method nobody knows gets 501, a BYE without To tag 481 and the call stays', () => {
    server.incomingCall();
    server.request({ method: 'FROBNICATE', branch: 'z9hG4bKf', cseq: 2 });
    server.request({ method: 'BYE', branch: 'z9hG4bKb', cseq: 3 });
    expect(server.count('SIP/2.0 501')).toBe(1);
    expect(server.count('SIP/2.0 481')).toBe(1);
    expect(server.core.dialogs.size).toBe(1);
    expect(server.delivered('BYE')).toEqual([]);
  });

  test('an ACK is never answered, whatever is wrong with it', () => {
    server.receive(requestText({ method: 'ACK', contact: 'tel:+1>' }));
    server.request({ method: 'ACK', toTag: 'nobody' });
    expect(server.peer.sent).toEqual([]);
  });

  test('a fault of our own in one message does not reach the next', () => {
    const select = server.core.apps.select.bind(server.core.apps);
    server.core.apps.select = () => {
      throw new Error('broken');
    };
    server.request();
    server.core.apps.select = select;
    server.request({ branch: 'z9hG4bKnext', callId: 'next' });
    expect(server.logged).toContain('message failed');
    expect(server.delivered('INVITE')).toHaveLength(1);
  });
});

describe('requests nobody should take', () => {
  test('the same request by another path gets 482 (section 8.2.2.2)', () => {
    server.request({ branch: 'z9hG4bKpath1' });
    server.request({ branch: 'z9hG4bKpath2' });
    expect(server.delivered('INVITE')).toHaveLength(1);
    expect(server.count('SIP/2.0 482')).toBe(1);
    expect(headerOf(server.sent('SIP/2.0 482'), 'Via')).toContain('z9hG4bKpath2');
  });

  test('a new INVITE with the Call-ID and tag of a standing call gets 482', () => {
    server.incomingCall();
    server.scheduler.advance(40_000);
    server.request({ branch: 'z9hG4bKagain', cseq: 9 });
    expect(server.count('SIP/2.0 482')).toBe(1);
    expect(server.core.dialogs.size).toBe(1);
  });

  test('Max-Forwards 0 gets 483', () => {
    server.request({ maxForwards: 0 });
    expect(server.count('SIP/2.0 483')).toBe(1);
    expect(server.delivered('INVITE')).toEqual([]);
  });

  test('a method no application asked for gets 503', () => {
    server.request({ method: 'MESSAGE' });
    expect(server.peer.startLines()).toEqual(['SIP/2.0 503 Service Unavailable']);
  });
});

describe('memory is bounded', () => {
  test.each([
    ['number of open requests', { serverTransactions: 3, heldRequestBytes: 1e6 }],
    ['octets of open requests', { serverTransactions: 100, heldRequestBytes: 1_000 }],
  ])('above its %s the server answers 503 and keeps nothing of it', (_name, limits) => {
    server = new Harness(limits);
    for (let n = 0; n < 3; n++) {
      const body = 'x'.repeat(200);
      server.request({ method: 'OPTIONS', branch: `z9hG4bK${n}`, callId: `flood-${n}`, body });
    }
    server.request({ method: 'OPTIONS', branch: 'z9hG4bKlast', callId: 'last' });
    expect(headerOf(server.sent('SIP/2.0 503'), 'Retry-After')).toBe('10');
    expect(server.core.transactions.counts.servers).toBe(3);
    server.scheduler.advance(32_000);
    server.request({ method: 'OPTIONS', branch: 'z9hG4bKlater', callId: 'later' });
    expect(server.delivered('OPTIONS')).toHaveLength(4);
  });

  test('above its number of dialogs it takes and places no further call', () => {
    server.incomingCall();
    const [one] = [...server.core.dialogs];
    for (let n = 1; n < DIALOG_LIMIT; n++) {
      server.core.dialogs.add({ ...one!, id: `d${n}`, localTag: `t${n}` });
    }
    server.request({ branch: 'z9hG4bKnext', callId: 'next' });
    expect(server.count('SIP/2.0 503')).toBe(1);
    expect(server.appSends('INVITE')?.fields.slice(1)).toEqual(['NOK', 'too many dialogs']);
  });

  test('above its number of bindings a REGISTER binds nothing more', () => {
    const flow = server.network.flow('ws', '192.0.2.50', 40_001);
    const contact = (n: number): SipUri => parseSipUri(`sip:agent${n}@x.invalid;transport=ws`)!;
    for (let n = 0; n <= BINDING_LIMIT; n++) server.core.bindings.set(contact(n), flow, 60);
    expect(server.core.bindings.size).toBe(BINDING_LIMIT);
    expect(server.core.bindings.find(contact(BINDING_LIMIT))).toBeUndefined();
  });
});

describe('responses go back where the request came from', () => {
  test('to the port of the Via without rport', () => {
    server.request({ method: 'MESSAGE', via: 'Via: SIP/2.0/UDP 192.0.2.7:5099;branch=z9hG4bKx' });
    expect(server.network.flow('udp', '192.0.2.7', 5099).startLines()).toHaveLength(1);
    expect(server.peer.sent).toEqual([]);
  });

  test('never to the host a Via names, nor to its maddr', () => {
    const via = 'Via: SIP/2.0/UDP 198.51.100.9:5090;branch=z9hG4bKx;maddr=198.51.100.8';
    server.request({ method: 'MESSAGE', via });
    expect(server.peer.startLines()).toHaveLength(1);
    expect(sentElsewhere()).toEqual([]);
  });
});

describe('when an application is gone (its connection closed)', () => {
  test('calls that ring are refused and cancelled, calls that stand are hung up', () => {
    server.request({ callId: 'ringing', branch: 'z9hG4bKringing' });
    server.appAnswers('INVITE', 180);
    server.incomingCall({ callId: 'standing', branch: 'z9hG4bKstanding' });
    server.appSends('INVITE');
    server.answer('INVITE', 180);
    server.loseApp();
    expect(headerOf(server.sent('SIP/2.0 503'), 'Call-ID')).toBe('ringing');
    expect(headerOf(server.sent('BYE'), 'Call-ID')).toBe('standing');
    expect(server.count('CANCEL')).toBe(1);
    server.scheduler.advance(120_000);
    expect(server.core.dialogs.size).toBe(0);
    expect(server.core.incoming.size).toBe(0);
    expect(server.core.outgoingInvites.size).toBe(0);
    expect(server.scheduler.pendingTimers).toBe(0);
  });

  test('a call answered after that is acknowledged and hung up', () => {
    server.appSends('INVITE');
    server.answer('INVITE', 180);
    server.loseApp();
    server.answer('INVITE', 200);
    expect(server.count('ACK')).toBe(1);
    expect(tagOf(server.sent('BYE'), 'To')).toBe('callee');
  });

  test('new calls get 503, or go to the application that is left', () => {
    const other = server.newApp();
    server.say('route|invite', '', other);
    server.loseApp();
    server.request();
    expect(server.delivered('INVITE', other)).toHaveLength(1);
    server.loseApp(other);
    server.request({ branch: 'z9hG4bKnext', callId: 'next' });
    expect(server.count('SIP/2.0 503')).toBe(2);
  });
});

describe('with a screen that lets nobody in', () => {
  const closed = { knows: () => false, admits: () => false, registerAnswered: () => undefined };
  const open = { knows: () => true, admits: () => true, registerAnswered: () => undefined };

  test.each(['OPTIONS', 'INVITE', 'BYE', 'REGISTER'])('a %s is not answered', (method) => {
    const screened = new Harness(undefined, closed);
    screened.request({ method });
    screened.request({ method, toTag: 'any', branch: 'z9hG4bKtwo' });
    screened.receive(requestText({ method }).replace('SIP/2.0\r', 'SIP/3.0\r'));
    screened.receive('\r\n\r\n');
    expect(screened.peer.startLines()).toEqual([]);
    expect(screened.delivered(method)).toEqual([]);
  });

  test('a connection ends with the first of them', () => {
    const screened = new Harness(undefined, closed);
    const connection = screened.network.flow('tcp', '198.51.100.9', 40_000);
    screened.request({ method: 'OPTIONS' }, connection);
    expect(connection.isOpen).toBe(false);
    expect(connection.startLines()).toEqual([]);
  });

  test('a call that stands is served, wherever its messages come from', () => {
    const screen = { ...open };
    const screened = new Harness(undefined, screen);
    const toTag = screened.incomingCall();
    screen.admits = () => false;
    const elsewhere = screened.network.flow('udp', '192.0.2.8', 5060);
    screened.request({ method: 'BYE', branch: 'z9hG4bKbye', cseq: 2, toTag }, elsewhere);
    expect(screened.delivered('BYE')).toHaveLength(1);
  });

  test('so is the CANCEL of an INVITE that was let in', () => {
    const screen = { ...open };
    const screened = new Harness(undefined, screen);
    screened.request();
    screen.admits = () => false;
    screened.request({ method: 'CANCEL' });
    expect(screened.count('SIP/2.0 487')).toBe(1);
  });
});
