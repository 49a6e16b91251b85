import { BASE_PACK_ID } from '../../dialer/compliance/judge';
import type { RulePack } from '../../dialer/compliance/rule-pack';
import { lawLayer } from '../../dialer/compliance/stack';
import type { Queryable } from '../db/database';
import { listRulePackVersions } from '../db/rule-packs';
import { isOwnPackId } from '../domain/campaign-document/campaign-packs';
import type { FieldProblem } from '../domain/field-problem';
import { Problem } from './problem';
import { packOf } from './rule-pack-view';

/**
 * A creditor names packs of policy: the law applies by itself, and what is for made-up people only
 * is for a campaign to name.
 * @throws Problem `invalid_request`
 */
export async function requirePolicyPacks(db: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const versions = await listRulePackVersions(db, null);
  const binding = new Map(
    versions.filter((one) => one.binding).map((one) => [one.packId, packOf(one)]),
  );
  const fits = [...binding].flatMap(([id, pack]) =>
    lawLayer(pack) === null &&
    pack.simulatedOnly !== true &&
    pack.id !== BASE_PACK_ID &&
    !isOwnPackId(id)
      ? [id]
      : [],
  );
  const errors = ids.flatMap((id): FieldProblem[] => {
    if (fits.includes(id)) return [];
    const pack = binding.get(id);
    return [{ field: 'rulePacks', reason: reasonOf(id, pack), accepted: fits.join(', ') }];
  });
  if (errors.length > 0) {
    throw new Problem('invalid_request', 'Not every rule pack is accepted.', {
      in: 'body',
      errors,
    });
  }
}

function reasonOf(id: string, pack: RulePack | undefined): string {
  if (pack === undefined) return `unknown: ${id}`;
  if (pack.simulatedOnly === true) return `${id} is for made-up people: only a campaign names it`;
  if (isOwnPackId(id)) return `${id} is one campaign's own`;
  return `${id} applies by itself and is named by nobody`;
}
