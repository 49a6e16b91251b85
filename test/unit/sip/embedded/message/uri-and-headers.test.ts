import { HeaderList } from '../../../../../sip/embedded/message/header-list';
import { parseNameAddr } from '../../../../../sip/embedded/message/name-addr';
import { formatHostPort, parseSipUri } from '../../../../../sip/embedded/message/sip-uri';
import { splitHeaderValues } from '../../../../../sip/embedded/message/split-header-values';
import { parseVia, stampVia } from '../../../../../sip/embedded/message/via';

describe('parseSipUri', () => {
  test.each([
    ['sip:ani@example.com', { user: 'ani', host: 'example.com', port: undefined }],
    ['sip:+6281200001234@192.0.2.1:5070;transport=tcp', { user: '+6281200001234', port: 5070 }],
    ['SIPS:Example.COM', { scheme: 'sips', user: '', host: 'example.com' }],
    ['sip:ani:secret@[2001:db8::1]:5060', { user: 'ani:secret', host: '2001:db8::1', port: 5060 }],
    ['sip:a;b=c?d@h;lr?Subject=x', { user: 'a;b=c?d', host: 'h' }],
    ['sip:x8k2.invalid;transport=ws', { host: 'x8k2.invalid' }],
    ['tel:+62-812-0000-1234;phone-context=id', { scheme: 'tel', user: '+62-812-0000-1234' }],
  ])('%s', (text, parts) => {
    expect(parseSipUri(text)).toMatchObject(parts);
  });

  test.each([
    '',
    'sip:',
    'sip:@host',
    'sip:a@',
    'sip:a@b:0',
    'sip:a@b:70000',
    'sip:a@b@c',
    'sip:a b@c',
    'sip:a@b;lr;lr',
    'sip:a@b;=x',
    'sip:a@-b',
    'sip:a"@b',
    'tel:',
    'tel:+1>',
    'http://example.com',
    '*',
  ])('%j is none', (text) => {
    expect(parseSipUri(text)).toBeUndefined();
  });

  test('formatHostPort puts IPv6 in brackets', () => {
    expect(formatHostPort('::1', 5060)).toBe('[::1]:5060');
    expect(formatHostPort('192.0.2.1')).toBe('192.0.2.1');
  });
});

describe('parseNameAddr', () => {
  test('reads name, URI and header parameters', () => {
    const parsed = parseNameAddr('"Ani \\"A\\", x" <sip:ani@h;lr>;tag=1;q=0.5');
    expect(parsed).toMatchObject({ display: '"Ani \\"A\\", x"', uri: 'sip:ani@h;lr' });
    expect([...(parsed?.params ?? [])]).toEqual([
      ['tag', '1'],
      ['q', '0.5'],
    ]);
  });

  test('gives the parameters of a bare URI to the header (RFC 3261 section 20)', () => {
    const parsed = parseNameAddr('sip:ani@h:5060;tag=1');
    expect(parsed?.uri).toBe('sip:ani@h:5060');
    expect(parsed?.params.get('tag')).toBe('1');
  });

  test.each([
    '',
    '<sip:a@b',
    'a@b',
    '"open <sip:a@b>',
    '<sip:a@b>x',
    '<sip:a@b>;tag=1;tag=2',
    '<>',
  ])('%j is none', (text) => {
    expect(parseNameAddr(text)).toBeUndefined();
  });
});

test('a comma list is split outside quotes and angle brackets', () => {
  expect(splitHeaderValues('"a, b" <sip:c,d@e>;x="1,2", <sip:f>,sip:g')).toEqual([
    '"a, b" <sip:c,d@e>;x="1,2"',
    '<sip:f>',
    'sip:g',
  ]);
});

describe('Via', () => {
  const source = { address: '198.51.100.4', port: 40_000 };
  const stamped = (text: string): string => {
    const via = parseVia(text);
    if (via === undefined) throw new Error('no Via');
    return stampVia(text, via, source);
  };

  test('rport and received are filled in (RFC 3581)', () => {
    expect(stamped('SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bKx')).toBe(
      'SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx;received=198.51.100.4;rport=40000',
    );
  });

  test('without rport only a different address is recorded', () => {
    expect(stamped('SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx')).toBe(
      'SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx;received=198.51.100.4',
    );
    expect(stamped('SIP/2.0/UDP 198.51.100.4;branch=z9hG4bKx')).toBe(
      'SIP/2.0/UDP 198.51.100.4;branch=z9hG4bKx',
    );
  });

  test('what the sender claims to have received is replaced', () => {
    expect(stamped('SIP/2.0/UDP 10.0.0.1;received=203.0.113.1;branch=z9hG4bKx;rport=1')).toBe(
      'SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx;received=198.51.100.4;rport=40000',
    );
  });

  test.each([
    '',
    'SIP/1.0/UDP h',
    'SIP/2.0/UDP',
    'SIP/2.0/UDP h:0',
    'SIP/2.0/UDP h, SIP/2.0/UDP g',
  ])('%j is none', (text) => {
    expect(parseVia(text)).toBeUndefined();
  });
});

describe('HeaderList', () => {
  test('names are found in any case and compact form, written in their usual one', () => {
    const headers = new HeaderList().add('call-id', '1').add('s', 'x').add('X-oDD', 'y');
    expect([...headers].map(({ name }) => name)).toEqual(['Call-ID', 'Subject', 'X-oDD']);
    expect(headers.get('subject')).toBe('x');
    expect(headers.get('x-odd')).toBe('y');
  });

  test('set replaces all of a name in place, delete removes them', () => {
    const headers = new HeaderList().add('A', '1').add('B', '2').add('A', '3').set('a', '4');
    expect([...headers].map(({ value }) => value)).toEqual(['4', '2']);
    expect(headers.delete('a').all('a')).toEqual([]);
  });
});
