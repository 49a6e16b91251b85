import fc from 'fast-check';
import { parseAdminFrame } from '../../../../../sip/embedded/admin/admin-frame';
import { AppRouter } from '../../../../../sip/embedded/admin/app-router';
import type { App } from '../../../../../sip/embedded/admin/app-router';
import { FrameReader } from '../../../../../sip/embedded/admin/frame-reader';

const framed = (text: string): Buffer => Buffer.from(`${Buffer.byteLength(text)}#${text}`);

describe('FrameReader', () => {
  test('lengths count octets, and frames may be cut anywhere', () => {
    const texts = ['1|ping', '2|sip||\r\nOPTIONS sip:café SIP/2.0\r\n\r\n', '3|route|invite'];
    const stream = Buffer.concat(texts.map(framed));
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 6 }), (cuts) => {
        const reader = new FrameReader();
        const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const chunks = at.slice(1).map((end, index) => stream.subarray(at[index], end));
        expect(chunks.flatMap((chunk) => reader.push(chunk) ?? ['broken'])).toEqual(texts);
      }),
    );
  });

  test.each(['abc#x', '-1#x', '0#', '#x', '99999999#', '999999#x', '12345678'])(
    '%j is no frame',
    (text) => {
      expect(new FrameReader().push(Buffer.from(text))).toBeUndefined();
    },
  );
});

describe('parseAdminFrame', () => {
  test('splits leader, start line, headers and body', () => {
    const frame = parseAdminFrame(
      'id-1|sip|txn|call;from-tag=x\r\nINFO sip:a SIP/2.0\r\nX-A: 1\r\ncontent-length: 9\r\n\r\na\r\n\r\nb',
    );
    if (typeof frame === 'string') throw new Error(frame);
    expect(frame).toMatchObject({
      id: 'id-1',
      type: 'sip',
      fields: ['txn', 'call;from-tag=x'],
      startLine: 'INFO sip:a SIP/2.0',
      body: 'a\r\n\r\nb',
    });
    expect(frame.headers.get('x-a')).toBe('1');
  });

  test('a header that would break the message is an error', () => {
    expect(parseAdminFrame('1|sip||\r\nINFO sip:a SIP/2.0\r\nX-A: a\nVia: b\r\n\r\n')).toMatch(
      /invalid/,
    );
    expect(parseAdminFrame('1')).toBe('Invalid message format');
  });
});

describe('AppRouter', () => {
  const app = (): App => ({ send: () => undefined, isOpen: true });

  test('takes turns among those who asked for the method, in any case', () => {
    const router = new AppRouter();
    const [one, other] = [app(), app()];
    router.add('invite', one);
    router.add('INVITE', other);
    router.add('invite', one);
    expect([1, 2, 3].map(() => router.select('INVITE'))).toEqual([one, other, one]);
    expect(router.select('OPTIONS')).toBeUndefined();
  });

  test('an application that leaves gets nothing more', () => {
    const router = new AppRouter();
    const [one, other] = [app(), app()];
    for (const each of [one, other]) router.add('invite', each);
    router.removeApp(one);
    expect(router.select('INVITE')).toBe(other);
    router.remove('INVITE', other);
    expect(router.select('INVITE')).toBeUndefined();
  });
});
