import { evaluate, inCall, type RuleDecision } from '../../../../dialer/compliance/evaluate';
import type { Rule, RuleBase } from '../../../../dialer/compliance/rule-pack';
import { makeContact, makeFacts } from '../../../support/call-facts';
import { MONDAY, calendarOf, decide, pack } from '../../../support/one-rule';

const inputs = (decision: RuleDecision) => decision.failing[0]?.inputs;

describe('holiday', () => {
  const holiday = pack({ kind: 'holiday', calendar: 'ID', types: ['national', 'regional'] });
  const galungan = { type: 'regional', name: 'Galungan', regions: ['ID-BA'] } as const;

  it.each([
    ['a region of the entry', galungan, 'ID-BA', 'deny'],
    ['a place within it', galungan, 'ID-BA-DPS', 'deny'],
    ['another region', galungan, 'ID-JK', 'allow'],
    ['an unknown region', galungan, undefined, 'deny'],
    ['a day that was cancelled', { type: 'national', status: 'cancelled' }, 'ID-JK', 'allow'],
    ['a day still estimated', { type: 'national', status: 'estimated' }, 'ID-JK', 'deny'],
    ['a type that the rule does not name', 'company', 'ID-JK', 'allow'],
  ] as const)('%s', (_title, entry, region, verdict) => {
    const facts = region === undefined ? {} : { region };
    const calendars = calendarOf({ '2026-11-23': entry });
    expect(decide(holiday, { facts, calendars }).verdict).toBe(verdict);
  });

  it('tells the day, its name and the revision that says so', () => {
    const calendars = calendarOf({ '2026-11-23': { ...galungan, decree: 'SK 1' } });
    expect(inputs(decide(holiday, { calendars }))).toEqual({
      date: '2026-11-23',
      calendar: 'ID',
      revision: '2026-11',
      reason: 'day',
      type: 'regional',
      name: 'Galungan',
      decree: 'SK 1',
    });
  });

  it('fails when the year, or the calendar, is not known', () => {
    const at = '2027-01-04T03:00:00.000Z';
    expect(inputs(decide(holiday, { at, calendars: calendarOf({}) }))).toEqual({
      date: '2027-01-04',
      calendar: 'ID',
      revision: '2026-11',
      reason: 'year_not_covered',
    });
    expect(inputs(decide(holiday))).toMatchObject({ revision: null, reason: 'calendar_missing' });
    expect(decide(holiday).nextAllowedAt).toBeNull();
  });
});

describe('conditions', () => {
  const party = (when: RuleBase['when']) =>
    pack({ kind: 'party', deny: ['emergency_contact'], ...(when && { when }) });
  const target = 'emergency_contact';

  it.each([
    ['collect binds a call without a purpose', { purpose: ['collect'] }, {}, 'deny'],
    ['collect does not bind locating', { purpose: ['collect'] }, { purpose: 'locate' }, 'allow'],
    ['locate does not bind collecting', { purpose: ['locate'] }, {}, 'allow'],
    ['a region', { region: ['ID-BA'] }, { region: 'ID-BA' }, 'deny'],
    ['a wider region', { region: ['ID'] }, { region: 'ID-BA' }, 'deny'],
    ['another region', { region: ['ID-BA'] }, { region: 'ID-BT' }, 'allow'],
    ['a longer name is another region', { region: ['ID-B'] }, { region: 'ID-BA' }, 'allow'],
    ['an unknown region', { region: ['ID-BA'] }, {}, 'deny'],
    ['the kind of debt', { debtKind: ['medical'] }, {}, 'allow'],
    ['two fields, one of them not', { place: ['mobile'], line: ['business'] }, {}, 'allow'],
    ['no condition', undefined, {}, 'deny'],
  ] as const)('%s', (_title, when, facts, verdict) => {
    expect(decide(party(when), { facts: { target, ...facts } }).verdict).toBe(verdict);
  });
});

describe('pack in force', () => {
  const party = pack({ kind: 'party', deny: ['consumer'] }, { effectiveTo: '2026-11-24' });

  it('ends with the local day, where the person is', () => {
    // 24 November began in Jayapura and not in Jakarta
    const at = '2026-11-23T15:30:00.000Z';
    expect(decide(party, { at }).deniedBy).toBe('rule');
    const jayapura = { facts: { zones: ['Asia/Jayapura'] }, at };
    expect(decide(party, jayapura).deniedBy).toBe('engine.profile');
    const both = { facts: { zones: ['Asia/Jakarta', 'Asia/Jayapura'] }, at };
    expect(decide(party, both).failing[0]?.zones).toEqual(['Asia/Jakarta']);
  });

  it('lets a call through on the day that the only rule against it ends', () => {
    const open = { ...pack({ kind: 'preference' }), id: 'OPEN' };
    const decision = evaluate([party, open], {}, makeFacts(), [], MONDAY);
    expect(decision).toMatchObject({ verdict: 'deny', nextAllowedAt: '2026-11-23T17:00:00.000Z' });
  });

  it('waits for the first pack to begin', () => {
    const later = pack({ kind: 'preference' }, { effectiveFrom: '2026-11-30' });
    expect(decide(later)).toMatchObject({
      deniedBy: 'engine.profile',
      nextAllowedAt: '2026-11-29T17:00:00.000Z',
    });
  });

  it('does not take the base for law: a country without any is closed', () => {
    const base = pack({ kind: 'preference' }, { id: 'SANTUN.BASE' });
    expect(decide(base)).toMatchObject({ deniedBy: 'engine.profile', nextAllowedAt: null });
  });
});

