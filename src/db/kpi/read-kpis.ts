import type { Queryable } from '../database';
import type { KpiFact } from './kpi-facts';
import { KPI_DEFINITIONS, KPI_NAMES, type KpiDefinition, type KpiName } from './kpi-definitions';
import { ASKED, kpiValues, type KpiDimension, type KpiScope } from './kpi-scope';

/** One figure of one group. */
export interface KpiRow {
  readonly kpi: KpiName;
  /** Of each dimension that was asked for; null: of none (no talk before, not dialed by a campaign). */
  readonly group: Readonly<Partial<Record<KpiDimension, string | null>>>;
  /** ISO 4217; null: not money. */
  readonly currency: string | null;
  /** Whole numbers, as text. */
  readonly numerator: string;
  /** Null: the figure is a sum. */
  readonly denominator: string | null;
  /** Null: there is nothing to divide by. */
  readonly value: number | null;
}

/** A figure that cannot be cut so. */
export interface OmittedKpi {
  readonly kpi: KpiName;
  readonly dimensions: readonly KpiDimension[];
}

export interface Kpis {
  readonly rows: readonly KpiRow[];
  readonly omitted: readonly OmittedKpi[];
  /** Days of the books in these that were seen; what rests on the book is between the first and last. */
  readonly daysSeen: {
    readonly first: string | null;
    readonly last: string | null;
    readonly count: number;
  };
}

/** Figures of some days, each by the one statement of its definition. @param db plans each statement for its values */
export async function readKpis(
  db: Queryable,
  scope: KpiScope,
  asked: { readonly by: readonly KpiDimension[]; readonly kpis?: readonly KpiName[] },
): Promise<Kpis> {
  const { by, kpis = KPI_NAMES } = asked;
  const values = kpiValues(scope);
  const rows: KpiRow[] = [];
  const omitted: OmittedKpi[] = [];
  for (const kpi of kpis) {
    const definition: KpiDefinition = KPI_DEFINITIONS[kpi];
    const dimensions = notCutBy(definition, by);
    if (scope.campaignId !== null && !isCutBy(definition, 'campaign')) dimensions.push('campaign');
    if (dimensions.length > 0) omitted.push({ kpi, dimensions: [...new Set(dimensions)] });
    else rows.push(...(await readKpi(db, { kpi, definition, by, values })));
  }
  return { rows, omitted, daysSeen: await readDaysSeen(db, scope) };
}

async function readKpi(
  db: Queryable,
  asked: {
    readonly kpi: KpiName;
    readonly definition: KpiDefinition;
    readonly by: readonly KpiDimension[];
    readonly values: unknown[];
  },
): Promise<KpiRow[]> {
  const { kpi, definition, by, values } = asked;
  const found = await db.query<{ group: string[]; numerator: string; denominator: string | null }>(
    kpiStatement(definition, by),
    values,
  );
  return found.rows.map(({ group, numerator, denominator }) => ({
    kpi,
    group: Object.fromEntries(by.map((dimension, at) => [dimension, blankAsNull(group[at])])),
    currency: blankAsNull(group[by.length]),
    numerator,
    denominator,
    value:
      denominator === null || Number(denominator) === 0
        ? null
        : roundTo6((Number(numerator) / Number(denominator)) * definition.per),
  }));
}

/** The statement of a figure; its columns: the dimensions and the currency as one array, and both sides. */
export function kpiStatement(
  { numerator, denominator }: KpiDefinition,
  by: readonly KpiDimension[],
): string {
  const side = ({ fact, value }: { fact: KpiFact; value: string }): string =>
    `select array[${[
      ...by.map((dimension) => fact.by[dimension] ?? 'null'),
      fact.currency ?? 'null',
    ]
      .map((column) => `coalesce((${column})::text, '')`)
      .join(', ')}] as key, coalesce(${value}, 0)::text as value ${fact.rows} group by 1`;
  return denominator === null
    ? `with ${ASKED}, n as (${side(numerator)})
       select key as "group", value as numerator, null as denominator from n order by 1`
    : `with ${ASKED}, n as (${side(numerator)}), d as (${side(denominator)})
       select key as "group", coalesce(n.value, '0') as numerator, coalesce(d.value, '0') as denominator
       from n full join d using (key) order by 1`;
}

function notCutBy(
  { numerator, denominator }: KpiDefinition,
  by: readonly KpiDimension[],
): KpiDimension[] {
  const sides = denominator === null ? [numerator] : [numerator, denominator];
  return by.filter((dimension) => sides.some(({ fact }) => fact.by[dimension] === undefined));
}

const isCutBy = (definition: KpiDefinition, dimension: KpiDimension): boolean =>
  notCutBy(definition, [dimension]).length === 0;

async function readDaysSeen(db: Queryable, { from, to }: KpiScope): Promise<Kpis['daysSeen']> {
  const { rows } = await db.query<Kpis['daysSeen']>(
    `select min(day) as first, max(day) as last, count(*)::int as count from book_day
     where finished_at is not null and day between $1 and $2`,
    [from, to],
  );
  return rows[0] ?? { first: null, last: null, count: 0 };
}

const blankAsNull = (text: string | undefined): string | null =>
  text === undefined || text === '' ? null : text;

export const roundTo6 = (value: number): number => Math.round(value * 1e6) / 1e6;
