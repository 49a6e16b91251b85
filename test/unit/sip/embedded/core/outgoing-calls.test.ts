import { Harness, headerOf, tagOf } from '../support/harness';

let server: Harness;
beforeEach(() => {
  server = new Harness();
});

describe('an INVITE of the application', () => {
  test('goes out complete and is echoed as sent, with the id its responses will carry', () => {
    const echo = server.appSends('INVITE', { body: 'v=0\r\n', lines: ['X-Custom: yes'] });
    const invite = server.sent('INVITE');
    expect(echo?.text).toBe(invite);
    expect(echo?.fields.slice(1, 3)).toEqual(['OK', 'application']);
    expect(invite.startsWith('INVITE sip:callee@192.0.2.7:5090 SIP/2.0\r\n')).toBe(true);
    expect(headerOf(invite, 'Via')).toMatch(
      /^SIP\/2.0\/UDP 192.0.2.1:5060;branch=z9hG4bK.+;rport$/,
    );
    expect(headerOf(invite, 'To')).toBe('<sip:callee@192.0.2.7:5090>');
    expect(headerOf(invite, 'From')).toMatch(/^<sip:192.0.2.1:5060>;tag=.+/);
    expect(headerOf(invite, 'Contact')).toBe('<sip:192.0.2.1:5060>');
    expect(headerOf(invite, 'Content-Type')).toBe('application/sdp');
    expect(headerOf(invite, 'Content-Length')).toBe('5');
    server.answer('INVITE', 180);
    expect(server.transactionId('SIP/2.0 180')).toBe(echo?.fields[8]);
    expect(server.dialogId('SIP/2.0 180')).toBe(
      `${headerOf(invite, 'Call-ID')};from-tag=${tagOf(invite, 'From')}`,
    );
  });

  test('"localhost" becomes the address the peer can answer to, over TCP with its transport', () => {
    const lines = ['from: sip:622150000@localhost', 'contact: sip:622150000@localhost'];
    server.appSends('INVITE', { lines, uri: 'sip:a@192.0.2.8;transport=tcp' });
    const invite = server.sent('INVITE', server.network.flow('tcp', '192.0.2.8', 5060));
    expect(headerOf(invite, 'From')).toMatch(/^<sip:622150000@192.0.2.1:5060>;tag=/);
    expect(headerOf(invite, 'Contact')).toBe('<sip:622150000@192.0.2.1:5060;transport=tcp>');
  });

  test('From, To, Call-ID and CSeq of the application are kept', () => {
    const lines = [
      'From: "A" <sip:a@b>;tag=mine',
      'To: <sip:c@d>',
      'Call-ID: given',
      'CSeq: 7 INVITE',
    ];
    server.appSends('INVITE', { lines });
    const invite = server.sent('INVITE');
    expect(headerOf(invite, 'From')).toBe('"A" <sip:a@b>;tag=mine');
    expect(headerOf(invite, 'To')).toBe('<sip:c@d>');
    expect(headerOf(invite, 'Call-ID')).toBe('given');
    expect(headerOf(invite, 'CSeq')).toBe('7 INVITE');
  });

  test('a proxy takes the request without being named in it', () => {
    const uri = 'sip:a@198.51.100.9';
    server.appSends('INVITE', { uri, proxy: 'sip:192.0.2.7:5090' });
    expect(server.sent('INVITE').startsWith(`INVITE ${uri} SIP/2.0\r\n`)).toBe(true);
  });

  test.each([
    ['invalid request-uri: sip:', { uri: 'sip:' }],
    ['requested protocol/transport not available', { uri: 'sip:a@192.0.2.7;transport=tls' }],
    ['requested protocol/transport not available', { uri: 'sips:a@192.0.2.7' }],
    ['requested protocol/transport not available', { uri: 'tel:+6281200001234' }],
    ['can not send request to myself', { uri: 'sip:a@192.0.2.1' }],
    ['missing content-type', { body: 'not SDP' }],
    ['invalid from value provided by client: <>', { lines: ['From: <>'] }],
  ])('%s', (reason, options) => {
    expect(server.appSends('INVITE', options)?.fields.slice(1)).toEqual(['NOK', reason]);
    expect(server.peer.sent).toEqual([]);
  });

  test('nobody answering becomes a 408 for the application', () => {
    server.appSends('INVITE');
    server.scheduler.advance(32_000);
    expect(server.delivered('SIP/2.0 408')).toHaveLength(1);
    expect(server.core.outgoingInvites.size).toBe(0);
  });

  test('a name that cannot be resolved becomes a 503', async () => {
    server.appSends('INVITE', { uri: 'sip:a@nowhere.example' });
    await Promise.resolve();
    await Promise.resolve();
    server.scheduler.advance(0);
    expect(server.delivered('SIP/2.0 503')).toHaveLength(1);
  });

  test('a challenge passes through, and the next INVITE is a transaction of its own', () => {
    server.appSends('INVITE', { lines: ['Call-ID: given', 'From: <sip:a@b>;tag=mine'] });
    server.answer('INVITE', 407, { headers: ['Proxy-Authenticate: Digest realm="r", nonce="n"'] });
    expect(
      headerOf(server.delivered('SIP/2.0 407')[0]?.text ?? '', 'Proxy-Authenticate'),
    ).toContain('nonce');
    const lines = [
      'Call-ID: given',
      'From: <sip:a@b>;tag=mine',
      'CSeq: 9 INVITE',
      'Proxy-Authorization: Digest x',
    ];
    server.appSends('INVITE', { lines });
    expect(headerOf(server.sent('INVITE'), 'CSeq')).toBe('9 INVITE');
    expect(headerOf(server.sent('INVITE'), 'Proxy-Authorization')).toBe('Digest x');
  });
});

