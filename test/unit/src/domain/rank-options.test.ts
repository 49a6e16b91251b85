import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { disposableMinor, type Ability } from '../../../../src/domain/ability';
import { sumOf, type OptionFacts, type RankedOption } from '../../../../src/domain/option';
import { rankOptions } from '../../../../src/domain/rank-options';
import { optionFacts, policyOf } from '../../../support/option-facts';

const POLICY = policyOf();
const ofKind = <K extends RankedOption['kind']>(
  allowed: readonly RankedOption[],
  kind: K,
): Extract<RankedOption['terms'], { kind: K }>[] =>
  allowed.flatMap(({ terms }) =>
    terms.kind === kind ? [terms as Extract<RankedOption['terms'], { kind: K }>] : [],
  );

/** The file says money in rupiah and its own figures by hand; here both are minor units. */
interface GoldenCase {
  readonly name: string;
  readonly policy?: object;
  readonly facts: object;
  readonly allowed: unknown[];
  readonly refused: unknown[];
}
const read = (text: string): unknown =>
  JSON.parse(text, (key, value: unknown) =>
    typeof value === 'string' && /^-?\d+$/.test(value) && key !== 'name' ? BigInt(value) : value,
  );
const GOLDEN = read(readFileSync('test/golden/options.json', 'utf8')) as readonly GoldenCase[];

describe('rankOptions', () => {
  it.each(GOLDEN.map((each) => [each.name, each] as const))('golden: %s', (_name, golden) => {
    const policy = policyOf(
      JSON.parse(
        JSON.stringify(golden.policy ?? {}, (_, v: unknown) =>
          typeof v === 'bigint' ? String(v) : v,
        ),
      ) as object,
    );
    const options = rankOptions(golden.facts as unknown as OptionFacts, policy);
    expect(
      options.allowed.map(({ terms, costMinor, strainPercent, approval }) => ({
        ...terms,
        costMinor,
        strainPercent,
        approval,
      })),
    ).toEqual(golden.allowed);
    expect(options.refused.map(({ kind, reason }) => `${kind}: ${reason}`)).toEqual(golden.refused);
  });

  it('c9: gives the same facts the same options, whoever the person and the agent are', () => {
    const someone = fc.record({
      name: fc.string(),
      sex: fc.constantFrom('f', 'm'),
      province: fc.constantFrom('ID-JK', 'ID-PA'),
      phone: fc.string(),
      debtorId: fc.uuid(),
      accountId: fc.uuid(),
      agentId: fc.uuid(),
      tone: fc.constantFrom('calm', 'shouting'),
    });
    fc.assert(
      fc.property(optionFacts, someone, someone, (facts, a, b) => {
        const before = structuredClone(facts);
        expect(rankOptions({ ...a, ...facts }, POLICY)).toEqual(
          rankOptions({ ...structuredClone(facts), ...b }, POLICY),
        );
        expect(facts).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  it('K7: plans conserve the arrears, stay within 40 % of what is left, and begin in 14 days', () => {
    let plans = 0;
    fc.assert(
      fc.property(optionFacts, (facts) => {
        for (const plan of ofKind(rankOptions(facts, POLICY).allowed, 'plan')) {
          plans += 1;
          const { instalmentsMinor, firstInDays, amountMinor } = plan;
          expect(instalmentsMinor.reduce((a, b) => a + b, 0n)).toBe(sumOf(facts.due));
          expect(amountMinor).toBe(sumOf(facts.due));
          expect(instalmentsMinor.length).toBeGreaterThanOrEqual(2);
          expect(instalmentsMinor.length).toBeLessThanOrEqual(12);
          expect(firstInDays).toBeLessThanOrEqual(14);
          const cap = (disposableMinor(facts.ability as Ability) * 40n) / 100n;
          for (const each of instalmentsMinor) expect(each).toBeLessThanOrEqual(cap);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(plans).toBeGreaterThan(50);
  });

  it('K8, K9: moves one date by 30 days at the most, twice a year; defers by the days of the policy', () => {
    fc.assert(
      fc.property(optionFacts, (facts) => {
        const { allowed, refused } = rankOptions(facts, POLICY);
        const moved = ofKind(allowed, 'reschedule');
        for (const { fromInDays, toInDays, amountMinor } of moved) {
          expect(toInDays - Math.max(0, fromInDays)).toBeLessThanOrEqual(30);
          expect(toInDays).toBeGreaterThan(fromInDays);
          expect(amountMinor).toBe(facts.oldest?.outstandingMinor);
        }
        if (facts.history.reschedules >= 2) expect(moved).toEqual([]);
        const deferred = ofKind(allowed, 'deferment');
        expect(deferred.map(({ days }) => days)).toEqual(deferred.length === 0 ? [] : [7, 14, 30]);
        if (facts.history.deferments >= 2) expect(deferred).toEqual([]);
        for (const { days, checkInDays, needsEvidence } of deferred) {
          expect(checkInDays).toBeLessThan(days);
          expect(needsEvidence).toBe(days >= 14);
        }
        expect(new Set(refused.map(({ kind }) => kind)).size).toBe(refused.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it('K10: never gives up principal below the policy, nor more than the role may without a second person', () => {
    const policy = policyOf({ settlement: { floorPercent: 60, principalFloorPercent: 95 } });
    let seen = 0;
    fc.assert(
      fc.property(optionFacts, (facts) => {
        const { allowed } = rankOptions(facts, policy);
        for (const { terms, approval } of allowed) {
          if (terms.kind !== 'settlement') continue;
          seen += 1;
          const { payMinor, waived, withinDays } = terms;
          const owed = sumOf(facts.total);
          expect(payMinor + sumOf(waived)).toBe(owed);
          expect(payMinor * 100n).toBeGreaterThanOrEqual(owed * 60n);
          expect(waived.principalMinor * 100n).toBeLessThanOrEqual(facts.total.principalMinor * 5n);
          expect(withinDays).toBeLessThanOrEqual(7);
          const isPenaltyAlone = sumOf(waived) === waived.penaltyMinor;
          if (facts.authority === 'agent' && !isPenaltyAlone) expect(approval).not.toBeNull();
          if (facts.authority === 'manager') expect(approval).toBeNull();
        }
      }),
      { numRuns: 2_000 },
    );
    expect(seen).toBeGreaterThan(50);
  });

  it('K11: another role gets the same options; only whose word they need is another', () => {
    fc.assert(
      fc.property(optionFacts, (facts) => {
        const bare = (authority: OptionFacts['authority']): unknown =>
          rankOptions({ ...facts, authority }, POLICY).allowed.map(({ terms, costMinor }) => [
            JSON.stringify(terms, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v)),
            costMinor,
          ]);
        const sorted = (list: unknown): string[] => (list as unknown[]).map(String).sort();
        expect(sorted(bare('agent'))).toEqual(sorted(bare('manager')));
      }),
      { numRuns: 300 },
    );
  });

  it('c9: never offers to pay beyond what is left of a month, and asks first where nothing is known', () => {
    fc.assert(
      fc.property(optionFacts, (facts) => {
        const { allowed, refused } = rankOptions(facts, POLICY);
        if (facts.ability === null) {
          expect(
            allowed.every(
              ({ strainPercent, kind }) => strainPercent === null || kind === 'deferment',
            ),
          ).toBe(true);
          expect(ofKind(allowed, 'plan')).toEqual([]);
        } else {
          for (const { strainPercent } of allowed) expect(strainPercent).toBeLessThanOrEqual(100);
        }
        expect(allowed.length + refused.length).toBeGreaterThanOrEqual(6);
      }),
      { numRuns: 1_000 },
    );
  });
});
