import fc from 'fast-check';
import type { CampaignDocument } from '../../../../../src/domain/campaign-document/campaign-document';
import {
  compileDocument,
  documentOf,
  type DocumentNames,
} from '../../../../../src/domain/campaign-document/compile-document';
import { diffDocuments } from '../../../../../src/domain/campaign-document/diff-documents';
import { parseDocumentValue } from '../../../../../src/domain/campaign-document/parse-campaign-document';
import { CALLER_IDS, campaignDocuments } from '../../../../support/document-arbitraries';

/** Everything that the documents name is there; nobody has the courtesy pack yet. */
function namesFor(document: CampaignDocument): DocumentNames {
  const named = (all: readonly string[] = []) => all.map((name) => ({ id: `id of ${name}`, name }));
  return {
    creditor: { code: document.creditor, country: 'ID', rulePacks: [] },
    pools: named(document.pools),
    trunks: named(document.dialing?.trunks ?? ['Operator']).map((trunk) => {
      return { ...trunk, callerIds: CALLER_IDS };
    }),
    packs: document.rulePacks ?? [],
  };
}

it('says the same parts as a document again', () => {
  fc.assert(
    fc.property(campaignDocuments, (drawn) => {
      const { document } = parseDocumentValue(drawn);
      if (document === null) throw new Error('refused');
      const names = namesFor(document);
      const { parts, findings } = compileDocument(document, names);
      expect(findings).toEqual([]);
      const said = documentOf(parts, names);
      // parsed and compiled again nothing changes any more
      const again = parseDocumentValue(said).document;
      if (again === null) throw new Error('its own document is refused');
      expect(documentOf(compileDocument(again, names).parts, names)).toEqual(said);
      const changed = diffDocuments(document, said).map(({ field }) => field.replace(/[[.].*/, ''));
      // empty parts say nothing; pools and trunks are sets
      const sets = changed.filter(
        (field) => !['pools', 'dialing', 'accounts', 'stops'].includes(field),
      );
      expect(sets).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

const DOCUMENT: CampaignDocument = { format: 'santun-campaign/1', creditor: 'contoh', name: 'x' };
const NAMES: DocumentNames = {
  creditor: { code: 'contoh', country: 'ID', rulePacks: ['ID.POLICY.COURTESY'] },
  pools: [{ id: '1', name: 'Tim Pagi' }],
  trunks: [{ id: '2', name: 'Operator', callerIds: ['+622150001234'] }],
  packs: ['ID.POLICY.HOUSE', 'ID.POLICY.COURTESY'],
};

it.each<[Partial<CampaignDocument>, string]>([
  [{ pools: ['Tim Pagy'] }, 'pools[0]: Tim Pagi? one of Tim Pagi'],
  [{ dialing: { trunks: ['Operatur'] } }, 'dialing.trunks[0]: Operator? one of Operator'],
  [{ dialing: { callerId: '+622150001235' } }, 'dialing.callerId: +622150001234? one of'],
  [
    { dialing: { callerIds: ['+622150001234', '+62361001'] } },
    'dialing.callerIds[1]: one of +622150001234',
  ],
  [
    { dialing: { trunks: ['Operator'], callerIdByProvince: { 'ID-BA': '+62361001' } } },
    'dialing.callerIdByProvince.ID-BA: one of +622150001234',
  ],
  [{ rulePacks: ['ID.POLICY.HAUS'] }, 'rulePacks[0]: ID.POLICY.HOUSE? one of ID.POLICY.HOUSE'],
  [{ courtesy: { windows: false } }, 'courtesy.windows: true; or take that pack off there first'],
  [
    { courtesy: { windows: true }, rulePacks: ['ID.POLICY.COURTESY'] },
    'rulePacks[0]: leave it out',
  ],
])('tells what %j names and nobody knows', (part, expected) => {
  const { findings } = compileDocument({ ...DOCUMENT, ...part }, NAMES);
  expect(findings).toHaveLength(1);
  const [{ path, accepted }] = findings as [(typeof findings)[number]];
  const field = path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`),
    '',
  );
  expect(`${field.slice(1)}: ${accepted}`).toContain(expected);
});

it('tells what is different, field by field', () => {
  expect(
    diffDocuments(
      { ...DOCUMENT, accounts: { bucket: ['1-10', '11-30'] }, pools: ['a'] },
      { ...DOCUMENT, accounts: { bucket: ['1-10'] }, share: { priority: 1, weight: 2 } },
    ),
  ).toEqual([
    { field: 'accounts.bucket[1]', before: '11-30' },
    { field: 'pools', before: ['a'] },
    { field: 'share', after: { priority: 1, weight: 2 } },
  ]);
  expect(diffDocuments(DOCUMENT, DOCUMENT)).toEqual([]);
});
