import fc from 'fast-check';
import type { Calendar, CalendarDay, DayType } from '../../dialer/compliance/calendar';
import type { Rule, RuleBase, RulePack, RulePeriod } from '../../dialer/compliance/rule-pack';
import type {
  CallConsent,
  CallFacts,
  CallHold,
  ContactEvent,
  LocalWindow,
} from '../../src/domain/call-facts';
import { makeFacts } from './call-facts';
import type { ReferenceInput } from './reference-evaluator';

/**
 * Packs, facts and ledgers of every kind, small enough to collide: all within a few weeks, so that
 * counts are reached, windows meet holidays and clocks change.
 */
const DAY_MS = 86_400_000;

/** Zones that disagree: none with DST, at midnight, by half an hour, twice an hour at night. */
export const ZONES = [
  'Asia/Jakarta',
  'Asia/Jayapura',
  'America/New_York',
  'America/Santiago',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Atlantic/Azores',
];

/** Weeks around changes of the clock in one or more of the zones, and a change of year. */
const CENTRES = ['2026-03-08', '2026-04-05', '2026-10-25', '2026-11-01', '2026-12-31'].map((date) =>
  Date.parse(`${date}T00:00:00Z`),
);

export const instantMs: fc.Arbitrary<number> = fc
  .tuple(
    fc.constantFrom(...CENTRES),
    fc.integer({ min: -5 * 1440, max: 5 * 1440 }),
    fc.integer({ min: 0, max: 119 }),
  )
  .map(([centre, minutes, halves]) => centre + minutes * 60_000 + (halves < 90 ? 0 : halves * 500));

const text = (ms: number): string => new Date(ms).toISOString();
const date = (ms: number): string => text(ms).slice(0, 10);

/** Instants before and a little after another. */
const near = (ms: number): fc.Arbitrary<string> =>
  fc.integer({ min: -9 * 1440, max: 2 * 1440 }).map((minutes) => text(ms + minutes * 60_000));
const dateNear = (ms: number): fc.Arbitrary<string> =>
  fc.integer({ min: -9, max: 3 }).map((days) => date(ms + days * DAY_MS));

const clock = fc.constantFrom(
  '00:00',
  '00:30',
  '01:30',
  '02:15',
  '03:00',
  '08:00',
  '12:00',
  '19:59',
  '21:00',
  '23:30',
);
const days = fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 3 });
export const localWindow: fc.Arbitrary<LocalWindow> = fc
  .record({ days, from: clock, to: fc.oneof(clock, fc.constant('24:00')) })
  .filter(({ from, to }) => from !== to);
const windows = fc.array(localWindow, { minLength: 1, maxLength: 3 });

const period: fc.Arbitrary<RulePeriod> = fc.oneof(
  fc.constantFrom(1, 2, 7).map((localDays) => ({ localDays })),
  fc.constantFrom(1, 24, 72).map((hours) => ({ hours })),
);
const scope = fc.subarray(['person', 'debt', 'number', 'creditor'] as const, { minLength: 1 });
const outcome = fc.constantFrom(
  'no_answer',
  'busy',
  'conversation',
  'abandoned',
  'reserved' as const,
);
const outcomes = fc.uniqueArray(outcome, { minLength: 1, maxLength: 3 });
const maybe = <T>(value: T): fc.Arbitrary<T | undefined> =>
  fc.option(fc.constant(value), { nil: undefined });

const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** Leaves out members that are undefined. */
function compact<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined),
  ) as never;
}

type Body = Rule extends infer One ? (One extends Rule ? Omit<One, keyof RuleBase> : never) : never;