describe('hold', () => {
  it('of every kind, those of tomorrow included', () => {
    const every = pack({ kind: 'hold', on: ['*'] });
    expect(decide(every, { facts: { holds: [{ kind: 'never_seen' }] } }).verdict).toBe('deny');
    const cease = pack({ kind: 'hold', on: ['cease'] });
    expect(decide(cease, { facts: { holds: [{ kind: 'never_seen' }] } }).verdict).toBe('allow');
  });

  it('tells since when, until when, and on what', () => {
    const holds = [
      {
        kind: 'dispute',
        id: 'H1',
        debt: 'D1',
        from: '2026-11-01T00:00:00.000Z',
        to: '2026-11-25T00:00:00.000Z',
      },
      { kind: 'dispute', id: 'H2', startsOn: '2026-11-20', days: 7 },
      { kind: 'dispute', id: 'H3', debt: 'D2' },
    ];
    const decision = decide(pack({ kind: 'hold', on: ['dispute'] }), { facts: { holds } });
    expect(inputs(decision)).toEqual({
      hold: 'dispute',
      holdIds: ['H1', 'H2'],
      scope: 'debt',
      since: '2026-11-01T00:00:00.000Z',
      // 27 November in Jakarta: both have ended
      until: '2026-11-26T17:00:00.000Z',
    });
    expect(decision.nextAllowedAt).toBe('2026-11-26T17:00:00.000Z');
  });
});

describe('counts', () => {
  const at = (hour: string, id: string) => makeContact(`2026-11-${hour}:00.000Z`, { id });
  const cap = pack({
    kind: 'cap',
    scope: ['person'],
    count: 'attempt',
    max: 2,
    period: { localDays: 2 },
  });

  it('tell how many of how many, which, and when one leaves', () => {
    const events = [at('22T20:00', 'C'), at('21T12:00', 'A'), at('21T20:00', 'B')];
    const decision = decide(cap, { events });
    expect(inputs(decision)).toEqual({
      counted: 2,
      max: 2,
      period: '2 local days',
      count: 'attempt',
      scope: ['person'],
      // 21 November 20:00Z is the 22nd in Jakarta
      eventIds: ['B', 'C'],
      freesAt: '2026-11-23T17:00:00.000Z',
    });
    expect(decision.nextAllowedAt).toBe('2026-11-23T17:00:00.000Z');
  });

  it('free when as many have left as are over', () => {
    const events = [at('22T01:00', 'A'), at('22T02:00', 'B'), at('23T01:00', 'C')];
    expect(inputs(decide(cap, { events }))).toMatchObject({
      counted: 3,
      freesAt: '2026-11-23T17:00:00.000Z',
    });
    const hours = { ...cap, rules: [{ ...cap.rules[0]!, period: { hours: 48 } } as Rule] };
    expect(inputs(decide(hours, { events }))).toMatchObject({
      counted: 3,
      period: '48 hours',
      freesAt: '2026-11-24T02:00:00.000Z',
    });
  });

  it('do not hold what happens at the instant itself', () => {
    const events = [at('22T20:00', 'A'), makeContact(MONDAY, { id: 'B' })];
    expect(decide(cap, { events }).verdict).toBe('allow');
    expect(decide(cap, { events, at: '2026-11-23T03:00:00.001Z' }).verdict).toBe('deny');
  });

  it('of none at all deny for good', () => {
    const none = { ...cap, rules: [{ ...cap.rules[0]!, max: 0 } as Rule] };
    expect(decide(none)).toMatchObject({ verdict: 'deny', nextAllowedAt: null });
  });

  it('of a purpose count only events of that purpose', () => {
    const locate = pack({
      kind: 'cap',
      scope: ['number'],
      count: 'attempt',
      max: 1,
      period: { localDays: 36_500 },
      when: { purpose: ['locate'] },
      eventWhen: { purpose: ['locate'] },
    });
    const facts = { purpose: 'locate' } as const;
    const collected = makeContact('2020-03-01T03:00:00Z');
    expect(decide(locate, { facts, events: [collected] }).verdict).toBe('allow');
    const located = { ...collected, ...facts };
    expect(decide(locate, { facts, events: [located] }).verdict).toBe('deny');
    expect(decide(locate, { events: [located] }).verdict).toBe('allow');
  });

  it('within a gap name the last call and its end', () => {
    const gap = pack({ kind: 'gap', scope: ['person'], minutes: 120 });
    const decision = decide(gap, { events: [at('23T02:15', 'A'), at('22T02:15', 'B')] });
    expect(inputs(decision)).toEqual({
      minutes: 120,
      scope: ['person'],
      eventIds: ['A'],
      lastAt: '2026-11-23T02:15:00.000Z',
      endsAt: '2026-11-23T04:15:00.000Z',
    });
  });
});

