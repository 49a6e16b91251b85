import type { z } from 'zod';
import { ISSUE_REASONS, valueAt } from '../../src/domain/issue-words';

/** One thing that is wrong in a rule file. */
export interface RuleFileProblem {
  /** `profiles["ID.HOUSE"].rules[0].windows[1].from`; `$` is the whole file. */
  readonly path: string;
  readonly reason: string;
  readonly accepted: string;
}

type Issue = z.core.$ZodIssue;

const REASONS: Readonly<Record<string, string>> = {
  ...ISSUE_REASONS,
  invalid_key: 'is not a key that fits here',
};

/** Each finding of the schema in words, with its place and what would be accepted. */
export function describeRuleIssues(raw: unknown, issues: readonly Issue[]): RuleFileProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: pathText([...issue.path, key]),
        reason: 'is not a known field here',
        accepted: 'leave it out',
      }));
    }
    const nested = branchOf(raw, issue);
    if (nested !== null) return describeRuleIssues(raw, nested);
    return [
      { path: pathText(issue.path), reason: reasonOf(raw, issue), accepted: acceptedBy(issue) },
    ];
  });
}

/** Of a union, the findings of the one form that was meant: its shape fits, a part of it does not. */
function branchOf(raw: unknown, issue: Issue): Issue[] | null {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return null;
  const here = valueAt(raw, issue.path);
  if (typeof here !== 'object' || here === null) return null;
  const meant = issue.errors.filter((found) =>
    found.every(
      ({ code, path }) =>
        path.length > 0 && code !== 'unrecognized_keys' && valueAt(here, path) !== undefined,
    ),
  );
  const [only] = meant;
  if (only === undefined || meant.length > 1) return null;
  return only.map((found) => ({ ...found, path: [...issue.path, ...found.path] }));
}

function reasonOf(raw: unknown, issue: Issue): string {
  const value = valueAt(raw, issue.path);
  if (value === undefined) return 'is missing';
  const shown =
    typeof value === 'string' || typeof value === 'number' ? `${JSON.stringify(value)} ` : '';
  return `${shown}${ownReason(issue) ?? REASONS[issue.code] ?? 'is not valid'}`;
}

/** A finding of our own may bring its words. */
function ownReason(issue: Issue): string | null {
  const reason: unknown = issue.code === 'custom' ? issue.params?.reason : null;
  return typeof reason === 'string' ? reason : null;
}

/** A message of our schemas says what is accepted; zod's own is put in other words. */
function acceptedBy(issue: Issue): string {
  if (issue.code === 'invalid_value') return issue.values.map(String).join(', ');
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)) {
    return issue.options.map(String).join(', ');
  }
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input'))
    return issue.expected;
  return issue.message;
}

/** As JavaScript writes it: `cases[3].facts.zone`, `profiles["ID.HOUSE"]`. */
export function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '$';
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      const name = String(key);
      if (!/^[a-zA-Z_]\w*$/.test(name)) return `[${JSON.stringify(name)}]`;
      return index === 0 ? name : `.${name}`;
    })
    .join('');
}
