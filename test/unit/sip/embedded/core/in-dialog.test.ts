import { Harness, headerOf, tagOf } from '../support/harness';

let server: Harness;
beforeEach(() => {
  server = new Harness();
});

const CALL = 'call-1@192.0.2.7;from-tag=caller';

describe('a request of the peer inside a dialog (RFC 3261 section 12.2.2)', () => {
  test('goes to the application that owns it; the answer goes back', () => {
    const toTag = server.incomingCall();
    server.request({ method: 'INFO', branch: 'z9hG4bKi', cseq: 2, toTag, body: 'x' });
    expect(server.delivered('INFO')[0]?.fields.slice(7)).toEqual([CALL, '']);
    server.appAnswers('INFO', 200, ['X-Heard: yes']);
    expect(headerOf(server.sent('SIP/2.0 200'), 'X-Heard')).toBe('yes');
  });

  test.each([2, 1])('with CSeq %s, not above the last, gets 500', (cseq) => {
    const toTag = server.incomingCall();
    server.request({ method: 'INFO', branch: 'z9hG4bKi', cseq: 2, toTag });
    server.appAnswers('INFO', 200);
    server.request({ method: 'INFO', branch: 'z9hG4bKj', cseq, toTag });
    expect(server.delivered('INFO')).toHaveLength(1);
    expect(headerOf(server.sent('SIP/2.0 500'), 'Retry-After')).toBe('5');
  });

  test.each([
    ['to tag', { toTag: 'nobody' }],
    ['from tag', { fromTag: 'nobody' }],
    ['Call-ID', { callId: 'nobody' }],
  ])('with another %s gets 481', (_name, wrong) => {
    const toTag = server.incomingCall();
    server.request({ method: 'BYE', branch: 'z9hG4bKb', cseq: 2, toTag, ...wrong });
    expect(server.count('SIP/2.0 481')).toBe(1);
    expect(server.delivered('BYE')).toEqual([]);
    expect(server.core.dialogs.size).toBe(1);
  });

  test('a BYE ends it: the next one gets 481', () => {
    const toTag = server.incomingCall();
    server.request({ method: 'BYE', branch: 'z9hG4bKb', cseq: 2, toTag });
    server.appAnswers('BYE', 200);
    server.request({ method: 'BYE', branch: 'z9hG4bKc', cseq: 3, toTag });
    expect(server.count('SIP/2.0 481')).toBe(1);
    expect(server.core.dialogs.size).toBe(0);
  });

  test('a BYE before the answer ends the INVITE with 487 and cancels it for the application', () => {
    server.request();
    server.appAnswers('INVITE', 180);
    const toTag = tagOf(server.sent('SIP/2.0 180'), 'To');
    server.request({ method: 'BYE', branch: 'z9hG4bKb', cseq: 2, toTag });
    expect(server.count('SIP/2.0 487')).toBe(1);
    expect(server.delivered('CANCEL')).toHaveLength(1);
  });

  test('a re-INVITE meets our own with 491, and theirs before its answer with 500', () => {
    const toTag = server.incomingCall();
    server.appSends('INVITE', { dialogId: CALL, uri: 'sip:placeholder', body: 'v=0\r\n' });
    server.request({ branch: 'z9hG4bKr', cseq: 2, toTag });
    expect(server.count('SIP/2.0 491')).toBe(1);
    server.answer('INVITE', 200);
    server.request({ branch: 'z9hG4bKs', cseq: 3, toTag });
    server.request({ branch: 'z9hG4bKt', cseq: 4, toTag });
    expect(server.count('SIP/2.0 500')).toBe(1);
    server.appAnswers('INVITE', 200);
    server.request({ branch: 'z9hG4bKu', cseq: 5, toTag }); // its 2xx has no ACK yet
    expect(server.count('SIP/2.0 491')).toBe(2);
  });
});

