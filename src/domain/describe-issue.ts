import type { FieldProblem } from './field-problem';
import { FORMS, NO_SUCH_DAY } from './given-forms';

/** One finding of the zod validator as Fastify hands it on. */
export interface ValidationIssue {
  /** zod's issue code. */
  readonly keyword: string;
  /** `/settings/ringTimeoutMs` */
  readonly instancePath: string;
  readonly message?: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

type Wording = Pick<FieldProblem, 'reason' | 'accepted'>;

const FORMATS: Readonly<Record<string, string>> = FORMS;

/** What is wrong, field by field, and what would be accepted. Never repeats a value. */
export function describeIssues(issues: readonly ValidationIssue[]): FieldProblem[] {
  return issues.flatMap((issue) => {
    const field = issue.instancePath.split('/').filter(Boolean).join('.');
    if (issue.keyword === 'unrecognized_keys') {
      return listOf(issue.params.keys).map((key) => ({
        field: field === '' ? key : `${field}.${key}`,
        reason: 'is not a known field',
        accepted: 'leave it out',
      }));
    }
    return [{ field, ...describe(issue) }];
  });
}

function describe(issue: ValidationIssue): Wording {
  switch (issue.keyword) {
    case 'invalid_type':
      return describeType(issue);
    case 'invalid_value':
      return {
        reason: 'is not one of the values',
        accepted: listOf(issue.params.values).join(', '),
      };
    case 'invalid_format':
      return describeFormat(issue);
    case 'too_small':
      return describeLimit(issue, 'too small', 'at least', issue.params.minimum);
    case 'too_big':
      return describeLimit(issue, 'too big', 'at most', issue.params.maximum);
    case 'invalid_key':
      return describeKey(issue);
    default:
      return describeOwn(issue);
  }
}

/** A check of our own says what is accepted, and may name the reason beside it. */
function describeOwn({ message, params }: ValidationIssue): Wording {
  const own = params.params as { readonly reason?: unknown } | undefined;
  if (typeof own?.reason === 'string' && message !== undefined)
    return { reason: own.reason, accepted: message };
  return { reason: message ?? 'is not valid', accepted: 'see the OpenAPI document' };
}

/** A key of a record that has no fixed ones, a date or a code: what is wrong with it. */
function describeKey(issue: ValidationIssue): Wording {
  const [first] = issue.params.issues as readonly { code: string; message: string }[];
  if (first === undefined) return describeOwn(issue);
  const { code: keyword, message, ...params } = first;
  return describe({ keyword, instancePath: '', message, params });
}

function describeType(issue: ValidationIssue): Wording {
  const missing = issue.message?.endsWith('received undefined') === true;
  return {
    reason: missing ? 'is missing' : 'has the wrong type',
    accepted:
      /expected (.+), received undefined$/.exec(issue.message ?? '')?.[1] ??
      String(issue.params.expected),
  };
}

/** A pattern's own message says what is accepted. */
function describeFormat(issue: ValidationIssue): Wording {
  const format = String(issue.params.format);
  const accepted = FORMATS[format] ?? issue.message ?? format;
  return { reason: issue.message === NO_SUCH_DAY ? NO_SUCH_DAY : 'has the wrong form', accepted };
}

const UNITS: Record<string, string> = { string: ' characters', array: ' items' };

function describeLimit(
  issue: ValidationIssue,
  reason: string,
  word: string,
  limit: unknown,
): Wording {
  const { origin } = issue.params;
  const unit = typeof origin === 'string' ? (UNITS[origin] ?? '') : '';
  return { reason: `is ${reason}`, accepted: `${word} ${String(limit)}${unit}` };
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
