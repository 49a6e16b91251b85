import fc from 'fast-check';
import { evaluate, type ContactEvent } from '../../../../dialer/compliance/evaluate';
import { findRulePacks } from '../../../../dialer/compliance/rule-packs';
import { candidateZones } from '../../../../src/domain/province-zone';

const base = findRulePacks(['ID.BASE']);
const zonesOf = (province: string | null): readonly string[] =>
  candidateZones({ province, statedZone: null });
const at = (iso: string): Date => new Date(iso);
const decide = (province: string | null, iso: string, events: ContactEvent[] = []) =>
  evaluate(base, { zones: zonesOf(province) }, events, at(iso));

describe('ID.BASE hours', () => {
  // 2026-11-23 is a Monday; Jakarta is UTC+7, Makassar +8, Jayapura +9
  it.each([
    ['Jakarta, one second before opening', 'ID-JK', '2026-11-23T00:59:59Z', 'deny'],
    ['Jakarta, opening', 'ID-JK', '2026-11-23T01:00:00Z', 'allow'],
    ['Jakarta, last millisecond', 'ID-JK', '2026-11-23T12:59:59.999Z', 'allow'],
    ['Jakarta, closed', 'ID-JK', '2026-11-23T13:00:00Z', 'deny'],
    ['Bali, opening', 'ID-BA', '2026-11-23T00:00:00Z', 'allow'],
    ['Bali, closed', 'ID-BA', '2026-11-23T12:00:00Z', 'deny'],
    ['Papua, opening: Sunday in UTC', 'ID-PA', '2026-11-22T23:00:00Z', 'allow'],
    ['Papua, closed', 'ID-PA', '2026-11-23T11:00:00Z', 'deny'],
    ['Sunday', 'ID-JK', '2026-11-22T05:00:00Z', 'deny'],
    ['Saturday', 'ID-JK', '2026-11-28T05:00:00Z', 'allow'],
    ['zone unknown, only Papua open', null, '2026-11-22T23:30:00Z', 'deny'],
    ['zone unknown, all open', null, '2026-11-23T01:00:00Z', 'allow'],
    ['zone unknown, Papua closed', null, '2026-11-23T11:00:00Z', 'deny'],
  ])('%s', (_title, province, iso, verdict) => {
    expect(decide(province, iso).verdict).toBe(verdict);
  });

  it('names the rule, the local time and the next allowed instant', () => {
    expect(decide('ID-JK', '2026-11-28T13:00:00Z')).toEqual({
      verdict: 'deny',
      deniedBy: 'id.pojk22.62-2-f.window',
      failing: ['id.pojk22.62-2-f.window'],
      zones: ['Asia/Jakarta'],
      localTimes: ['Sat 2026-11-28 20:00:00'],
      nextAllowedAt: at('2026-11-30T01:00:00Z'),
      expiresAt: null,
    });
  });

  it('denies when no zone is known, without a default', () => {
    expect(evaluate(base, { zones: [] }, [], at('2026-11-23T05:00:00Z'))).toMatchObject({
      verdict: 'deny',
      deniedBy: 'engine.zone',
      nextAllowedAt: null,
    });
  });

  it('ends a permit at the boundary, else after 30 s', () => {
    expect(decide('ID-JK', '2026-11-23T12:59:50Z').expiresAt).toEqual(at('2026-11-23T13:00:00Z'));
    expect(decide('ID-JK', '2026-11-23T05:00:00Z').expiresAt).toEqual(at('2026-11-23T05:00:30Z'));
  });
});

describe('ID.BASE attempts a day', () => {
  const today = ['01:10', '03:10', '05:10'].map((t) => ({ at: at(`2026-11-23T${t}:00Z`) }));

  it('denies the fourth attempt of a local day and opens the next morning', () => {
    expect(decide('ID-JK', '2026-11-23T07:00:00Z', today.slice(0, 2)).verdict).toBe('allow');
    expect(decide('ID-JK', '2026-11-23T07:00:00Z', today)).toMatchObject({
      deniedBy: 'id.policy.attempts-a-day',
      nextAllowedAt: at('2026-11-24T01:00:00Z'),
    });
  });

  it('counts by the local date, not the UTC date', () => {
    // 23:30Z on Sunday is 08:30 on Monday in Papua
    const events = ['2026-11-22T23:05:00Z', '2026-11-22T23:20:00Z', '2026-11-22T23:30:00Z'];
    const seen = events.map((iso) => ({ at: at(iso) }));
    expect(decide('ID-PA', '2026-11-23T05:00:00Z', seen).verdict).toBe('deny');
  });
});

describe('properties', () => {
  const instant = fc.date({
    min: at('2026-01-01T00:00:00Z'),
    max: at('2027-12-31T00:00:00Z'),
    noInvalidDate: true,
  });
  const province = fc.constantFrom('ID-JK', 'ID-BA', 'ID-PA', null);
  const events = fc.array(
    instant.map((date) => ({ at: date })),
    { maxLength: 6 },
  );

  it('the next allowed instant is allowed, and the minute before it is not', () => {
    fc.assert(
      fc.property(province, instant, events, (where, when, past) => {
        const facts = { zones: zonesOf(where) };
        const { nextAllowedAt } = evaluate(base, facts, past, when);
        if (nextAllowedAt === null) return;
        expect(evaluate(base, facts, past, nextAllowedAt).verdict).toBe('allow');
        const before = new Date(Math.max(nextAllowedAt.getTime() - 60_000, when.getTime()));
        expect(evaluate(base, facts, past, before).verdict).toBe('deny');
      }),
      { numRuns: 200 },
    );
  });

  it('one more event or zone never turns a denial into a permit', () => {
    fc.assert(
      fc.property(instant, events, instant, (when, past, more) => {
        const jakarta = evaluate(base, { zones: zonesOf('ID-JK') }, past, when);
        const all = evaluate(base, { zones: zonesOf(null) }, past, when);
        const added = evaluate(base, { zones: zonesOf('ID-JK') }, [...past, { at: more }], when);
        if (jakarta.verdict === 'deny') {
          expect(all.verdict).toBe('deny');
          expect(added.verdict).toBe('deny');
        }
      }),
      { numRuns: 200 },
    );
  });
});
