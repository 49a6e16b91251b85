import fc from 'fast-check';
import { canonicalJson } from '../../../../src/domain/canonical-json';

describe('canonicalJson', () => {
  it('sorts keys by code unit at every depth and writes no space', () => {
    expect(canonicalJson({ b: [1, { z: null, a: true }], a: 'x', '\u20ac': 1, '1': 2 })).toBe(
      '{"1":2,"a":"x","b":[1,{"a":true,"z":null}],"\u20ac":1}',
    );
  });

  it('sorts as RFC 8785 3.2.3 does', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, ö: 7 };
    expect(Object.values(JSON.parse(canonicalJson(value)) as object).sort()).toEqual([
      1, 2, 3, 4, 5, 6, 7,
    ]);
    expect(canonicalJson(value)).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
    );
  });

  it('leaves undefined members out and writes -0 as 0', () => {
    expect(canonicalJson({ a: undefined, b: -0 })).toBe('{"b":0}');
  });

  it.each([
    ['a bigint', { a: 1n }, '$.a: bigint is not JSON'],
    ['NaN', [0, NaN], '$[1]: NaN is not JSON'],
    ['a Date', { at: new Date(0) }, '$.at: not a plain object'],
    ['undefined in a list', [undefined], '$[0]: undefined is not JSON'],
    ['a lone surrogate', { a: '\ud800' }, '$.a: not well-formed Unicode'],
  ])('refuses %s and says where', (_title, value, message) => {
    expect(() => canonicalJson(value)).toThrow(new TypeError(message));
  });

  it('reads back as the same value, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, member]) => [key, reversed(member)]));
}
