import { citeInWords, HOUSE_CITES } from '../../../../dialer/compliance/cite-words';
import { restsOn } from '../../../../dialer/compliance/explain';
import { shippedPacks } from '../../../../dialer/compliance/shipped/shipped-packs';

const rules = shippedPacks.flatMap((pack) => pack.rules);

it('what the house says of its own rules is said in the language that is asked for', () => {
  const ofHouse = rules.filter(({ cite }) => /^(house|product)\b/.test(cite));
  expect(new Set(ofHouse.map(({ cite }) => cite))).toEqual(new Set(HOUSE_CITES));
  for (const rule of ofHouse) {
    const [id, en] = [restsOn(rule, 'id'), restsOn(rule, 'en')];
    expect(id).not.toMatch(/\b(house|product|the|which|no-call)\b/);
    // not twice in one sentence
    expect(en.replace(/^House policy, not law/, '')).not.toMatch(/house policy|product/);
    expect(id).toMatch(/^Kebijakan internal, bukan ketentuan hukum(: .+)?\.$/);
  }
});

it('a citation of law, and what a tenant wrote, stand as they are', () => {
  for (const cite of ['POJK 22/2023 Pasal 62(2)f', 'SOP penagihan 4.2']) {
    expect(citeInWords(cite, 'id')).toBe(cite);
    expect(citeInWords(cite, 'en')).toBe(cite);
  }
});
