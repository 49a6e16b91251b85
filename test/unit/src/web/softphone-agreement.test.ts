import type { AgreementNow, Guide, Offer } from '../../../../src/web/softphone/api-answers';
import { approvalWord } from '../../../../src/web/softphone/approval-word';
import { momentText } from '../../../../src/web/softphone/format';
import { WORDS } from '../../../../src/web/softphone/dictionaries';
import { isAgreed, wasRefused } from '../../../../src/web/softphone/talk-requests';

describe('K11: a second person’s word', () => {
  const limitAt = '2026-11-22T05:01:00Z';
  const asked: NonNullable<AgreementNow['approval']> = {
    ...{ state: 'asked', needsRole: 'supervisor', limitAt, confirmBy: null, reason: null },
  };
  const agreement = {
    id: 'a',
    offerId: 'o',
    kind: 'settlement',
    state: 'pending_approval',
    text: { id: '', en: '' },
  } as const;
  const word = (
    approval: AgreementNow['approval'],
    state: AgreementNow['agreement']['state'] = 'pending_approval',
  ) =>
    approvalWord(
      { agreement: { ...agreement, state }, approval },
      {
        ...{ words: WORDS.en.talk.agreement, language: 'en' as const },
        ...{ nowMs: Date.parse('2026-11-22T05:00:17.200Z'), zone: 'Asia/Makassar' },
      },
    );

  test('is waited for with the time that is left, and none below zero', () => {
    expect(word(asked)).toEqual({
      ...{ text: 'A supervisor is asked. Stay with the customer.', secondsLeft: 43 },
    });
    expect(word({ ...asked, limitAt: '2026-11-22T05:00:00Z' })).toMatchObject({ secondsLeft: 0 });
  });

  test('is too late with by when we confirm, refused with why, given, or not needed any more', () => {
    const confirmBy = '2026-11-22T10:00:00Z';
    expect(word({ ...asked, state: 'late', confirmBy })?.text).toContain(
      `we confirm by ${momentText(confirmBy, 'en', 'Asia/Makassar')};`,
    );
    expect(word({ ...asked, state: 'rejected', reason: 'Too deep.' }, 'cancelled')?.text).toBe(
      'Not approved: “Too deep.” Offer another option. Should they change their mind, ask again.',
    );
    const approved = { ...asked, state: 'approved' as const };
    expect(word(approved, 'active')?.text).toBe('Approved.');
    expect(word(approved, 'cancelled')?.text).toMatch(/^It does not stand/);
    expect(word({ ...asked, state: 'withdrawn' }, 'cancelled')?.text).toMatch(/^It does not stand/);
    expect(word(null, 'active')).toBeNull();
    expect(word(null, 'superseded')?.text).toMatch(/^It does not stand/);
  });
});

describe('what a second person did not want', () => {
  const agreement = {
    id: 'a',
    offerId: 'o',
    kind: 'settlement',
    text: { id: '', en: '' },
  } as const;
  const approval: AgreementNow['approval'] = {
    ...{ state: 'rejected', needsRole: 'supervisor', limitAt: '', confirmBy: null, reason: 'No.' },
  };
  const refused: AgreementNow = { agreement: { ...agreement, state: 'cancelled' }, approval };
  const offer = { kind: 'settlement', approval: 'supervisor' } as Offer;
  const chose = (code: string) =>
    ({ options: [{ code, answer: 'chosen' }] }) as unknown as NonNullable<Guide['debt']>;

  test('is marked among what may be offered, where it needs that word again', () => {
    expect(wasRefused(refused, offer)).toBe(true);
    expect(wasRefused(refused, { ...offer, approval: null })).toBe(false);
    expect(wasRefused(refused, { ...offer, kind: 'plan' })).toBe(false);
    expect(wasRefused(null, offer)).toBe(false);
  });

  test('is nothing that is agreed on, until it is asked for again or something else is chosen', () => {
    const state = 'pending_approval';
    expect(isAgreed(chose('settlement'), refused)).toBe(false);
    expect(isAgreed(chose('settlement'), { agreement: { ...agreement, state }, approval })).toBe(
      true,
    );
    expect(isAgreed(chose('pay_part'), refused)).toBe(true);
    expect(isAgreed(chose('pay_part'), null)).toBe(true);
    expect(isAgreed({ ...chose(''), options: [] }, null)).toBe(false);
  });
});
