import fc from 'fast-check';
import {
  cellEffect,
  cellOf,
  expectedChance,
  factorEffect,
  portfolioChance,
} from '../../../../dialer/best-time/group-model';
import {
  binsAt,
  momentScorer,
  personLevel,
  SCORE_PARTS,
} from '../../../../dialer/best-time/moment-score';
import { observe } from '../../../../dialer/best-time/observe';
import { GROUP_BYTES, packGroup, unpackGroup } from '../../../../dialer/best-time/pack-group';
import {
  at,
  dials,
  HOURS,
  learnAll,
  MONDAY,
  NEW_MODELS,
  person,
  taughtPortfolio,
} from './arbitraries';

const moment = fc.integer({ min: MONDAY, max: MONDAY + 20_000 });

describe('what portfolio and segment learn', () => {
  it('is the same to the last bit after packing', () => {
    fc.assert(
      fc.property(dials, (list) => {
        const { portfolio, segment } = learnAll(list);
        for (const group of [portfolio, segment]) {
          const bytes = packGroup(group);
          expect(bytes.length).toBe(GROUP_BYTES);
          expect(unpackGroup(bytes)).toEqual(group);
        }
      }),
      { numRuns: 30 },
    );
    expect(() => unpackGroup(new Uint8Array(7))).toThrow('not a packed group');
  });

  it('gives chances, whatever it saw', () => {
    fc.assert(
      fc.property(dials, moment, (list, when) => {
        const models = learnAll(list);
        const chance = expectedChance(models, when, binsAt(person(models), when));
        expect(chance).toBeGreaterThan(0);
        expect(chance).toBeLessThan(1);
      }),
      { numRuns: 50 },
    );
  });

  it('finds the rate and the good hours of a portfolio', () => {
    const models = taughtPortfolio((hour) => (hour === 18 ? 0.3 : 0.05));
    expect(portfolioChance(models.portfolio)).toBeCloseTo(0.07, 1);
    const effect = (hour: number): number => cellEffect(models, cellOf(at(0, hour)));
    expect(effect(18)).toBeGreaterThan(1.8);
    expect(effect(10)).toBeLessThan(1);
    // nobody was ever dialed then
    expect(effect(3)).toBe(1);
  });

  it('forgets: what is old weighs less than what is new', () => {
    const seen = { kind: 'right_party', number: 0 } as const;
    const bins = binsAt(person(NEW_MODELS), MONDAY);
    const old = observe(NEW_MODELS, { ...seen, at: MONDAY - 200 * 1440, bins });
    const both = observe(old, { ...seen, at: MONDAY, bins });
    expect(both.portfolio.contacts).toBeGreaterThan(1.05);
    expect(both.portfolio.contacts).toBeLessThan(1.15);
  });

  it('learns what tires people: a second dial of a day that brings nobody', () => {
    let models = taughtPortfolio();
    const before = factorEffect(models, 'today', 1);
    for (let dial = 0; dial < 100; dial++) {
      const bins = { ...binsAt(person(NEW_MODELS), at(0, 10)), today: 1 };
      models = observe(models, { at: at(0, 10), kind: 'nobody', number: 0, bins });
    }
    expect(factorEffect(models, 'today', 1)).toBeLessThan(before * 0.6);
    expect(factorEffect(models, 'today', 0)).toBeCloseTo(
      factorEffect(taughtPortfolio(), 'today', 0),
    );
  });
});

describe('the score of a moment', () => {
  it('is the sum of its parts', () => {
    fc.assert(
      fc.property(dials, moment, (list, when) => {
        const models = learnAll(list);
        const { score, parts } = momentScorer(models, person(models), MONDAY, HOURS)(when);
        const sum = SCORE_PARTS.reduce((total, part) => total + parts[part], 0);
        expect(sum).toBeCloseTo(score, 12);
      }),
      { numRuns: 50 },
    );
  });

  it('rises with a contact and falls with a dial in vain', () => {
    fc.assert(
      fc.property(dials, moment, (list, when) => {
        const models = learnAll(list);
        const after = (kind: 'right_party' | 'nobody'): number => {
          const seen = {
            at: MONDAY - 1,
            kind,
            number: 0,
            bins: binsAt(person(models), MONDAY - 1),
          };
          return personLevel(observe(models, seen).person, when);
        };
        const before = personLevel(models.person, when);
        expect(after('nobody')).toBeLessThan(before);
        // one of 64 is forgotten for it, and may have been a contact too; who answers far more often
        // than is expected of them has shown nothing new by one more contact in a good hour
        if (list.length < 60 && before <= 1) {
          expect(after('right_party')).toBeGreaterThan(before);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('prefers the hour at which this person answered, and those near it', () => {
    let models = taughtPortfolio();
    for (const [day, hour, kind] of [
      [-20, 10, 'right_party'],
      [-17, 15, 'nobody'],
      [-13, 10, 'right_party'],
      [-10, 15, 'nobody'],
      [-6, 10, 'right_party'],
    ] as const) {
      const when = at(day, hour);
      const bins = binsAt(person(models), when);
      models = observe(models, { at: when, kind, number: 0, bins });
    }
    const chance = (hour: number): number =>
      momentScorer(models, person(models), MONDAY, HOURS)(at(1, hour)).chance;
    expect(chance(10)).toBeGreaterThan(chance(15) * 1.5);
    expect(chance(11)).toBeGreaterThan(chance(15));
    expect(chance(10)).toBeGreaterThan(chance(11));
  });

  it('honours a wish', () => {
    const models = taughtPortfolio();
    const preferred = [{ days: [2], from: '13:00', to: '15:00' }];
    const wished = momentScorer(models, person(models, { preferred }), MONDAY, HOURS);
    expect(wished(at(1, 14)).parts.wish).toBeGreaterThan(0);
    expect(wished(at(1, 15)).parts.wish).toBeLessThan(0);
    expect(wished(at(2, 14)).parts.wish).toBeLessThan(0);
  });
});
