import { z } from 'zod';
import {
  insertOfficeNumber,
  isSomebodysPhone,
  listOfficeNumbers,
  retireOfficeNumber,
  type OfficeNumber,
} from '../../db/office-numbers';
import { findCreditor } from '../../db/read/creditors';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { found, Problem } from '../problem';
import { recordChange } from '../record-change';
import { displayName, e164, id, idParams, instant } from '../schemas';

const office = z.object({ id, creditorId: id, name: z.string(), e164, createdAt: instant });

const tags = ['creditors'];

/** The offices of a creditor that agents may hand a talk to. */
export function officeNumberRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/creditors/:id/office-numbers',
    {
      schema: {
        tags,
        summary: 'Offices that a talk may be handed to',
        params: idParams,
        response: { 200: z.object({ items: z.array(office) }) },
      },
    },
    async (request) => {
      const { id: creditorId } = found(await findCreditor(db, request.params.id), 'creditor');
      return { items: (await listOfficeNumbers(db, creditorId)).map(officeView) };
    },
  );

  api.post(
    '/v1/creditors/:id/office-numbers',
    {
      schema: {
        tags,
        summary: 'Put an office on the list; nobody’s phone can be one',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({ name: displayName, e164 }),
        response: { 201: office },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { id: creditorId } = found(await findCreditor(tx, request.params.id), 'creditor');
        if (await isSomebodysPhone(tx, request.body.e164))
          throw new Problem('in_use', 'This number is stored as somebody’s phone.', {
            field: 'e164',
          });
        const created = await insertOfficeNumber(tx, { creditorId, ...request.body });
        await recordChange(tx, request, {
          ...{ creditorId, action: 'office_number.listed', subject: 'office_number' },
          ...{ subjectId: created.id, before: null, after: { name: created.name } },
        });
        return { status: 201, body: officeView(created) };
      }),
  );

  retireRoute(api, context);
}

function retireRoute(api: Api, { db }: HttpContext): void {
  api.delete(
    '/v1/creditors/:id/office-numbers/:officeNumberId',
    {
      schema: {
        tags,
        summary: 'Take an office off the list, at once',
        params: idParams.extend({ officeNumberId: id }),
        response: { 200: office },
      },
    },
    async (request) => {
      const { id: creditorId, officeNumberId } = request.params;
      return db.transaction(async (tx) => {
        const retired = found(
          await retireOfficeNumber(tx, { creditorId, officeNumberId }),
          'office',
        );
        await recordChange(tx, request, {
          ...{ creditorId, action: 'office_number.retired', subject: 'office_number' },
          ...{ subjectId: retired.id, before: { name: retired.name }, after: null },
        });
        return officeView(retired);
      });
    },
  );
}

function officeView(row: OfficeNumber): z.output<typeof office> {
  const { retiredAt: _retired, ...shown } = row;
  return shown;
}
