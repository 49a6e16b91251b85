import fc from 'fast-check';
import { candidateZones } from '../../../../src/domain/province-zone';
import { checkPromiseInput } from '../../../../src/domain/promise-input';
import {
  clockOf,
  instantOf,
  isoDay,
  zoneName,
  zoneOf,
} from '../../../../src/web/softphone/debtor-time';
import { dayText, momentText } from '../../../../src/web/softphone/format';
import { checkDraft, EMPTY_DRAFT, outcomeBody } from '../../../../src/web/softphone/outcome-draft';

const AT = '2026-11-22T16:30:00Z';
const somewhere = candidateZones({ statedZone: null, province: null });

test.each([
  ['Asia/Jakarta', '22 Nov, 23:30 WIB', '22 Nov, 23.30 WIB'],
  ['Asia/Pontianak', '22 Nov, 23:30 WIB', '22 Nov, 23.30 WIB'],
  ['Asia/Makassar', '23 Nov, 00:30 WITA', '23 Nov, 00.30 WITA'],
  ['Asia/Jayapura', '23 Nov, 01:30 WIT', '23 Nov, 01.30 WIT'],
  ['America/New_York', '22 Nov, 11:30 EST', '22 Nov, 11.30 EST'],
])('an instant is said in %s with the name of the zone', (zone, en, id) => {
  expect([momentText(AT, 'en', zone), momentText(AT, 'id', zone)]).toEqual([en, id]);
});

test('a date is the same date everywhere', () => {
  expect([dayText('2026-11-01', 'en'), dayText('2026-12-31', 'id')]).toEqual([
    ...['1 Nov 2026', '31 Des 2026'],
  ]);
  expect(isoDay(new Date(AT), 7, 'Asia/Jakarta')).toBe('2026-11-29');
  expect(isoDay(new Date(AT), 7, 'Asia/Makassar')).toBe('2026-11-30');
});

test('what is typed is the time there, and no time that their clock leaves out', () => {
  expect(instantOf('2026-11-23T00:30', 'Asia/Makassar')?.toISOString()).toBe(
    '2026-11-22T16:30:00.000Z',
  );
  expect(instantOf('2026-03-08T02:30', 'America/New_York')).toBeNull();
  for (const blank of ['', '2026-13-40T99:99']) expect(instantOf(blank, 'Asia/Jakarta')).toBeNull();
  const zones = fc.constantFrom('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura', 'Asia/Tokyo');
  const instants = fc.date({
    ...{ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true },
  });
  fc.assert(
    fc.property(zones, instants, (zone, at) => {
      const wall = `${isoDay(at, 0, zone)}T${clockOf({ zones: [zone] }, at).slice(0, 5)}`;
      expect(instantOf(wall, zone)?.getTime()).toBe(Math.floor(at.getTime() / 60_000) * 60_000);
    }),
  );
});

test('of somebody whose place is not known times are said in the first zone, by name', () => {
  expect(clockOf({ zones: somewhere }, new Date(AT))).toBe('23:30 WIB');
  expect([zoneOf(null), zoneOf({ zones: [] })]).toEqual(['Asia/Jakarta', 'Asia/Jakarta']);
  expect(zoneName('Etc/UTC', new Date(AT))).toBe('UTC');
});

test('a callback is sent as the instant at which their clock shows it', () => {
  const draft = { ...EMPTY_DRAFT, code: 'RPC_CALLBACK', callbackAt: '2026-11-23T00:31' } as const;
  const facts = { currency: null, amountDueMinor: null, promiseHorizonDays: null };
  const there = { ...facts, zones: ['Asia/Makassar'], now: new Date(AT) };
  expect(checkDraft({ ...draft, rootCause: 'not_told' }, there)).toEqual({});
  expect(outcomeBody(draft, there)).toMatchObject({ callbackAt: '2026-11-22T16:31:00.000Z' });
  // the same words an hour further west are an hour later, and in Jayapura they were an hour ago
  const east = { ...there, zones: ['Asia/Jayapura'] };
  expect(checkDraft({ ...draft, rootCause: 'not_told' }, east)).toEqual({ callbackAt: 'future' });
});

test('the page takes the very days of a promise that the server takes', () => {
  const amounts = { amountDueMinor: 15_000_000n, promisedMinor: 0n };
  const draft = { ...EMPTY_DRAFT, code: 'RPC_PTP', rootCause: 'not_told', amount: '1' } as const;
  const places = fc.constantFrom(
    somewhere,
    ...[['Asia/Jakarta'], ['Asia/Jayapura'], ['America/New_York']],
  );
  const instants = fc.integer({ min: 0, max: 3 * 24 * 60 });
  fc.assert(
    fc.property(places, instants, fc.integer({ min: -2, max: 9 }), (zones, minute, days) => {
      const now = new Date(Date.parse(AT) + minute * 60_000);
      const dueDate = isoDay(now, days, 'Asia/Jakarta');
      const page = checkDraft(
        { ...draft, dueDate, method: 'qris' },
        { zones, now, currency: 'IDR', amountDueMinor: '15000000', promiseHorizonDays: 7 },
      );
      const server = checkPromiseInput(
        { amountMinor: 100n, dueDate, method: 'qris' },
        { ...amounts, zones, now, room: { ...amounts, horizonDays: 7 } },
      );
      expect(page.dueDate === undefined).toBe(server.length === 0);
    }),
  );
});
