import { z } from 'zod';
import { recordAudit } from '../../db/audit';
import { changeCreditor, createCreditor, type Creditor } from '../../db/creditors';
import { findCreditor, listCreditors } from '../../db/read/creditors';
import { isCurrency } from '../../domain/money';
import { RECORDING_POLICIES } from '../../domain/recording-policy';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { actorOf } from '../authenticate';
import { requirePolicyPacks } from '../named-packs';
import { found, Problem } from '../problem';
import { packId } from '../rule-pack-view';
import { recordChange } from '../record-change';
import { currency, displayName, id, idParams, instant } from '../schemas';

const tags = ['creditors'];

const collector = z
  .enum(['first_party', 'third_party'])
  .describe('first_party: it collects its own debts; third_party: it collects for others');
const rulePacks = z
  .array(packId)
  .max(20)
  .describe('Packs of policy on top of the law, which applies by itself and is not named');

const weight = z
  .int()
  .min(1)
  .max(100)
  .describe('Agents in proportion to it, beside other creditors that want the same ones');

const body = z.strictObject({
  code: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,39}$/, '2 to 40 of a-z, 0-9, hyphen; the name in addresses'),
  name: displayName,
  currency: currency.refine(isCurrency, 'is not a currency of ISO 4217').default('IDR'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'an ISO 3166-1 alpha-2 code, ID')
    .default('ID')
    .describe('Where numbers without a country code belong, and whose law applies'),
  collector: collector.default('third_party'),
  rulePacks: rulePacks.optional().describe('Absent: those usual in the country'),
  weight: weight.default(1),
});
const controlShare = z
  .number()
  .min(0)
  .max(0.5)
  .describe(
    'Share of its people who are dialed at random lawful moments, so that the best-time model is measured',
  );
const recordingRetentionMonths = z
  .int()
  .min(1)
  .max(240)
  .describe('How long recordings are kept, those that are there too; a legal hold outlasts it');
const recordingPolicy = z
  .enum(RECORDING_POLICIES)
  .describe(
    'required: all, and when a talk was not recorded, or none can be, its kill switch is pulled',
  );
const change = z
  .strictObject({
    ...{ name: displayName, collector, rulePacks, controlShare, weight },
    ...{ recordingRetentionMonths, recordingPolicy },
  })
  .partial();

const creditor = z.object({
  id,
  code: z.string(),
  name: z.string(),
  currency,
  country: z.string(),
  collector,
  rulePacks: z.array(z.string()),
  controlShare,
  weight,
  recordingRetentionMonths,
  recordingPolicy,
  createdAt: instant,
});

export function creditorRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.post(
    '/v1/creditors',
    {
      schema: {
        tags,
        summary: 'Add a creditor',
        headers: idempotencyHeaders,
        body,
        response: { 201: creditor },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        await requirePolicyPacks(tx, request.body.rulePacks ?? []);
        const created = await createCreditor(tx, request.body);
        if (created === null) {
          throw new Problem('already_exists', 'The code is taken.', { field: 'code' });
        }
        await recordChange(tx, request, {
          ...{ creditorId: created.id, action: 'creditor.created', subject: 'creditor' },
          ...{ subjectId: created.id, before: null, after: created },
        });
        return { status: 201, body: created };
      }),
  );

  api.get(
    '/v1/creditors',
    {
      schema: {
        tags,
        summary: 'List creditors',
        querystring: pageQuery,
        response: { 200: pageOf(creditor) },
      },
    },
    async (request) =>
      pageAnswer(await listCreditors(db, pageRequest(request.query)), (row) => row),
  );

  api.get(
    '/v1/creditors/:id',
    { schema: { tags, summary: 'One creditor', params: idParams, response: { 200: creditor } } },
    async (request) => found(await findCreditor(db, request.params.id), 'creditor'),
  );

  changeRoute(api, context);
}

function changeRoute(api: Api, { db }: HttpContext): void {
  api.patch(
    '/v1/creditors/:id',
    {
      schema: {
        tags,
        summary: 'Change a creditor; absent fields stay, its campaigns obey at once',
        params: idParams,
        body: change,
        response: { 200: creditor },
      },
    },
    async (request) => {
      const { id: creditorId } = request.params;
      return db.transaction(async (tx) => {
        await requirePolicyPacks(tx, request.body.rulePacks ?? []);
        const { before, after } = found(
          await changeCreditor(tx, creditorId, request.body),
          'creditor',
        );
        await recordAudit(tx, {
          creditorId,
          actor: actorOf(request),
          action: 'creditor.changed',
          subject: 'creditor',
          subjectId: creditorId,
          before: auditView(before),
          after: auditView(after),
          reason: null,
        });
        return after;
      });
    },
  );
}

function auditView(creditor: Creditor): object {
  const { name, collector, rulePacks, controlShare, weight } = creditor;
  const { recordingRetentionMonths, recordingPolicy } = creditor;
  return {
    ...{ name, collector, rulePacks, controlShare, weight },
    ...{ recordingRetentionMonths, recordingPolicy },
  };
}
