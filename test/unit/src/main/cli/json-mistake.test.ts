import fc from 'fast-check';
import { jsonMistake } from '../../../../../src/main/cli/rules/json-mistake';

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
