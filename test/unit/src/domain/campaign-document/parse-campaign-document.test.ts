import fc from 'fast-check';
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { documentJsonSchema } from '../../../../../src/domain/campaign-document/json-schema';
import {
  parseCampaignDocument,
  parseDocumentValue,
} from '../../../../../src/domain/campaign-document/parse-campaign-document';
import { renderCampaignDocument } from '../../../../../src/domain/campaign-document/render-campaign-document';
import { campaignDocuments } from '../../../../support/document-arbitraries';

const HEAD = 'format: santun-campaign/1\ncreditor: contoh\nname: November\n';

/** `line:column field: reason → accepted` of each problem. */
function problems(text: string): string[] {
  return parseCampaignDocument(text).problems.map(
    ({ line, column, field, reason, accepted }) =>
      `${line ?? '-'}:${column ?? '-'} ${field}: ${reason} → ${accepted}`,
  );
}

const EXPERIMENT_FIELDS = [
  ...['share', 'challenger', 'metric', 'withinDays', 'leastPersons', 'alpha', 'guard', 'endsOn'],
];
const experiment = (...lines: readonly string[]): string =>
  ['experiment:', ...lines, 'name: later', 'withinDays: 7', 'leastPersons: 100', 'alpha: 0.05']
    .concat(['guard: { complaintsPer1000: 2 }', 'endsOn: 2099-12-31'])
    .join('\n  ');

