import type { Transaction } from '../src/db/database';
import { insertShadowComparisons, type ShadowComparison } from '../src/db/shadow-comparisons';
import { compareShadow } from './compliance/compare-shadow';
import type { RuleDecision } from './compliance/rule-decision';
import { decideCall, type GateDecision } from './gate-decision';
import type { Gathered } from './gather-facts';

/**
 * What each version in shadow would have said to the same call: same facts, same instant, its stack
 * in the place of the one that decided. Pure; it never decides, and never keeps a decision from
 * being made: a version that cannot be evaluated is a difference.
 */
function shadowDifferences(
  { facts, rules, shadow }: Gathered,
  actual: GateDecision,
): ShadowComparison[] {
  return shadow.map(({ packId, version, packs }) => ({
    packId,
    version,
    ...compareShadow(
      actual,
      judged(() => decideCall(facts, { ...rules, packs })),
    ),
  }));
}

/** Keeps the comparisons of a decision that was just written. */
export function keepShadow(
  tx: Transaction,
  decisionId: string,
  decided: Gathered & { readonly decision: GateDecision },
): void {
  if (decided.shadow.length === 0) return;
  insertShadowComparisons(tx, decisionId, shadowDifferences(decided, decided.decision));
}

const CANNOT = 'engine.shadow_failed';

function judged(
  decide: () => RuleDecision,
): Pick<RuleDecision, 'verdict' | 'deniedBy'> & { failing: readonly { readonly rule: string }[] } {
  try {
    return decide();
  } catch {
    return { verdict: 'deny', deniedBy: CANNOT, failing: [{ rule: CANNOT }] };
  }
}
