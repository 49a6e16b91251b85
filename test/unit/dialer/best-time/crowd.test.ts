import fc from 'fast-check';
import { chooseMoment, type MomentQuestion } from '../../../../dialer/best-time/choose-moment';
import { capacityOf, crowding, crowdingOf } from '../../../../dialer/best-time/crowd';
import { at, dials, HOURS, learnAll, MONDAY, person, slots, taughtPortfolio } from './arbitraries';

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

describe('hours without room', () => {
  const share = (hour: number, perCent: number): number[] =>
    slots(7).map((slot) => (slot % 1440 === hour * 60 ? perCent : 0));

  it('change nothing while there is room', () => {
    fc.assert(
      fc.property(dials, fc.integer({ min: 1, max: 7 }), (list, left) => {
        const models = learnAll(list, evening);
        const asked = question({
          groups: models,
          person: person(models),
          budget: { left, resetsAt: at(7, 0) },
        });
        const none = slots(7).map(() => crowding(9, 10));
        expect(crowdingOf(none)).toEqual([]);
        expect(chooseMoment({ ...asked, crowded: none })).toEqual(chooseMoment(asked));
      }),
      { numRuns: 30 },
    );
  });

  it('send elsewhere whom another hour suits nearly as well, and keep those whom none does', () => {
    expect(chosen({ crowded: share(18, 20) })).toBe(at(0, 18));
    const late = taughtPortfolio((hour) => (hour === 18 ? 0.2 : hour === 11 ? 0.18 : 0.05));
    const asked = { groups: late, person: person(late) };
    expect(chosen(asked)).toBe(at(0, 18));
    const crowded = chooseMoment(question({ ...asked, crowded: share(18, 40) }));
    expect(crowded?.at).toBe(at(0, 11));
    const full = chooseMoment(question({ ...asked, slots: [at(0, 18)], crowded: [40] }));
    expect(full?.parts.crowd).toBeLessThan(0);
    const sum = Object.values(full?.parts ?? {}).reduce((total, part) => total + part, 0);
    expect(sum).toBeCloseTo(full?.score ?? NaN, 10);
  });

  it('are those for which more is planned than agents place', () => {
    expect(crowding(99, 100)).toBe(0);
    expect(crowding(199, 100)).toBe(50);
    expect(crowding(5, 0)).toBe(100);
    expect(crowding(1_000_000, null)).toBe(0);
    expect(crowdingOf([0, 30, 0, 0])).toEqual([0, 30]);
  });

  it('have the agents that were there at this hour on such days, times what one places', () => {
    const hour = 3_600_000;
    // Monday 2026-11-23 00:00 UTC
    const monday = 20_780 * 24 * hour;
    const seen = [
      { hourMs: monday + 3 * hour, agents: 10 },
      { hourMs: monday + 27 * hour, agents: 20 },
      { hourMs: monday + 12 * hour, agents: 0 },
      { hourMs: monday + (5 * 24 + 3) * hour, agents: 3 },
    ];
    const capacity = capacityOf(seen, 120);
    expect(capacity(monday + 51 * hour)).toBe(450);
    expect(capacity(monday + (12 * 24 + 3) * hour)).toBe(90);
    expect(capacity(monday + 36 * hour)).toBe(0);
    // nobody looked at four o'clock yet: as many as there are when there are any
    expect(capacity(monday + 4 * hour)).toBe(330);
    expect(capacityOf(seen, null)(monday)).toBeNull();
    expect(capacityOf([{ hourMs: monday, agents: 0 }], 120)(monday)).toBeNull();
  });
});
