import fc from 'fast-check';
import { bucketOf } from '../../src/domain/campaign-document/account-filter';
import { optionsPolicy, type OptionsPolicy } from '../../src/domain/collection-policy/options';
import type { OptionAmounts, OptionFacts } from '../../src/domain/option';
import { ROOT_CAUSES } from '../../src/domain/outcome-code';

/** A policy as a creditor writes it: what is left out has its default. */
export const policyOf = (written: object = {}): OptionsPolicy => optionsPolicy.parse(written);

/** Rupiah as minor units. */
export const rupiah = (whole: number): bigint => BigInt(whole) * 100n;

export const NOTHING: OptionAmounts = {
  principalMinor: 0n,
  interestMinor: 0n,
  penaltyMinor: 0n,
  feeMinor: 0n,
};

const amount = fc.bigInt(0n, rupiah(50_000_000));
const amounts = fc.record({
  principalMinor: amount,
  interestMinor: amount,
  penaltyMinor: amount,
  feeMinor: amount,
});
const ability = fc.record({
  incomeMinor: amount,
  fixedCostMinor: amount,
  otherDebtsMinor: amount,
  nextIncomeInDays: fc.option(fc.integer({ min: 0, max: 45 })),
});

/** Facts that may come up: what is due is a part of what is owed. */
export const optionFacts: fc.Arbitrary<OptionFacts> = fc
  .record({
    product: fc.constantFrom(null, 'KTA', 'motor'),
    daysPastDue: fc.integer({ min: -10, max: 200 }),
    due: amounts,
    later: amounts,
    rootCause: fc.constantFrom(...ROOT_CAUSES),
    ability: fc.option(ability),
    history: fc.record({
      reschedules: fc.nat(3),
      deferments: fc.nat(3),
      broken: fc.nat(3),
      brokenPromises: fc.nat(3),
      isRunning: fc.boolean(),
    }),
    mayBeForetold: fc.boolean(),
    authority: fc.constantFrom('agent', 'supervisor', 'manager'),
  })
  .map(({ due: wished, later, daysPastDue, ...rest }) => {
    const due = daysPastDue < 0 ? NOTHING : wished;
    const total: OptionAmounts = {
      principalMinor: due.principalMinor + later.principalMinor,
      interestMinor: due.interestMinor + later.interestMinor,
      penaltyMinor: due.penaltyMinor + later.penaltyMinor,
      feeMinor: due.feeMinor + later.feeMinor,
    };
    const first = daysPastDue < 0 ? total : due;
    const outstandingMinor =
      first.principalMinor + first.interestMinor + first.penaltyMinor + first.feeMinor;
    return {
      ...rest,
      currency: 'IDR',
      bucket: bucketOf(daysPastDue),
      daysPastDue,
      due,
      total,
      oldest:
        outstandingMinor === 0n ? null : { number: 1, outstandingMinor, dueInDays: -daysPastDue },
    };
  });
