import { jsonMistake, readJson } from '../../../../dialer/compliance/read-json';
import type { RuleFileProblem } from '../../../../dialer/compliance/rule-file-problem';
import { InputError } from '../input-error';

/** @throws InputError with line and column of the mistake, or the names that are there twice */
export function parseJson(file: string, text: string): unknown {
  const { value, problems } = readJson(text);
  if (problems.length > 0) throw fileProblems(file, text, problems);
  return value;
}

/** What is wrong in a file, a line each: place, reason, what would be accepted. */
export function fileProblems(
  file: string,
  text: string,
  problems: readonly RuleFileProblem[],
): InputError {
  return new InputError(
    ...problems.map(({ path, reason, accepted }) => {
      if (reason.startsWith('is not JSON')) return `${file}:${notJson(text)}`;
      return `${file}:${path === '$' ? '' : ` ${path}`} ${reason}; accepted: ${accepted}`;
    }),
  );
}

const SHOWN = 60;

function notJson(text: string): string {
  const { line, column } = jsonMistake(text);
  const lines = text.split('\n');
  const ended =
    lines.slice(line).join('').trim() === '' && (lines[line - 1] ?? '').trimEnd().length < column;
  const what = ended
    ? 'it ends too early'
    : (lines[line - 1] ?? '').slice(column - 1, column - 1 + SHOWN);
  return `${line}:${column}: is not JSON${ended ? ': ' : ' from here: '}${what}`;
}
