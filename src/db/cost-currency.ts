import type { Queryable } from './database';

/** Of campaign `c`: a cost limit is in its creditor's currency, and the product has no rates. */
export const LIMIT_CURRENCY = '(select currency from creditor where id = c.creditor_id)';

/** May campaign `c`, which has a cost limit, call by trunk `t`, which bills in another currency? */
const IS_BESIDE = `c.settings ? 'costCapMinor' and t.enabled and t.cost_currency <> ${LIMIT_CURRENCY}
  and (c.settings->'trunkIds' is null or c.settings->'trunkIds' ? t.id::text)`;

/** What legs of the campaign may cost beside its limit, by currency, ISO 4217; empty where it has none. */
export async function listUnlimitedCurrencies(
  db: Queryable,
  campaignId: string,
): Promise<string[]> {
  const { rows } = await db.query<{ currency: string }>(
    `select distinct t.cost_currency as currency from campaign c, trunk t
     where c.id = $1 and ${IS_BESIDE} order by 1`,
    [campaignId],
  );
  return rows.map(({ currency }) => currency);
}

/** A running campaign, and the currency of its cost limit. */
export interface CostLimited {
  readonly name: string;
  readonly currency: string;
}

/** Whose cost limit does not hold for what the trunk bills? */
export async function listLimitedOtherwise(
  db: Queryable,
  trunkId: string,
): Promise<readonly CostLimited[]> {
  const { rows } = await db.query<CostLimited>(
    `select c.name, ${LIMIT_CURRENCY} as currency from campaign c, trunk t
     where t.id = $1 and c.state = 'running' and ${IS_BESIDE} order by c.id limit 20`,
    [trunkId],
  );
  return rows;
}
