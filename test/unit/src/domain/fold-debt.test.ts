import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { allocationPolicy } from '../../../../src/domain/collection-policy/allocation';
import { collectionPolicy } from '../../../../src/domain/collection-policy/collection-policy';
import { COMPONENTS, totalOf, type Component, type Instalment } from '../../../../src/domain/debt';
import {
  foldDebt,
  WAIVER_KINDS,
  type AdjustmentFact,
  type DebtFacts,
  type PaymentFact,
} from '../../../../src/domain/fold-debt';

type Line = readonly [dueDate: string, ...amounts: [number, number, number, number]];
const instalmentsOf = (lines: readonly Line[]): Instalment[] =>
  lines.map(([dueDate, principal, interest, penalty, fee], index) => ({
    id: `i${String(index + 1)}`,
    number: index + 1,
    dueDate,
    outstanding: {
      principalMinor: BigInt(principal),
      interestMinor: BigInt(interest),
      penaltyMinor: BigInt(penalty),
      feeMinor: BigInt(fee),
    },
  }));
const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 2, hour));
const payment = (n: number, more: Partial<PaymentFact> = {}): PaymentFact => ({
  id: `p${String(n)}`,
  key: `bank ${String(n)}`,
  amountMinor: 100n,
  paidAt: at(n),
  receivedAtUs: 1_000n,
  reversedAtUs: null,
  ...more,
});
const facts = (more: Partial<DebtFacts>): DebtFacts => ({
  statedAtUs: 500n,
  stated: instalmentsOf([['2026-09-05', 1000, 0, 0, 0]]),
  payments: [],
  adjustments: [],
  policy: allocationPolicy.parse({}),
  ...more,
});
const factsOf = ({ policy, instalments, payments }: GoldenCase): DebtFacts =>
  facts({
    policy: allocationPolicy.parse(policy),
    stated: instalmentsOf(instalments),
    payments: payments.map((amount, n) => payment(n, { amountMinor: BigInt(amount) })),
  });

interface GoldenCase {
  readonly name: string;
  readonly policy: object;
  readonly instalments: readonly Line[];
  readonly payments: readonly number[];
  readonly paid: readonly (readonly [number, Component, number])[];
  readonly left: readonly (readonly [number, number, number, number])[];
  readonly credit: number;
}
const golden = JSON.parse(
  readFileSync(join(__dirname, '../../../golden/allocations.json'), 'utf8'),
) as { readonly cases: readonly GoldenCase[] };

describe('K15: a payment is divided', () => {
  it.each(golden.cases.map((each) => [each.name, each] as const))('%s', (_name, each) => {
    const folded = foldDebt(factsOf(each));
    const paid = folded.allocations.map((part) => [
      Number(part.instalmentId.slice(1)),
      part.component,
      Number(part.amountMinor),
    ]);
    expect(paid).toEqual(each.paid);
    const left = [...folded.instalments]
      .sort((a, b) => a.number - b.number)
      .map(({ outstanding: o }) =>
        [o.principalMinor, o.interestMinor, o.penaltyMinor, o.feeMinor].map(Number),
      );
    expect(left).toEqual(each.left);
    expect(folded.creditMinor).toBe(BigInt(each.credit));
  });

  it('by a policy that names each component once', () => {
    const parse = (order: string[]) => collectionPolicy.safeParse({ allocation: { order } });
    expect(parse(['fee', 'interest', 'principal', 'penalty']).success).toBe(true);
    expect(parse(['fee', 'fee', 'principal', 'penalty']).success).toBe(false);
    expect(parse(['fee', 'interest', 'principal']).success).toBe(false);
  });
});

describe('K14: a debt that is stated anew', () => {
  it('has in it what was received before', () => {
    const payments = [payment(1, { receivedAtUs: 500n }), payment(2, { receivedAtUs: 501n })];
    expect(foldDebt(facts({ payments }))).toMatchObject({ totalMinor: 900n, counted: ['p2'] });
  });

  it('owes again what it had taken off, when that is taken back', () => {
    const payments = [payment(1, { receivedAtUs: 400n, reversedAtUs: 600n })];
    expect(foldDebt(facts({ payments })).totalMinor).toBe(1100n);
    const before = [payment(1, { receivedAtUs: 300n, reversedAtUs: 400n })];
    expect(foldDebt(facts({ payments: before })).totalMinor).toBe(1000n);
  });
});

describe('K15: what is given up of a debt', () => {
  it('lowers it before any payment, and no component but its own', () => {
    const stated = instalmentsOf([['2026-09-05', 100, 20, 10, 5]]);
    const waived = { id: 'a', kind: 'fee_waiver', amountMinor: 50n, createdAtUs: 600n } as const;
    const folded = foldDebt(facts({ stated, adjustments: [waived], payments: [payment(1)] }));
    expect(folded.totalMinor).toBe(30n);
    expect(folded.allocations.map(({ component }) => component)).not.toContain('fee');
  });
});