describe('the ACK of a 2xx (RFC 3261 section 13.2.2.4)', () => {
  test('is sent by the application, and again for each repeated 2xx', () => {
    const dialogId = server.outgoingCall();
    const ack = server.sent('ACK');
    expect(ack.startsWith('ACK sip:callee@192.0.2.7:5090 SIP/2.0\r\n')).toBe(true);
    expect(headerOf(ack, 'CSeq').split(' ')[0]).toBe(
      headerOf(server.sent('INVITE'), 'CSeq').split(' ')[0],
    );
    server.answer('INVITE', 200);
    server.answer('INVITE', 200);
    expect(server.count('ACK')).toBe(3);
    expect(server.sent('ACK')).toBe(ack);
    expect(server.delivered('SIP/2.0 200')).toHaveLength(1);
    expect(dialogId).toContain(';from-tag=');
  });

  test('may carry the answer of a delayed offer', () => {
    server.appSends('INVITE');
    server.answer('INVITE', 200);
    server.appSends('ACK', { dialogId: server.dialogId('SIP/2.0 200'), body: 'v=0\r\n' });
    expect(server.sent('ACK').endsWith('\r\n\r\nv=0\r\n')).toBe(true);
    expect(headerOf(server.sent('ACK'), 'Content-Type')).toBe('application/sdp');
  });

  test('left out by the application for 64*T1, the call is acknowledged and hung up', () => {
    server.appSends('INVITE');
    server.answer('INVITE', 200);
    server.scheduler.advance(32_000);
    expect(server.count('ACK')).toBe(1);
    expect(headerOf(server.sent('BYE'), 'Reason')).toContain('ACK timeout');
    expect(server.delivered('BYE')[0]?.fields[6]).toBe('unsolicited');
  });

  test('of a second branch of a fork is followed by BYE, the first call stays', () => {
    server.outgoingCall();
    server.answer('INVITE', 200, { toTag: 'other-fork' });
    expect(tagOf(server.sent('ACK'), 'To')).toBe('other-fork');
    expect(tagOf(server.sent('BYE'), 'To')).toBe('other-fork');
    expect(server.delivered('SIP/2.0 200')).toHaveLength(1);
    expect(server.core.dialogs.size).toBe(1);
  });

  test('for a failure is the stack’s own', () => {
    server.appSends('INVITE');
    server.answer('INVITE', 486);
    expect(server.count('ACK')).toBe(1);
    const reply = server.appSends('ACK', { dialogId: server.dialogId('SIP/2.0 486') });
    expect(reply?.fields.slice(1)).toEqual([
      'NOK',
      'ACK for non-success final response is automatically generated by server',
    ]);
  });
});

