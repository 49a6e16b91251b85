import type { CallFacts } from '../../src/domain/call-facts';
import { appliesToCall } from './call-moment';
import type { Rule, RulePack } from './rule-pack';

/** Kinds that deny no call: other parts read them. */
const SETTINGS: ReadonlySet<string> = new Set(['dialing', 'recording', 'identify']);

/**
 * The rules of a stack that bore on a call and did not fail: in force at one of the person's local
 * dates, meant for such a call, and not among the failing.
 */
export function passedRules(
  stack: readonly RulePack[],
  call: CallFacts,
  looked: { readonly localDates: readonly string[]; readonly failing: ReadonlySet<string> },
): Rule[] {
  return stack
    .filter((pack) =>
      looked.localDates.some(
        (date) =>
          pack.effectiveFrom <= date && (pack.effectiveTo === undefined || date < pack.effectiveTo),
      ),
    )
    .flatMap((pack) => pack.rules)
    .filter(
      (rule) =>
        !SETTINGS.has(rule.kind) && !looked.failing.has(rule.id) && appliesToCall(rule, call),
    );
}