describe('K8: the fee of a moved due date', () => {
  const fee = (instalmentNumber: number): AdjustmentFact => ({
    kind: 'reschedule_fee',
    ...{ id: 'f', amountMinor: 50n, createdAtUs: 600n, instalmentNumber },
  });
  const stated = instalmentsOf([
    ['2026-09-05', 100, 0, 0, 0],
    ['2026-10-05', 200, 0, 0, 0],
  ]);

  it('is owed as a fee of its own instalment, and paid as one', () => {
    const paid = payment(1, { amountMinor: 100n });
    const folded = foldDebt(facts({ stated, adjustments: [fee(2)], payments: [paid] }));
    expect(folded.instalments.map(({ outstanding }) => Number(totalOf(outstanding)))).toEqual([
      0, 250,
    ]);
    expect(folded.instalments[1]!.outstanding.feeMinor).toBe(50n);
    const all = [payment(1, { amountMinor: 350n })];
    expect(foldDebt(facts({ stated, adjustments: [fee(2)], payments: all }))).toMatchObject({
      ...{ totalMinor: 0n, creditMinor: 0n },
    });
  });

  it('is in what was stated later, and stands with the last instalment when its own is stated no more', () => {
    const early = { ...fee(2), createdAtUs: 400n };
    expect(foldDebt(facts({ stated, adjustments: [early] })).totalMinor).toBe(300n);
    const folded = foldDebt(facts({ stated, adjustments: [fee(7)] }));
    expect(folded.instalments.at(-1)!.outstanding.feeMinor).toBe(50n);
  });
});

const minor = fc.integer({ min: 0, max: 5_000 });
const anyFacts = fc.record({
  statedAtUs: fc.constant(500n),
  stated: fc
    .array(fc.tuple(fc.constantFrom('2026-09-05', '2026-10-05'), minor, minor, minor, minor), {
      minLength: 1,
      maxLength: 4,
    })
    .map((lines) => instalmentsOf(lines as Line[])),
  payments: fc
    .array(
      fc.record({
        amountMinor: fc.bigInt({ min: 1n, max: 9_000n }),
        // few instants: payments of the same one are told apart by their keys
        hour: fc.integer({ min: 0, max: 3 }),
        receivedAtUs: fc.constantFrom(400n, 501n, 900n),
        reversedAtUs: fc.option(fc.constantFrom(450n, 800n), { nil: null }),
      }),
      { maxLength: 8 },
    )
    .map((list) => list.map(({ hour, ...more }, n) => payment(n, { ...more, paidAt: at(hour) }))),
  adjustments: fc
    .array(
      fc.record({
        kind: fc.constantFrom(...WAIVER_KINDS, 'reschedule_fee' as const),
        instalmentNumber: fc.integer({ min: 1, max: 5 }),
        amountMinor: fc.bigInt({ min: 1n, max: 3_000n }),
        createdAtUs: fc.constantFrom(400n, 600n),
      }),
      { maxLength: 3 },
    )
    .map((list): AdjustmentFact[] => list.map((each, n) => ({ ...each, id: `a${String(n)}` }))),
  policy: fc.record({
    order: fc.shuffledSubarray([...COMPONENTS], { minLength: COMPONENTS.length }),
    first: fc.constantFrom('instalment' as const, 'component' as const),
    quietDaysAfterPayment: fc.constant(2),
    thankByMessage: fc.constant(false),
  }),
});

describe('K15: any facts of a debt', () => {
  it('conserve money: allocations and credit are what was paid, and lower the debt by themselves', () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        const folded = foldDebt(given);
        const paid = new Map(given.payments.map(({ id, amountMinor }) => [id, amountMinor]));
        const sum = (list: readonly bigint[]): bigint => list.reduce((a, b) => a + b, 0n);
        const allocated = sum(folded.allocations.map(({ amountMinor }) => amountMinor));
        const counted = sum(folded.counted.map((id) => paid.get(id) ?? 0n));
        expect(allocated + folded.creditMinor).toBe(counted);
        const unpaid = foldDebt({
          ...given,
          payments: given.payments.filter(({ id }) => !folded.counted.includes(id)),
        });
        expect(folded.totalMinor).toBe(unpaid.totalMinor - allocated);
        for (const { outstanding } of folded.instalments) {
          for (const left of Object.values(outstanding)) expect(left >= 0n).toBe(true);
        }
        if (folded.creditMinor > 0n) expect(folded.totalMinor).toBe(0n);
        const each = folded.instalments.map(({ outstanding }) => totalOf(outstanding));
        expect(sum(each)).toBe(folded.totalMinor);
        // a fee makes the debt more by itself, and nothing else does
        const stands = given.adjustments.filter(({ createdAtUs }) => createdAtUs > 500n);
        const [fees, waivers] = [true, false].map((isFee) =>
          stands.filter(({ kind }) => (kind === 'reschedule_fee') === isFee),
        ) as [AdjustmentFact[], AdjustmentFact[]];
        const stated = sum(given.stated.map(({ outstanding }) => totalOf(outstanding)));
        const taken = sum(
          given.payments
            .filter(({ receivedAtUs: at, reversedAtUs: back }) => at <= 500n && (back ?? 0n) > 500n)
            .map(({ amountMinor }) => amountMinor),
        );
        const most = stated + taken + sum(fees.map(({ amountMinor }) => amountMinor));
        expect(unpaid.totalMinor <= most).toBe(true);
        const givenUp = sum(waivers.map(({ amountMinor }) => amountMinor));
        expect(unpaid.totalMinor >= most - givenUp).toBe(true);
      }),
    );
  });

  it('give the same debt in whatever order they are heard of, and when they are replayed', () => {
    fc.assert(
      fc.property(anyFacts, fc.infiniteStream(fc.nat()), (given, draws) => {
        const shuffled = <T>(list: readonly T[]): T[] =>
          list
            .map((value) => ({ value, draw: draws.next().value as number }))
            .sort((a, b) => a.draw - b.draw)
            .map(({ value }) => value);
        const other = {
          ...given,
          stated: shuffled(given.stated),
          payments: shuffled(given.payments),
          adjustments: shuffled(given.adjustments),
        };
        expect(foldDebt(other)).toEqual(foldDebt(given));
        expect(foldDebt(given)).toEqual(foldDebt(given));
      }),
    );
  });
});