describe('CANCEL by the application', () => {
  const cancel = (): ReturnType<Harness['say']> =>
    server.say(
      `sip|${server.app.seen.find(({ fields }) => fields[1] === 'OK' && fields.length > 3)?.fields[8] ?? ''}|`,
      'CANCEL sip:callee@192.0.2.7:5090 SIP/2.0\r\nReason: SIP;cause=26\r\nVia: x\r\n\r\n',
    );

  test('waits for a provisional response, then goes out with its own headers', () => {
    server.appSends('INVITE');
    expect(cancel()?.fields[1]).toBe('OK');
    expect(server.count('CANCEL')).toBe(0);
    server.answer('INVITE', 100);
    expect(server.count('CANCEL')).toBe(1);
    expect(headerOf(server.sent('CANCEL'), 'Reason')).toBe('SIP;cause=26');
    expect(headerOf(server.sent('CANCEL'), 'Via')).toBe(headerOf(server.sent('INVITE'), 'Via'));
    server.answer('CANCEL', 200);
    server.answer('INVITE', 487);
    expect(server.delivered('SIP/2.0 487')).toHaveLength(1);
  });

  test('crossed by the 200: the call stands until the application hangs it up', () => {
    server.appSends('INVITE');
    server.answer('INVITE', 180);
    cancel();
    server.answer('INVITE', 200);
    expect(server.delivered('SIP/2.0 200')).toHaveLength(1);
    const dialogId = server.dialogId('SIP/2.0 200');
    server.appSends('ACK', { dialogId });
    expect(server.count('BYE')).toBe(0);
    expect(server.core.dialogs.size).toBe(1);
    server.appSends('BYE', { dialogId });
    server.answer('BYE', 200);
    expect([server.count('BYE'), server.core.dialogs.size]).toEqual([1, 0]);
  });

  test('of an INVITE that has its final response is refused', () => {
    server.appSends('INVITE');
    server.answer('INVITE', 486);
    expect(cancel()?.fields[1]).toBe('NOK');
    expect(server.count('CANCEL')).toBe(0);
  });

  test('is sent by the server when it has been ringing for five minutes', () => {
    server.appSends('INVITE');
    server.answer('INVITE', 180);
    server.scheduler.advance(300_000);
    expect(server.count('CANCEL')).toBe(1);
  });
});

test('a reliable provisional response reaches the application once; its PRACK stays in the early dialog', () => {
  server.appSends('INVITE');
  const reliable = { headers: ['Require: 100rel', 'RSeq: 17'] };
  server.answer('INVITE', 183, reliable);
  server.answer('INVITE', 183, reliable);
  expect(server.delivered('SIP/2.0 183')).toHaveLength(1);
  const invite = headerOf(server.sent('INVITE'), 'CSeq').split(' ')[0];
  server.appSends('PRACK', {
    dialogId: server.dialogId('SIP/2.0 183'),
    lines: [`RAck: 17 ${invite ?? ''} INVITE`],
  });
  expect(tagOf(server.sent('PRACK'), 'To')).toBe('callee');
  expect(headerOf(server.sent('PRACK'), 'CSeq')).toBe(`${Number(invite) + 1} PRACK`);
  server.answer('PRACK', 200);
  server.answer('INVITE', 200);
  server.appSends('ACK', { dialogId: server.dialogId('SIP/2.0 200') });
  expect(headerOf(server.sent('ACK'), 'CSeq')).toBe(`${invite ?? ''} ACK`);
  server.appSends('BYE', { dialogId: server.dialogId('SIP/2.0 200') });
  expect(headerOf(server.sent('BYE'), 'CSeq')).toBe(`${Number(invite) + 2} BYE`);
});
