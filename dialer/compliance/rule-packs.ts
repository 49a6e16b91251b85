import type { RulePack } from './rule-pack';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

/** Indonesia: hours of POJK 22/2023 in the debtor's local time, and the house's attempt limit. */
const INDONESIA_BASE: RulePack = {
  id: 'ID.BASE',
  version: 1,
  title: 'Indonesia: Monday to Saturday 08:00-20:00 local time, 3 attempts a day a person',
  jurisdiction: 'ID',
  effectiveFrom: '2023-12-22',
  rules: [
    {
      id: 'id.pojk22.62-2-f.window',
      kind: 'window',
      force: 'law',
      cite: 'POJK 22/2023 Pasal 62(2)f',
      windows: [{ days: [1, 2, 3, 4, 5, 6], from: '08:00', to: '20:00' }],
    },
    {
      id: 'id.policy.attempts-a-day',
      kind: 'cap',
      force: 'policy',
      cite: 'house policy: POJK 22/2023 Pasal 62(2) "terus menerus" gives no number',
      scope: ['person'],
      count: 'attempt',
      max: 3,
      period: { localDays: 1 },
    },
  ],
};

/** For demonstration against simulated people only: open at every hour. The limits stay. */
const DEMO_OPEN: RulePack = {
  id: 'DEMO.OPEN',
  version: 1,
  title: 'Always open: for demonstration with simulated people only',
  jurisdiction: '*',
  effectiveFrom: '2000-01-01',
  simulatedOnly: true,
  rules: [
    {
      id: 'demo.window',
      kind: 'window',
      force: 'policy',
      cite: 'none: simulated people',
      windows: [{ days: EVERY_DAY, from: '00:00', to: '24:00' }],
    },
    {
      id: 'demo.attempts-a-day',
      kind: 'cap',
      force: 'policy',
      cite: 'house policy',
      scope: ['person'],
      count: 'attempt',
      max: 3,
      period: { localDays: 1 },
    },
  ],
};

const PACKS = new Map([INDONESIA_BASE, DEMO_OPEN].map((pack) => [pack.id, pack]));

export function rulePackIds(): string[] {
  return [...PACKS.keys()];
}

/** The packs by id, in order. @throws RangeError naming the unknown one and what exists. */
export function findRulePacks(ids: readonly string[]): RulePack[] {
  return ids.map((id) => {
    const pack = PACKS.get(id);
    if (pack === undefined) {
      throw new RangeError(`no rule pack ${id}; there are: ${rulePackIds().join(', ')}`);
    }
    return pack;
  });
}
