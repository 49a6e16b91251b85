import { customerTarget } from '../../../../sip/trunks/customer-target';
import {
  locatePhone,
  type CallablePhone,
  type DebtorPhone,
  type ThirdPartyPhone,
} from '../../../../src/domain/phone-owner';

const trunk = { host: '127.0.0.1', port: 5060, transport: 'udp' } as const;
const e164 = '+6281200001234';

describe('K18, c6: whom a call can be placed to', () => {
  it('is a type: a third person’s number does not compile', () => {
    const spouse = { id: 'p', owner: 'spouse' } as ThirdPartyPhone;
    // @ts-expect-error nobody but the debtor, or an emergency contact who agreed
    const target = () => customerTarget(trunk, spouse, '+622150000001');
    expect(target).toBeInstanceOf(Function);
    // @ts-expect-error an emergency contact's number is not the debtor's
    const debtor: DebtorPhone = { id: 'p', owner: 'emergency', e164 };
    // @ts-expect-error only locatePhone makes one, out of a consent
    const callable: CallablePhone = { id: 'p', owner: 'emergency', e164, consentId: 'c' };
    expect([debtor.id, callable.id]).toEqual(['p', 'p']);
  });

  it('is an emergency contact only with a recorded consent', () => {
    const phone = { id: 'p', owner: 'emergency', e164 } as const;
    expect(locatePhone(phone, 'c')).toEqual({ ...phone, consentId: 'c' });
    expect(locatePhone(phone, null)).toBeNull();
    expect(locatePhone({ ...phone, owner: 'employer' }, 'c')).toBeNull();
  });
});
