import type { z } from 'zod';
import { ISSUE_REASONS, valueAt } from '../issue-words';
import { nearestWord } from '../nearest-word';
import { documentJsonSchema, knownFields } from './json-schema';

/** One thing that is wrong, by its path in the document. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  readonly reason: string;
  readonly accepted: string;
  /** The key itself is wrong, not its value. */
  readonly isKey?: boolean;
}

type Issue = z.core.$ZodIssue;

/** The findings of the schema in words. Our schemas' messages say what would be accepted. */
export function describeDocumentIssues(value: unknown, issues: readonly Issue[]): Finding[] {
  return issues.flatMap((issue): Finding[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownField([...issue.path], key));
    }
    if (issue.code === 'invalid_key') {
      const key = unknownField(issue.path.slice(0, -1), String(issue.path.at(-1)));
      const accepted = issue.issues[0]?.message;
      // a key of some form, not of a list
      const isForm = key.accepted === LEAVE_OUT && accepted !== undefined;
      return [isForm ? { ...key, reason: 'has the wrong form', accepted } : key];
    }
    if (valueAt(value, issue.path) === undefined) {
      return [{ path: issue.path, reason: 'is missing', accepted: acceptedBy(issue, undefined) }];
    }
    const shown = valueAt(value, issue.path);
    const reason = `${shownValue(shown)}${ownReason(issue) ?? ISSUE_REASONS[issue.code] ?? 'is not accepted'}`;
    return [{ path: issue.path, reason, accepted: acceptedBy(issue, shown) }];
  });
}

const LEAVE_OUT = 'leave it out';

function unknownField(path: readonly PropertyKey[], key: string): Finding {
  const fields = knownFields(documentJsonSchema(), path);
  const near = nearestWord(key, fields);
  const list = fields.length === 0 ? LEAVE_OUT : `one of ${fields.join(', ')}`;
  return {
    path: [...path, key],
    reason: 'is not a known field',
    accepted: near === null ? list : `${near}? ${list}`,
    isKey: true,
  };
}

function ownReason(issue: Issue): string | null {
  const reason: unknown = issue.code === 'custom' ? issue.params?.reason : null;
  return typeof reason === 'string' ? reason : null;
}

/** Short values are shown, so that the line can be found by eye; a document has no personal data. */
function shownValue(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  const isShort = typeof value !== 'object' && text.length <= 40;
  return isShort ? `${text} ` : '';
}

function acceptedBy(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_value') return withNearest(value, issue.values.map(String));
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)) {
    return withNearest(value, issue.options.map(String));
  }
  if (issue.code === 'too_small') return limit(issue, `at least ${String(issue.minimum)}`);
  if (issue.code === 'too_big') return limit(issue, `at most ${String(issue.maximum)}`);
  if (issue.code === 'invalid_type') {
    return ours(issue) ?? TYPE_WORDS[issue.expected] ?? issue.expected;
  }
  return issue.message;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: 'fields with their values',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
};

/** A message of our schemas; zod's own say what was wrong, not what is accepted. */
function ours({ message }: Issue): string | null {
  return /^(Invalid|Too|Unrecognized)/.test(message) ? null : message;
}

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' items' };

/** The message of a number names its kind, `whole minutes`; that of a list says it all. */
function limit(issue: Issue & { readonly origin: string }, bound: string): string {
  const message = ours(issue);
  if (issue.origin === 'array' && message !== null) return message;
  const unit = UNITS[issue.origin] ?? '';
  return `${message === null ? '' : `${message}, `}${bound}${unit}`;
}

function withNearest(value: unknown, words: readonly string[]): string {
  const near = typeof value === 'string' ? nearestWord(value, words) : null;
  return `${near === null ? '' : `${near}? `}${words.length > 1 ? 'one of ' : ''}${words.join(', ')}`;
}
