import { BASE_PACK_ID } from '../../../../dialer/compliance/judge';
import { checkPackChange, checkStart } from '../../../../dialer/compliance/pack-change';
import type { RulePack } from '../../../../dialer/compliance/rule-pack';
import { shippedPacks } from '../../../../dialer/compliance/shipped/shipped-packs';

function shipped(id: string): RulePack {
  const pack = shippedPacks.find((one) => one.id === id);
  if (pack === undefined) throw new Error(`no ${id}`);
  return pack;
}
const base = shipped(BASE_PACK_ID);
const pojk = shipped('ID.OJK.POJK22');
const fields = (proposed: RulePack, binding: RulePack | null): string[] =>
  checkPackChange(proposed, binding).map(({ field }) => field);

describe('a new version of SANTUN.BASE', () => {
  it('may add rules and say the same in other words', () => {
    const first = base.rules[0]!;
    const more = { ...first, id: 'more' };
    const rules = [{ ...first, cite: 'other words' }, ...base.rules.slice(1), more];
    expect(fields({ ...base, version: 2, rules }, base)).toEqual([]);
  });

  it.each(base.rules.map((rule) => rule.id))('may not drop %s', (id) => {
    const rules = base.rules.filter((rule) => rule.id !== id);
    expect(checkPackChange({ ...base, version: 2, rules }, base)).toEqual([
      expect.objectContaining({
        field: 'pack.rules',
        reason: expect.stringContaining(id) as string,
      }),
    ]);
  });

  it('may not change a rule', () => {
    const rules = base.rules.map((rule) =>
      rule.kind === 'hold' ? { ...rule, on: ['dispute'] } : rule,
    );
    expect(fields({ ...base, rules }, base)).toEqual(['pack.rules']);
    const softer = base.rules.map((rule) => ({ ...rule, effect: 'agent_reserved' as const }));
    expect(fields({ ...base, rules: softer }, base)).toHaveLength(base.rules.length);
  });

  it.each<[string, Partial<RulePack>]>([
    ['place', { jurisdiction: 'ID' }],
    ['start', { effectiveFrom: '2026-12-01' }],
    ['end', { effectiveTo: '2027-01-01' }],
    ['whom', { appliesTo: { collector: ['first_party'] } }],
    ['simulated people', { simulatedOnly: true }],
  ])('may not narrow its %s', (_what, change) => {
    expect(fields({ ...base, ...change }, base)).toEqual(['pack']);
  });
});

describe('a new version of a pack of the law', () => {
  it('may be looser: the law changes', () => {
    const rules = pojk.rules.filter((rule) => rule.kind !== 'holiday');
    expect(fields({ ...pojk, rules, effectiveTo: '2030-01-01' }, pojk)).toEqual([]);
  });

  it.each<[string, Partial<RulePack>, string]>([
    ['place', { jurisdiction: 'US' }, 'pack.jurisdiction'],
    ['products', { appliesTo: { productTypes: ['none'] } }, 'pack.appliesTo.productTypes'],
    ['collector', { appliesTo: { collector: ['first_party'] } }, 'pack.appliesTo.collector'],
    [
      'force',
      { rules: pojk.rules.map((rule) => ({ ...rule, force: 'policy' as const })) },
      'pack.rules',
    ],
    ['rules', { rules: [] }, 'pack.rules'],
    ['people', { simulatedOnly: true }, 'pack.simulatedOnly'],
  ])('keeps its %s', (_what, change, field) => {
    expect(fields({ ...pojk, version: 2, ...change }, pojk)).toEqual([field]);
  });

  it('leaves no gap before it is in force', () => {
    const later = { ...pojk, effectiveFrom: '2027-01-01' };
    const at = (instant: string) => checkStart(later, pojk, new Date(instant)).length;
    expect(at('2027-01-01T11:59:59.999Z')).toBe(1);
    expect(at('2027-01-01T12:00:00Z')).toBe(0);
    expect(checkStart(later, null, new Date('2026-01-01T00:00:00Z'))).toEqual([]);
  });

  it('does not begin to bind when it has ended', () => {
    const ended = { ...pojk, version: 2, effectiveTo: '2027-01-01' };
    const at = (instant: string) => checkStart(ended, pojk, new Date(instant));
    expect(at('2026-12-31T09:59:59Z')).toEqual([]);
    expect(at('2026-12-31T10:00:00Z')).toMatchObject([{ field: 'pack.effectiveTo' }]);
    expect(checkStart(ended, { ...pojk, rules: [] }, new Date('2028-01-01T00:00:00Z'))).toEqual([]);
  });
});

describe('a pack of policy', () => {
  it('is the tenant’s own: it changes as it likes', () => {
    const caps = shipped('ID.POLICY.CAPS');
    expect(fields({ ...caps, jurisdiction: '*', rules: [] }, caps)).toEqual([]);
  });

  it('does not become law of nowhere', () => {
    expect(fields({ ...pojk, id: 'MY.LAW', jurisdiction: '*' }, null)).toEqual([
      'pack.jurisdiction',
    ]);
  });
});
