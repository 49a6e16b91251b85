import { isSupportedCountry } from 'libphonenumber-js';
import { z } from 'zod';
import { addPhone } from '../../db/add-phone';
import { recordAudit } from '../../db/audit';
import { confirmNumber } from '../../db/number-evidence';
import { zoneTables } from '../../../dialer/compliance/shipped/zone-tables';
import { candidateZones } from '../../../dialer/compliance/zones';
import type { Queryable } from '../../db/database';
import { changeWhereabouts, findNumberAndMarket } from '../../db/debtor-whereabouts';
import {
  findDebtor,
  listDebtors,
  listPhones,
  type DebtorRow,
  type PhoneRow,
} from '../../db/read/debtors';
import { parseProvince, parseTimeZone } from '../../domain/import-row';
import type { Parsed } from '../../domain/problem';
import {
  ZONE_CONFIDENCES,
  ZONE_SOURCES,
  zoneEvidenceOf,
  type KnownPlaces,
} from '../../domain/zone-evidence';
import { PHONE_OWNERS } from '../../domain/phone-owner';
import { parsePhoneNumber } from '../../domain/phone-number';
import type { Role } from '../../domain/role';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, callerOf } from '../authenticate';
import { answerOfWrite, refusedBody } from '../facts';
import { phoneStanding } from '../phone-standing';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { id, idParams, instant, reasonText, showNumber, shownNumber } from '../schemas';
import { recordChange } from '../record-change';

const tags = ['debtors'];

const debtor = z.object({
  id,
  name: z.string(),
  province: z.string().nullable().describe('ISO 3166-2'),
  statedZone: z.string().nullable(),
  language: z.string(),
  createdAt: instant,
  updatedAt: instant,
});

const debtorWithZones = debtor.extend({
  whereabouts: z
    .object({
      zones: z.array(z.string()).describe('IANA; a rule must hold in each of them'),
      source: z.enum(ZONE_SOURCES),
      confidence: z.enum(ZONE_CONFIDENCES),
    })
    .describe('By the first number; a fixed line elsewhere may tell another zone'),
});

const phone = z.object({
  id,
  phone: shownNumber,
  owner: z.enum(PHONE_OWNERS).describe('Only the debtor’s own number is ever dialed'),
  line: z.enum(['mobile', 'fixed', 'unknown']),
  ...phoneStanding,
  ownership: z
    .number()
    .describe('How likely it still is the person’s, 0 to 1; it halves in 45 days of silence'),
  position: z.number().int(),
  createdAt: instant,
  updatedAt: instant,
});

export function debtorRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/debtors',
    {
      schema: {
        tags,
        summary: 'List debtors',
        querystring: pageQuery.extend({ creditorId: id.optional() }),
        response: { 200: pageOf(debtor) },
      },
    },
    async (request) => {
      const filter = { creditorId: request.query.creditorId ?? null };
      return pageAnswer(await listDebtors(db, filter, pageRequest(request.query)), (row) => row);
    },
  );

  api.get(
    '/v1/debtors/:id',
    {
      schema: { tags, summary: 'One debtor', params: idParams, response: { 200: debtorWithZones } },
    },
    async (request) => withZones(db, found(await findDebtor(db, request.params.id), 'debtor')),
  );

  api.get(
    '/v1/debtors/:id/phones',
    {
      schema: {
        tags,
        summary: 'All numbers of a person, in the order of trying',
        params: idParams,
        response: { 200: z.object({ items: z.array(phone) }) },
      },
    },
    async (request) => {
      const { id: debtorId } = found(await findDebtor(db, request.params.id), 'debtor');
      const { role } = callerOf(request);
      return { items: (await listPhones(db, debtorId)).map((row) => phoneView(row, role)) };
    },
  );

  addPhoneRoute(api, context);
  confirmRoute(api, context);
  changeWhereaboutsRoute(api, context);
}

async function withZones(db: Queryable, row: DebtorRow): Promise<z.output<typeof debtorWithZones>> {
  const found = await findNumberAndMarket(db, row.id);
  const { evidence, source, confidence } = zoneEvidenceOf(
    { ...found, statedZone: row.statedZone, province: row.province },
    zoneTables as KnownPlaces,
  );
  const zones = candidateZones(zoneTables, found.country, evidence);
  return { ...row, whereabouts: { zones, source, confidence } };
}