describe('days past due that are not known', () => {
  const facts = { debt: { id: 'D1', kind: 'loan' } };

  it.each([
    ['are beyond a limit', pack({ kind: 'dpd', max: 90 }), 'deny'],
    ['are before a beginning', pack({ kind: 'minDpd', min: 11 }), 'deny'],
    ['lift no hours', pack({ kind: 'window', windows: [], exemptWhen: { dpdOver: 1 } }), 'deny'],
  ])('%s', (_title, rules, verdict) => {
    expect(decide(rules, { facts }).verdict).toBe(verdict);
  });
});

describe('until the ringing ends', () => {
  const every = [1, 2, 3, 4, 5, 6, 7];
  const window = pack({ kind: 'window', windows: [{ days: every, from: '08:00', to: '20:00' }] });
  const guardMs = 35_000;

  it.each([
    ['35 s before the end is too late', '2026-11-23T12:59:25.000Z', 'deny', null],
    ['a moment earlier is not', '2026-11-23T12:59:24.999Z', 'allow', '2026-11-23T12:59:25.000Z'],
    ['long before, the permit lives 30 s', MONDAY, 'allow', '2026-11-23T03:00:30.000Z'],
  ])('%s', (_title, at, verdict, expiresAt) => {
    expect(decide(window, { at, guardMs })).toMatchObject({ verdict, expiresAt });
  });

  it('says that it would fail then, and what the clock would show', () => {
    const decision = decide(window, { at: '2026-11-23T12:59:30.000Z', guardMs });
    expect(inputs(decision)).toEqual({
      windows: ['1,2,3,4,5,6,7 08:00-20:00'],
      localTime: 'Mon 2026-11-23 20:00:05',
      ringEnd: true,
    });
    expect(decision.localTimes).toEqual(['Mon 2026-11-23 19:59:30']);
    expect(decision.nextAllowedAt).toBe('2026-11-24T01:00:00.000Z');
  });

  it('does not open early for a ringing that would end inside', () => {
    expect(decide(window, { at: '2026-11-23T00:59:59.000Z', guardMs }).verdict).toBe('deny');
  });

  it('looks at holds that begin meanwhile, and not at counts', () => {
    const holds = [{ kind: 'cease', from: '2026-11-23T03:00:20.000Z' }];
    const hold = pack({ kind: 'hold', on: ['*'] });
    expect(decide(hold, { facts: { holds }, guardMs }).verdict).toBe('deny');
    expect(decide(hold, { facts: { holds } })).toMatchObject({
      verdict: 'allow',
      expiresAt: '2026-11-23T03:00:20.000Z',
    });
    const gap = pack({ kind: 'gap', scope: ['person'], minutes: 5 });
    const events = [makeContact('2026-11-23T03:00:10.000Z')];
    expect(decide(gap, { events, guardMs }).verdict).toBe('allow');
    // it counts from the millisecond after it
    expect(decide(gap, { events }).expiresAt).toBe('2026-11-23T03:00:10.001Z');
  });
});

describe('verdicts', () => {
  it('names the agent-reserving rule, keeps the permit and finds when any call may go', () => {
    const redial = pack({
      kind: 'redial',
      after: ['abandoned'],
      scope: ['number'],
      period: { hours: 72 },
      effect: 'agent_reserved',
    });
    const events = [makeContact('2026-11-23T01:00:00.000Z', { outcome: 'abandoned' })];
    expect(decide(redial, { events })).toMatchObject({
      verdict: 'agent_reserved',
      deniedBy: 'rule',
      nextAllowedAt: '2026-11-26T01:00:00.000Z',
      expiresAt: '2026-11-23T03:00:30.000Z',
    });
  });

  it('are not taken on an instant of no known offset', () => {
    expect(() => decide(pack({ kind: 'preference' }), { at: '2026-11-23T03:00:00' })).toThrow(
      new RangeError('2026-11-23T03:00:00 is not an instant'),
    );
  });

  it('never cut a talk', () => {
    const windows = [{ days: [1], from: '08:00', to: '20:00' }];
    const window = pack({ kind: 'window', windows });
    const talk = (at: string) => inCall([window], makeFacts(), {}, at);
    expect(talk('2026-11-23T12:59:59.999Z')).toBe('continue');
    expect(talk('2026-11-23T13:00:00.000Z')).toBe('wrap_up');
    const office = pack({ kind: 'window', windows, when: { place: ['work'] } });
    expect(inCall([office], makeFacts(), {}, '2026-11-23T13:00:00.000Z')).toBe('continue');
  });
});

describe('wait', () => {
  it('never passes on a fact that is no date', () => {
    const facts = { debt: { id: 'D1', kind: 'loan', noticeMailedOn: 'soon' } };
    const decision = decide(pack({ kind: 'wait', fact: 'noticeMailedOn', days: 7 }), { facts });
    expect(decision).toMatchObject({ verdict: 'deny', nextAllowedAt: null });
    expect(inputs(decision)).toMatchObject({ factDate: null, endsOn: null });
  });
});
