import { citeInWords, citesInWords } from '../../../../dialer/compliance/cite-words';
import { restsOn } from '../../../../dialer/compliance/explain';
import { shippedPacks } from '../../../../dialer/compliance/shipped/shipped-packs';

const rules = shippedPacks.flatMap((pack) => pack.rules);

it('what our own rules rest on is said in the language that is asked for', () => {
  const own = rules.filter(({ force }) => force === 'policy');
  expect(own.length).toBeGreaterThan(0);
  for (const rule of own) {
    const [id, en] = [restsOn(rule, 'id'), restsOn(rule, 'en')];
    expect(citeInWords(rule.cite, 'id')).not.toBe(rule.cite);
    expect(id).toMatch(/^Kebijakan internal, bukan ketentuan hukum(: .+)?\.$/);
    expect(id).not.toMatch(/\b(house|product|the|which|no-call)\b/);
    // not twice in one sentence
    expect(en.replace(/^House policy, not law/, '')).not.toMatch(/house policy|product/);
  }
});

it('a citation of law, and what a tenant wrote, stand as they are', () => {
  const cites = rules.flatMap(({ force, cite }) => (force === 'policy' ? [] : [cite]));
  for (const cite of [...cites, 'SOP penagihan 4.2']) {
    expect(citeInWords(cite, 'id')).toBe(cite);
    expect(citeInWords(cite, 'en')).toBe(cite);
  }
});

it('a quiet time of a campaign’s own keeps its reason', () => {
  expect(citeInWords('courtesy, not law: Banjir', 'id')).toBe('demi kesantunan: Banjir');
});

it('what several rules rest on is told once', () => {
  const twice = [{ cite: 'house policy' }, { cite: 'UU 1/2000' }, { cite: 'house policy' }];
  expect(citesInWords(twice, 'id')).toBe('kebijakan internal; UU 1/2000');
});
