import type { Command } from 'commander';
import { collectorInWords, describeRule } from '../../../../dialer/compliance/describe-rule';
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

const WORDS = {
  where: { id: 'Wilayah', en: 'Where' },
  anywhere: { id: 'di mana pun', en: 'anywhere' },
  appliesTo: { id: 'Berlaku bagi', en: 'Applies to' },
  product: { id: 'produk', en: 'product' },
  everything: { id: 'semua produk dan penagih', en: 'every product and collector' },
  inForce: { id: 'Masa berlaku', en: 'In force' },
  from: { id: 'sejak', en: 'from' },
  until: { id: 'sampai sebelum', en: 'until before' },
  calendar: { id: 'menurut tanggal di tempat debitur', en: "on the debtor's calendar" },
  reviewedBy: { id: 'Diperiksa oleh', en: 'Reviewed by' },
  nobody: {
    id: 'belum ada: belum ada orang yang menandatangani bahwa hukumnya sudah dibaca',
    en: 'nobody: no person has signed for having read the law',
  },
} as const;

function packLines(pack: RulePack, reviewedBy: string | null, language: Language): string[] {
  const said = (word: keyof typeof WORDS): string => WORDS[word][language];
  const { appliesTo: { productTypes, collector } = {}, effectiveFrom, effectiveTo } = pack;
  const applies = [
    ...(productTypes ?? []).map((type) => `${said('product')} ${type}`),
    ...(collector ?? []).map((who) => collectorInWords(who, language)),
  ];
  const until = effectiveTo === undefined ? '' : `, ${said('until')} ${effectiveTo}`;
  return [
    `${pack.id}@${pack.version}  ${pack.title ?? ''}`.trimEnd(),
    ...tableLines([
      [said('where'), pack.jurisdiction === '*' ? said('anywhere') : pack.jurisdiction],
      [said('appliesTo'), applies.length === 0 ? said('everything') : applies.join(', ')],
      [said('inForce'), `${said('from')} ${effectiveFrom}${until}, ${said('calendar')}`],
      [said('reviewedBy'), reviewedBy ?? said('nobody')],
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
