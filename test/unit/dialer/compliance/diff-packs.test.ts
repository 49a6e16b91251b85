import fc from 'fast-check';
import type { Calendar } from '../../../../dialer/compliance/calendar';
import { diffHours, diffPacks } from '../../../../dialer/compliance/diff-packs';
import { bareCall, hourMap, type HourSpan } from '../../../../dialer/compliance/hour-map';
import type { RulePack } from '../../../../dialer/compliance/rule-pack';
import type { LocalWindow } from '../../../../src/domain/call-facts';

const WEEKDAYS = [1, 2, 3, 4, 5, 6];
const CALENDARS: Record<string, Calendar> = {
  ID: { id: 'ID', revision: 't', years: [2026], entries: { '2026-12-25': 'national' } },
};
const FACTS = bareCall({ zones: ['Asia/Jakarta'] });
/** Four local weeks from Monday 7 December 2026, in WIB. */
const RANGE = { from: '2026-12-06T17:00:00.000Z', to: '2027-01-03T17:00:00.000Z' };

function pack(version: number, windows: readonly LocalWindow[]): RulePack {
  return {
    id: 'T',
    version,
    jurisdiction: 'ID',
    effectiveFrom: '2020-01-01',
    rules: [
      { id: 'window', kind: 'window', force: 'law', cite: 'Law 1', windows },
      {
        id: 'holiday',
        kind: 'holiday',
        force: 'law',
        cite: 'Law 2',
        calendar: 'ID',
        types: ['national'],
      },
    ],
  };
}
const OLD = pack(1, [{ days: WEEKDAYS, from: '08:00', to: '20:00' }]);

const mapOf = (one: RulePack, calendars = CALENDARS): HourSpan[] =>
  hourMap([{ layer: 'statute', pack: one }], calendars, FACTS, RANGE);
const changes = (now: RulePack, calendars = CALENDARS) =>
  diffHours(mapOf(OLD), mapOf(now, calendars), 'Asia/Jakarta');

test('an earlier end: the same hours of six days are one change, the holiday apart', () => {
  const now = pack(2, [{ days: WEEKDAYS, from: '08:00', to: '18:30' }]);
  const [change, ...others] = changes(now);
  expect(others).toEqual([]);
  expect(change).toMatchObject({
    change: 'closes',
    from: '18:30',
    to: '20:00',
    weekdays: WEEKDAYS,
    // Christmas was closed before; 2027 has no calendar
    except: ['2026-12-25', '2027-01-01', '2027-01-02'],
    rules: ['window'],
  });
  expect(change?.dates).toHaveLength(21);
});

test('a day more', () => {
  expect(changes(pack(2, [{ days: [...WEEKDAYS, 7], from: '08:00', to: '20:00' }]))).toEqual([
    {
      change: 'opens',
      from: '08:00',
      to: '20:00',
      weekdays: [7],
      dates: ['2026-12-13', '2026-12-20', '2026-12-27'],
      except: ['2027-01-03'],
      rules: ['window'],
    },
  ]);
});

test('a holiday more in the calendar is one date', () => {
  const calendars = {
    ID: { ...CALENDARS.ID!, entries: { '2026-12-25': 'national', '2026-12-16': 'national' } },
  } as const;
  expect(changes(OLD, calendars)).toMatchObject([
    { change: 'closes', from: '08:00', to: '20:00', dates: ['2026-12-16'], rules: ['holiday'] },
  ]);
});

test('the same pack changes nothing', () => {
  expect(changes(OLD)).toEqual([]);
});

test('what one diff closes, the diff the other way opens', () => {
  const hour = fc.integer({ min: 0, max: 23 });
  fc.assert(
    fc.property(hour, hour, (a, b) => {
      fc.pre(a !== b);
      const clock = (h: number): string => `${String(h).padStart(2, '0')}:00`;
      const other = mapOf(pack(2, [{ days: [2, 6], from: clock(a), to: clock(b) }]));
      const there = diffHours(mapOf(OLD), other, 'Asia/Jakarta');
      const back = diffHours(other, mapOf(OLD), 'Asia/Jakarta');
      const turned = back.map((one) => ({
        ...one,
        change: one.change === 'opens' ? 'closes' : 'opens',
      }));
      expect(turned).toEqual(there);
    }),
    { numRuns: 25 },
  );
});

describe('rules', () => {
  test('changed, added, removed, and the fields of the pack', () => {
    const [window, holiday] = OLD.rules;
    const now: RulePack = {
      ...OLD,
      version: 2,
      title: 'New',
      rules: [
        { ...window!, cite: 'Law 1a' },
        { id: 'cap', kind: 'gap', force: 'policy', cite: 'x', scope: ['person'], minutes: 5 },
      ],
    };
    expect(diffPacks(OLD, now)).toEqual({
      fields: [
        { field: 'version', before: '1', after: '2' },
        { field: 'title', before: null, after: '"New"' },
      ],
      rules: [
        {
          rule: 'window',
          kind: 'window',
          change: 'changed',
          fields: [{ field: 'cite', before: '"Law 1"', after: '"Law 1a"' }],
        },
        { rule: holiday!.id, kind: 'holiday', change: 'removed', fields: [] },
        { rule: 'cap', kind: 'gap', change: 'added', fields: [] },
      ],
    });
  });

  test('the order of keys is no change', () => {
    const windows = [{ to: '20:00', from: '08:00', days: WEEKDAYS }];
    const now = { ...OLD, rules: [{ ...OLD.rules[0]!, windows }, OLD.rules[1]!] } as RulePack;
    expect(diffPacks(OLD, now)).toEqual({ fields: [], rules: [] });
  });
});
