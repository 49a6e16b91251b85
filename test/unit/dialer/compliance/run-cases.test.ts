import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRuleFile } from '../../../../dialer/compliance/parse-rule-file';
import { testRuleFile } from '../../../../dialer/compliance/run-cases';
import { changedRuleFile, foreignRuleFile, knowsNothing } from '../../../support/foreign-rule-file';

const golden = readFileSync(join(__dirname, '../../../golden/contact-rules.json'), 'utf8');

describe('running the cases of a file', () => {
  it('runs the golden file by itself', () => {
    expect(testRuleFile(golden, knowsNothing)).toEqual({
      problems: [],
      lines: [],
      passed: 129,
      failed: 0,
      repeatedIds: [],
    });
  });

  it('runs what somebody else wrote', () => {
    const result = testRuleFile(JSON.stringify(foreignRuleFile), knowsNothing);
    expect(result).toEqual({ problems: [], lines: [], passed: 2, failed: 0, repeatedIds: [] });
  });

  it('prints one line for each failing case, with every field that differs', () => {
    const file = JSON.parse(golden) as { cases: { id: string; expect: Record<string, unknown> }[] };
    const expectOf = (id: string): Record<string, unknown> =>
      file.cases.find((one) => one.id === id)!.expect;
    expectOf('A02')['nextAllowedAt'] = '2026-11-23T01:01:00.000Z';
    Object.assign(expectOf('A05'), { verdict: 'deny', failing: ['x'] });
    expectOf('F01').action = 'wrap_up';
    const result = testRuleFile(JSON.stringify(file), knowsNothing);
    expect(result.lines).toEqual([
      'A02 one second before opening: nextAllowedAt: expected "2026-11-23T01:01:00.000Z", got "2026-11-23T01:00:00.000Z"',
      'A05 Saturday is an allowed day: verdict: expected "deny", got "allow"; failing: expected ["x"], got []',
      expect.stringMatching(/^F01 .*: action: expected "wrap_up", got "continue"$/),
    ]);
    expect(result).toMatchObject({ passed: 126, failed: 3 });
  });

  it('names the ids that several cases have, and runs each', () => {
    const text = changedRuleFile((file) => file.cases.push(file.cases[0]!, file.cases[0]!));
    expect(testRuleFile(text, knowsNothing)).toMatchObject({ passed: 4, repeatedIds: ['S1'] });
  });

  it('keeps the line of a case whose title has several', () => {
    const text = changedRuleFile((file) => {
      file.cases[0]!.title = 'busy\n  or not';
      file.cases[0]!.expect = { verdict: 'deny' } as never;
    });
    expect(testRuleFile(text, knowsNothing).lines).toEqual([
      'S1 busy or not: verdict: expected "deny", got "allow"',
    ]);
  });

  it('compares instants, not their spelling', () => {
    const text = changedRuleFile((file) => {
      file.cases[0]!.at = '2026-11-23T08:00:00+08:00';
      file.cases[0]!.expect = {
        verdict: 'deny',
        nextAllowedAt: '2026-11-23T09:00:00+08:00',
      } as never;
    });
    expect(testRuleFile(text, knowsNothing).failed).toBe(0);
  });

  it('takes the region from the one province of a case', () => {
    const onFoundersDay = (zone: object[]): string =>
      changedRuleFile((file) => {
        file.zones.provinces = {
          ...file.zones.provinces,
          'SG-02': ['North East', '2', 'Asia/Singapore'],
        };
        file.cases[0]!.at = '2026-11-24T02:00:00Z';
        file.cases[0]!.facts.zone = zone as never;
      });
    expect(testRuleFile(onFoundersDay([{ province: 'SG-02' }]), knowsNothing).failed).toBe(1);
    const local = (text: string): unknown => testRuleFile(text, knowsNothing).lines[0];
    expect(local(onFoundersDay([{ province: 'SG-02' }]))).not.toContain('verdict');
    expect(local(onFoundersDay([{ province: 'SG-01' }]))).toContain('got "deny"');
    expect(local(onFoundersDay([{ mobile: '+6580000001' }]))).toContain('got "deny"');
  });
});

describe('names that the file does not have', () => {
  const split = JSON.parse(golden) as Record<string, unknown>;
  const cases = JSON.stringify({ cases: split.cases });
  const known = parseRuleFile(JSON.stringify({ ...split, cases: [] }), knowsNothing).file!;

  it('are found among what is known', () => {
    const result = testRuleFile(cases, {
      zones: known.zones,
      calendars: [...known.calendars.values()],
      packs: [...known.packs.values()],
    });
    expect(result).toMatchObject({ problems: [], passed: 129, failed: 0 });
  });

  it('are problems when nobody knows them, with the nearest that exists', () => {
    const text = changedRuleFile((file) => {
      file.cases[0]!.profiles = ['SG.OWM'];
      file.cases[0]!.calendars!.SG = 'SG@2027';
    });
    expect(parseRuleFile(text, knowsNothing).problems).toEqual([
      {
        path: 'cases[0].profiles[0]',
        reason: 'names SG.OWM, which neither the file nor the program has',
        accepted: 'SG.OWN? one of SG.OWN',
      },
      {
        path: 'cases[0].calendars.SG',
        reason: 'names SG@2027, which neither the file nor the program has',
        accepted: 'SG@2026? one of SG@2026',
      },
    ]);
  });

  it('are the file’s own when both have them', () => {
    const { file } = parseRuleFile(JSON.stringify(foreignRuleFile), {
      ...knowsNothing,
      packs: [{ ...known.packs.get('ID.AFPI')!, id: 'SG.OWN' }],
    });
    expect(file!.packs.get('SG.OWN')!.jurisdiction).toBe('SG');
  });
});
