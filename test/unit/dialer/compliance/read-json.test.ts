import fc from 'fast-check';
import { jsonMistake, readJson } from '../../../../dialer/compliance/read-json';

test.each([
  ['', 1, 1],
  ['{', 1, 2],
  ['{"a": 1,}', 1, 9],
  ['[1 2]', 1, 4],
  ['{\n  "a": [1,\n  2}\n}', 3, 4],
  ["{'a': 1}", 1, 2],
  ['{"a": "x\ny"}', 1, 7],
  ['{"a": 01}', 1, 8],
  ['{"a": tru}', 1, 7],
  ['[] []', 1, 4],
  ['{"a" 1}', 1, 6],
  ['// no\n{}', 1, 1],
])('%j', (text, line, column) => {
  expect(() => JSON.parse(text) as unknown).toThrow();
  expect(jsonMistake(text)).toEqual({ line, column });
});

test('it reads whatever is JSON to its end, and stops where a mark was put in', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const lines = text.split('\n');
      const end = { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
      expect(jsonMistake(text)).toEqual(end);
      expect(jsonMistake(`${text}!`)).toEqual(end);
      expect(jsonMistake(`[!${text}]`)).toEqual({ line: 1, column: 2 });
    }),
  );
});

test('a million brackets are a mistake like any other', () => {
  expect(jsonMistake('['.repeat(1_000_000)).line).toBe(1);
});

describe('what is read', () => {
  test('the value, or where it is no JSON', () => {
    expect(readJson('{"a": [1]}')).toEqual({ value: { a: [1] }, problems: [] });
    expect(readJson('{"a": [1}').problems).toMatchObject([{ path: '$', accepted: 'JSON' }]);
  });

  test('a name that is twice in one object, however it is written', () => {
    const text = String.raw`{"a": {"b-1": 1, "c": [{"d": 1}, {"d": 1, "\u0064": 2}], "b-1": 2}, "c": 1}`;
    const told = { reason: 'is there twice', accepted: 'each name once' };
    expect(readJson(text)).toEqual({
      value: null,
      problems: [
        { path: 'a.c[1].d', ...told },
        { path: 'a["b-1"]', ...told },
      ],
    });
  });
});
