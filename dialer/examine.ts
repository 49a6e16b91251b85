import { readAccountChoice } from '../src/db/account-filter';
import { groupAccounts, type AccountGroup } from '../src/db/account-groups';
import type { Queryable } from '../src/db/database';
import { maxLookbackDays } from './compliance/stack';
import type { Gate } from './create-gate';
import { dpdEdges, readLikenesses, type Likeness } from './likeness';

/** Likenesses that are asked about one by one; beyond it the counts are estimates, and say so. */
const LIKENESSES = 400;

/** A campaign's accounts by what the rules tell apart, with one of each likeness read. */
export async function examine(
  gate: Gate,
  db: Queryable,
  campaignId: string,
): Promise<{ at: Date; groups: AccountGroup[]; likenesses: Map<string, Likeness> }> {
  const { rows } = await db.query<{ at: Date }>('select clock_timestamp() as at', []);
  const at = rows[0]?.at ?? gate.clock();
  const binding = await gate.rules.bindingAt(db, at);
  const packs = binding.packs.map(({ pack }) => pack);
  const choice = await readAccountChoice(db, campaignId);
  if (choice === null) throw new Error(`campaign ${campaignId} is gone`);
  const groups = await groupAccounts(db, choice, {
    lookbackDays: maxLookbackDays(packs),
    dpdEdges: dpdEdges(packs),
  });
  return { at, groups, likenesses: await readLikenesses(gate, db, campaignId, groups, LIKENESSES) };
}
