import { zoneTables } from '../../../../dialer/compliance/shipped/zone-tables';
import { candidateZones } from '../../../../dialer/compliance/zones';

const zonesOf = (...names: string[]): string[] =>
  candidateZones(
    zoneTables,
    'ID',
    names.map((iana) => ({ iana })),
  );

it('tells a zone by one name, however its evidence spells it', () => {
  expect(zonesOf('asia/jakarta', 'Asia/Jakarta')).toEqual(['Asia/Jakarta']);
  expect(zonesOf('Asia/Ujung_Pandang', 'Asia/Makassar')).toEqual(['Asia/Makassar']);
  // kept before it was told by its own name
  expect(zonesOf('Asia/Calcutta', 'Asia/Kolkata')).toEqual(['Asia/Kolkata']);
});

it('leaves out what is no zone', () => {
  expect(zonesOf('Asia/Nowhere', 'Asia/Jayapura')).toEqual(['Asia/Jayapura']);
  expect(zonesOf('Asia/Nowhere')).toEqual([]);
});

it('counts a zone that a province and an area code point to once', () => {
  const evidence = [{ province: 'ID-BA' }, { areaCode: '0361' }, { iana: 'asia/MAKASSAR' }];
  expect(candidateZones(zoneTables, 'ID', evidence)).toEqual(['Asia/Makassar']);
});
