import type { KnownRules } from '../../dialer/compliance/parse-rule-file';

/** A reader of rule files that knows nothing by itself. */
export const knowsNothing: KnownRules = {
  zones: { countryZones: {}, provinces: {}, areaCodes: {} },
  calendars: [],
  packs: [],
};

/** A small file by somebody else, in Singapore, with notes of their own. */
export const foreignRuleFile = {
  meta: { author: 'somebody', note: 'any text' },
  zones: {
    countryZones: { SG: ['Asia/Singapore'] },
    provinces: { 'SG-01': ['Central', '1', 'Asia/Singapore'] } as Record<string, string[]>,
    areaCodes: { SG: { '6': ['Asia/Singapore'] } },
  },
  calendars: {
    'SG@2026': {
      source: 'gazette',
      years: [2026],
      entries: {
        '2026-08-09': 'national',
        '2026-11-24': { type: 'company', name: 'Founder', regions: ['SG-01'] },
      },
    },
  },
  profiles: {
    'SG.OWN': {
      jurisdiction: 'SG',
      effectiveFrom: '2020-01-01',
      note: 'ours',
      rules: [
        {
          id: 'sg.window',
          kind: 'window',
          force: 'policy',
          cite: 'house',
          note: 'why',
          windows: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }],
        },
        {
          id: 'sg.holiday',
          kind: 'holiday',
          force: 'policy',
          cite: 'house',
          calendar: 'SG',
          types: ['company'],
        },
        {
          id: 'sg.cap',
          kind: 'cap',
          force: 'policy',
          cite: 'house',
          scope: ['person'],
          count: 'attempt',
          excludeOutcomes: ['busy', 'cancelled'],
          max: 1,
          period: { hours: 24 },
        },
      ],
    },
  },
  cases: [
    {
      id: 'S1',
      title: 'a cancelled call frees its slot',
      type: 'preDial',
      profiles: ['SG.OWN'],
      calendars: { SG: 'SG@2026' },
      facts: {
        country: 'SG',
        zone: [{ mobile: '+6580000001' }],
        target: 'consumer',
        collector: 'first_party',
        person: 'P',
        debt: { id: 'D', kind: 'card' },
        number: 'N',
        place: 'mobile',
        line: 'mobile',
        mode: 'predictive',
        events: [
          {
            at: '2026-11-23T01:00:00Z',
            outcome: 'cancelled',
            direction: 'out',
            person: 'P',
            debts: ['D'],
            number: 'N',
            place: 'mobile',
            mode: 'predictive',
          },
        ],
      },
      at: '2026-11-23T10:00:00+08:00',
      expect: { verdict: 'allow', local: ['Mon 2026-11-23 10:00:00'] },
    },
    {
      id: 'S2',
      type: 'inCall',
      profiles: ['SG.OWN'],
      facts: {
        country: 'SG',
        zone: [{ areaCode: '06' }],
        target: 'consumer',
        collector: 'first_party',
        person: 'P',
        debt: { id: 'D', kind: 'card' },
        number: 'N',
        place: 'mobile',
        line: 'mobile',
        mode: 'live',
      },
      at: '2026-11-23T10:00:00Z',
      expect: { action: 'wrap_up' },
    },
  ],
};
export type ForeignRuleFile = typeof foreignRuleFile;

/** That file with a change, as text. */
export function changedRuleFile(change: (file: ForeignRuleFile) => void): string {
  const copy = structuredClone(foreignRuleFile);
  change(copy);
  return JSON.stringify(copy);
}
