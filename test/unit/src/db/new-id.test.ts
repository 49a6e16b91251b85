import { firstIdAt, newId } from '../../../../src/db/new-id';

const AT = new Date('2026-03-01T00:00:00.000Z');

test('the first id of an instant divides what came before from what comes after', () => {
  const first = firstIdAt(AT);
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7000-8000-0{12}$/);
  for (let i = 0; i < 1000; i += 1) {
    expect(newId(AT) >= first).toBe(true);
    expect(newId(new Date(AT.getTime() - 1)) < first).toBe(true);
  }
});

test('before the epoch it is the first id of all', () => {
  expect(firstIdAt(new Date(-1))).toBe('00000000-0000-7000-8000-000000000000');
});
