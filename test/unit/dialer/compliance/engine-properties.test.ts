import fc from 'fast-check';
import { evaluate, type RuleDecision } from '../../../../dialer/compliance/evaluate';
import { inAnyWindow } from '../../../../dialer/compliance/local-window';
import { zoneClock } from '../../../../dialer/compliance/zone-clock';
import { reference, referenceNextAllowed } from '../../../support/reference-evaluator';
import {
  ZONES,
  contact,
  frequencyConsent,
  hold,
  localWindow,
  rulePack,
  situation,
  timeConsent,
  type Situation,
} from '../../../support/rule-arbitraries';

const MINUTE_MS = 60_000;

function decide(of: Situation, guardMs = 0): RuleDecision {
  return evaluate(of.stack, of.calendars, of.facts, of.events, of.at, { guardMs });
}
const LOOK_AHEAD_MS = 40 * 86_400_000;
const minutesAhead = fc.array(fc.integer({ min: 1, max: 57_600 }), {
  minLength: 20,
  maxLength: 20,
});
const guard = fc.constantFrom(0, 0, 35_000, 90_000);

describe('against a reference written from the sentences of the format', () => {
  it('fails the same rules with the same verdict', () => {
    const seen = { allow: 0, agent_reserved: 0, deny: 0 };
    fc.assert(
      fc.property(situation, guard, (of, guardMs) => {
        const decision = decide(of, guardMs);
        const expected = reference(of, of.atMs, guardMs);
        expect(decision.failing.map(({ rule }) => rule)).toEqual(expected.failing);
        expect(decision.verdict).toBe(expected.verdict);
        seen[decision.verdict] += 1;
      }),
      { numRuns: 300 },
    );
    // a generator that never permits would prove nothing
    expect(Math.min(seen.allow, seen.agent_reserved, seen.deny)).toBeGreaterThan(5);
  });

  it('finds the same next allowed minute as looking at every one', () => {
    let found = 0;
    fc.assert(
      fc.property(situation, guard, (of, guardMs) => {
        const { verdict, nextAllowedAt } = decide(of, guardMs);
        if (verdict === 'allow') {
          expect(nextAllowedAt).toBeNull();
          return;
        }
        // those further away are looked at by the next property: 40 days of minutes are slow
        if (nextAllowedAt === null || Date.parse(nextAllowedAt) - of.atMs > 86_400_000) return;
        found += 1;
        expect(new Date(referenceNextAllowed(of, of.atMs, guardMs) ?? NaN).toISOString()).toBe(
          nextAllowedAt,
        );
      }),
      { numRuns: 120 },
    );
    expect(found).toBeGreaterThan(0);
  });

  it('passes over no minute that is allowed, however far away', () => {
    let far = 0;
    fc.assert(
      fc.property(situation, minutesAhead, (of, minutes) => {
        const { verdict, nextAllowedAt } = decide(of);
        if (verdict === 'allow') return;
        const start = Math.floor(of.atMs / MINUTE_MS) * MINUTE_MS;
        const nextMs = Date.parse(nextAllowedAt ?? new Date(of.atMs + LOOK_AHEAD_MS).toISOString());
        if (nextAllowedAt !== null) {
          expect(reference(of, nextMs).failing).toEqual([]);
          if (nextMs - of.atMs > 86_400_000) far += 1;
        }
        for (const before of [start + MINUTE_MS, nextMs - MINUTE_MS]) {
          if (before > of.atMs && before < nextMs) {
            expect(reference(of, before).failing).not.toEqual([]);
          }
        }
        for (const minute of minutes) {
          const ms = start + minute * MINUTE_MS;
          if (ms < nextMs) expect(reference(of, ms).failing).not.toEqual([]);
        }
      }),
      { numRuns: 120 },
    );
    expect(far).toBeGreaterThan(0);
  });

  it('ends a permit at the first instant of 30 s that is denied', () => {
    let early = 0;
    fc.assert(
      fc.property(
        situation,
        guard,
        fc.integer({ min: 1, max: 30_000 }),
        (of, guardMs, beforeMs) => {
          // right before something that may change: an edge of the wall clock, or an event
          const edge = Math.min(
            ...of.facts.zones.map((zone) =>
              zoneClock(zone).nextEdge(of.atMs + guardMs, [8 * 3_600_000]),
            ),
          );
          const atMs = edge - guardMs - beforeMs;
          const { verdict, expiresAt } = evaluate(
            of.stack,
            of.calendars,
            of.facts,
            of.events,
            new Date(atMs).toISOString(),
            { guardMs },
          );
          if (verdict === 'deny') {
            expect(expiresAt).toBeNull();
            return;
          }
          const endMs = Date.parse(expiresAt!);
          expect(endMs - atMs).toBeGreaterThan(0);
          expect(endMs - atMs).toBeLessThanOrEqual(30_000);
          for (let ms = atMs; ms < endMs; ms += 5000) {
            expect(reference(of, ms, guardMs).verdict).not.toBe('deny');
          }
          expect(reference(of, endMs - 1, guardMs).verdict).not.toBe('deny');
          if (endMs === atMs + 30_000) return;
          early += 1;
          expect(reference(of, endMs, guardMs).verdict).toBe('deny');
        },
      ),
      { numRuns: 400 },
    );
    expect(early).toBeGreaterThan(0);
  });
});

