import type { Rule } from './compliance/rule-pack';
import type { GateDecision } from './gate-decision';
import type { Gathered } from './gather-facts';

/** Is every rule that denies one of this number, so that another of the person may be called? */
export function isOfNumber(decision: GateDecision, { facts, rules }: Gathered): boolean {
  const numberHeld = facts.call.holds.some(({ number }) => number !== undefined);
  return decision.failing.every((failed) => {
    const rule = rules.packs
      .find(({ id }) => id === failed.pack)
      ?.rules.find(({ id }) => id === failed.rule);
    return rule !== undefined && speaksOfNumber(rule, numberHeld);
  });
}

function speaksOfNumber(rule: Rule, numberHeld: boolean): boolean {
  if (rule.when?.place !== undefined || rule.when?.line !== undefined) return true;
  if (rule.kind === 'hold') return numberHeld;
  return 'scope' in rule && rule.scope.includes('number');
}
