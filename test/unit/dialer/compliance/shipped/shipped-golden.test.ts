import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testRuleFile } from '../../../../../dialer/compliance/run-cases';
import { calendarSchema, rulePackSchema } from '../../../../../dialer/compliance/rule-file-schema';
import type { RulePack } from '../../../../../dialer/compliance/rule-pack';
import { shippedCalendars } from '../../../../../dialer/compliance/shipped/shipped-calendars';
import { shippedPacks } from '../../../../../dialer/compliance/shipped/shipped-packs';
import { zoneTables } from '../../../../../dialer/compliance/shipped/zone-tables';
import { canonicalJson } from '../../../../../src/domain/canonical-json';

interface Golden {
  readonly profiles: Readonly<Record<string, Pick<RulePack, 'rules' | 'effectiveFrom'>>>;
  readonly cases: readonly unknown[];
}
const text = readFileSync(join(__dirname, '../../../../golden/contact-rules.json'), 'utf8');
const golden = JSON.parse(text) as Golden;
const shipped = { zones: zoneTables, calendars: shippedCalendars, packs: shippedPacks };

describe('shipped data', () => {
  it('passes every golden case with its own packs, calendars and zones', () => {
    const results = testRuleFile(JSON.stringify({ cases: golden.cases }), shipped);
    expect(results).toMatchObject({ problems: [], lines: [], passed: 129, failed: 0 });
  });

  it('would fail a case that expects something else', () => {
    const [first] = golden.cases as [{ readonly expect: object }];
    const wrong = { ...first, expect: { ...first.expect, verdict: 'allow' } };
    expect(testRuleFile(JSON.stringify({ cases: [wrong] }), shipped).failed).toBe(1);
  });

  it.each(Object.entries(golden.profiles))(
    'says in %s what the golden file says',
    (id, profile) => {
      const pack = shippedPacks.find((one) => one.id === id && one.version === 1);
      const rules = pack?.rules.map(({ sourceIds: _, ...rule }) => rule);
      expect(rules).toEqual(profile.rules);
      expect(pack?.effectiveFrom).toBe(profile.effectiveFrom);
    },
  );

  it('is in the format in which others write their packs and calendars', () => {
    for (const pack of shippedPacks) {
      // what the parser gives back is what was there: nothing was dropped or filled in
      expect(canonicalJson(rulePackSchema.parse(pack))).toBe(canonicalJson(pack));
    }
    for (const calendar of shippedCalendars) {
      expect(canonicalJson(calendarSchema.parse(calendar))).toBe(canonicalJson(calendar));
    }
  });
});