function body(ms: number): fc.Arbitrary<Body> {
  return fc.oneof<fc.Arbitrary<Body>[]>(
    windows.map((all) => ({ kind: 'window', windows: all })),
    fc.record({
      kind: fc.constant('window' as const),
      windows,
      exemptWhen: fc.constant({ dpdOver: 29 }),
    }),
    fc.record({
      kind: fc.constant('blackout' as const),
      dateFrom: dateNear(ms),
      dateTo: dateNear(ms),
      windows,
    }),
    fc.constant({
      kind: 'holiday' as const,
      calendar: 'C',
      types: ['national', 'regional'] as DayType[],
    }),
    fc.constant({ kind: 'preference' as const }),
    fc.constantFrom(['cease'], ['dispute'], ['*']).map((on) => ({ kind: 'hold' as const, on })),
    fc.constant({ kind: 'party' as const, deny: ['spouse' as const] }),
    fc.constantFrom(29, 30).map((max) => ({ kind: 'dpd' as const, max })),
    fc.constantFrom(30, 31).map((min) => ({ kind: 'minDpd' as const, min })),
    fc
      .constantFrom(0, 3)
      .map((wait) => ({ kind: 'wait' as const, fact: 'noticeMailedOn', days: wait })),
    fc
      .record({
        kind: fc.constant('cap' as const),
        scope,
        count: fc.oneof(fc.constant('attempt' as const), outcomes),
        excludeOutcomes: fc.constantFrom([], ['busy' as const]),
        max: fc.integer({ min: 1, max: 3 }),
        period,
        blockFor: fc.option(period, { nil: undefined }),
      })
      .map(compact),
    fc.record({ kind: fc.constant('cooloff' as const), scope, outcomes, period }),
    fc.record({ kind: fc.constant('gap' as const), scope, minutes: fc.constantFrom(1, 120, 3000) }),
    fc.record({ kind: fc.constant('redial' as const), after: outcomes, scope, period }),
    fc.constant({ kind: 'abandonment' as const, maxPct: 3 }),
  );
}

export function rulePack(ms: number): fc.Arbitrary<RulePack> {
  const rule = fc
    .record({
      body: body(ms),
      when: rarely(
        fc.constantFrom(
          { place: ['home' as const] },
          { place: ['mobile' as const] },
          { purpose: ['locate' as const] },
        ),
      ),
      overridableBy: maybe(['time' as const]),
      exemptBy: maybe(['frequency' as const]),
      effect: rarely(fc.constant('agent_reserved' as const)),
    })
    .map(
      ({ body: own, ...rest }) =>
        compact({ ...own, ...rest, id: own.kind, force: 'law', cite: 'made up' }) as Rule,
    );
  return fc
    .record({
      id: fc.constantFrom('A', 'B', 'C', 'D'),
      rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
      effectiveFrom: fc.oneof(
        { weight: 5, arbitrary: fc.constant('2020-01-01') },
        { weight: 1, arbitrary: dateNear(ms) },
      ),
      effectiveTo: rarely(dateNear(ms + 6 * DAY_MS)),
    })
    .map(({ rules, ...rest }) => ({
      ...compact(rest),
      version: 1,
      jurisdiction: '*',
      rules: rules.map((one, index) => ({ ...one, id: `${rest.id}.${one.id}.${index}` })),
    }));
}

export function timeConsent(ms: number): fc.Arbitrary<CallConsent> {
  return fc
    .record({
      kind: fc.constant('time' as const),
      from: near(ms),
      to: near(ms + 4 * DAY_MS),
      windows,
      includesHolidays: fc.boolean(),
      revokedAt: rarely(near(ms + DAY_MS)),
    })
    .map(compact);
}
export function frequencyConsent(ms: number): fc.Arbitrary<CallConsent> {
  return fc
    .record({
      kind: fc.constant('frequency' as const),
      givenAt: near(ms),
      revokedAt: rarely(near(ms + DAY_MS)),
    })
    .map(compact);
}

