import { Harness, headerOf, tagOf } from '../support/harness';

let server: Harness;
beforeEach(() => {
  server = new Harness();
});

describe('an INVITE from the network', () => {
  test('is acknowledged by 100 and handed to the application with where it came from', () => {
    server.request({ body: 'v=0\r\n' });
    expect(server.peer.startLines()).toEqual(['SIP/2.0 100 Trying']);
    const [frame] = server.delivered('INVITE');
    expect(frame?.fields.slice(0, 5)).toEqual([
      'network',
      expect.anything(),
      'udp',
      '192.0.2.7',
      '5090',
    ]);
    expect(frame?.fields.slice(7)).toEqual(['', '192.0.2.1', '5060', '']);
    expect(frame?.body).toBe('v=0\r\n');
  });

  test('retransmitted is answered again, not handed on again', () => {
    server.request();
    server.request();
    expect(server.count('SIP/2.0 100')).toBe(2);
    expect(server.delivered('INVITE')).toHaveLength(1);
  });

  test('the responses of the application go out complete, with one tag, and are echoed to it', () => {
    server.request();
    const echo = server.appAnswers('INVITE', 180);
    expect(echo?.fields.slice(1, 3)).toEqual(['OK', 'application']);
    expect(echo?.text).toBe(server.sent('SIP/2.0 180'));
    server.appAnswers('INVITE', 200, ['X-Custom: yes'], 'v=0\r\n');
    const [ringing, ok] = [server.sent('SIP/2.0 180'), server.sent('SIP/2.0 200')];
    expect(tagOf(ok, 'To')).toBe(tagOf(ringing, 'To'));
    expect(headerOf(ok, 'Contact')).toBe('<sip:192.0.2.1:5060>');
    expect(headerOf(ok, 'Content-Type')).toBe('application/sdp');
    expect(headerOf(ok, 'X-Custom')).toBe('yes');
    expect(headerOf(ok, 'Via')).toContain('received=192.0.2.7;rport=5090');
  });

  test('headers of the application that the stack owns are left out', () => {
    server.request();
    server.appAnswers('INVITE', 180, [
      'Via: SIP/2.0/UDP evil',
      'CSeq: 9 BYE',
      'Record-Route: <sip:x>',
    ]);
    const sent = server.sent('SIP/2.0 180');
    expect(sent.match(/^Via:/gm)).toHaveLength(1);
    expect(headerOf(sent, 'CSeq')).toBe('1 INVITE');
    expect(sent).not.toContain('Record-Route');
  });

  test('the application may choose the To tag of its first response', () => {
    server.request();
    server.appAnswers('INVITE', 180, ['To: <sip:x@y>;tag=mine']);
    server.appAnswers('INVITE', 200);
    expect(tagOf(server.sent('SIP/2.0 200'), 'To')).toBe('mine');
  });

  test('a second final response is refused', () => {
    server.request();
    server.appAnswers('INVITE', 486);
    expect(server.appAnswers('INVITE', 200)?.fields.slice(1)).toEqual([
      'NOK',
      'Response not sent due to unknown transaction',
    ]);
  });

  test('left unanswered by the application it gets 480 after 64 s, and the application a cancel', () => {
    server.request();
    server.scheduler.advance(64_000);
    expect(server.count('SIP/2.0 480')).toBe(1);
    expect(server.delivered('CANCEL')).toHaveLength(1);
    server.scheduler.advance(64_000);
    expect(server.core.incoming.size).toBe(0);
    expect(server.core.transactions.counts).toEqual({ clients: 0, servers: 0 });
  });
});

describe('a 2xx to it (RFC 3261 section 13.3.1.4)', () => {
  test('is repeated until the ACK, which goes to the application once', () => {
    server.request();
    server.appAnswers('INVITE', 200);
    server.scheduler.advance(3_500);
    const times = server.peer.sent.filter(({ text }) => text.startsWith('SIP/2.0 200'));
    expect(times.map(({ atMs }) => atMs)).toEqual([0, 500, 1_500, 3_500]);
    const toTag = tagOf(server.sent('SIP/2.0 200'), 'To');
    server.request({ method: 'ACK', branch: 'z9hG4bKack', toTag, body: 'v=0\r\n' });
    server.request({ method: 'ACK', branch: 'z9hG4bKack', toTag, body: 'v=0\r\n' });
    server.scheduler.advance(60_000);
    expect(server.count('SIP/2.0 200')).toBe(4);
    const acks = server.delivered('ACK');
    expect(acks).toHaveLength(1);
    expect(acks[0]?.fields[7]).toBe('call-1@192.0.2.7;from-tag=caller');
    expect(acks[0]?.body).toBe('v=0\r\n'); // the answer of a delayed offer
  });

  test('never acknowledged, the call is hung up after 64*T1 and the application told', () => {
    server.request();
    server.appAnswers('INVITE', 200);
    server.scheduler.advance(32_000);
    const bye = server.sent('BYE');
    expect(headerOf(bye, 'Reason')).toContain('ACK timeout');
    expect(headerOf(bye, 'CSeq')).toBe('1 BYE');
    const [told] = server.delivered('BYE');
    expect(told?.fields[0]).toBe('application');
    expect(told?.fields.slice(6, 8)).toEqual(['unsolicited', 'call-1@192.0.2.7;from-tag=caller']);
    expect(server.core.dialogs.size).toBe(0);
  });

  test('an ACK for another CSeq or from another tag does not count', () => {
    server.request();
    server.appAnswers('INVITE', 200);
    const toTag = tagOf(server.sent('SIP/2.0 200'), 'To');
    server.request({ method: 'ACK', branch: 'z9hG4bKa', toTag, cseq: 2 });
    server.request({ method: 'ACK', branch: 'z9hG4bKb', toTag, fromTag: 'other' });
    expect(server.delivered('ACK')).toEqual([]);
  });
});

