import fc from 'fast-check';
import {
  HALF_LIFE_DAYS,
  IDENTITY_MODE_BELOW,
  NOT_DIALED_BELOW,
  NUMBER_EVIDENCE,
  ownership,
  type NumberEvidence,
  type NumberEvidenceKind,
} from '../../../../src/domain/number-ownership';

const DAY_MS = 86_400_000;
const statedAt = new Date('2026-01-01T00:00:00Z');
const day = (n: number): Date => new Date(statedAt.getTime() + n * DAY_MS);
const on = (kind: NumberEvidenceKind, n: number): NumberEvidence => ({ kind, at: day(n) });
const at = (n: number, ...since: NumberEvidence[]): number =>
  ownership({ statedAt, since }, day(n));

const evidence = fc.record({
  kind: fc.constantFrom(...NUMBER_EVIDENCE),
  at: fc.integer({ min: 0, max: 200 }).map(day),
});
const evidences = fc.array(evidence, { maxLength: 8 });

describe('K19: whose number it is', () => {
  it('begins in identity mode, and is not dialed after 59 days that led to nobody', () => {
    expect(at(0)).toBe(0.5);
    expect(at(0)).toBeLessThan(IDENTITY_MODE_BELOW);
    expect(at(59)).toBeGreaterThan(NOT_DIALED_BELOW);
    expect(at(60)).toBeLessThan(NOT_DIALED_BELOW);
  });

  it('is sure after a talk with the person, and half as sure 45 days later', () => {
    const talked = on('right_party', 10);
    expect(at(10, talked)).toBeGreaterThan(0.8);
    expect(at(10 + HALF_LIFE_DAYS, talked)).toBeCloseTo(at(10, talked) / 2, 10);
    expect(at(30, talked)).toBeGreaterThan(IDENTITY_MODE_BELOW);
    expect(at(40, talked)).toBeLessThan(IDENTITY_MODE_BELOW);
    expect(at(115, talked)).toBeLessThan(NOT_DIALED_BELOW);
  });

  it('c6: is off by one "bukan saya", however sure it was', () => {
    fc.assert(
      fc.property(evidences, (before) => {
        expect(at(201, ...before, on('denied', 201))).toBeLessThan(NOT_DIALED_BELOW);
      }),
    );
  });

  it('c6: is off when it was given to somebody since the last talk, and not by what was before it', () => {
    const talked = on('right_party', 10);
    expect(at(20, talked, on('reassigned', 15))).toBeLessThan(NOT_DIALED_BELOW);
    expect(at(20, on('reassigned', 5), talked)).toBeGreaterThan(IDENTITY_MODE_BELOW);
    // before it came on file: it was given to this very person
    expect(at(0, on('reassigned', -30))).toBe(0.5);
  });

  it('is a probability; more evidence for it never lowers it, none against it raises it', () => {
    fc.assert(
      fc.property(evidences, fc.integer({ min: 0, max: 220 }), (known, n) => {
        const p = at(n, ...known);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(at(n, ...known, on('right_party', n))).toBeGreaterThanOrEqual(p);
        expect(at(n, ...known, on('denied', n))).toBeLessThanOrEqual(p);
        expect(at(n, ...known, on('reassigned', n))).toBeLessThanOrEqual(p);
      }),
    );
  });

  it('is the same in whatever order it is told', () => {
    const shuffled = evidences.chain((known) =>
      fc.tuple(
        fc.constant(known),
        fc.shuffledSubarray(known, { minLength: known.length, maxLength: known.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([known, other]) => {
        expect(at(201, ...other)).toBe(at(201, ...known));
      }),
    );
  });
});