describe('strictness', () => {
  const hadEngineDenial = ({ deniedBy }: RuleDecision): boolean =>
    deniedBy === 'engine.zone' || deniedBy === 'engine.profile';
  const strength = { allow: 0, agent_reserved: 1, deny: 2 } as const;
  /** What is added may make it stricter, never looser. */
  function neverLooser(before: Situation, after: Situation): void {
    const decided = decide(before);
    if (hadEngineDenial(decided)) return;
    expect(strength[decide(after).verdict]).toBeGreaterThanOrEqual(strength[decided.verdict]);
  }
  const withOne = <T>(one: (ms: number) => fc.Arbitrary<T>): fc.Arbitrary<[Situation, T]> =>
    situation.chain((of) => fc.tuple(fc.constant(of), one(of.atMs)));

  it('is never loosened by one more pack', () => {
    fc.assert(
      fc.property(withOne(rulePack), fc.boolean(), ([of, pack], first) => {
        const more = { ...pack, id: 'MORE' };
        neverLooser(of, { ...of, stack: first ? [more, ...of.stack] : [...of.stack, more] });
      }),
    );
  });

  it('is never loosened by one more hold', () => {
    fc.assert(
      fc.property(withOne(hold), ([of, one]) => {
        neverLooser(of, { ...of, facts: { ...of.facts, holds: [...of.facts.holds, one] } });
      }),
    );
  });

  it('is never loosened by one more contact', () => {
    fc.assert(
      fc.property(withOne(contact), ([of, one]) => {
        neverLooser(of, { ...of, events: [one, ...of.events] });
      }),
    );
  });

  it('is never loosened by one more holiday', () => {
    fc.assert(
      fc.property(situation, fc.integer({ min: -1, max: 1 }), (of, daysOff) => {
        const date = new Date(of.atMs + daysOff * 86_400_000).toISOString().slice(0, 10);
        const C = of.calendars.C!;
        if (date in C.entries) return;
        const entries = { ...C.entries, [date]: 'national' as const };
        neverLooser(of, { ...of, calendars: { C: { ...C, entries } } });
      }),
    );
  });

  it('is never loosened by one more zone', () => {
    fc.assert(
      fc.property(situation, fc.constantFrom(...ZONES), (of, zone) => {
        neverLooser(of, { ...of, facts: { ...of.facts, zones: [...of.facts.zones, zone] } });
      }),
    );
  });

  it('is never tightened by one more consent', () => {
    const consent = (ms: number) => fc.oneof(timeConsent(ms), frequencyConsent(ms));
    fc.assert(
      fc.property(withOne(consent), ([of, one]) => {
        const after = { ...of, facts: { ...of.facts, consents: [...of.facts.consents, one] } };
        expect(strength[decide(after).verdict]).toBeLessThanOrEqual(strength[decide(of).verdict]);
      }),
    );
  });

  it('permits only inside every window of every zone, now and when the ringing ends', () => {
    const windowSets = fc.array(fc.array(localWindow, { minLength: 2, maxLength: 4 }), {
      minLength: 1,
      maxLength: 2,
    });
    let permitted = 0;
    fc.assert(
      fc.property(situation, windowSets, guard, ({ at, atMs, facts }, sets, guardMs) => {
        const rules = sets.map((windows, index) => ({
          id: `window.${index}`,
          kind: 'window' as const,
          force: 'law' as const,
          cite: 'made up',
          windows,
        }));
        const pack = { id: 'W', version: 1, jurisdiction: '*', effectiveFrom: '2020-01-01', rules };
        const inside = facts.zones.every((zone) =>
          [atMs, atMs + guardMs].every((ms) =>
            sets.every((windows) => inAnyWindow(windows, zoneClock(zone).localAt(ms))),
          ),
        );
        const { verdict } = evaluate([pack], {}, facts, [], at, { guardMs });
        expect(verdict).toBe(inside ? 'allow' : 'deny');
        if (inside) permitted += 1;
      }),
      { numRuns: 500 },
    );
    expect(permitted).toBeGreaterThan(10);
  });
});

describe('purity', () => {
  it('does not hang on the order of the ledger', () => {
    fc.assert(
      fc.property(situation, guard, (of, guardMs) => {
        const reversed = { ...of, events: [...of.events].reverse() };
        const { verdict, deniedBy, nextAllowedAt, expiresAt } = decide(of, guardMs);
        expect(decide(reversed, guardMs)).toMatchObject({
          verdict,
          deniedBy,
          nextAllowedAt,
          expiresAt,
        });
      }),
    );
  });

  it('changes none of its values', () => {
    fc.assert(
      fc.property(situation, (of) => {
        const copy = structuredClone(of);
        decide(of, 35_000);
        expect(of).toEqual(copy);
      }),
    );
  });
});
