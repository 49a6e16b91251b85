import { evaluate } from '../../../../dialer/compliance/evaluate';
import type { Rule, RulePack } from '../../../../dialer/compliance/rule-pack';
import type { TimeConsent } from '../../../../src/domain/call-facts';
import { makeContact, makeFacts } from '../../../support/call-facts';
import { MONDAY, calendarOf, decide, pack } from '../../../support/one-rule';

const EVERY = [1, 2, 3, 4, 5, 6, 7];

describe('the rule that names a denial', () => {
  const person = { scope: ['person'] as const };
  const failing: Rule[] = (
    [
      { kind: 'abandonment', maxPct: 3 },
      { kind: 'redial', after: ['no_answer'], period: { hours: 24 }, ...person },
      { kind: 'gap', minutes: 120, ...person },
      { kind: 'cap', count: 'attempt', max: 1, period: { hours: 24 }, ...person },
      { kind: 'cooloff', outcomes: ['no_answer'], period: { hours: 24 }, ...person },
      { kind: 'preference' },
      { kind: 'window', windows: [{ days: [7], from: '08:00', to: '20:00' }] },
      {
        kind: 'blackout',
        dateFrom: '2026-11-23',
        dateTo: '2026-11-23',
        windows: [{ days: EVERY, from: '00:00', to: '24:00' }],
      },
      { kind: 'holiday', calendar: 'ID', types: ['national'] },
      { kind: 'wait', fact: 'noticeMailedOn', days: 1 },
      { kind: 'minDpd', min: 90 },
      { kind: 'dpd', max: 1 },
      { kind: 'party', deny: ['consumer'] },
      { kind: 'hold', on: ['*'] },
    ] as const
  ).map((body) => ({ ...body, id: body.kind, force: 'law', cite: 'made up' }));
  const facts = makeFacts({
    preferences: [{ days: [1], from: '09:00', to: '12:00' }],
    holds: [{ kind: 'cease' }],
    campaignStats: { abandoned: 4, liveAnswered: 100 },
  });
  const events = [makeContact('2026-11-23T02:30:00.000Z')];
  const calendars = calendarOf({ '2026-11-23': 'national' });

  it('goes by kind, not by the order of the stack; all that fail are listed in stack order', () => {
    const byKind: string[] = [];
    for (let rules = failing; rules.length > 0;) {
      const stack: RulePack[] = [{ ...pack({ kind: 'preference' }), rules }];
      const { deniedBy, failing: found } = evaluate(stack, calendars, facts, events, MONDAY);
      expect(found.map(({ rule }) => rule)).toEqual(rules.map(({ id }) => id));
      byKind.push(deniedBy!);
      rules = rules.filter(({ id }) => id !== deniedBy);
    }
    expect(byKind.join(' ')).toBe(
      'hold party dpd minDpd wait holiday blackout window preference cooloff cap gap redial abandonment',
    );
  });
});

describe('the next allowed instant', () => {
  const holdUntil = (to: string) => ({ facts: { holds: [{ kind: 'cease', to }] } });
  const hold = pack({ kind: 'hold', on: ['*'] });

  it.each([
    ['on a whole minute', '2026-11-23T04:00:00.000Z', '2026-11-23T04:00:00.000Z'],
    ['rounded up to one', '2026-11-23T04:00:00.001Z', '2026-11-23T04:01:00.000Z'],
    ['40 days away', '2027-01-02T03:00:00.000Z', '2027-01-02T03:00:00.000Z'],
    ['later than 40 days', '2027-01-02T03:00:00.001Z', null],
  ])('is %s', (_title, to, nextAllowedAt) => {
    expect(decide(hold, holdUntil(to)).nextAllowedAt).toBe(nextAllowedAt);
  });

  it('is after the last of what fails', () => {
    const late = {
      kind: 'cease',
      from: '2026-11-23T03:30:00.000Z',
      to: '2026-11-23T05:00:00.000Z',
    };
    const early = { kind: 'cease', to: '2026-11-23T04:00:00.000Z' };
    expect(decide(hold, { facts: { holds: [early, late] } }).nextAllowedAt).toBe(late.to);
  });

  it('is that of the clock that comes last, of several zones', () => {
    const window = pack({ kind: 'window', windows: [{ days: EVERY, from: '08:00', to: '20:00' }] });
    const facts = { zones: ['Asia/Jakarta', 'Asia/Jayapura'] };
    const at = '2026-11-22T20:00:00.000Z';
    expect(decide(window, { facts, at }).nextAllowedAt).toBe('2026-11-23T01:00:00.000Z');
  });

  it('begins with a consent that begins later', () => {
    const windows = [{ days: [7], from: '08:00', to: '20:00' }];
    const window = pack({ kind: 'window', windows, overridableBy: ['time'] });
    const consent: TimeConsent = {
      kind: 'time',
      from: '2026-11-23T04:10:00.000Z',
      to: '2027-01-01T00:00:00.000Z',
      windows: [{ days: EVERY, from: '09:00', to: '12:00' }],
      includesHolidays: false,
    };
    const decision = decide(window, { facts: { consents: [consent] } });
    expect(decision.nextAllowedAt).toBe(consent.from);
  });

  it('is the day after the last that a rule waits for', () => {
    const wait = pack({ kind: 'wait', fact: 'noticeMailedOn', days: 3 });
    const facts = { debt: { id: 'D1', kind: 'loan', noticeMailedOn: '2026-11-20' } };
    const decision = decide(wait, { facts });
    expect(decision.failing[0]?.inputs).toEqual({
      fact: 'noticeMailedOn',
      factDate: '2026-11-20',
      days: 3,
      endsOn: '2026-11-24',
    });
    expect(decision.nextAllowedAt).toBe('2026-11-23T17:00:00.000Z');
    expect(decide(wait, { facts, at: '2026-11-23T17:00:00.000Z' }).verdict).toBe('allow');
  });
});

