import type { Command } from 'commander';
import { describeRule } from '../../../../dialer/compliance/describe-rule';
import { restsOn } from '../../../../dialer/compliance/explain';
import type { Rule, RulePack } from '../../../../dialer/compliance/rule-pack';
import type { Language } from '../../../../dialer/compliance/words';
import { print } from '../say';
import { tableLines } from '../table';
import { findPack } from './find-pack';
import { languageOption } from './hour-question';
import { withKnownRules, type KnownRules } from './known-rules';

export function register(rules: Command): void {
  rules
    .command('show')
    .description('one rule pack: its rules, what they rest on, where that was read')
    .argument('<pack>', 'ID.AFPI@1, ID.AFPI (the version that binds), or a file')
    .addOption(languageOption())
    .option('--json', 'the pack as it is kept', false)
    .action((name: string, options: { lang: Language; json: boolean }) =>
      withKnownRules((known) => {
        const pack = findPack(name, known);
        if (options.json) print(JSON.stringify(pack, null, 2));
        else for (const line of packLines(pack, reviewer(pack, known), options.lang)) print(line);
        return Promise.resolve();
      }),
    );
}

/** What the database or the release says of this very version; a file's own word counts for it. */
function reviewer(pack: RulePack, known: KnownRules): string | null {
  const version = known.versions.find((one) => one.pack === pack);
  if (version !== undefined) return version.reviewedBy;
  return pack.reviewed === undefined || pack.reviewed === false ? null : pack.reviewed.by;
}

function packLines(pack: RulePack, reviewedBy: string | null, language: Language): string[] {
  const { appliesTo = {} } = pack;
  const applies = [
    ...(appliesTo.productTypes ?? []).map((type) => `product ${type}`),
    ...(appliesTo.collector ?? []),
  ];
  const until = pack.effectiveTo === undefined ? '' : `, until before ${pack.effectiveTo}`;
  return [
    `${pack.id}@${pack.version}  ${pack.title ?? ''}`.trimEnd(),
    ...tableLines([
      ['Where', pack.jurisdiction === '*' ? 'anywhere' : pack.jurisdiction],
      ['Applies to', applies.length === 0 ? 'every product and collector' : applies.join(', ')],
      ['In force', `from ${pack.effectiveFrom}${until}, on the debtor's calendar`],
      ['Reviewed by', reviewedBy ?? 'nobody: no person has signed for having read the law'],
    ]),
    ...pack.rules.flatMap((rule) => ['', ...ruleLines(rule, pack, language)]),
  ];
}

function ruleLines(rule: Rule, pack: RulePack, language: Language): string[] {
  const sources = (pack.sources ?? []).filter(({ id }) => rule.sourceIds?.includes(id) === true);
  return [
    `${rule.id} (${rule.kind})`,
    `  ${describeRule(rule, language)}`,
    `  ${restsOn(rule, language)}`,
    ...sources.map(({ title, citation, evidence }) => `  ${title}: ${citation} [${evidence}]`),
  ];
}
