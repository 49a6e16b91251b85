import type { FailedRule, RuleDecision } from './rule-decision';

/** As much of a decision as is compared. */
export type Judged = Pick<RuleDecision, 'verdict' | 'deniedBy'> & {
  readonly failing: readonly Pick<FailedRule, 'rule'>[];
};

export interface Difference {
  readonly verdict: RuleDecision['verdict'];
  readonly deniedBy: string | null;
  /** Another verdict, or the same for other reasons. */
  readonly differs: boolean;
  readonly newlyFailing: string[];
  readonly noLongerFailing: string[];
}

/** What `shadow` says that `actual` does not, and the other way round. Pure. */
export function compareShadow(actual: Judged, shadow: Judged): Difference {
  const before = actual.failing.map(({ rule }) => rule);
  const after = shadow.failing.map(({ rule }) => rule);
  const newlyFailing = after.filter((rule) => !before.includes(rule));
  const noLongerFailing = before.filter((rule) => !after.includes(rule));
  const { verdict, deniedBy } = shadow;
  const differs =
    verdict !== actual.verdict || newlyFailing.length > 0 || noLongerFailing.length > 0;
  return { verdict, deniedBy, differs, newlyFailing, noLongerFailing };
}
