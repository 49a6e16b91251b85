import fc from 'fast-check';
import type { Calendar } from '../../../../dialer/compliance/calendar';
import { findConflicts } from '../../../../dialer/compliance/conflicts';
import { evaluate } from '../../../../dialer/compliance/evaluate';
import { bareCall, hourMap, onWallClock } from '../../../../dialer/compliance/hour-map';
import type { RulePack } from '../../../../dialer/compliance/rule-pack';
import type { StackEntry } from '../../../../dialer/compliance/stack';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const STATUTE: RulePack = {
  id: 'T.LAW',
  version: 2,
  jurisdiction: 'ID',
  effectiveFrom: '2020-01-01',
  rules: [
    {
      id: 't.law.holiday',
      kind: 'holiday',
      force: 'law',
      cite: 'Law 2',
      calendar: 'ID',
      types: ['national'],
    },
    {
      id: 't.law.window',
      kind: 'window',
      force: 'law',
      cite: 'Law 1',
      windows: [{ days: [1, 2, 3, 4, 5, 6], from: '08:00', to: '20:00' }],
    },
  ],
};
const ASSOCIATION: RulePack = {
  id: 'T.CODE',
  version: 1,
  jurisdiction: 'ID',
  effectiveFrom: '2020-01-01',
  rules: [
    {
      id: 't.code.window',
      kind: 'window',
      force: 'association',
      cite: 'Code 1',
      windows: [{ days: EVERY_DAY, from: '08:00', to: '20:00' }],
    },
    { id: 't.code.dpd', kind: 'dpd', force: 'association', cite: 'Code 2', max: 90 },
  ],
};
const QUIET: RulePack = {
  id: 'T.QUIET',
  version: 1,
  jurisdiction: '*',
  effectiveFrom: '2020-01-01',
  rules: [
    {
      id: 't.quiet',
      kind: 'blackout',
      force: 'policy',
      cite: 'house',
      dateFrom: '2020-01-01',
      dateTo: '2099-12-31',
      windows: [{ days: [5], from: '11:30', to: '13:00' }],
    },
  ],
};
const STACK: readonly StackEntry[] = [
  { layer: 'statute', pack: STATUTE },
  { layer: 'association', pack: ASSOCIATION },
  { layer: 'creditor', pack: QUIET },
];
const CALENDARS: Record<string, Calendar> = {
  ID: { id: 'ID', revision: 't', years: [2026], entries: { '2026-12-25': 'national' } },
};
const JAKARTA = bareCall({ zones: ['Asia/Jakarta'] });

/** Local week from Monday 21 December 2026, in WIB. */
const CHRISTMAS_WEEK = { from: '2026-12-20T17:00:00.000Z', to: '2026-12-27T17:00:00.000Z' };

function openOn(facts: typeof JAKARTA, zone: string, range = CHRISTMAS_WEEK): string[] {
  return onWallClock(hourMap(STACK, CALENDARS, facts, range), zone)
    .filter(({ span }) => span.open)
    .map(({ date, from, to }) => `${date} ${from}-${to}`);
}

test('a week: windows, a public holiday, no Sunday', () => {
  expect(openOn(JAKARTA, 'Asia/Jakarta')).toEqual([
    '2026-12-21 08:00-20:00',
    '2026-12-22 08:00-20:00',
    '2026-12-23 08:00-20:00',
    '2026-12-24 08:00-20:00',
    '2026-12-26 08:00-20:00',
  ]);
});

test('a quiet time cuts a hole, and names the house', () => {
  const week = { from: '2026-11-26T17:00:00.000Z', to: '2026-11-27T17:00:00.000Z' };
  expect(openOn(JAKARTA, 'Asia/Jakarta', week)).toEqual([
    '2026-11-27 08:00-11:30',
    '2026-11-27 13:00-20:00',
  ]);
  const noon = hourMap(STACK, CALENDARS, JAKARTA, week).find(
    ({ from }) => from === '2026-11-27T04:30:00.000Z',
  );
  expect(noon?.to).toBe('2026-11-27T06:00:00.000Z');
  expect(noon?.voices.map(({ pack, says }) => `${pack} ${says}`)).toEqual([
    'T.LAW allows',
    'T.CODE allows',
    'T.QUIET forbids',
  ]);
});

test('several zones: what is open in all of them, by the clock that is asked for', () => {
  const facts = bareCall({ zones: ['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura'] });
  const monday = { from: '2026-11-22T17:00:00.000Z', to: '2026-11-23T17:00:00.000Z' };
  expect(openOn(facts, 'Asia/Jakarta', monday)).toEqual(['2026-11-23 08:00-18:00']);
  expect(openOn(facts, 'Asia/Jayapura', monday)).toEqual(['2026-11-23 10:00-20:00']);
});

test('a year without a calendar is closed', () => {
  const next = { from: '2027-01-03T17:00:00.000Z', to: '2027-01-04T17:00:00.000Z' };
  expect(openOn(JAKARTA, 'Asia/Jakarta', next)).toEqual([]);
});

