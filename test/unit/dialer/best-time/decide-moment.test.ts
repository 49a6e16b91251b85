import fc from 'fast-check';
import { attemptBudget } from '../../../../dialer/best-time/attempt-budget';
import { chooseMoment, type MomentQuestion } from '../../../../dialer/best-time/choose-moment';
import { chanceNow, decideMoment } from '../../../../dialer/best-time/decide-moment';
import { binsAt } from '../../../../dialer/best-time/moment-score';
import { observe } from '../../../../dialer/best-time/observe';
import {
  at,
  dials,
  HOURS,
  learnAll,
  MONDAY,
  NEW_MODELS,
  person,
  slots,
  taughtPortfolio,
} from './arbitraries';

const FREE = { objects: false, inControl: false };
const CAPS = { perDay: 3, perWeek: 7, gapMinutes: 120 };
const evening = taughtPortfolio((hour) => (hour === 18 ? 0.4 : 0.05));

const question = (over: Partial<MomentQuestion> = {}): MomentQuestion => ({
  groups: evening,
  person: person(evening),
  now: MONDAY,
  slots: slots(7),
  hours: HOURS,
  budget: { left: 1, resetsAt: at(7, 0) },
  ...over,
});
const chosen = (over: Partial<MomentQuestion> = {}): number | null =>
  chooseMoment(question(over))?.at ?? null;

describe('when the next attempt should be', () => {
  it('spends the only attempt left in the best hour', () => {
    expect(chosen()).toBe(at(0, 18));
  });

  it('does not wait for a better hour behind the reset of the cap', () => {
    const budget = { ...question().budget, resetsAt: at(0, 18) };
    expect(chosen({ budget, slots: slots(1) })).toBeLessThan(at(0, 18));
  });

  it('is earlier, or the same, with more attempts to spend', () => {
    fc.assert(
      fc.property(dials, fc.integer({ min: 1, max: 12 }), (list, left) => {
        const models = learnAll(list, evening);
        const with_ = (attempts: number) =>
          chosen({
            groups: models,
            person: person(models),
            budget: { ...question().budget, left: attempts },
          }) ?? Infinity;
        expect(with_(left + 1)).toBeLessThanOrEqual(with_(left));
      }),
      { numRuns: 50 },
    );
  });

  it('is one of the lawful moments, whoever it is', () => {
    const lawful = fc.uniqueArray(fc.constantFrom(...slots(14)), { maxLength: 30 });
    const standing = fc.record({ objects: fc.boolean(), inControl: fc.boolean() });
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(dials, lawful, standing, draw, (list, some, who, lot) => {
        const models = learnAll(list, evening);
        const open = some.sort((a, b) => a - b);
        const asked = question({ groups: models, person: person(models), slots: open });
        const decided = decideMoment(asked, who, lot);
        if (open.length === 0) expect(decided.at).toBeNull();
        else expect(open).toContain(decided.at);
        // the same again: nothing but the values decides
        expect(decideMoment(asked, who, lot)).toEqual(decided);
      }),
      { numRuns: 100 },
    );
  });

  it('is the first lawful one, and says so, without data', () => {
    const new_ = question({ groups: NEW_MODELS, person: person(NEW_MODELS) });
    expect(decideMoment(new_, FREE, 0)).toEqual({ basis: 'no_data', at: at(0, 8), score: null });
  });

  it('is the first lawful one for who objects to profiling, in the control group too', () => {
    const objects = { objects: true, inControl: true };
    expect(decideMoment(question(), objects, 0.9)).toEqual({
      basis: 'objection',
      at: at(0, 8),
      score: null,
    });
  });

  it('is the first one for the control group too, where no cap makes anybody wait', () => {
    const control = { objects: false, inControl: true };
    const budget = { left: 100_000, resetsAt: null };
    expect(decideMoment(question({ budget }), control, 0.9).at).toBe(at(0, 8));
    expect(chosen({ budget })).toBe(at(0, 8));
  });

  it('is any of the lawful hours ahead for the control group', () => {
    const control = { objects: false, inControl: true };
    const seen = new Set<number | null>();
    for (let draw = 0; draw < 1; draw += 0.01) seen.add(decideMoment(question(), control, draw).at);
    expect([...seen]).toEqual(slots(2));
  });

  it('moves away from an hour that was in vain', () => {
    const flat = taughtPortfolio();
    const first = chosen({ groups: flat, person: person(flat) }) ?? NaN;
    const seen = {
      at: first,
      kind: 'nobody',
      number: 0,
      bins: binsAt(person(flat), first),
    } as const;
    const after = observe(flat, seen);
    const next = chosen({
      groups: after,
      person: person(after),
      now: first,
      slots: slots(7, first + 120),
    });
    const apart = Math.abs(((next ?? NaN) % 1440) - (first % 1440));
    expect(apart).toBeGreaterThan(60);
  });
});

