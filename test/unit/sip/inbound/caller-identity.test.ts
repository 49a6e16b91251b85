import { userOf } from '../../../../sip/gateway/user-of';
import { calledOf, callerOf } from '../../../../sip/inbound/caller-identity';

const CALLED = '+622150000001';

describe('who calls', () => {
  test.each([
    ['<sip:+6281200001234@carrier.example>;tag=1', '+6281200001234'],
    ['"Budi \\"sip:0@x\\"" <sip:6281200001234@carrier.example;user=phone>', '+6281200001234'],
    ['<sip:081200001234;npdi@10.0.0.1>', '+6281200001234'],
    ['<sip:%2B6281200001234@10.0.0.1>', '+6281200001234'],
    ['<tel:+62-812-0000-1234>', '+6281200001234'],
    ['<sip:006581230000@carrier.example>', '+6581230000'],
    ['sip:+6281200001234@carrier.example', '+6281200001234'],
    ['"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1', null],
    ['<sip:carrier.example>', null],
    ['<sip:123@carrier.example>', null],
    ['', null],
  ])('From %s is %s', (from, number) => {
    expect(callerOf({ assertedIdentity: '', from }, CALLED)).toBe(number);
  });

  it('is whom the carrier asserts, whatever the caller wrote; the first that is a number', () => {
    const from = '<sip:+6281200009999@x>';
    const one = '<sip:+6281200001234@carrier.example>';
    expect(callerOf({ assertedIdentity: one, from }, CALLED)).toBe('+6281200001234');
    const two = `"Kantor, Pusat" <sip:kantor@carrier.example>, <tel:+6281200001234>`;
    expect(callerOf({ assertedIdentity: two, from }, CALLED)).toBe('+6281200001234');
    const none = '<sip:kantor@carrier.example>';
    expect(callerOf({ assertedIdentity: none, from }, CALLED)).toBe('+6281200009999');
  });

  it('reads the user part alone', () => {
    expect(userOf('"sip:1@2" <sips:abc;x=1@host>')).toBe('abc');
    expect(userOf('<sip:host-alone.example>')).toBe('');
  });
});

describe('the number that was called', () => {
  const numbers = ['+622150000001', '+622150000002'];
  test.each([
    ['sip:+622150000002@10.0.0.1', '+622150000002'],
    ['sip:622150000002@10.0.0.1:5060;transport=udp', '+622150000002'],
    ['sip:02150000002@10.0.0.1', '+622150000002'],
    ['sip:+622150000003@10.0.0.1', null],
    ['sip:dialer@10.0.0.1', null],
  ])('%s is %s', (uri, number) => {
    expect(calledOf({ requestUri: uri, calledParty: '', to: '' }, numbers)).toBe(number);
  });

  test('is told beside our contact by a carrier at which we registered', () => {
    const requestUri = 'sip:s0123456789abcdef@10.0.0.1';
    const [one = '', two = ''] = numbers.map((number) => `<sip:${number}@carrier.invalid>`);
    expect(calledOf({ requestUri, calledParty: two, to: one }, numbers)).toBe(numbers[1]);
    expect(calledOf({ requestUri, calledParty: '', to: one }, numbers)).toBe(numbers[0]);
    const other = '<sip:+622150000003@carrier.invalid>';
    expect(calledOf({ requestUri, calledParty: other, to: one }, numbers)).toBeNull();
    const toOther = 'sip:+622150000003@10.0.0.1';
    expect(calledOf({ requestUri: toOther, calledParty: '', to: one }, numbers)).toBeNull();
  });
});
