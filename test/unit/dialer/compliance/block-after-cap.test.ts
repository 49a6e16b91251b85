import { budget } from '../../../../dialer/compliance/budget';
import { explainFailure } from '../../../../dialer/compliance/explain';
import type { Rule } from '../../../../dialer/compliance/rule-pack';
import { makeContact, makeFacts } from '../../../support/call-facts';
import { decide, pack } from '../../../support/one-rule';

/** Days of November 2026, at ten in Jakarta. */
const at = (day: number): string => `2026-11-${day}T03:00:00.000Z`;
const calls = (...days: number[]) => days.map((day) => makeContact(at(day), { id: `D${day}` }));

describe('C3: a limit that blocks', () => {
  const cap = pack({
    kind: 'cap',
    scope: ['person'],
    count: 'attempt',
    max: 2,
    period: { localDays: 3 },
    blockFor: { localDays: 7 },
  });
  const on = (day: number, ...days: number[]) =>
    decide(cap, { at: at(day), events: calls(...days) });

  it('allows what comes before it is reached', () => {
    expect(on(11, 10).verdict).toBe('allow');
    // never two within three days
    expect(on(16, 10, 13).verdict).toBe('allow');
  });

  it('denies for so long from the call that reached it, when its period is long empty', () => {
    const decision = on(16, 10, 12);
    expect(decision).toMatchObject({ verdict: 'deny', nextAllowedAt: '2026-11-18T17:00:00.000Z' });
    expect(decision.failing[0]!.inputs).toEqual({
      counted: 2,
      max: 2,
      period: '3 local days',
      count: 'attempt',
      scope: ['person'],
      eventIds: ['D10', 'D12'],
      freesAt: '2026-11-18T17:00:00.000Z',
      blockFor: '7 local days',
      blockedUntil: '2026-11-18T17:00:00.000Z',
    });
    expect(on(18, 10, 12).verdict).toBe('deny');
    expect(on(19, 10, 12).verdict).toBe('allow');
  });

  it('lasts on from what reached it again, and no longer for what did not', () => {
    // by hand, or by another party: the ledger has what was done
    expect(on(19, 10, 12, 13).nextAllowedAt).toBe('2026-11-19T17:00:00.000Z');
    expect(on(19, 10, 12, 16).verdict).toBe('allow');
  });

  it('is counted in hours where it is written in hours', () => {
    const hours = { ...cap, rules: [{ ...cap.rules[0]!, blockFor: { hours: 96 } } as Rule] };
    const events = calls(10, 12);
    expect(decide(hours, { events, at: '2026-11-16T02:59:59.999Z' }).verdict).toBe('deny');
    expect(decide(hours, { events, at: at(16) }).verdict).toBe('allow');
  });

  it('shorter than the period adds nothing', () => {
    const short = { ...cap, rules: [{ ...cap.rules[0]!, blockFor: { hours: 1 } } as Rule] };
    const decision = decide(short, { events: calls(10, 11), at: at(11).replace('03', '05') });
    expect(decision.nextAllowedAt).toBe('2026-11-12T17:00:00.000Z');
    expect(decision.failing[0]!.inputs).not.toHaveProperty('blockedUntil');
  });

  it('is lifted by the consent that lifts its limit', () => {
    const rule = { ...cap.rules[0]!, exemptBy: ['frequency'] } as Rule;
    const consents = [
      { kind: 'frequency', id: 'C1', givenAt: '2026-11-15T03:00:00.000Z' },
    ] as const;
    const consented = { ...cap, rules: [rule] };
    const facts = { consents: [...consents] };
    expect(decide(consented, { facts, events: calls(10, 12), at: at(16) }).verdict).toBe('allow');
  });

  it('is told in words with its end', () => {
    const [failed] = on(16, 10, 12).failing;
    const of = (language: 'id' | 'en') => explainFailure(failed!, language);
    expect(of('id')).toMatch(
      /tidak menelepon selama 7 hari kalender\. Boleh lagi: Kamis, 19 November 2026/,
    );
    expect(of('en')).toMatch(
      /no calls for 7 calendar days\. Free again: Thursday, 19 November 2026/,
    );
  });

  it('stands in the budget with its end', () => {
    const left = (day: number) => budget([cap], {}, makeFacts(), calls(10, 12), at(day));
    expect(left(16)).toMatchObject([
      {
        ...{ used: 0, remaining: 0, eventIds: [] },
        nextFreeAt: '2026-11-18T17:00:00.000Z',
        blockedUntil: '2026-11-18T17:00:00.000Z',
      },
    ]);
    expect(left(19)).toMatchObject([{ remaining: 2, nextFreeAt: null, blockedUntil: null }]);
  });
});
