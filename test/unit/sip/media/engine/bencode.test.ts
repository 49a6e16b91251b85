import fc from 'fast-check';
import {
  decodeNg,
  encodeNg,
  type NgDictionary,
  type NgValue,
} from '../../../../../sip/media/engine/bencode';

const { value } = fc.letrec<{ value: NgValue; dictionary: NgValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('dictionary'),
  ),
  dictionary: fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: false }),
}));

test('what is encoded is decoded, whatever is in it', () => {
  fc.assert(
    fc.property(value, (item) => {
      expect(decodeNg(encodeNg({ item })).item).toEqual(item);
    }),
  );
});

test('the form on the wire: lengths are bytes, keys keep their order', () => {
  const command: NgDictionary = { command: 'offer', sdp: 'né', flags: ['a', 'b'], n: -4, d: {} };
  expect(encodeNg(command).toString()).toBe(
    'd7:command5:offer3:sdp3:né5:flagsl1:a1:be1:ni-4e1:ddee',
  );
  const blob = Buffer.from([0, 0xff, 0x65]);
  expect(encodeNg({ blob })).toEqual(
    Buffer.concat([Buffer.from('d4:blob3:'), blob, Buffer.from('e')]),
  );
  expect(() => encodeNg(0.5)).toThrow('integer');
});

test.each([
  ['nothing', ''],
  ['no dictionary', '4:pong'],
  ['a list', 'l4:ponge'],
  ['text cut short', 'd3:sdp90:v=0e'],
  ['a dictionary without end', 'd3:sdp3:v=0'],
  ['something behind it', 'dee'],
  ['a length that is none', 'd-1:ae'],
  ['a number without end', 'd1:ai7'],
  ['a key that is a number', 'di1e1:ae'],
  ['far too deep', `d1:a${'l'.repeat(99)}${'e'.repeat(99)}e`],
])('%s is refused', (_, text) => {
  expect(() => decodeNg(Buffer.from(text))).toThrow(/bencoded/);
});

test('keys of the far side are data', () => {
  const reply = decodeNg(Buffer.from('d9:__proto__d1:a1:bee'));
  expect(Object.keys(reply)).toEqual(['__proto__']);
  expect(({} as Record<string, unknown>).a).toBeUndefined();
});
