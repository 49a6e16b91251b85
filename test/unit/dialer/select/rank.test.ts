import fc from 'fast-check';
import { rankOf, type RankFacts } from '../../../../dialer/select/rank';
import { orderingOf, USUAL_ORDERING, type Ordering } from '../../../../src/domain/ordering';

const HOUR_MS = 3_600_000;
const facts = (change: Partial<RankFacts> = {}): RankFacts => ({
  amountDueMinor: '15000000',
  daysPastDue: 12,
  attemptCount: 1,
  promiseBroken: false,
  dueAt: '2026-11-20T02:00:00.000Z',
  chance: 1,
  ...change,
});
const usual = (change: Partial<RankFacts> = {}): number =>
  rankOf(USUAL_ORDERING, facts(change)).rank;

describe('the rank of an account', () => {
  it.each<[string, Partial<RankFacts>]>([
    ['a larger balance', { amountDueMinor: '90000000' }],
    ['more days past due', { daysPastDue: 40 }],
    ['fewer attempts', { attemptCount: 0 }],
    ['a broken promise', { promiseBroken: true }],
    ['a longer wait', { dueAt: '2026-11-20T01:59:00.000Z' }],
  ])('grows with %s', (_title, change) => {
    expect(usual(change)).toBeGreaterThan(usual());
  });

  it('falls with the chance of a right party', () => {
    expect(usual({ chance: 0.4 })).toBeLessThan(usual({ chance: 0.5 }));
  });

  it('shows its parts and their weighted mean', () => {
    const { value, parts } = rankOf(USUAL_ORDERING, facts({ daysPastDue: 45 }));
    expect(parts).toEqual({
      balance: Math.log10(15_000_001) / 12,
      daysPastDue: 0.5,
      untried: 0.5,
      brokenPromise: 0,
    });
    expect(value).toBeCloseTo((2 * parts.balance + 0.5 + 0.5) / 6, 12);
  });

  it('follows the weights of the campaign, the usual ones where it says nothing', () => {
    const onlyBalance = orderingOf({ daysPastDue: 0, untried: 0, brokenPromise: 0 });
    expect(onlyBalance).toMatchObject({ balance: 2, waitLimitHours: 24 });
    expect(rankOf(onlyBalance, facts()).value).toBe(rankOf(onlyBalance, facts()).parts.balance);
    const none = orderingOf({ balance: 0, daysPastDue: 0, untried: 0, brokenPromise: 0 });
    expect(rankOf(none, facts()).value).toBe(0);
  });
});

const someFacts: fc.Arbitrary<RankFacts> = fc.record({
  amountDueMinor: fc.bigInt({ min: 0n, max: 10n ** 15n }).map(String),
  daysPastDue: fc.integer({ min: -30, max: 2_000 }),
  attemptCount: fc.nat(500),
  promiseBroken: fc.boolean(),
  dueAt: fc
    .date({
      min: new Date('2026-01-01T00:00:00Z'),
      max: new Date('2036-01-01T00:00:00Z'),
      noInvalidDate: true,
    })
    .map((at) => at.toISOString()),
  chance: fc.double({ min: 0, max: 1, noNaN: true }),
});
const weight = fc.double({ min: 0, max: 100, noNaN: true });
const someOrdering: fc.Arbitrary<Ordering> = fc.record({
  balance: weight,
  daysPastDue: weight,
  untried: weight,
  brokenPromise: weight,
  waitLimitHours: fc.integer({ min: 1, max: 720 }),
});

describe('nobody starves', () => {
  test('whoever became due later by more than the limit goes behind, whatever it is worth', () => {
    fc.assert(
      fc.property(
        someOrdering,
        someFacts,
        someFacts,
        fc.integer({ min: 1, max: 10_000 }),
        (ordering, first, other, seconds) => {
          const later = Date.parse(first.dueAt) + ordering.waitLimitHours * HOUR_MS;
          const second = { ...other, dueAt: new Date(later + seconds * 1_000).toISOString() };
          expect(rankOf(ordering, first).rank).toBeGreaterThan(rankOf(ordering, second).rank);
        },
      ),
    );
  });

  test('among many who keep coming, each is taken within a bounded number of turns', () => {
    // one account is taken each minute, one of the highest value becomes due each minute
    const ordering = orderingOf({ waitLimitHours: 2 });
    const start = Date.parse('2026-11-20T02:00:00Z');
    const at = (minute: number): string => new Date(start + minute * 60_000).toISOString();
    const poor = facts({ amountDueMinor: '0', daysPastDue: 0, attemptCount: 99, dueAt: at(0) });
    const waiting = [rankOf(ordering, poor).rank];
    const poorRank = waiting[0]!;
    let taken = 0;
    for (let minute = 0; waiting.includes(poorRank); minute++) {
      const rich = facts({
        amountDueMinor: '999999999999',
        daysPastDue: 90,
        attemptCount: 0,
        promiseBroken: true,
        dueAt: at(minute),
      });
      waiting.push(rankOf(ordering, rich).rank);
      waiting.splice(waiting.indexOf(Math.max(...waiting)), 1);
      taken += 1;
      expect(taken).toBeLessThanOrEqual(2 * 60 + 2);
    }
    expect(taken).toBeGreaterThan(60);
  });
});

test('the same values give the same rank, also after they were kept as JSON', () => {
  fc.assert(
    fc.property(someOrdering, someFacts, (ordering, one) => {
      const kept = JSON.parse(JSON.stringify({ ordering, facts: one })) as {
        ordering: Ordering;
        facts: RankFacts;
      };
      expect(rankOf(kept.ordering, kept.facts)).toEqual(rankOf(ordering, one));
    }),
  );
});
