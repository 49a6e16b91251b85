import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { relationOf, type RelationFacts } from '../../../../src/domain/relation';
import { isSurveyed } from '../../../../src/domain/survey-draw';

const NONE: RelationFacts = {
  payments: 0,
  promisesKept: 0,
  promisesBroken: 0,
  contacts: 0,
  useful: 0,
  refusals: 0,
  complaints: 0,
};
const count = fc.integer({ min: 0, max: 50 });
const facts: fc.Arbitrary<RelationFacts> = fc.record({
  payments: count,
  promisesKept: count,
  promisesBroken: count,
  contacts: count,
  useful: count,
  refusals: count,
  complaints: count,
});

describe('K20: how the relation stands', () => {
  it('begins in the middle, without a point', () => {
    expect(relationOf(NONE)).toEqual({ score: 50, track: 'standard', points: [] });
  });

  it('is the sum of its visible points, within 0 and 100', () => {
    fc.assert(
      fc.property(facts, (known) => {
        const { score, points } = relationOf(known);
        const sum = points.reduce((total, part) => total + part.points, 50);
        expect(score).toBe(Math.min(100, Math.max(0, sum)));
        for (const { said } of points) expect(said.id && said.en).toBeTruthy();
      }),
    );
  });

  it('gets no better by contacts of ours that led to nothing, and no worse by a payment', () => {
    fc.assert(
      fc.property(facts, (known) => {
        const { score } = relationOf(known);
        const more = relationOf({ ...known, contacts: known.contacts + 1 });
        expect(more.score).toBeLessThanOrEqual(score);
        const paid = relationOf({ ...known, payments: known.payments + 1 });
        expect(paid.score).toBeGreaterThanOrEqual(score);
      }),
    );
  });

  it('is soft for nobody who never paid', () => {
    fc.assert(
      fc.property(facts, (known) => {
        expect(relationOf({ ...known, payments: 0 }).track).toBe('standard');
      }),
    );
    expect(relationOf({ ...NONE, payments: 3 }).track).toBe('soft');
  });
});

describe('K20: the question after a talk', () => {
  it('follows one in twenty, the same ones whenever it is asked', () => {
    const ids = Array.from({ length: 20_000 }, () => randomUUID());
    const drawn = ids.filter((id) => isSurveyed(id, 5));
    expect(drawn.length / ids.length).toBeGreaterThan(0.04);
    expect(drawn.length / ids.length).toBeLessThan(0.06);
    expect(ids.filter((id) => isSurveyed(id, 5))).toEqual(drawn);
    // whoever is asked at 5 % is asked at 10 % too
    expect(drawn.every((id) => isSurveyed(id, 10))).toBe(true);
    expect(isSurveyed(ids[0] ?? '', 0)).toBe(false);
  });
});
