import { evaluate, type ContactEvent } from '../../../../dialer/compliance/evaluate';
import type { RulePack } from '../../../../dialer/compliance/rule-pack';
import { makeContact, makeFacts } from '../../../support/call-facts';
import { candidateZones } from '../../../../src/domain/province-zone';

const hoursAndCap: RulePack = {
  id: 'TEST.HOURS',
  version: 1,
  title: 'Indonesia: Monday to Saturday 08:00-20:00 local time, 3 attempts a day a person',
  jurisdiction: 'ID',
  effectiveFrom: '2023-12-22',
  rules: [
    {
      id: 'id.pojk22.62-2-f.window',
      kind: 'window',
      force: 'law',
      cite: 'POJK 22/2023 Pasal 62(2)f',
      windows: [{ days: [1, 2, 3, 4, 5, 6], from: '08:00', to: '20:00' }],
    },
    {
      id: 'id.policy.attempts-a-day',
      kind: 'cap',
      force: 'policy',
      cite: 'house policy: POJK 22/2023 Pasal 62(2) "terus menerus" gives no number',
      scope: ['person'],
      count: 'attempt',
      max: 3,
      period: { localDays: 1 },
    },
  ],
};
const base = [hoursAndCap];
const zonesOf = (province: string | null): readonly string[] =>
  candidateZones({ province, statedZone: null });
const decide = (province: string | null, iso: string, events: ContactEvent[] = []) =>
  decideIn(zonesOf(province), iso, events);
const decideIn = (zones: readonly string[], iso: string, events: readonly ContactEvent[] = []) =>
  evaluate(base, {}, makeFacts({ zones }), events, iso);

describe('hours', () => {
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
      failing: [
        {
          rule: 'id.pojk22.62-2-f.window',
          pack: 'TEST.HOURS',
          version: 1,
          kind: 'window',
          force: 'law',
          cite: 'POJK 22/2023 Pasal 62(2)f',
          zones: ['Asia/Jakarta'],
          inputs: {
            windows: ['1,2,3,4,5,6 08:00-20:00'],
            localTime: 'Sat 2026-11-28 20:00:00',
          },
        },
      ],
      zones: ['Asia/Jakarta'],
      localTimes: ['Sat 2026-11-28 20:00:00'],
      nextAllowedAt: '2026-11-30T01:00:00.000Z',
      expiresAt: null,
    });
  });

  it('denies when no zone is known, without a default', () => {
    expect(decideIn([], '2026-11-23T05:00:00Z')).toMatchObject({
      verdict: 'deny',
      deniedBy: 'engine.zone',
      nextAllowedAt: null,
    });
  });

  it('ends a permit at the boundary, else after 30 s', () => {
    expect(decide('ID-JK', '2026-11-23T12:59:50Z').expiresAt).toEqual('2026-11-23T13:00:00.000Z');
    expect(decide('ID-JK', '2026-11-23T05:00:00Z').expiresAt).toEqual('2026-11-23T05:00:30.000Z');
  });
});

describe('attempts a day', () => {
  const today = ['01:10', '03:10', '05:10'].map((t) => makeContact(`2026-11-23T${t}:00Z`));

  it('denies the fourth attempt of a local day and opens the next morning', () => {
    expect(decide('ID-JK', '2026-11-23T07:00:00Z', today.slice(0, 2)).verdict).toBe('allow');
    expect(decide('ID-JK', '2026-11-23T07:00:00Z', today)).toMatchObject({
      deniedBy: 'id.policy.attempts-a-day',
      nextAllowedAt: '2026-11-24T01:00:00.000Z',
    });
  });

  it('counts by the local date, not the UTC date', () => {
    // 23:30Z on Sunday is 08:30 on Monday in Papua
    const events = ['2026-11-22T23:05:00Z', '2026-11-22T23:20:00Z', '2026-11-22T23:30:00Z'];
    const seen = events.map((iso) => makeContact(iso));
    expect(decide('ID-PA', '2026-11-23T05:00:00Z', seen).verdict).toBe('deny');
  });
});
