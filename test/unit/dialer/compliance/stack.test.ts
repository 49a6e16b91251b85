import type { CapRule, Rule, RulePack } from '../../../../dialer/compliance/rule-pack';
import { maxLookbackDays, stackFor, type StackSubject } from '../../../../dialer/compliance/stack';

const rule = (force: Rule['force']): Rule => ({
  id: `r.${force}`,
  kind: 'preference',
  force,
  cite: 'test',
});
function pack(id: string, jurisdiction: string, over: Partial<RulePack> = {}): RulePack {
  return {
    id,
    version: 1,
    jurisdiction,
    effectiveFrom: '2000-01-01',
    rules: [rule('law')],
    ...over,
  };
}
const policy = { rules: [rule('policy')] };

const binding: RulePack[] = [
  pack('US.NYC', 'US-NY-NYC'),
  pack('ID.LAW.B', 'ID'),
  pack('ID.GUIDE', 'ID', { rules: [rule('policy'), rule('guideline')] }),
  pack('ID.AFPI', 'ID', { rules: [rule('association')] }),
  pack('ID.LAW.A', 'ID', { rules: [rule('association'), rule('presumption')] }),
  pack('ID.CARD', 'ID', { appliesTo: { productTypes: ['credit_card'] } }),
  pack('ID.AGENCY', 'ID', { appliesTo: { collector: ['third_party'] } }),
  pack('ID.POLICY', 'ID', policy),
  pack('ID.POLICY.MORE', 'ID', policy),
  pack('US.FEDERAL', 'US'),
  pack('US.MA', 'US-MA'),
  pack('GB.LAW', 'GB-EAW'),
  pack('WORLD', '*'),
  pack('SANTUN.BASE', '*'),
  pack('DEMO.OPEN', '*', { ...policy, simulatedOnly: true }),
];
const stack = (who: Partial<StackSubject>): string[] =>
  stackFor(binding, {
    country: 'ID',
    productType: 'loan',
    collector: 'third_party',
    creditorPacks: [],
    campaignPacks: [],
    ...who,
  }).map(({ layer, pack: { id } }) => `${layer} ${id}`);

describe('stackFor', () => {
  it('puts the base first, then the law by strength and id, then creditor, then campaign', () => {
    expect(stack({ creditorPacks: ['ID.POLICY.MORE'], campaignPacks: ['ID.POLICY'] })).toEqual([
      'base SANTUN.BASE',
      'statute ID.AGENCY',
      'statute ID.LAW.A',
      'statute ID.LAW.B',
      'guideline ID.GUIDE',
      'association ID.AFPI',
      'creditor ID.POLICY.MORE',
      'campaign ID.POLICY',
    ]);
  });

  it('does not hang on the order of the packs', () => {
    const who = {
      country: 'ID',
      collector: 'third_party',
      creditorPacks: [],
      campaignPacks: [],
    } as const;
    expect(stackFor([...binding].reverse(), who)).toEqual(stackFor(binding, who));
  });

  it('takes a pack once, where it comes first', () => {
    const named = { creditorPacks: ['ID.POLICY', 'ID.LAW.A'], campaignPacks: ['ID.POLICY'] };
    const packs = stack(named).filter((entry) => /POLICY|LAW.A/.test(entry));
    expect(packs).toEqual(['statute ID.LAW.A', 'creditor ID.POLICY']);
  });

  it('lets a tenant add the law of another place', () => {
    expect(stack({ campaignPacks: ['US.MA'] })).toContain('campaign US.MA');
  });

  it.each<[string, Partial<StackSubject>, string[]]>([
    ['a state', { country: 'US', region: 'US-MA' }, ['US.FEDERAL', 'US.MA']],
    ['another state', { country: 'US', region: 'US-TX' }, ['US.FEDERAL']],
    ['a city of the state', { country: 'US', region: 'US-NY-NYC' }, ['US.FEDERAL', 'US.NYC']],
    [
      'a state whose city is not known',
      { country: 'US', region: 'US-NY' },
      ['US.FEDERAL', 'US.NYC'],
    ],
    ['no region known', { country: 'US' }, ['US.FEDERAL', 'US.MA', 'US.NYC']],
    ['England, of England and Wales', { country: 'GB', region: 'GB-ENG' }, ['GB.LAW']],
    ['Scotland', { country: 'GB', region: 'GB-SCT' }, []],
    ['a country without law', { country: 'SG' }, []],
  ])('finds the law of %s', (_title, who, laws) => {
    expect(stack(who)).toEqual(['base SANTUN.BASE', ...laws.map((id) => `statute ${id}`)]);
  });

  it('takes the law of a product when the product is it, or unknown', () => {
    expect(stack({ productType: 'credit_card' })).toContain('statute ID.CARD');
    const { productType: _loan, ...unknown } = { productType: 'loan', country: 'ID' };
    const who = {
      ...unknown,
      collector: 'first_party',
      creditorPacks: [],
      campaignPacks: [],
    } as const;
    const ids = stackFor(binding, who).map((entry) => entry.pack.id);
    expect(ids).toContain('ID.CARD');
    expect(ids).not.toContain('ID.AGENCY');
  });

  it('gives a campaign of made-up people the base and its own packs', () => {
    expect(stack({ creditorPacks: ['ID.POLICY'], campaignPacks: ['DEMO.OPEN'] })).toEqual([
      'base SANTUN.BASE',
      'campaign DEMO.OPEN',
    ]);
  });

  it('does not let a creditor open all hours with the pack of made-up people', () => {
    expect(stack({ creditorPacks: ['DEMO.OPEN'] })).toContain('statute ID.LAW.A');
  });

  it('refuses a name that does not bind', () => {
    expect(() => stack({ campaignPacks: ['XX.NONE'] })).toThrow(
      new RangeError('no version of rule pack XX.NONE binds'),
    );
  });
});

describe('maxLookbackDays', () => {
  const cap = (period: { localDays: number } | { hours: number }): RulePack =>
    pack('X', 'ID', {
      rules: [{ ...rule('law'), kind: 'cap', scope: ['person'], count: 'attempt', max: 1, period }],
    });
  const blocking = (period: { localDays: number }, blockFor: { hours: number }): RulePack => {
    const [one] = cap(period).rules;
    return pack('X', 'ID', { rules: [{ ...(one as CapRule), blockFor }] });
  };
  const gap = (minutes: number): RulePack =>
    pack('X', 'ID', { rules: [{ ...rule('law'), kind: 'gap', scope: ['person'], minutes }] });

  it.each([
    ['no rule that counts', [pack('X', 'ID')], 2],
    ['local days', [cap({ localDays: 1 }), cap({ localDays: 30 })], 31],
    ['hours', [cap({ hours: 73 })], 5],
    ['minutes', [gap(1441)], 3],
    ['a block after the period', [blocking({ localDays: 3 }, { hours: 96 })], 8],
  ])('%s', (_title, packs, days) => {
    expect(maxLookbackDays(packs)).toBe(days);
  });
});
