import { explainFailure } from '../../dialer/compliance/explain';
import type { Decided } from '../../dialer/deny';
import { Problem } from './problem';

/** A refusal of the gate: the rule, its text, in words, and the next allowed instant. */
export function deniedProblem(denials: readonly Decided[]): Problem {
  const [{ decision } = { decision: null }] = denials;
  const failing = decision?.failing ?? [];
  const first = failing.find(({ rule }) => rule === decision?.deniedBy) ?? failing[0];
  const next = denials.flatMap(({ decision: { nextAllowedAt } }) => nextAllowedAt ?? []).sort()[0];
  return new Problem('call_denied', first ? explainFailure(first, 'en') : 'The rules refuse it.', {
    rule: decision?.deniedBy ?? null,
    cite: first?.cite ?? null,
    nextAllowedAt: next ?? null,
    explanation:
      first === undefined
        ? null
        : { id: explainFailure(first, 'id'), en: explainFailure(first, 'en') },
    failing: failing.map(({ rule, pack, version, cite }) => ({ rule, pack, version, cite })),
  });
}