describe('the chance now', () => {
  it('ranks the good hour above the bad one, and people outside the model as ordinary', () => {
    const now = (hour: number) =>
      chanceNow(evening, person(evening), at(0, hour), { ...FREE, hours: HOURS });
    expect(now(18).chance).toBeGreaterThan(now(10).chance);
    expect(now(18).standing).toBeGreaterThan(now(10).standing);
    const control = { objects: false, inControl: true, hours: HOURS };
    expect(chanceNow(evening, person(evening), at(0, 18), control)).toMatchObject({
      basis: 'control',
      standing: 0.5,
      score: null,
    });
  });

  it('stands between 0 and 1', () => {
    fc.assert(
      fc.property(dials, fc.integer({ min: 0, max: 10_000 }), (list, later) => {
        const models = learnAll(list, evening);
        const { standing } = chanceNow(models, person(models), MONDAY + later, {
          ...FREE,
          hours: HOURS,
        });
        expect(standing).toBeGreaterThanOrEqual(0);
        expect(standing).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });
});

describe('what the person said, and what was in vain', () => {
  const noon = [{ days: [1, 2, 3, 4, 5, 6], from: '12:00', to: '14:00' }];
  const basis = (standing: typeof FREE, groups = evening): number | null =>
    decideMoment(question({ groups, person: person(groups, { preferred: noon }) }), standing, 0).at;

  it('reserves the first moment of a time that the person asked for, whatever is planned for it', () => {
    const asked = { person: person(evening, { preferred: noon }) };
    const full = slots(7).map(() => 90);
    expect(chosen({ ...asked, crowded: full })).toBe(at(0, 12));
    expect(chooseMoment(question({ ...asked, crowded: full }))?.parts.crowd).toBe(0);
    expect(chosen({ ...asked, slots: slots(7, at(0, 13)) })).toBe(at(0, 13));
    expect(chosen({ ...asked, slots: slots(7, at(0, 14)) })).toBe(at(1, 12));
  });

  it('honours it without data and without a profile; the control group alone is drawn', () => {
    expect(basis(FREE, NEW_MODELS)).toBe(at(0, 12));
    expect(basis({ objects: true, inControl: false })).toBe(at(0, 12));
    expect(basis({ objects: false, inControl: true })).toBe(at(0, 8));
  });

  it('puts nobody before them within it', () => {
    const within = (hour: number) =>
      chanceNow(evening, person(evening, { preferred: noon }), at(0, hour), {
        ...FREE,
        hours: HOURS,
      }).standing;
    expect(within(12)).toBe(1);
    expect(within(15)).toBeLessThan(1);
  });

  it('leaves an unanswered hour alone for three days, with those beside it', () => {
    fc.assert(
      fc.property(dials, fc.constantFrom(...HOURS), (list, hour) => {
        const models = learnAll(list, evening);
        const then = at(0, hour);
        const bins = binsAt(person(models), then);
        const after = observe(models, { at: then, kind: 'nobody', number: 0, bins });
        for (const left of [1, 7]) {
          const decided = decideMoment(
            question({
              groups: after,
              person: person(after),
              now: then,
              slots: slots(6, then + 120),
              budget: { left, resetsAt: at(6, 0) },
            }),
            FREE,
            0,
          );
          const apart = Math.abs(((decided.at ?? NaN) % 1440) - (then % 1440));
          if ((decided.at ?? NaN) <= then + 3 * 1440) expect(apart).toBeGreaterThan(60);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('takes it all the same when the law opens no other', () => {
    const then = at(0, 9);
    const bins = binsAt(person(evening), then);
    const after = observe(evening, { at: then, kind: 'nobody', number: 0, bins });
    const asked = { groups: after, person: person(after), now: then };
    expect(chosen({ ...asked, slots: [at(1, 9), at(1, 10)] })).not.toBeNull();
  });
});

describe('a stranger', () => {
  it('does not wait for an hour that only others have shown', () => {
    const decided = decideMoment(question(), FREE, 0);
    expect(decided).toMatchObject({ basis: 'model', at: at(0, 8) });
    expect(decided.score?.at).toBe(at(0, 8));
    const payday = {
      cycle: { kind: 'monthly', dayOfMonth: 25 },
      source: 'stated',
      confidence: 1,
      seen: 0,
      of: 0,
      fundsLastDays: 3,
    } as const;
    const known = question({ person: person(evening, { payday }) });
    expect(decideMoment(known, FREE, 0).at).not.toBe(at(0, 8));
  });
});

describe('what the caps leave', () => {
  const vain = (when: number) => ({ at: when, kind: 'nobody', expected: 0.1, number: 0 }) as const;

  it('is all of it for somebody new', () => {
    expect(attemptBudget({ attempts: [] }, CAPS, at(0, 9))).toEqual({
      freeFrom: at(0, 9),
      budget: { left: 7, resetsAt: at(7, 9) },
    });
  });

  it('waits for the gap, the day and the week', () => {
    const attempts = [vain(at(0, 8)), vain(at(0, 11)), vain(at(0, 14))];
    expect(attemptBudget({ attempts: attempts.slice(0, 1) }, CAPS, at(0, 9)).freeFrom).toBe(
      at(0, 10),
    );
    expect(attemptBudget({ attempts }, CAPS, at(0, 17)).freeFrom).toBe(at(1, 0));
    const week = [...attempts, ...[1, 2, 3, 4].map((day) => vain(at(day, 9)))];
    expect(attemptBudget({ attempts: week }, CAPS, at(4, 12))).toMatchObject({
      freeFrom: at(7, 8),
      budget: { left: 1, resetsAt: at(8, 0) },
    });
  });

  it('is what the day leaves where no week counts, and where the day is nearly spent', () => {
    const daily = { ...CAPS, perWeek: null };
    const attempts = [vain(at(0, 8))];
    expect(attemptBudget({ attempts }, daily, at(0, 12)).budget).toEqual({
      left: 2,
      resetsAt: at(1, 0),
    });
    expect(
      attemptBudget({ attempts }, { ...CAPS, perDay: 2, perWeek: 20 }, at(0, 12)).budget,
    ).toEqual({ left: 1, resetsAt: at(1, 0) });
  });

  it('is never beyond a cap', () => {
    const minutes = fc.array(fc.integer({ min: 0, max: 15_000 }), { maxLength: 20 });
    fc.assert(
      fc.property(minutes, (list) => {
        const attempts = list.sort((a, b) => a - b).map((minute) => vain(MONDAY + minute));
        const from = MONDAY + 15_000;
        const { freeFrom, budget } = attemptBudget({ attempts }, CAPS, from);
        const inWeek = attempts.filter(({ at: when }) => when > freeFrom - 7 * 1440).length;
        expect(freeFrom).toBeGreaterThanOrEqual(from);
        expect(inWeek).toBeLessThan(CAPS.perWeek);
        expect(budget.left).toBeGreaterThanOrEqual(1);
        expect(budget.left).toBeLessThanOrEqual(CAPS.perWeek - inWeek);
        expect(budget.resetsAt).toBeGreaterThan(freeFrom);
      }),
    );
  });
});
