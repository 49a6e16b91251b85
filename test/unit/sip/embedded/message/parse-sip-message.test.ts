import fc from 'fast-check';
import { MESSAGE_LIMITS } from '../../../../../sip/embedded/message/message-limits';
import { parseSipMessage } from '../../../../../sip/embedded/message/parse-sip-message';
import type { ParseOutcome } from '../../../../../sip/embedded/message/parse-sip-message';
import { formatSipMessage } from '../../../../../sip/embedded/message/sip-message';
import { requestText } from '../support/messages';

const parse = (text: string): ParseOutcome => parseSipMessage(Buffer.from(text));
const invite = requestText({ body: 'v=0\r\n' });

function request(text: string) {
  const outcome = parse(text);
  if (outcome.kind !== 'request') throw new Error(JSON.stringify(outcome));
  return outcome.request;
}

describe('a valid message', () => {
  test('yields what the stack works with', () => {
    expect(request(invite)).toMatchObject({
      method: 'INVITE',
      uri: 'sip:+6281200001234@192.0.2.1',
      callId: 'call-1@192.0.2.7',
      cseq: { number: 1, method: 'INVITE' },
      fromTag: 'caller',
      toTag: '',
      body: 'v=0\r\n',
      via: { transport: 'UDP', host: '192.0.2.7', port: 5090 },
    });
  });

  test('survives being written and read again', () => {
    expect(formatSipMessage(request(invite))).toBe(invite);
  });

  test('compact forms, odd case and folded lines are the same headers', () => {
    const compact = invite
      .replace('Via:', 'v :')
      .replace('From:', 'f:')
      .replace('To:', 'T:')
      .replace('Call-ID:', 'i:')
      .replace('Contact:', 'm:')
      .replace('Content-Length:', 'l:')
      .replace('CSeq: 1 INVITE', 'cseq: 1\r\n INVITE');
    expect(formatSipMessage(request(compact))).toBe(invite);
  });

  test('a UTF-8 display name and body are counted in octets', () => {
    const text = requestText({ body: 'café', headers: ['Content-Type: text/plain'] }).replace(
      '"Ani"',
      '"Ané"',
    );
    expect(request(text).body).toBe('café');
    expect(formatSipMessage(request(text))).toContain('Content-Length: 5\r\n');
  });

  test('octets behind Content-Length are not part of the message', () => {
    expect(request(`${invite}garbage`).body).toBe('v=0\r\n');
  });

  test('a tel: Request-URI and an IPv6 Via are fine', () => {
    const text = invite
      .replace(
        'sip:+6281200001234@192.0.2.1 SIP/2.0',
        'tel:+6281200001234;phone-context=id SIP/2.0',
      )
      .replace('192.0.2.7:5090;branch', '[2001:db8::7]:5090;branch');
    expect(request(text)).toMatchObject({ via: { host: '2001:db8::7', port: 5090 } });
  });
});

describe('a message that is not valid but can be answered', () => {
  test.each([
    ['Bad Contact', invite.replace('<sip:ani@192.0.2.7:5090>', '<tel:+1>')],
    ['Bad Contact', invite.replace('<sip:ani@192.0.2.7:5090>', 'tel:+1>')],
    ['Bad Contact', invite.replace(/Contact: .*\r\n/, '')],
    ['Bad Contact', invite.replace('Contact:', 'Contact: <sip:b@c>,')],
    ['Bad Call-ID', invite.replace('call-1@192.0.2.7', 'call|1')],
    ['Bad Call-ID', invite.replace('call-1@192.0.2.7', 'x'.repeat(600))],
    ['Bad Call-ID', invite.replace('call-1@192.0.2.7', `a${'\r\n b'.repeat(1_000)}`)],
    ['Bad CSeq', invite.replace('CSeq: 1', 'CSeq: 2147483648')],
    ['Bad CSeq', invite.replace('CSeq: 1', 'CSeq: -1')],
    ['CSeq method does not match', invite.replace('1 INVITE', '1 BYE')],
    ['From without tag', invite.replace(';tag=caller', '')],
    ['Bad From', invite.replace('tag=caller', 'tag=a"b')],
    ['Bad To', invite.replace('To: <sip:', 'To: <>sip:')],
    ['Bad Max-Forwards', invite.replace('Max-Forwards: 70', 'Max-Forwards: many')],
    ['Repeated header', invite.replace('Max-Forwards: 70', 'Max-Forwards: 70\r\nMax-Forwards: 1')],
    ['Repeated header', invite.replace('Call-ID', 'Call-ID: x\r\nCall-ID')],
    ['Bad Route', invite.replace('Max-Forwards', 'Route: nonsense\r\nMax-Forwards')],
    ['Bad Request-URI', invite.replace('sip:+6281200001234@192.0.2.1 SIP', 'sip:a@b@ SIP')],
    ['Bad Request-URI', invite.replace('@192.0.2.1 SIP', '@192.0.2.1:99999 SIP')],
    ['Bad Content-Length', invite.replace('Content-Length: 5', 'Content-Length: 50')],
    ['Bad Content-Length', invite.replace('Content-Length: 5', 'Content-Length: -5')],
  ])('%s', (reason, text) => {
    expect(parse(text)).toMatchObject({ kind: 'refused', status: 400, reason });
  });

  test('another version gets 505, another scheme 416', () => {
    expect(parse(invite.replace('SIP/2.0\r\nVia', 'SIP/3.0\r\nVia'))).toMatchObject({
      status: 505,
    });
    expect(parse(invite.replace('sip:+62', 'mailto:+62'))).toMatchObject({ status: 416 });
  });
});