describe('a request of the application inside a dialog (section 12.2.1)', () => {
  test('goes to the Contact with the next CSeq, whatever Request-URI the application wrote', () => {
    server.incomingCall();
    const headers = ['From: <sip:evil@x>;tag=1', 'To: <sip:y@z>', 'Call-ID: other', 'X-A: 1'];
    server.appSends('INFO', { dialogId: CALL, uri: 'sip:placeholder', lines: headers });
    const info = server.sent('INFO');
    expect(info.startsWith('INFO sip:ani@192.0.2.7:5090 SIP/2.0\r\n')).toBe(true);
    expect(headerOf(info, 'CSeq')).toBe('1 INFO');
    expect(headerOf(info, 'Call-ID')).toBe('call-1@192.0.2.7');
    expect(headerOf(info, 'To')).toBe('"Ani" <sip:ani@192.0.2.7>;tag=caller');
    expect(headerOf(info, 'X-A')).toBe('1');
    server.appSends('INFO', { dialogId: CALL, uri: 'sip:placeholder' });
    expect(headerOf(server.sent('INFO'), 'CSeq')).toBe('2 INFO');
  });

  test('the retry after a challenge may bring a higher CSeq, never a lower one', () => {
    server.incomingCall();
    server.appSends('BYE', { dialogId: CALL, lines: ['CSeq: 40 BYE'] });
    expect(headerOf(server.sent('BYE'), 'CSeq')).toBe('40 BYE');
    server.answer('BYE', 407);
    server.appSends('BYE', { dialogId: CALL, lines: ['CSeq: 3 BYE'] });
    expect(headerOf(server.sent('BYE'), 'CSeq')).toBe('41 BYE');
    server.answer('BYE', 200);
    expect(server.core.dialogs.size).toBe(0);
  });

  test('a BYE nobody answers ends the dialog all the same', () => {
    server.incomingCall();
    server.appSends('BYE', { dialogId: CALL });
    server.scheduler.advance(32_000);
    expect(server.delivered('SIP/2.0 408')).toHaveLength(1);
    expect(server.core.dialogs.size).toBe(0);
  });

  test('for a dialog that is gone is refused in the words drachtio-srf knows', () => {
    expect(server.appSends('BYE', { dialogId: 'gone' })?.fields.slice(1)).toEqual([
      'NOK',
      'Server error: unable to find dialog for dialog id provided',
    ]);
  });

  test('from another application is refused', () => {
    server.incomingCall();
    const other = server.newApp();
    const reply = server.say(`sip||${CALL}`, 'BYE sip:x SIP/2.0\r\n\r\n', other);
    expect(reply?.fields[1]).toBe('NOK');
    expect(server.count('BYE')).toBe(0);
  });

  test('the route set of the caller is used in order, that of a called side reversed', () => {
    const routes = ['Record-Route: <sip:192.0.2.20;lr>, <sip:192.0.2.21;lr>'];
    server.incomingCall({ headers: routes });
    server.appSends('INFO', { dialogId: CALL });
    const first = server.network.flow('udp', '192.0.2.20', 5060);
    expect(first.last().match(/^Route: .*$/gm)).toEqual([
      'Route: <sip:192.0.2.20;lr>',
      'Route: <sip:192.0.2.21;lr>',
    ]);

    const dialogId = server.outgoingCall({ headers: routes });
    server.appSends('INFO', { dialogId });
    const last = server.network.flow('udp', '192.0.2.21', 5060);
    expect(last.last().match(/^Route: .*$/gm)).toEqual([
      'Route: <sip:192.0.2.21;lr>',
      'Route: <sip:192.0.2.20;lr>',
    ]);
  });

  test('a strict router takes the Request-URI, the target goes last (section 12.2.1.1)', () => {
    server.incomingCall({ headers: ['Record-Route: <sip:192.0.2.20>, <sip:192.0.2.21;lr>'] });
    server.appSends('INFO', { dialogId: CALL });
    const info = server.network.flow('udp', '192.0.2.20', 5060).last();
    expect(info.startsWith('INFO sip:192.0.2.20 SIP/2.0\r\n')).toBe(true);
    expect(info.match(/^Route: .*$/gm)).toEqual([
      'Route: <sip:192.0.2.21;lr>',
      'Route: <sip:ani@192.0.2.7:5090>',
    ]);
  });

  test('follows the Contact of a re-INVITE of the peer', () => {
    const toTag = server.incomingCall();
    const contact = '<sip:moved@192.0.2.30:5062>';
    server.request({ branch: 'z9hG4bKr', cseq: 2, toTag, contact });
    server.appAnswers('INVITE', 200);
    server.appSends('INFO', { dialogId: CALL });
    const info = server.network.flow('udp', '192.0.2.30', 5062).last();
    expect(info.startsWith('INFO sip:moved@192.0.2.30:5062 SIP/2.0\r\n')).toBe(true);
  });

  test('a peer behind a NAT is answered where it speaks from', () => {
    server.incomingCall({ contact: '<sip:ani@10.1.2.3:5060>' });
    server.appSends('INFO', { dialogId: CALL });
    expect(server.count('INFO')).toBe(1);
    expect(server.sent('INFO').startsWith('INFO sip:ani@10.1.2.3:5060 SIP/2.0\r\n')).toBe(true);
  });
});