describe('a document with a mistake', () => {
  it.each([
    [
      'acounts: {}',
      ['4:1 acounts: is not a known field → accounts? one of format, creditor, name, accounts,'],
    ],
    [
      'accounts:\n  bucket: [1-10, 11-31]',
      ['5:18 accounts.bucket[1]: "11-31" is not one of the values → 11-30? one of pre-due, 1-10'],
    ],
    [
      'accounts:\n  any:\n    - amountDueMinor: { from: 5, too: 3 }',
      ['6:34 accounts.any[0].amountDueMinor.too: is not a known field → one of from, to'],
    ],
    [
      'accounts: { not: { province: [ID-JX] } }',
      ['4:31 accounts.not.province[0]: "ID-JX" is not accepted → ID-JA? one of ID-AC'],
    ],
    [
      'accounts: { daysPastDue: { from: 30, to: 10 } }',
      ['4:42 accounts.daysPastDue.to: 10 is not accepted → at least as much as from'],
    ],
    [
      'accounts: { bucket: [pre-due] }',
      ['4:22 accounts.bucket[0]: asks for accounts that are not past due → days past due from 1'],
    ],
    [
      'callingHours:\n  - { days: [mon], from: 8:00, to: "17:00" }',
      ['5:26 callingHours[0].from: "8:00" has the wrong form → "00:00" to "23:59"'],
    ],
    [
      'callingHours:\n  - { days: [mon], from: "17:00", to: "08:00" }',
      ['5:39 callingHours[0].to: "08:00" is not accepted → a later time than from'],
    ],
    [
      'courtesy: { windows: yes }',
      ['4:22 courtesy.windows: "yes" has the wrong type → true or false'],
    ],
    [
      'retry:\n  buzy: { afterMinutes: 10 }',
      ['5:3 retry.buzy: is not a known field → busy? one of busy, no_answer'],
    ],
    [
      'retry: { busy: { afterMinutes: 1 } }',
      ['4:32 retry.busy.afterMinutes: 1 is too small → whole minutes, at least 5'],
    ],
    [
      'rules:\n  - name: few\n    when: { metric: ready_agents, is: below, value: 3, forSeconds: 60 }\n    then: { do: pauze }',
      ['7:17 rules[0].then.do: "pauze" is none of the forms → pause? one of pause, finish'],
    ],
    [
      'rules:\n  - name: few\n    when: { metric: answered_percent, is: below, value: 300, forSeconds: 60 }\n    then: { do: pause }',
      ['6:57 rules[0].when.value: is more than a percentage can be → 0 to 100'],
    ],
    [
      'share: { priority: 9 }',
      [
        '4:20 share.priority: 9 is too big → 1 to 5, at most 5',
        '4:8 share.weight: is missing → 1 to 100',
      ],
    ],
    [
      experiment('share: 100', 'metric: right_party_percnt', 'challenger: {}'),
      [
        '5:10 experiment.share: 100 is too big → whole percent, at most 50',
        '6:11 experiment.metric: "right_party_percnt" is not one of the values → right_party_percent? one of',
      ],
    ],
    [
      experiment('share: 0', 'metric: paid_percent', 'challenger: { callingHours: [] }'),
      [
        '5:10 experiment.share: 0 is too small → whole percent, at least 1',
        '7:17 experiment.challenger.callingHours: is not a known field → one of ordering, retry, phones',
      ],
    ],
    [
      experiment('share: 20', 'metric: paid_percent', 'challenger: { ordering: { waiting: 2 } }'),
      [
        '7:29 experiment.challenger.ordering.waiting: is not a known field → one of amountDue, daysPastDue, promise',
      ],
    ],
    [
      experiment('share: 20', 'metric: paid_percent', 'challenger: { ordering: { promise: 1 } }'),
      [
        '7:15 experiment.challenger: says nothing that the document does not say → other values in at least one of',
      ],
    ],
    [
      experiment(
        'share: 20',
        'metric: paid_percent',
        'challenger: { phones: { order: best_chance } }',
      ),
      ['7:15 experiment.challenger: says nothing that the document does not say'],
    ],
    [
      experiment('share: 20', 'metric: paid_percent', 'challenger: {}') +
        '\ndialing: { mode: manual }',
      ['5:3 experiment: compares calls that the program places, and mode is manual'],
    ],
    [
      'experiment: { name: a1 }',
      EXPERIMENT_FIELDS.map((field) => `4:13 experiment.${field}: is missing`),
    ],
    ['name: again', ['4:1 $: cannot be read: Map keys must be unique → YAML 1.2 or JSON']],
    ['pools: !!python x', ['4:8 $: cannot be read: Unresolved tag']],
  ])('%j is told with its line', (lines, expected) => {
    const found = problems(HEAD + lines);
    expect(found).toHaveLength(expected.length);
    expected.forEach((start, index) => {
      expect(found[index]?.slice(0, start.length)).toBe(start);
    });
  });

  it('tells what is missing at the collection that should have it', () => {
    expect(problems('format: santun-campaign/1\nname: x')).toEqual([
      "1:1 creditor: is missing → a creditor's code",
    ]);
    expect(problems('')).toEqual(['-:- $: is empty → fields with their values']);
  });

  it('finds the line of what an alias stands for', () => {
    const text = `${HEAD}segments:\n  - { name: a, accounts: &days { daysPastDu: { from: 1 } } }\n  - { name: b, accounts: *days }`;
    expect(problems(text).map((problem) => problem.slice(0, 46))).toEqual([
      '5:34 segments[0].accounts.daysPastDu: is not a',
      '5:34 segments[1].accounts.daysPastDu: is not a',
    ]);
  });

  it.each([
    ['deep brackets', '{"not":'.repeat(20_000)],
    ['deep lists', '- '.repeat(20_000)],
    ['deep maps', Array.from({ length: 500 }, (_, n) => `${' '.repeat(n)}a:`).join('\n')],
    ['a long text', 'a'.repeat(300_000)],
    [
      'aliases that grow',
      `a: &a [x]\n${'bcdefghij'
        .split('')
        .map((name, n) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[n]}`).join(', ')}]`)
        .join('\n')}`,
    ],
  ])('refuses %s without falling over', (_, text) => {
    const { problems: found } = parseCampaignDocument(text);
    expect(found).toHaveLength(1);
    expect(found[0]?.reason).toMatch(/deep|long|aliases|bracket|read/);
  });

  it('refuses a value that is nested too deeply', () => {
    let value: unknown = {};
    for (let depth = 0; depth < 50_000; depth++) value = { not: value };
    expect(parseDocumentValue({ accounts: value }).problems[0]?.reason).toBe(
      'is nested too deeply',
    );
  });
});

it('reads back what it wrote, as YAML and as JSON', () => {
  fc.assert(
    fc.property(campaignDocuments, (drawn) => {
      const { document, problems: none } = parseDocumentValue(drawn);
      expect(none).toEqual([]);
      if (document === null) throw new Error('refused');
      for (const text of [renderCampaignDocument(document), JSON.stringify(document)]) {
        expect(parseCampaignDocument(text).document).toEqual(document);
      }
    }),
    { numRuns: 60 },
  );
});

it('publishes a schema that accepts what is accepted', () => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  addFormats(ajv);
  const validate = ajv.compile(documentJsonSchema());
  fc.assert(
    fc.property(campaignDocuments, (document) => {
      expect([validate(document), validate.errors]).toEqual([true, null]);
    }),
  );
  expect(
    validate({ format: 'santun-campaign/1', creditor: 'contoh', name: 'x', acounts: {} }),
  ).toBe(false);
});
