import type { Database } from '../../src/db/database';
import type { KpiName } from '../../src/db/kpi/kpi-definitions';
import type { KpiDimension, KpiScope } from '../../src/db/kpi/kpi-scope';
import { readKpis, type KpiRow } from '../../src/db/kpi/read-kpis';
import type { MoneyFloor } from './money-floor';

/** A Monday; Jakarta is UTC+7, Jayapura UTC+9. */
export const kpiScope = (floor: MoneyFloor, over: Partial<KpiScope> = {}): KpiScope => ({
  creditorId: floor.floor.creditorId,
  campaignId: null,
  from: '2026-10-05',
  to: '2026-10-05',
  zone: 'Asia/Jakarta',
  now: new Date('2026-11-20T00:00:00Z'),
  ...over,
});

/** `numerator/denominator` of each group, by the group's values. */
export async function kpiFigures(
  db: Database,
  asked: KpiScope,
  kpi: KpiName,
  by: readonly KpiDimension[] = [],
): Promise<Record<string, string>> {
  const { rows } = await readKpis(db, asked, { by, kpis: [kpi] });
  const keyOf = (row: KpiRow): string =>
    by.map((name) => row.group[name] ?? '-').join(' ') || 'all';
  return Object.fromEntries(
    rows.map((row) => [keyOf(row), `${row.numerator}/${row.denominator ?? ''}`]),
  );
}
