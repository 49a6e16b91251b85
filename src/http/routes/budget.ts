import { z } from 'zod';
import { readDebtorBudget, type DebtorBudget } from '../../../dialer/debtor-budget';
import { RULE_FORCES, SCOPES } from '../../../dialer/compliance/rule-pack';
import { createRuleStore } from '../../../dialer/rule-store';
import type { Caller } from '../../db/api-keys';
import { findDebtor } from '../../db/read/debtors';
import { CONTACT_OUTCOMES } from '../../domain/call-facts';
import type { Api, HttpContext } from '../api';
import { callerOf } from '../authenticate';
import { sendCsv, type CsvField } from '../csv';
import { callOfCaller, personOf } from '../facts';
import { found } from '../problem';
import { id, idParams, instant, instantText } from '../schemas';

const limit = z.object({
  rule: z.string(),
  pack: z.string(),
  version: z.number().int(),
  kind: z.enum(['cap', 'gap', 'cooloff']),
  force: z.enum(RULE_FORCES),
  cite: z.string(),
  scope: z.array(z.enum(SCOPES)),
  period: z.string(),
  limit: z.number().int(),
  used: z.number().int(),
  remaining: z.number().int(),
  nextFreeAt: instantText.nullable().describe('Null: free now, or lifted by no time'),
  blockedUntil: instantText
    .nullable()
    .describe(
      'The limit was reached, and its block stands until then, whatever has left the period; null: it does not block',
    ),
  eventIds: z.array(z.string()),
});

const debtorBudget = z.object({
  debtorId: id,
  at: instant,
  calls: z.array(
    z.object({
      accountId: id,
      phoneId: id,
      allowedNow: z.boolean().describe('By the rules; account and campaign have their own state'),
      nextAllowedAt: instantText.nullable(),
      limits: z.array(limit),
    }),
  ),
  events: z
    .array(
      z.object({
        id: z.string(),
        at: instantText,
        outcome: z.enum(CONTACT_OUTCOMES),
        direction: z.enum(['out', 'in']),
      }),
    )
    .describe(
      'What the limits count, of all creditors; which creditor is not told, and a key bound to creditors gets theirs alone',
    ),
});

const COLUMNS = [
  'account_id',
  'phone_id',
  'rule',
  'pack',
  'version',
  'kind',
  'scope',
  'period',
  'limit',
  'used',
  'remaining',
  'next_free_at',
  'blocked_until',
  'event_ids',
] as const;

/** How much of every limit on a person is used. */
export function budgetRoutes(api: Api, context: HttpContext): void {
  const { db, platformDb } = context;
  const rules = createRuleStore();

  api.get(
    '/v1/debtors/:id/budget',
    {
      schema: {
        tags: ['debtors'],
        summary: 'What is left of every limit: used, by what, and when it frees',
        description:
          'For each open account and each number of the person. An agent sees the person of the ' +
          'own call alone. `format=csv` gives one row a limit (`text/csv`).',
        params: idParams,
        querystring: z.strictObject({
          campaignId: id.optional().describe('With the rule packs that it adds'),
          rule: z.string().max(100).optional().describe('This rule alone'),
          exhausted: z
            .stringbool({ truthy: ['true'], falsy: ['false'] })
            .optional()
            .describe('true: only limits with nothing left; false: only those with something'),
          format: z.enum(['json', 'csv']).default('json'),
        }),
        response: { 200: debtorBudget },
      },
    },
    async (request, reply) => {
      const call = await callOfCaller(db, request);
      const debtorId = personOf(call, request.params.id);
      found(await findDebtor(db, debtorId), 'debtor');
      const { campaignId = null, rule, exhausted, format } = request.query;
      const asked = { debtorId, campaignId };
      const whole = await readDebtorBudget({ db, whole: platformDb }, rules, asked);
      const answer = narrowed(ofCreditors(whole, callerOf(request)), rule, exhausted);
      if (format === 'json') return answer;
      return sendCsv(reply, COLUMNS, rowsOf(answer));
    },
  );
}

/** A bound key is told how much is used, and of what used it only its own creditors' contacts. */
function ofCreditors(whole: DebtorBudget, { creditorIds }: Caller): DebtorBudget {
  if (creditorIds === null) return whole;
  const events = whole.events.filter(
    ({ creditor }) => creditor !== undefined && creditorIds.includes(creditor),
  );
  const told = new Set(events.map((event) => event.id));
  const calls = whole.calls.map((call) => ({
    ...call,
    limits: call.limits.map((each) => ({
      ...each,
      eventIds: each.eventIds.filter((eventId) => told.has(eventId)),
    })),
  }));
  return { ...whole, calls, events };
}

function narrowed(
  whole: DebtorBudget,
  rule: string | undefined,
  exhausted: boolean | undefined,
): z.output<typeof debtorBudget> {
  const calls = whole.calls.map((call) => ({
    ...call,
    limits: call.limits
      .filter((each) => rule === undefined || each.rule === rule)
      .filter((each) => exhausted === undefined || (each.remaining === 0) === exhausted)
      .map((each) => ({ ...each, scope: [...each.scope], eventIds: [...each.eventIds] })),
  }));
  const counted = new Set(calls.flatMap(({ limits }) => limits.flatMap((each) => each.eventIds)));
  const events = whole.events.flatMap(({ id: eventId = '', creditor: _untold, ...event }) =>
    counted.has(eventId) ? [{ id: eventId, ...event }] : [],
  );
  return { ...whole, calls, events };
}

function rowsOf({ calls }: z.output<typeof debtorBudget>): CsvField[][] {
  return calls.flatMap(({ accountId, phoneId, limits }) =>
    limits.map((each) => [
      accountId,
      phoneId,
      each.rule,
      each.pack,
      each.version,
      each.kind,
      each.scope.join(' '),
      each.period,
      each.limit,
      each.used,
      each.remaining,
      each.nextFreeAt ?? '',
      each.blockedUntil ?? '',
      each.eventIds.join(' '),
    ]),
  );
}
