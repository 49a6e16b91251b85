import { z } from 'zod';
import { readCollectionPolicy } from '../../db/collection-policies';
import { KPI_DEFINITIONS, KPI_NAMES, type KpiDefinition } from '../../db/kpi/kpi-definitions';
import { KPI_DIMENSIONS } from '../../db/kpi/kpi-scope';
import { KEPT_HORIZONS, readAgentMixes } from '../../db/kpi/read-agent-mixes';
import { readKpis, type Kpis } from '../../db/kpi/read-kpis';
import { readReasons } from '../../db/kpi/read-reasons';
import { readRollRates } from '../../db/kpi/read-roll-rates';
import { compareAgents, type ComparedAgent } from '../../domain/agent-comparison';
import { BUCKET_NAMES } from '../../domain/campaign-document/account-filter';
import { collectionPolicy } from '../../domain/collection-policy/collection-policy';
import type { Api, HttpContext } from '../api';
import { sendCsv, wantsCsv, type CsvField } from '../csv';
import { checkDays, dimensionsQuery, kpiQuery, kpiScopeOf, kpisQuery } from '../kpi-query';
import { currency, id, isoDate } from '../schemas';

const tags = ['figures'];
const count = z.number().int();
const whole = z.string().describe('A whole number, as text; money in minor units');
const share = z.number().nullable().describe('Null: there is nothing to divide by');

const kpis = z.object({
  rows: z.array(
    z.object({
      kpi: z.enum(KPI_NAMES),
      group: z
        .partialRecord(z.enum(KPI_DIMENSIONS), z.string().nullable())
        .describe('The dimensions that were asked for; null: of none'),
      currency: currency.nullable().describe('Null: not money'),
      numerator: whole,
      denominator: whole.nullable().describe('Null: the figure is a sum'),
      value: share,
    }),
  ),
  omitted: z
    .array(z.object({ kpi: z.enum(KPI_NAMES), dimensions: z.array(z.enum(KPI_DIMENSIONS)) }))
    .describe('Figures that cannot be cut so'),
  daysSeen: z
    .object({ first: isoDate.nullable(), last: isoDate.nullable(), count })
    .describe('Days of the book that were seen; what rests on the book is between first and last'),
  definitions: z.partialRecord(
    z.enum(KPI_NAMES),
    z.object({
      unit: z.string(),
      numerator: z.string(),
      denominator: z.string().nullable(),
      source: z.string(),
    }),
  ),
});

/** What the floor brings. A key that is bound to creditors gets theirs alone. */
export function kpiRoutes(api: Api, context: HttpContext): void {
  const { db, gate } = context;

  api.get(
    '/v1/kpis',
    {
      schema: {
        tags,
        summary: 'Figures of some days, by up to three dimensions; JSON or CSV',
        description:
          'Right-party contacts, promises, kept value, cures, recovery, cost, complaints and penetration. ' +
          'Each has one definition, which the answer repeats.',
        querystring: kpiQuery
          .extend({
            by: dimensionsQuery.optional().describe(`Of ${KPI_DIMENSIONS.join(', ')}`),
            kpi: kpisQuery.optional().describe('These alone'),
          })
          .superRefine(checkDays),
        response: { 200: kpis },
      },
    },
    async (request, reply) => {
      const { by = [], kpi = KPI_NAMES, format } = request.query;
      const scope = await kpiScopeOf(db, request.query, gate.clock());
      const found = await db.session((session) => readKpis(session, scope, { by, kpis: kpi }));
      if (wantsCsv(request, format)) {
        const columns = ['kpi', ...by, 'currency', 'numerator', 'denominator', 'value'];
        const rows = found.rows.map((row) => [
          ...[row.kpi, ...by.map((name) => row.group[name]), row.currency],
          ...[row.numerator, row.denominator, row.value],
        ]);
        return sendCsv(reply, columns, rows);
      }
      return { ...mutable(found), definitions: definitionsOf(kpi) };
    },
  );

  rollRateRoute(api, context);
  reasonRoute(api, context);
  agentRoute(api, context);
}

const mutable = ({ rows, omitted, daysSeen }: Kpis) => ({
  rows: [...rows],
  omitted: omitted.map(({ kpi, dimensions }) => ({ kpi, dimensions: [...dimensions] })),
  daysSeen,
});

function definitionsOf(names: readonly (typeof KPI_NAMES)[number][]) {
  return Object.fromEntries(
    names.map((name) => {
      const { unit, numerator, denominator, source }: KpiDefinition = KPI_DEFINITIONS[name];
      return [
        name,
        { unit, numerator: numerator.words, denominator: denominator?.words ?? null, source },
      ];
    }),
  );
}

const daysQuery = kpiQuery.superRefine(checkDays);
const rollRate = z.object({
  from: z.enum(BUCKET_NAMES),
  to: z.enum([...BUCKET_NAMES, 'paid', 'closed']),
  currency,
  accounts: count,
  dueMinor: whole.describe('What they owed on the first day'),
  shareOfAccounts: z.number(),
  shareOfDue: share,
});

