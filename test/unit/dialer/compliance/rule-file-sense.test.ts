import { parseRuleFile } from '../../../../dialer/compliance/parse-rule-file';
import type { RuleFileProblem } from '../../../../dialer/compliance/rule-file-problem';
import { HOLD_KINDS } from '../../../../src/domain/hold-kind';
import {
  changedRuleFile,
  knowsNothing,
  type ForeignRuleFile,
} from '../../../support/foreign-rule-file';

function problemsOf(text: string): readonly RuleFileProblem[] {
  return parseRuleFile(text, knowsNothing).problems;
}

/** What is well formed and cannot be meant: it would be read, and silently do nothing. */
describe('what makes no sense', () => {
  const rule = (file: ForeignRuleFile, index: number): Record<string, unknown> =>
    file.profiles['SG.OWN'].rules[index] as Record<string, unknown>;
  const facts = (file: ForeignRuleFile): Record<string, unknown> => file.cases[0]!.facts;
  const at = (rest: string): string => `profiles["SG.OWN"].rules${rest}`;

  it.each<[string, (file: ForeignRuleFile) => void, string, RegExp, RegExp]>([
    [
      'a rule twice',
      (file) => file.profiles['SG.OWN'].rules.push({ ...file.profiles['SG.OWN'].rules[0]! }),
      at('[3].id'),
      /^"sg.window" is there twice$/,
      /^an id that nothing else has$/,
    ],
    [
      'a pack that ends before it begins',
      (file) => Object.assign(file.profiles['SG.OWN'], { effectiveTo: '2020-01-01' }),
      'profiles["SG.OWN"].effectiveTo',
      /not valid/,
      /^a date after effectiveFrom/,
    ],
    [
      'a quiet time that ends before it begins',
      (file) =>
        Object.assign(rule(file, 0), {
          kind: 'blackout',
          dateFrom: '2026-03-09',
          dateTo: '2026-03-08',
        }),
      at('[0].dateTo'),
      /not valid/,
      /^dateFrom or a later date/,
    ],
    [
      'a cap that counts nothing',
      (file) => (rule(file, 2).count = ['cancelled']),
      at('[2].count'),
      /not valid/,
      /at least one of reserved/,
    ],
    [
      'a day of a year that is not covered',
      (file) => Object.assign(file.calendars['SG@2026'].entries, { '2027-08-09': 'national' }),
      'calendars["SG@2026"].entries["2027-08-09"]',
      /lies in a year that the calendar does not cover/,
      /^a date in 2026; or its year in years/,
    ],
    [
      'a fact that a rule waits for, and is no date',
      (file) => {
        Object.assign(rule(file, 2), { kind: 'wait', fact: 'noticeMailedOn', days: 7 });
        facts(file).debt = { id: 'D', kind: 'card', noticeMailedOn: 'soon' };
      },
      'cases[0].facts.debt.noticeMailedOn',
      /^"soon" /,
      /^a date, /,
    ],
    [
      'a rule that waits for a fact that no debt has',
      (file) => Object.assign(rule(file, 2), { kind: 'wait', fact: 'noticeMailedOnn', days: 7 }),
      at('[2].fact'),
      /^"noticeMailedOnn" is no dated fact of a debt: no call would ever be allowed$/,
      /^noticeMailedOn$/,
    ],
    [
      'a rule on holds of a kind that there is not',
      (file) => Object.assign(rule(file, 2), { kind: 'hold', on: ['dispute', 'atorney'] }),
      at('[2].on[1]'),
      /^"atorney" is no kind of hold: it would never stop a call$/,
      /^\*, cease, dnc, attorney, .*, handed_over, debt_adviser$/,
    ],
  ])('%s', (_title, change, path, reason, accepted) => {
    const [problem] = problemsOf(changedRuleFile(change));
    expect(problem?.path).toBe(path);
    expect(problem?.reason).toMatch(reason);
    expect(problem?.accepted).toMatch(accepted);
  });

  it('every kind of hold that there is makes sense, and * as all of them', () => {
    const on = ['*', ...HOLD_KINDS, 'debt_adviser'];
    const change = (file: ForeignRuleFile): unknown =>
      Object.assign(rule(file, 2), { kind: 'hold', on });
    expect(problemsOf(changedRuleFile(change))).toEqual([]);
  });

  it('a pack that is there twice', () => {
    const text = changedRuleFile(() => undefined).replace(
      '"profiles":{',
      '"profiles":{"SG.OWN":{},',
    );
    expect(problemsOf(text)).toEqual([
      { path: 'profiles["SG.OWN"]', reason: 'is there twice', accepted: 'each name once' },
    ]);
  });
});
