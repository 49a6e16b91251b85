import fc from 'fast-check';
import { rankOf, waitLimitHours, type RankFacts } from '../../../../dialer/select/rank';
import {
  orderingWeights,
  USUAL_ORDERING,
  type OrderingWeights,
} from '../../../../src/domain/campaign-document/ordering';

const HOUR_MS = 3_600_000;
const facts = (change: Partial<RankFacts> = {}): RankFacts => ({
  amountDueMinor: '15000000',
  daysPastDue: 12,
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
    ['a broken promise', { promiseBroken: true }],
    ['a longer wait', { dueAt: '2026-11-20T01:59:00.000Z' }],
  ])('grows with %s', (_title, change) => {
    expect(usual(change)).toBeGreaterThan(usual());
  });

  it('falls with the chance of a right party', () => {
    expect(usual({ chance: 0.4 })).toBeLessThan(usual({ chance: 0.5 }));
  });

  it('shows its parts and their weighted mean', () => {
    const { value, parts } = rankOf(
      { ...USUAL_ORDERING, amountDue: 3 },
      facts({ daysPastDue: 45 }),
    );
    expect(parts).toEqual({ amountDue: Math.log10(15_000_001) / 12, daysPastDue: 0.5, promise: 0 });
    expect(value).toBeCloseTo((3 * parts.amountDue + 0.5) / 5, 12);
  });

  it('follows the weights of the campaign, the usual ones where it says nothing', () => {
    const onlyAmount = orderingWeights({ daysPastDue: 0, promise: 0 });
    expect(onlyAmount).toMatchObject({ amountDue: 1, waiting: 1 });
    const { value, parts } = rankOf(onlyAmount, facts());
    expect(value).toBe(parts.amountDue);
    const none = orderingWeights({ amountDue: 0, daysPastDue: 0, promise: 0 });
    expect(rankOf(none, facts()).value).toBe(0);
  });
});

const someFacts: fc.Arbitrary<RankFacts> = fc.record({
  amountDueMinor: fc.bigInt({ min: 0n, max: 10n ** 15n }).map(String),
  daysPastDue: fc.integer({ min: -30, max: 2_000 }),
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
const weight = fc.double({ min: 0, max: 10, noNaN: true });
const someWeights: fc.Arbitrary<OrderingWeights> = fc.record({
  amountDue: weight,
  daysPastDue: weight,
  promise: weight,
  waiting: weight,
});

describe('nobody starves', () => {
  test('whoever became due later by more than the limit goes behind, whatever it is worth', () => {
    fc.assert(
      fc.property(
        someWeights,
        someFacts,
        someFacts,
        fc.integer({ min: 1, max: 10_000 }),
        (ordering, first, other, seconds) => {
          const later = Date.parse(first.dueAt) + waitLimitHours(ordering) * HOUR_MS;
          const second = { ...other, dueAt: new Date(later + seconds * 1_000).toISOString() };
          expect(rankOf(ordering, first).rank).toBeGreaterThan(rankOf(ordering, second).rank);
        },
      ),
    );
  });

  test('among many who keep coming, each is taken within a bounded number of turns', () => {
    // one account is taken each minute, one of the highest value becomes due each minute
    const ordering = orderingWeights({ waiting: 10 });
    const limitMinutes = waitLimitHours(ordering) * 60;
    const start = Date.parse('2026-11-20T02:00:00Z');
    const at = (minute: number): string => new Date(start + minute * 60_000).toISOString();
    const poor = facts({ amountDueMinor: '0', daysPastDue: 0, dueAt: at(0) });
    const waiting = [rankOf(ordering, poor).rank];
    const poorRank = waiting[0]!;
    let taken = 0;
    for (let minute = 0; waiting.includes(poorRank); minute++) {
      const rich = facts({
        amountDueMinor: '999999999999',
        daysPastDue: 90,
        promiseBroken: true,
        dueAt: at(minute),
      });
      waiting.push(rankOf(ordering, rich).rank);
      waiting.splice(waiting.indexOf(Math.max(...waiting)), 1);
      taken += 1;
      expect(taken).toBeLessThanOrEqual(limitMinutes + 2);
    }
    expect(taken).toBeGreaterThan(limitMinutes / 2);
  });
});

test('the same values give the same rank, also after they were kept as JSON', () => {
  fc.assert(
    fc.property(someWeights, someFacts, (ordering, one) => {
      const kept = JSON.parse(JSON.stringify({ ordering, facts: one })) as {
        ordering: OrderingWeights;
        facts: RankFacts;
      };
      expect(rankOf(kept.ordering, kept.facts)).toEqual(rankOf(ordering, one));
    }),
  );
});
