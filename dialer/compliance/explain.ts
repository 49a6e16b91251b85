import { citeInWords, saysMoreThanForce } from './cite-words';
import { explainEngineRule } from './explain-engine';
import { tell } from './explain-inputs';
import { isDenyingKind, RULE_SENTENCES } from './explain-rules';
import type { FailedRule } from './rule-decision';
import { FORCE_WORDS, type Language } from './words';

/**
 * Why one rule denies, in a sentence or two, and the text that it rests on. What is policy is
 * called policy. `zone` is the wall clock to speak in; default: the first in which it failed.
 */
export function explainFailure(
  failed: FailedRule,
  language: Language,
  options: { readonly zone?: string } = {},
): string {
  if (failed.rule.startsWith('engine.')) return explainEngineRule(failed.rule, language);
  return `${whatFailed(failed, language, options.zone)} ${restsOn(failed, language)}`;
}

function whatFailed(failed: FailedRule, language: Language, zone: string | undefined): string {
  // a kind that this version does not know, in a decision of a later one
  if (!isDenyingKind(failed.kind)) return `${failed.rule}.`;
  const told = tell(failed.inputs, zone ?? failed.zones[0] ?? null, language);
  return RULE_SENTENCES[failed.kind][language](told);
}

/** `Dasar hukum: POJK 22/2023 Pasal 62(2)f.` */
export function restsOn(rule: Pick<FailedRule, 'force' | 'cite'>, language: Language): string {
  const force = FORCE_WORDS[rule.force][language];
  return saysMoreThanForce(rule.cite)
    ? `${force}: ${citeInWords(rule.cite, language)}.`
    : `${force}.`;
}