function rollRateRoute(api: Api, { db, gate }: HttpContext): void {
  api.get(
    '/v1/kpis/roll-rates',
    {
      schema: {
        tags,
        summary: 'Where accounts rolled: from bucket to bucket, or out of the book',
        description: 'Between the first and the last day of these that was seen.',
        querystring: kpiQuery.omit({ campaignId: true }).superRefine(checkDays),
        response: { 200: z.object({ rows: z.array(rollRate) }) },
      },
    },
    async (request, reply) => {
      const scope = await kpiScopeOf(db, request.query, gate.clock());
      const rows = await db.session((session) => readRollRates(session, scope));
      return wantsCsv(request, request.query.format) ? sendTable(reply, rollRate, rows) : { rows };
    },
  );
}

const reason = z.object({
  rootCause: z.string().nullable().describe('Null: it was not asked'),
  bucket: z.enum(BUCKET_NAMES),
  creditorId: id,
  option: z.enum(['promise', 'plan', 'reschedule', 'deferment', 'settlement', 'none']),
  currency,
  talks: count,
  promisedMinor: whole,
  dueMinor: whole.describe('Of it what is decided, kept or broken'),
  keptMinor: whole,
  keptRate: share,
});

function reasonRoute(api: Api, { db, gate }: HttpContext): void {
  api.get(
    '/v1/kpis/reasons',
    {
      schema: {
        tags,
        summary: 'Why people do not pay, what they agreed to, and what of it they kept',
        querystring: daysQuery,
        response: { 200: z.object({ rows: z.array(reason) }) },
      },
    },
    async (request, reply) => {
      const scope = await kpiScopeOf(db, request.query, gate.clock());
      const rows = await db.session((session) => readReasons(session, scope));
      return wantsCsv(request, request.query.format) ? sendTable(reply, reason, rows) : { rows };
    },
  );
}

const rate = z.number().describe('Share of what was due that was kept');
const comparedAgent = z.object({
  agentId: id,
  accounts: count,
  rate: rate.describe('As it is, whatever the accounts'),
  expected: rate.describe('What an average agent keeps of accounts like these'),
  adjusted: z
    .object({ rate, low: z.number(), high: z.number() })
    .nullable()
    .describe('Of the accounts of all, with an interval of 95 %; null: too little is known'),
  standing: z.enum(['above', 'below', 'as_expected', 'insufficient_data']),
});

function agentRoute(api: Api, { db, gate }: HttpContext): void {
  api.get(
    '/v1/kpis/agents',
    {
      schema: {
        tags,
        summary: 'Agents by the value that was kept, as if all had the accounts of all',
        description:
          'Adjusted for bucket, balance and cause; not by promises made. Each account counts once an agent, ' +
          'and more accounts than the cap of the policy weigh no more.',
        querystring: kpiQuery
          .extend({
            horizonDays: z
              .enum(KEPT_HORIZONS.map(String) as ['30', '60', '90'])
              .default('30')
              .describe('Kept of what was due within so many days of the talk'),
          })
          .superRefine(checkDays),
        response: {
          200: z.object({
            horizonDays: count,
            average: rate,
            betweenAgents: z.number().describe('Standard deviation of what agents make of it'),
            leftOut: count.describe('Accounts that owed nothing when they were talked about'),
            agents: z.array(comparedAgent),
          }),
        },
      },
    },
    async (request, reply) => {
      const { creditorId, horizonDays, format } = request.query;
      const horizon = KEPT_HORIZONS.find((days) => String(days) === horizonDays) ?? 30;
      const scope = await kpiScopeOf(db, request.query, gate.clock());
      const { figures } =
        creditorId === undefined
          ? collectionPolicy.parse({})
          : (await readCollectionPolicy(db, creditorId)).policy;
      const { mixes, leftOut } = await db.session((session) =>
        readAgentMixes(session, scope, horizon),
      );
      const { agents, ...all } = compareAgents(mixes, {
        leastAccounts: figures.leastTalks,
        cappedAccounts: figures.cappedTalks,
      });
      if (wantsCsv(request, format)) return sendCsv(reply, AGENT_COLUMNS, agents.map(agentLine));
      return { ...all, agents: [...agents], leftOut, horizonDays: horizon };
    },
  );
}

const AGENT_COLUMNS = 'agentId accounts rate expected adjusted low high standing'.split(' ');
const agentLine = ({ adjusted, ...agent }: ComparedAgent): CsvField[] => [
  ...[agent.agentId, agent.accounts, agent.rate, agent.expected],
  ...[adjusted?.rate, adjusted?.low, adjusted?.high, agent.standing],
];

/** The fields of the schema in their order. */
function sendTable(
  reply: Parameters<typeof sendCsv>[0],
  schema: z.ZodObject,
  rows: readonly object[],
): never {
  const columns = Object.keys(schema.shape);
  const named = rows as readonly Readonly<Record<string, CsvField>>[];
  return sendCsv(
    reply,
    columns,
    named.map((row) => columns.map((column) => row[column])),
  );
}
