import { matchCaller } from '../../../../sip/inbound/match-caller';
import type { CallerAccount } from '../../../../src/db/inbound-lookup';

const account = (accountId: string, more: Partial<CallerAccount> = {}): CallerAccount => ({
  ...{ accountId, debtorId: 'd1', phoneId: 'p1', creditorId: 'c1', status: 'open' },
  ...{ lastAttemptAt: null, dueDate: '2026-10-01' },
  ...more,
});

describe('whose number it is', () => {
  it('nobody’s', () => {
    expect(matchCaller([])).toEqual({ matches: 0, person: null });
  });
  it('nobody is taken when several people share it', () => {
    const accounts = [account('a1'), account('a2'), account('a3', { debtorId: 'd2' })];
    expect(matchCaller(accounts)).toEqual({ matches: 2, person: null });
  });
  it('one person’s: about the account that is open and was called about last', () => {
    const accounts = [
      account('paid', { status: 'paid', lastAttemptAt: new Date(9) }),
      account('never', { dueDate: '2026-01-01' }),
      account('called', { lastAttemptAt: new Date(5), creditorId: 'c2' }),
    ];
    expect(matchCaller(accounts)).toEqual({
      matches: 1,
      person: { debtorId: 'd1', phoneId: 'p1', accountId: 'called', creditorId: 'c2' },
    });
  });
  it('without any call the one that is due longest, the same in any order', () => {
    const accounts = [account('a2', { dueDate: '2026-09-01' }), account('a1'), account('a0')];
    expect(matchCaller(accounts).person?.accountId).toBe('a2');
    expect(matchCaller(accounts.toReversed()).person?.accountId).toBe('a2');
    expect(matchCaller([account('a1'), account('a0')]).person?.accountId).toBe('a0');
  });
});
