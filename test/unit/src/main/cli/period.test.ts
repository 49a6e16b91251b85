import { dayOption, instantOption } from '../../../../../src/main/cli/period';

test.each([
  ['2026-11-01', '2026-11-01T00:00:00.000Z'],
  ['2026-11-01T08:00+07:00', '2026-11-01T01:00:00.000Z'],
  ['2026-11-01T23:30-02:00', '2026-11-02T01:30:00.000Z'],
  ['2028-02-29T10:00:30.5Z', '2028-02-29T10:00:30.500Z'],
])('%s', (text, instant) => {
  expect(instantOption(text).toISOString()).toBe(instant);
});

test.each([
  '2026-02-30',
  '2026-02-30T10:00Z',
  '2026-11-01T25:00Z',
  '2026-11-01T08:00',
  '2026-11-01T',
  '22/11/2026',
  '2026-13-01',
  '',
])('is no instant: %j', (text) => {
  expect(() => instantOption(text)).toThrow('a date, 2026-11-01 (UTC), or an instant');
});

test.each(['2026-02-30', '2026-13-01', '2026-02-30T10:00Z', '2027-02-29T08:00+07:00'])(
  'of %s the day is what is wrong, not the form',
  (text) => {
    expect(() => instantOption(text)).toThrow(/^there is no such day\. Accepted: a date, /);
    if (text.length === 10) expect(() => dayOption(text)).toThrow(/^there is no such day\. /);
  },
);

test.each([
  '22/11/2026',
  '2026-11-01T08:00',
  '2026-02-30T08:00',
  '2026-11-01T25:00Z',
  '2026-02-300',
])('of %s the form is wrong, or the time', (text) => {
  expect(() => instantOption(text)).toThrow(/^a date, 2026-11-01/);
  expect(() => dayOption(text)).toThrow(/^a day of the calendar/);
});

test('a day is one of the calendar', () => {
  expect(dayOption('2028-02-29')).toBe('2028-02-29');
  for (const text of ['2026-02-29', '2026-11-1', '+002026-11-01', '2026-11-01T00:00Z']) {
    expect(() => dayOption(text)).toThrow('a day of the calendar as yyyy-mm-dd');
  }
});
