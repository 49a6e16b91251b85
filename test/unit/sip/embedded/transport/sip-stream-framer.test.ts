import fc from 'fast-check';
import { SipStreamFramer } from '../../../../../sip/embedded/transport/sip-stream-framer';
import type { StreamFrame } from '../../../../../sip/embedded/transport/sip-stream-framer';
import { requestText } from '../support/messages';

const first = requestText({ body: 'v=0\r\n' });
const second = requestText({ method: 'OPTIONS' });

function frames(...chunks: (string | Buffer)[]): string[] {
  const framer = new SipStreamFramer();
  return chunks.flatMap((chunk) => framer.push(Buffer.from(chunk))).map(describeFrame);
}

function describeFrame(frame: StreamFrame): string {
  if (frame.kind === 'message') return frame.data.toString();
  return frame.kind === 'ping' ? 'ping' : `broken: ${frame.reason}`;
}

test('two messages in one chunk', () => {
  expect(frames(first + second)).toEqual([first, second]);
});

test('cut anywhere, the same messages come out', () => {
  const stream = Buffer.from(`\r\n\r\n${first}\r\n${second}\r\n\r\n${first}`);
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 8 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
      const chunks = at.slice(1).map((end, index) => stream.subarray(at[index], end));
      expect(frames(...chunks)).toEqual(['ping', first, second, 'ping', first]);
    }),
  );
});

test('octet by octet works, and says that a message is under way', () => {
  const framer = new SipStreamFramer();
  const out = [...Buffer.from(first)].flatMap((octet) => framer.push(Buffer.from([octet])));
  expect(out.map(describeFrame)).toEqual([first]);
  expect(framer.isMidMessage).toBe(false);
  framer.push(Buffer.from('OPT'));
  expect(framer.isMidMessage).toBe(true);
});

test.each([
  ['no usable Content-Length', first.replace(/Content-Length.*\r\n/, '')],
  ['no usable Content-Length', first.replace('Content-Length: 5', 'Content-Length: x')],
  ['no usable Content-Length', first.replace('Content-Length: 5', 'Content-Length: 5\r\nl: 6')],
  ['no usable Content-Length', first.replace('Content-Length: 5', 'Content-Length: 1000000000000')],
  ['message too long', first.replace('Content-Length: 5', 'Content-Length: 999999')],
  ['header section too long', 'A'.repeat(40_000)],
  ['bare LF', '\nOPTIONS'],
  ['bare CR', '\rOPTIONS'],
])('%s breaks the stream', (reason, text) => {
  expect(frames(text)).toEqual([`broken: ${reason}`]);
});
