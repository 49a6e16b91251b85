import type { Command } from 'commander';
import { RULE_FORCES, type RulePack } from '../../../../dialer/compliance/rule-pack';
import { print, say } from '../say';
import { tableLines } from '../table';
import { withKnownRules, type KnownRules, type KnownVersion } from './known-rules';

export function register(rules: Command): void {
  rules
    .command('list')
    .description('every version of every rule pack')
    .option('--json', 'one JSON array', false)
    .action((options: { json: boolean }) =>
      withKnownRules((known) => {
        if (options.json) print(JSON.stringify(known.versions.map(asJson), null, 2));
        else listForPeople(known);
        return Promise.resolve();
      }),
    );
}

const COLUMNS = ['PACK', 'STATE', 'FORCE', 'WHERE', 'IN FORCE', 'REVIEWED BY', 'TITLE'];

function listForPeople({ versions, source }: KnownRules): void {
  const rows = versions.map((known) => {
    const { pack, state, reviewedBy } = known;
    const name = `${pack.id}@${pack.version}`;
    const where = pack.jurisdiction === '*' ? 'anywhere' : pack.jurisdiction;
    const time = inForce(pack);
    return [name, state, strongest(pack), where, time, reviewedBy ?? 'nobody', pack.title ?? ''];
  });
  for (const line of tableLines([COLUMNS, ...rows])) print(line);
  if (source === 'release') {
    say('These ship with the program. With DATABASE_URL set, the list says which of them bind.');
  }
}

/** `2023-11-08 – 2025-07-30`: the last day, as people count. */
function inForce({ effectiveFrom, effectiveTo }: RulePack): string {
  if (effectiveTo === undefined) return `${effectiveFrom} –`;
  const end = new Date(Date.parse(`${effectiveTo}T00:00:00Z`) - 86_400_000);
  return `${effectiveFrom} – ${end.toISOString().slice(0, 10)}`;
}

export function strongest(pack: RulePack): string {
  return RULE_FORCES.find((force) => pack.rules.some((rule) => rule.force === force)) ?? 'none';
}

function asJson({ pack, state, reviewedBy }: KnownVersion): Record<string, unknown> {
  return {
    id: pack.id,
    version: pack.version,
    title: pack.title ?? null,
    state,
    force: strongest(pack),
    jurisdiction: pack.jurisdiction,
    effectiveFrom: pack.effectiveFrom,
    effectiveTo: pack.effectiveTo ?? null,
    reviewedBy,
    rules: pack.rules.length,
  };
}
