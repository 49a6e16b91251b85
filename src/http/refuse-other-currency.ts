import { listLimitedOtherwise } from '../db/cost-currency';
import type { Queryable } from '../db/database';
import { Problem } from './problem';

/**
 * A trunk that was just made or changed.
 * @throws Problem naming the field by which a running campaign could spend beside its cost limit
 */
export async function refuseOtherCurrency(
  tx: Queryable,
  trunk: { readonly id: string; readonly costCurrency: string },
  changed: { readonly costCurrency?: unknown; readonly enabled?: unknown },
): Promise<void> {
  const limited = await listLimitedOtherwise(tx, trunk.id);
  if (limited.length === 0) return;
  const names = limited.map(({ name, currency }) => `${name} (${currency})`).join(', ');
  const isEnabled = changed.costCurrency === undefined && changed.enabled === true;
  const currencies = [...new Set(limited.map(({ currency }) => currency))];
  const fitting = currencies.length === 1 ? currencies.join() : 'none for all of them';
  const errors = [
    {
      field: isEnabled ? 'enabled' : 'costCurrency',
      reason: `${trunk.costCurrency} cannot be held against the cost limits of running campaigns that may call by it: ${names}`,
      accepted: `${isEnabled ? 'false; ' : ''}costCurrency ${fitting}; else first name those campaigns' trunks (settings.trunkIds)`,
    },
  ];
  throw new Problem('invalid_fact', 'The trunk was left as it is.', { errors });
}
