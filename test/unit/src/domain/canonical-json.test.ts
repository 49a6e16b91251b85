import fc from 'fast-check';
import { canonicalJson, type JsonValue } from '../../../../src/domain/canonical-json';

const json = fc.jsonValue({ noUnicodeString: false }) as fc.Arbitrary<JsonValue>;

function shuffled(value: JsonValue): JsonValue {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => shuffled(item));
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member as JsonValue)]),
  );
}

describe('canonicalJson', () => {
  it('sorts keys by UTF-16 code units and writes no spaces', () => {
    // RFC 8785, 3.2.3: the emoji's surrogates come before U+FB33
    expect(
      canonicalJson({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6 }),
    ).toBe('{"\\r":2,"1":4,"\u0080":6,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}');
    expect(canonicalJson({ b: [true, null, { d: 'x', c: 1.5 }], a: -0 })).toBe(
      '{"a":0,"b":[true,null,{"c":1.5,"d":"x"}]}',
    );
  });

  it('leaves undefined members out', () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
  });

  it.each([
    ['NaN', Number.NaN],
    ['an infinity', { a: Infinity }],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate as key', { '\udc00': 1 }],
    ['undefined in a list', [undefined] as unknown as JsonValue],
    ['a bigint', 1n as unknown as JsonValue],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it('says the same of the same value, whatever order it was built in', () => {
    fc.assert(
      fc.property(json, (value) => {
        let text: string;
        try {
          text = canonicalJson(value);
        } catch {
          return;
        }
        expect(canonicalJson(shuffled(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
