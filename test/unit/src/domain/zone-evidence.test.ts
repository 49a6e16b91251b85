import { zoneEvidenceOf, type WhereaboutsFacts } from '../../../../src/domain/zone-evidence';

const places = {
  countryZones: { ID: ['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura'] },
  provinces: { 'ID-JK': ['DKI Jakarta', '31', 'Asia/Jakarta'] },
  areaCodes: { ID: { '2': ['Asia/Jakarta'], '36': ['Asia/Makassar'], '526': ['Asia/Pontianak'] } },
};
const nothing: WhereaboutsFacts = {
  statedZone: null,
  province: null,
  e164: '+6281200001234',
  line: 'mobile',
  country: 'ID',
};
const of = (facts: Partial<WhereaboutsFacts>) => zoneEvidenceOf({ ...nothing, ...facts }, places);
const everyZone = { evidence: [{ mobile: 'ID' }], source: 'country', confidence: 'low' };

describe('zoneEvidenceOf', () => {
  it('takes what the person said before the address, the address before the area code', () => {
    const all = { statedZone: 'Asia/Jayapura', province: 'ID-JK', e164: '+62361000001' };
    expect(of({ ...all, line: 'fixed' })).toEqual({
      evidence: [{ iana: 'Asia/Jayapura' }],
      source: 'stated',
      confidence: 'high',
    });
    expect(of({ ...all, statedZone: null, line: 'fixed' })).toEqual({
      evidence: [{ province: 'ID-JK' }],
      source: 'province',
      confidence: 'high',
    });
  });

  it('takes the longest area code of a fixed line, and no more of the number', () => {
    expect(of({ e164: '+62526200123', line: 'fixed' })).toEqual({
      evidence: [{ areaCode: '526' }],
      source: 'area_code',
      confidence: 'medium',
    });
    expect(of({ e164: '+622150001234', line: 'fixed' }).evidence).toEqual([{ areaCode: '2' }]);
    // imported before lines were told apart
    expect(of({ e164: '+62361200123', line: 'unknown' }).evidence).toEqual([{ areaCode: '36' }]);
  });

  it('learns nothing from mobile, toll-free, foreign and unknown numbers', () => {
    expect(of({})).toEqual(everyZone);
    expect(of({ line: 'unknown' })).toEqual(everyZone);
    expect(of({ e164: '+628001234567', line: 'fixed' })).toEqual(everyZone);
    expect(of({ e164: '+12125550123', line: 'fixed' })).toEqual(everyZone);
    expect(of({ e164: '+62751200123', line: 'fixed' })).toEqual(everyZone);
    expect(of({ e164: null })).toEqual(everyZone);
  });

  it('does not take an unknown province for evidence', () => {
    expect(of({ province: 'ID-XX' })).toEqual(everyZone);
    expect(of({ province: 'constructor' })).toEqual(everyZone);
  });

  it('has none where not even the country is known', () => {
    expect(of({ country: 'US' })).toEqual({ evidence: [], source: 'none', confidence: 'none' });
  });
});
