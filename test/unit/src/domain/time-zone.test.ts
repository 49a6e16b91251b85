import { zoneTables } from '../../../../dialer/compliance/shipped/zone-tables';
import { canonicalZone } from '../../../../src/domain/time-zone';

test.each([
  ['asia/jakarta', 'Asia/Jakarta'],
  ['ASIA/JAKARTA', 'Asia/Jakarta'],
  ['Asia/Jakarta', 'Asia/Jakarta'],
  ['Asia/Ujung_Pandang', 'Asia/Makassar'],
  ['asia/calcutta', 'Asia/Kolkata'],
  ['Asia/Kolkata', 'Asia/Kolkata'],
  ['US/Eastern', 'America/New_York'],
])('%s is %s', (given, name) => {
  expect(canonicalZone(given)).toBe(name);
  // a second time from what was kept
  expect(canonicalZone(given)).toBe(name);
});

test.each(['', 'WIB', 'Asia/Nowhere', 'constructor', 'Asia/Jakarta '])('%j is no zone', (given) => {
  expect(canonicalZone(given)).toBeNull();
});

test('the zones that the rules know are named by their own names', () => {
  const { countryZones, provinces, areaCodes } = zoneTables;
  const zones = [
    ...Object.values(countryZones).flat(),
    ...Object.values(provinces).map(([, , zone]) => zone),
    ...Object.values(areaCodes).flatMap((codes) => Object.values(codes ?? {}).flat()),
  ];
  expect(zones.length).toBeGreaterThan(40);
  expect(zones.map(canonicalZone)).toEqual(zones);
});