describe('a message that is nothing', () => {
  test.each([
    ['no end of headers', invite.slice(0, 100)],
    ['malformed start line', invite.replace('INVITE sip', 'INVITE  sip')],
    ['malformed start line', `\u0001\u0002\r\n\r\n`],
    ['malformed header line', invite.replace('Max-Forwards: 70', 'Max-Forwards')],
    ['malformed header line', invite.replace('Max-Forwards: 70', ': 70')],
    ['control character in a header', invite.replace('"Ani"', '"A\u0000i"')],
    ['control character in a header', invite.replace('"Ani"', '"A\ni"')],
    ['header value too long', invite.replace('"Ani"', `"${'a'.repeat(9_000)}"`)],
    ['too many header fields', invite.replace('To:', `${'X-A: 1\r\n'.repeat(200)}To:`)],
    [
      'header section too long',
      invite.replace('To:', `${`X-A: ${'a'.repeat(8_000)}\r\n`.repeat(5)}To:`),
    ],
    ['message too long', requestText({ body: 'x'.repeat(MESSAGE_LIMITS.messageBytes) })],
  ])('%s', (reason, text) => {
    expect(parse(text)).toEqual({ kind: 'dropped', reason });
  });

  test('line ends alone are a keep-alive, two of them a ping', () => {
    expect(parse('\r\n')).toEqual({ kind: 'keep-alive', ping: false });
    expect(parse('\r\n\r\n')).toEqual({ kind: 'keep-alive', ping: true });
    expect(parse('')).toEqual({ kind: 'keep-alive', ping: false });
  });
});

describe('no input', () => {
  test('makes the parser throw, whatever its octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (octets) => {
        parseSipMessage(Buffer.from(octets));
      }),
      { numRuns: 300 },
    );
  });

  test('made from a valid message by cutting, repeating and replacing makes it throw', () => {
    const edit = fc.record({
      at: fc.nat(invite.length),
      cut: fc.nat(40),
      put: fc.string({
        unit: fc.constantFrom(
          '\r',
          '\n',
          ' ',
          '\t',
          ';',
          ',',
          '<',
          '>',
          '"',
          '@',
          ':',
          '=',
          '?',
          '|',
          '\\',
          '[',
          ']',
          'a',
          '1',
          'é',
          '\u0000',
        ),
        maxLength: 12,
      }),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        let text = invite;
        for (const { at, cut, put } of edits) text = text.slice(0, at) + put + text.slice(at + cut);
        const outcome = parse(text);
        // What passes can be written and parsed again: nothing half-understood goes on.
        if (outcome.kind === 'request') {
          expect(parse(formatSipMessage(outcome.request))).toMatchObject({ kind: 'request' });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['spaces in a From', `From: ${' '.repeat(8_000)}`],
    ['open quotes', `From: "${'\\'.repeat(8_000)}`],
    ['semicolons', `From: <sip:a@b>${';'.repeat(8_000)}`],
    ['parameters', `From: <sip:a@b>${';a'.repeat(4_000)}`],
    ['commas in Route', `Route: ${','.repeat(8_000)}`],
  ])('of %s takes long', (_name, line) => {
    const text = invite.replace(/From: .*/, line);
    const started = performance.now();
    for (let turn = 0; turn < 20; turn++) parse(text);
    expect((performance.now() - started) / 20).toBeLessThan(50);
  });
});
