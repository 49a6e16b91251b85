import { timeAheadProblem } from '../domain/time-ahead';
import { Problem } from './problem';

/** The time of a later call, as a body names it. @throws Problem that names the field. */
export function givenTimeAhead(field: string, text: string, now: Date): Date {
  const at = new Date(text);
  const problem = timeAheadProblem(field, at, now);
  if (problem === null) return at;
  throw new Problem('invalid_request', 'Something in the body is not accepted.', {
    in: 'body',
    errors: [problem],
  });
}