describe('a consent to hours', () => {
  const consent: TimeConsent = {
    kind: 'time',
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-12-01T00:00:00.000Z',
    windows: [{ days: EVERY, from: '09:00', to: '12:00' }],
    includesHolidays: false,
  };
  const overridableBy = ['time'] as const;
  const closed = { kind: 'window', windows: [{ days: [7], from: '08:00', to: '20:00' }] } as const;
  const holiday = pack({ kind: 'holiday', calendar: 'ID', types: ['national'], overridableBy });
  const calendars = calendarOf({ '2026-11-23': 'national' });

  it('lifts only what the rule lets it lift', () => {
    const facts = { consents: [consent] };
    expect(decide(pack({ ...closed, overridableBy }), { facts }).verdict).toBe('allow');
    expect(decide(pack(closed), { facts }).verdict).toBe('deny');
  });

  it('lifts a holiday only when it says so', () => {
    const on = (includesHolidays: boolean) =>
      decide(holiday, { calendars, facts: { consents: [{ ...consent, includesHolidays }] } });
    expect(on(false).verdict).toBe('deny');
    expect(on(true).verdict).toBe('allow');
  });

  it.each([
    ['its end', { to: '2026-11-23T03:00:10.000Z' }],
    ['its withdrawal', { revokedAt: '2026-11-23T03:00:10.000Z' }],
  ])('ends the permit at %s, and holds no more at that instant', (_title, end) => {
    const facts = { consents: [{ ...consent, ...end }] };
    const window = pack({ ...closed, overridableBy });
    expect(decide(window, { facts }).expiresAt).toBe('2026-11-23T03:00:10.000Z');
    expect(decide(window, { facts, at: '2026-11-23T03:00:10.000Z' }).verdict).toBe('deny');
  });
});

describe('agent-reserving rules', () => {
  it('of time are looked at now, not when the ringing ends', () => {
    const window = pack({
      kind: 'window',
      windows: [{ days: EVERY, from: '08:00', to: '20:00' }],
      effect: 'agent_reserved',
    });
    const at = '2026-11-23T12:59:50.000Z';
    expect(decide(window, { at, guardMs: 35_000 }).verdict).toBe('allow');
    expect(decide(window, { at: '2026-11-23T13:00:00.000Z' }).verdict).toBe('agent_reserved');
  });
});

describe('calls received', () => {
  const inbound = [
    makeContact('2026-11-23T02:30:00.000Z', { direction: 'in', outcome: 'conversation' }),
  ];
  const scope = ['person'] as const;

  it.each<[string, RulePack, string]>([
    [
      'use up no cap',
      pack({ kind: 'cap', scope, count: 'attempt', max: 1, period: { hours: 24 } }),
      'allow',
    ],
    ['start no gap', pack({ kind: 'gap', scope, minutes: 120 }), 'allow'],
    [
      'start a cool-off',
      pack({ kind: 'cooloff', scope, outcomes: ['conversation'], period: { localDays: 1 } }),
      'deny',
    ],
  ])('%s', (_title, one, verdict) => {
    expect(decide(one, { events: inbound }).verdict).toBe(verdict);
  });
});
