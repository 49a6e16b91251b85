import { parseRuleFile } from '../../../../dialer/compliance/parse-rule-file';
import type { RuleFileProblem } from '../../../../dialer/compliance/rule-file-problem';
import { testRuleFile } from '../../../../dialer/compliance/run-cases';
import {
  changedRuleFile,
  knowsNothing,
  type ForeignRuleFile,
} from '../../../support/foreign-rule-file';

function problemsOf(text: string): readonly RuleFileProblem[] {
  return parseRuleFile(text, knowsNothing).problems;
}

describe('problems of a file', () => {
  const rule = (file: ForeignRuleFile, index: number): Record<string, unknown> =>
    file.profiles['SG.OWN'].rules[index] as Record<string, unknown>;
  const window = (file: ForeignRuleFile): { days: number[]; from: string; to: string } =>
    file.profiles['SG.OWN'].rules[0]!.windows![0]!;
  const facts = (file: ForeignRuleFile): Record<string, unknown> => file.cases[0]!.facts;
  const at = (rest: string): string => `profiles["SG.OWN"].rules${rest}`;

  it.each<[string, (file: ForeignRuleFile) => void, string, RegExp, RegExp]>([
    [
      'an unknown kind of rule',
      (file) => (rule(file, 0).kind = 'windw'),
      at('[0].kind'),
      /^"windw" is none/,
      /^window, blackout, holiday.*identify$/,
    ],
    [
      'a window that never opens',
      (file) => (window(file).to = '09:00'),
      at('[0].windows[0].to'),
      /not valid/,
      /a whole day is 00:00 to 24:00/,
    ],
    [
      '24:00 as a beginning',
      (file) => (window(file).from = '24:00'),
      at('[0].windows[0].from'),
      /^"24:00" has the wrong form$/,
      /^00:00 to 23:59$/,
    ],
    [
      'day 0',
      (file) => (window(file).days = [0]),
      at('[0].windows[0].days[0]'),
      /^0 is too small$/,
      /1 to 7/,
    ],
    [
      'a misspelt exception',
      (file) => (rule(file, 0).overidableBy = ['time']),
      at('[0].overidableBy'),
      /not a known field/,
      /^overridableBy$/,
    ],
    [
      'an unknown condition',
      (file) => (rule(file, 0).when = { plce: ['home'] }),
      at('[0].when.plce'),
      /not a known field/,
      /leave it out/,
    ],
    [
      'a period of weeks',
      (file) => (rule(file, 2).period = { weeks: 1 }),
      at('[2].period'),
      /none of the forms/,
      /localDays/,
    ],
    [
      'a period of no days',
      (file) => (rule(file, 2).period = { localDays: 0 }),
      at('[2].period.localDays'),
      /^0 is too small$/,
      /1 or more/,
    ],
    [
      'no force',
      (file) => delete rule(file, 1).force,
      at('[1].force'),
      /is missing/,
      /^law, presumption/,
    ],
    [
      'an unknown outcome',
      (file) => (rule(file, 2).excludeOutcomes = ['engaged']),
      at('[2].excludeOutcomes[0]'),
      /"engaged" is not one/,
      /busy/,
    ],
    [
      'a date that does not exist',
      (file) => (file.profiles['SG.OWN'].effectiveFrom = '2026-02-29'),
      'profiles["SG.OWN"].effectiveFrom',
      /wrong form/,
      /^a date/,
    ],
    [
      'a calendar day that does not exist',
      (file) => Object.assign(file.calendars['SG@2026'].entries, { '2026-13-01': 'national' }),
      'calendars["SG@2026"].entries["2026-13-01"]',
      /not a key that fits/,
      /^a date/,
    ],
    [
      'an unknown type of day',
      (file) => (file.calendars['SG@2026'].entries['2026-08-09'] = 'bank'),
      'calendars["SG@2026"].entries["2026-08-09"]',
      /none of the forms/,
      /^national, cuti_bersama/,
    ],
    [
      'an unknown zone in a table',
      (file) => (file.zones.countryZones.SG = ['Asia/Temasek']),
      'zones.countryZones.SG[0]',
      /"Asia\/Temasek"/,
      /IANA/,
    ],
    [
      'an unknown zone as evidence',
      (file) => (facts(file).zone = [{ iana: 'Asia/Temasek' }]),
      'cases[0].facts.zone[0].iana',
      /"Asia\/Temasek"/,
      /IANA/,
    ],
    [
      'evidence of knowsNothing',
      (file) => (facts(file).zone = [{ postcode: '1' }]),
      'cases[0].facts.zone[0]',
      /none of the forms/,
      /one of \{"iana"\}/,
    ],
    [
      'an instant without its offset',
      (file) => (file.cases[0]!.at = '2026-11-23T10:00:00'),
      'cases[0].at',
      /wrong form/,
      /with its offset/,
    ],
    [
      'a case without a person',
      (file) => delete facts(file).person,
      'cases[0].facts.person',
      /missing/,
      /text/,
    ],
    [
      'a consent without windows',
      (file) =>
        (facts(file).consents = [{ kind: 'time', from: file.cases[0]!.at, to: file.cases[0]!.at }]),
      'cases[0].facts.consents[0].windows',
      /missing/,
      /list/,
    ],
    [
      'an unknown verdict',
      (file) => (file.cases[0]!.expect = { verdict: 'yes' } as never),
      'cases[0].expect.verdict',
      /"yes" is not one/,
      /^allow, agent_reserved, deny$/,
    ],
    [
      'a misspelt expectation',
      (file) => Object.assign(file.cases[0]!.expect, { faling: [] }),
      'cases[0].expect.faling',
      /not a known field/,
      /^failing$/,
    ],
    [
      'an expectation that nothing is compared with',
      (file) => Object.assign(file.cases[0]!.expect, { next: null }),
      'cases[0].expect.next',
      /not a known field/,
      /^one of verdict, deniedBy, failing, local, nextAllowedAt$/,
    ],
    [
      'a misspelt list that may be left out',
      (file) => (facts(file).evnts = []),
      'cases[0].facts.evnts',
      /not a known field/,
      /^events$/,
    ],
    [
      'a misspelt short word',
      (file) => (rule(file, 0).wen = { place: ['home'] }),
      at('[0].wen'),
      /not a known field/,
      /^when$/,
    ],
    [
      'a misspelt part of the file',
      (file) => Object.assign(file, { calenders: {} }),
      'calenders',
      /not a known field/,
      /^calendars$/,
    ],
    [
      'two kinds of evidence in one',
      (file) => (facts(file).zone = [{ iana: 'Asia/Singapore', province: 'SG-01' }]),
      'cases[0].facts.zone[0]',
      /not valid/,
      /one of \{"iana"\}/,
    ],
  ])('%s', (_title, change, path, reason, accepted) => {
    const problems = problemsOf(changedRuleFile(change));
    expect(problems[0]?.path).toBe(path);
    expect(problems[0]?.reason).toMatch(reason);
    expect(problems[0]?.accepted).toMatch(accepted);
  });

  it('are told all at once, and knowsNothing is run', () => {
    const text = changedRuleFile((file) => {
      window(file).from = '25:00';
      file.cases[0]!.at = 'soon';
    });
    const result = testRuleFile(text, knowsNothing);
    expect(result.problems.map(({ path }) => path)).toEqual([
      at('[0].windows[0].from'),
      'cases[0].at',
    ]);
    expect(result).toMatchObject({ lines: [], passed: 0, failed: 0 });
  });

  it('a source or a note is nobody’s misspelling', () => {
    const text = changedRuleFile((file) => Object.assign(rule(file, 0), { source: 'p. 3' }));
    expect(problemsOf(text)).toEqual([]);
  });

  it.each([
    ['no JSON', '{"cases": [', /^is not JSON: /, /^JSON$/],
    ['a list', '[]', /wrong type/, /^object$/],
    [
      'something else',
      '{"name": "package"}',
      /not a rule file/,
      /zones, calendars, profiles, cases/,
    ],
  ])('%s', (_title, text, reason, accepted) => {
    const [problem, ...more] = problemsOf(text);
    expect(more).toEqual([]);
    expect(problem?.path).toBe('$');
    expect(problem?.reason).toMatch(reason);
    expect(problem?.accepted).toMatch(accepted);
  });
});