export function hold(ms: number): fc.Arbitrary<CallHold> {
  const where = {
    debt: fc.constantFrom(undefined, undefined, 'D1', 'D2'),
    number: fc.constantFrom(undefined, undefined, 'N1'),
  };
  const kind = fc.constantFrom('cease', 'dispute', 'new');
  return fc.oneof(
    fc
      .record({
        kind,
        ...where,
        from: fc.option(near(ms), { nil: undefined }),
        to: fc.option(near(ms + 4 * DAY_MS), { nil: undefined, freq: 6 }),
      })
      .map(compact),
    fc
      .record({
        kind,
        ...where,
        startsOn: dateNear(ms),
        days: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined, freq: 6 }),
      })
      .map(compact),
  );
}

export function contact(ms: number): fc.Arbitrary<ContactEvent> {
  return fc
    .record({
      at: near(ms),
      outcome,
      direction: fc.constantFrom('out', 'out', 'in'),
      person: fc.constantFrom('P1', 'P1', 'P2'),
      debts: fc.constantFrom(['D1'], ['D1', 'D2'], ['D2']),
      number: fc.constantFrom('N1', 'N1', 'N2'),
      place: fc.constantFrom('mobile', 'home'),
      mode: fc.constantFrom('live', 'predictive'),
      creditor: fc.constantFrom(undefined, 'C1'),
    } as const)
    .map((event) => compact(event) as ContactEvent);
}

export function calendarDay(): fc.Arbitrary<DayType | CalendarDay> {
  return fc.constantFrom<DayType | CalendarDay>(
    'national',
    'company',
    { type: 'national', status: 'estimated' },
    { type: 'national', status: 'cancelled' },
    { type: 'regional', regions: ['ID-BA'] },
  );
}

export function calendar(ms: number): fc.Arbitrary<Calendar> {
  return fc
    .record({
      days: fc.array(fc.tuple(dateNear(ms + 4 * DAY_MS), calendarDay()), { maxLength: 5 }),
      years: fc.constantFrom([2026, 2027], [2026, 2027], [2026]),
    })
    .map((own) => ({
      id: 'C',
      revision: '1',
      years: own.years,
      entries: Object.fromEntries(own.days),
    }));
}

function callFacts(ms: number): fc.Arbitrary<CallFacts> {
  return fc
    .record({
      zones: fc.subarray(ZONES, { minLength: 1, maxLength: 3 }),
      region: fc.constantFrom(undefined, 'ID-BA', 'ID-JK'),
      target: fc.constantFrom('consumer', 'consumer', 'spouse'),
      place: fc.constantFrom('mobile', 'home'),
      purpose: fc.constantFrom(undefined, 'locate'),
      consents: fc.array(fc.oneof(timeConsent(ms), frequencyConsent(ms)), { maxLength: 2 }),
      preferences: fc.array(localWindow, { maxLength: 1 }),
      holds: fc.array(hold(ms), { maxLength: 2 }),
      campaignStats: fc.constantFrom(
        undefined,
        { abandoned: 3, liveAnswered: 100 },
        { abandoned: 31, liveAnswered: 1000 },
      ),
      dpd: fc.constantFrom(undefined, 29, 30, 30),
      noticeMailedOn: fc.option(dateNear(ms), { nil: undefined }),
    } as const)
    .map(({ dpd, noticeMailedOn, ...rest }) =>
      makeFacts({
        ...compact(rest),
        debt: compact({ id: 'D1', kind: 'loan', dpd, noticeMailedOn }),
      }),
    );
}

export interface Situation extends ReferenceInput {
  readonly atMs: number;
  readonly at: string;
}

/** A call at an instant, under one to three packs. */
export const situation: fc.Arbitrary<Situation> = instantMs.chain((atMs) =>
  fc
    .record({
      stack: fc.uniqueArray(rulePack(atMs), {
        minLength: 1,
        maxLength: 3,
        selector: ({ id }) => id,
      }),
      calendars: calendar(atMs).map((C) => ({ C })),
      facts: callFacts(atMs),
      events: fc.array(contact(atMs), { maxLength: 8 }),
    })
    .map((rest) => ({ ...rest, atMs, at: text(atMs) })),
);
