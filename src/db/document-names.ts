import type {
  DocumentNames,
  Named,
  NamedTrunk,
} from '../domain/campaign-document/compile-document';
import { isOwnPackId } from '../domain/campaign-document/campaign-packs';
import type { Queryable } from './database';
import { readPolicyPackIds } from './rule-packs';

/** Applies everywhere, named by nobody. */
const BASE_PACK_ID = 'SANTUN.BASE';

/** What of a creditor the names of its documents rest on. */
export type NamedCreditor = DocumentNames['creditor'] & {
  readonly id: string;
  /** ISO 4217. */
  readonly currency: string;
};

/** For the hint beside a code that nobody has. */
export async function listCreditorCodes(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ code: string }>(
    'select code from creditor order by code limit 1000',
  );
  return rows.map(({ code }) => code);
}

/** What the names of a creditor's documents may stand for, as things are now. */
export async function readDocumentNames(
  db: Queryable,
  creditor: NamedCreditor,
): Promise<DocumentNames> {
  const pools = await db.query<Named>('select id, name from pool order by name');
  const trunks = await db.query<NamedTrunk>(
    'select id, name, caller_ids as "callerIds" from trunk order by name',
  );
  const packs = await readPolicyPackIds(db);
  return {
    creditor,
    pools: pools.rows,
    trunks: trunks.rows,
    packs: packs.filter((id) => !isOwnPackId(id) && id !== BASE_PACK_ID),
  };
}