function changeWhereaboutsRoute(api: Api, context: HttpContext): void {
  api.patch(
    '/v1/debtors/:id',
    {
      schema: {
        tags,
        summary: 'Say where a person is: the hours of the law are those of that place',
        headers: idempotencyHeaders,
        params: idParams,
        body: z.strictObject({
          statedZone: z.string().max(64).nullable().optional().describe('IANA, or WIB, WITA, WIT'),
          province: z.string().max(100).nullable().optional().describe('ISO 3166-2, or its name'),
          sourceAttemptId: id
            .optional()
            .describe('The call in which it was said; needed with a zone'),
          reason: reasonText,
        }),
        response: { 200: debtorWithZones },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { statedZone, province, sourceAttemptId = null, reason } = request.body;
        const write = await changeWhereabouts(tx, {
          debtorId: found(await findDebtor(tx, request.params.id), 'debtor').id,
          statedZone: parsedPlace('statedZone', statedZone, parseTimeZone),
          province: parsedPlace('province', province, parseProvince),
          sourceAttemptId,
          reason,
          actor: actorOf(request),
        });
        const { body } = answerOfWrite(write, (row) => row);
        return { status: 200, body: await withZones(tx, body as DebtorRow) };
      }),
  );
}

function parsedPlace(
  field: string,
  text: string | null | undefined,
  parse: (text: string) => Parsed<string>,
): string | null | undefined {
  if (text === null || text === undefined) return text;
  const parsed = parse(text);
  if ('value' in parsed) return parsed.value;
  throw refusedBody(field, parsed.problem.reason, parsed.problem.accepted);
}

function addPhoneRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/debtors/:id/phones',
    {
      schema: {
        tags,
        summary: 'Add a number, behind those that are there',
        headers: idempotencyHeaders,
        params: idParams,
        body: z.strictObject({
          number: z.string().max(40).describe('As people write it, or E.164'),
          country: z
            .string()
            .refine(isSupportedCountry, 'an ISO 3166-1 alpha-2 code, ID')
            .default('ID')
            .describe('Where a number without a country code belongs'),
          owner: z.enum(PHONE_OWNERS),
        }),
        response: { 201: phone },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { number, country, owner } = request.body;
        const parsed = parsePhoneNumber(number, country);
        if ('problem' in parsed) {
          const errors = [{ field: 'number', ...parsed.problem }];
          throw new Problem('invalid_request', 'The body is not accepted.', { in: 'body', errors });
        }
        const debtorId = request.params.id;
        const added = found(
          await addPhone(tx, { debtorId, owner, number: parsed.value }),
          'debtor',
        );
        if (added === 'known') {
          throw new Problem('already_exists', 'The person has it already.', { field: 'number' });
        }
        const { id: phoneId, owner: whose } = added;
        await recordChange(tx, request, {
          ...{ creditorId: null, action: 'phone.added', subject: 'phone', subjectId: phoneId },
          // whose it is, not what it is: numbers of persons are kept in one place alone
          ...{ before: null, after: { debtorId, owner: whose } },
        });
        return { status: 201, body: phoneView(added, callerOf(request).role) };
      }),
  );
}

function confirmRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/debtors/:id/phones/:phoneId/confirm',
    {
      schema: {
        tags,
        summary: 'Somebody has made sure, by another way, that a number is the person’s',
        description: 'A doubtful number is dialed again, its next call in the usual mode.',
        headers: idempotencyHeaders,
        params: idParams.extend({ phoneId: id }),
        body: z.strictObject({ reason: reasonText.describe('How it was made sure') }),
        response: { 200: z.object({ items: z.array(phone) }) },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { id: debtorId, phoneId } = request.params;
        const actor = actorOf(request);
        const sourceId = await recordAudit(tx, {
          ...{ creditorId: null, actor, action: 'phone.confirmed', subject: 'phone' },
          ...{ subjectId: phoneId, before: null, after: { debtorId } },
          reason: request.body.reason,
        });
        const at = context.gate.clock();
        const input = { debtorId, phoneId, sourceId, at, actor };
        found(await confirmNumber(tx, input), 'number of the person’s own');
        const { role } = callerOf(request);
        const phones = await listPhones(tx, debtorId);
        return { status: 200, body: { items: phones.map((row) => phoneView(row, role)) } };
      }),
  );
}

function phoneView(row: PhoneRow, role: Role): z.output<typeof phone> {
  const { e164, ...shown } = row;
  return { ...shown, phone: showNumber(e164, role) };
}