describe('CANCEL from the caller (section 9.2)', () => {
  test('is answered, ends the INVITE with 487 and reaches the application', () => {
    server.request();
    server.appAnswers('INVITE', 180);
    server.request({ method: 'CANCEL' });
    expect(server.peer.startLines().slice(2)).toEqual([
      'SIP/2.0 200 OK',
      'SIP/2.0 487 Request Terminated',
    ]);
    expect(server.delivered('CANCEL')).toHaveLength(1);
    expect(server.core.dialogs.size).toBe(0);
    // What the application sends afterwards finds nothing.
    expect(server.appAnswers('INVITE', 487)?.fields[1]).toBe('NOK');
  });

  test('retransmitted is answered again and told once', () => {
    server.request();
    server.request({ method: 'CANCEL' });
    server.request({ method: 'CANCEL' });
    expect(server.count('SIP/2.0 200')).toBe(2);
    expect(server.count('SIP/2.0 487')).toBe(1);
    expect(server.delivered('CANCEL')).toHaveLength(1);
  });

  test('after the 200 is answered and changes nothing', () => {
    server.request();
    server.appAnswers('INVITE', 200);
    server.request({ method: 'CANCEL' });
    expect(headerOf(server.sent('SIP/2.0 200'), 'CSeq')).toBe('1 CANCEL');
    expect(server.count('SIP/2.0 487')).toBe(0);
    expect(server.delivered('CANCEL')).toEqual([]);
    expect(server.core.dialogs.size).toBe(1);
  });

  test('for no transaction gets 481', () => {
    server.request({ method: 'CANCEL' });
    expect(server.peer.startLines()).toEqual(['SIP/2.0 481 Call/Transaction Does Not Exist']);
  });
});

describe('a reliable provisional response (RFC 3262)', () => {
  const offersPrack = { headers: ['Supported: timer, 100rel'] };

  test('is repeated until its PRACK, which the application answers', () => {
    server.request(offersPrack);
    const echo = server.appAnswers('INVITE', 183, ['Require: 100rel'], 'v=0\r\n');
    const rseq = headerOf(server.sent('SIP/2.0 183'), 'RSeq');
    expect(headerOf(echo?.text ?? '', 'RSeq')).toBe(rseq);
    server.scheduler.advance(1_500);
    expect(server.count('SIP/2.0 183')).toBe(3);
    const toTag = tagOf(server.sent('SIP/2.0 183'), 'To');
    server.request({
      method: 'PRACK',
      branch: 'z9hG4bKp',
      cseq: 2,
      toTag,
      headers: [`RAck: ${rseq} 1 INVITE`],
    });
    server.scheduler.advance(10_000);
    expect(server.count('SIP/2.0 183')).toBe(3);
    expect(server.delivered('PRACK')).toHaveLength(1);
    server.appAnswers('PRACK', 200);
    expect(headerOf(server.sent('SIP/2.0 200'), 'CSeq')).toBe('2 PRACK');
  });

  test('a PRACK for another response gets 481', () => {
    server.request(offersPrack);
    server.appAnswers('INVITE', 183, ['Require: 100rel']);
    const toTag = tagOf(server.sent('SIP/2.0 183'), 'To');
    server.request({
      method: 'PRACK',
      branch: 'z9hG4bKp',
      cseq: 2,
      toTag,
      headers: ['RAck: 1 1 INVITE'],
    });
    expect(server.count('SIP/2.0 481')).toBe(1);
    expect(server.delivered('PRACK')).toEqual([]);
  });

  test('never acknowledged, the INVITE is refused with 500', () => {
    server.request(offersPrack);
    server.appAnswers('INVITE', 183, ['Require: 100rel']);
    server.scheduler.advance(32_000);
    expect(server.count('SIP/2.0 500')).toBe(1);
  });

  test('is not repeated after the final response', () => {
    server.request(offersPrack);
    server.appAnswers('INVITE', 183, ['Require: 100rel']);
    server.appAnswers('INVITE', 486);
    server.scheduler.advance(10_000);
    expect(server.count('SIP/2.0 183')).toBe(1);
    expect(server.count('SIP/2.0 500')).toBe(0);
  });

  test('is refused for a caller that cannot take it', () => {
    server.request();
    expect(server.appAnswers('INVITE', 183, ['Require: 100rel'])?.fields.slice(1)).toEqual([
      'NOK',
      'Remote endpoint does not support 100rel',
    ]);
    expect(server.count('SIP/2.0 183')).toBe(0);
  });
});