test('before any pack is in force: closed, by the engine', () => {
  const old = { from: '2019-12-30T17:00:00.000Z', to: '2020-01-01T17:00:00.000Z' };
  const [first, second] = hourMap(STACK, CALENDARS, JAKARTA, old);
  expect(first).toMatchObject({
    open: false,
    to: '2019-12-31T17:00:00.000Z',
    voices: [{ layer: 'engine', says: 'forbids', failing: [{ rule: 'engine.profile' }] }],
  });
  expect(second?.voices.map(({ pack }) => pack)).toContain('T.LAW');
});

test('no zone: one closed span', () => {
  const spans = hourMap(STACK, CALENDARS, bareCall({ zones: [] }), CHRISTMAS_WEEK);
  expect(spans).toHaveLength(1);
  expect(spans[0]).toMatchObject({ ...CHRISTMAS_WEEK, open: false });
});

test('the hour that a clock repeats, and the one that it skips', () => {
  const pack: RulePack = {
    ...STATUTE,
    rules: [
      {
        id: 'w',
        kind: 'window',
        force: 'law',
        cite: 'x',
        windows: [{ days: EVERY_DAY, from: '01:30', to: '02:30' }],
      },
    ],
  };
  const spansOf = (range: { from: string; to: string }): string[] =>
    hourMap(
      [{ layer: 'statute', pack }],
      {},
      bareCall({ zones: ['America/New_York'] }),
      range,
    ).flatMap(({ open, from, to }) => (open ? [`${from.slice(11, 16)}-${to.slice(11, 16)}`] : []));
  // 1 November 2026: 01:30 EDT (05:30Z) to 02:00 EDT, again from 01:30 EST (06:30Z) to 02:30 EST
  expect(spansOf({ from: '2026-11-01T04:00:00.000Z', to: '2026-11-02T05:00:00.000Z' })).toEqual([
    '05:30-06:00',
    '06:30-07:30',
  ]);
  // 8 March 2026: 02:00-03:00 does not exist
  expect(spansOf({ from: '2026-03-08T05:00:00.000Z', to: '2026-03-09T04:00:00.000Z' })).toEqual([
    '06:30-07:00',
  ]);
});

test('spans follow on each other without a gap and none is like the one before', () => {
  const spans = hourMap(STACK, CALENDARS, JAKARTA, CHRISTMAS_WEEK);
  expect(spans[0]?.from).toBe(CHRISTMAS_WEEK.from);
  expect(spans.at(-1)?.to).toBe(CHRISTMAS_WEEK.to);
  for (const [index, span] of spans.entries()) {
    expect(span.from < span.to).toBe(true);
    if (index > 0) expect(span.from).toBe(spans[index - 1]?.to);
  }
  // a night is one span, over midnight
  expect(spans[2]).toMatchObject({
    from: '2026-12-21T13:00:00.000Z',
    to: '2026-12-22T01:00:00.000Z',
  });
});

test('at every instant the map says what the decision says', () => {
  const zones = fc.subarray(['Asia/Jakarta', 'Asia/Jayapura', 'America/New_York'], {
    minLength: 1,
  });
  const hoursOnly = STACK.map(({ pack }) => ({
    ...pack,
    rules: pack.rules.filter(({ kind }) => kind !== 'dpd'),
  }));
  const range = { from: '2026-10-25T00:00:00.000Z', to: '2026-11-08T00:00:00.000Z' };
  fc.assert(
    fc.property(
      zones,
      fc.integer({ min: Date.parse(range.from), max: Date.parse(range.to) - 1 }),
      (some, ms) => {
        const facts = bareCall({ zones: some });
        const at = new Date(ms).toISOString();
        const span = hourMap(STACK, CALENDARS, facts, range).find(
          ({ from, to }) => from <= at && at < to,
        );
        const decision = evaluate(hoursOnly, CALENDARS, facts, [], at);
        expect(span?.open).toBe(decision.verdict === 'allow');
      },
    ),
    { numRuns: 60 },
  );
});

describe('conflicts', () => {
  test('Sunday: the code allows, the law forbids, the law wins', () => {
    const conflicts = findConflicts(hourMap(STACK, CALENDARS, JAKARTA, CHRISTMAS_WEEK));
    const told = conflicts.map(({ from, to, open, allowing, forbidding }) => [
      `${from.slice(0, 16)} ${to.slice(11, 16)}`,
      open,
      allowing.map(({ pack }) => pack).join(),
      forbidding.flatMap(({ failing }) => failing.map(({ rule }) => rule)).join(),
    ]);
    expect(told).toEqual([
      ['2026-12-25T01:00 04:30', false, 'T.CODE', 't.law.holiday'],
      ['2026-12-25T04:30 06:00', false, 'T.CODE', 't.law.holiday,t.quiet'],
      ['2026-12-25T06:00 13:00', false, 'T.CODE', 't.law.holiday'],
      ['2026-12-27T01:00 13:00', false, 'T.CODE', 't.law.window'],
    ]);
  });

  test('what all of them forbid, and what nobody forbids, is no conflict', () => {
    const monday = { from: '2026-12-20T17:00:00.000Z', to: '2026-12-21T17:00:00.000Z' };
    expect(findConflicts(hourMap(STACK, CALENDARS, JAKARTA, monday))).toEqual([]);
  });
});
