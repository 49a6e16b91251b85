import { z } from 'zod';
import { findAttempt } from '../../db/attempts';
import { readDebt } from '../../db/debts';
import {
  INSTRUCTION_KINDS,
  listInstructions,
  replaceInstructions,
} from '../../db/payment-instructions';
import { findAccount } from '../../db/read/accounts';
import { findStatement } from '../../db/statements';
import { debtRecord } from '../../domain/debt-record';
import type { Api, HttpContext } from '../api';
import { debtSchema } from '../debt-view';
import { found } from '../problem';
import { recordChange } from '../record-change';
import { id, idParams, instant } from '../schemas';

const tags = ['accounts'];

export const instructionSchema = z.strictObject({
  kind: z.enum(INSTRUCTION_KINDS),
  label: z
    .string()
    .regex(/^\S(.{0,58}\S)?$/u, '1 to 60 characters: the bank of a virtual account')
    .nullable()
    .default(null),
  value: z
    .string()
    .regex(/^[!-~]([ -~]{0,510}[!-~])?$/, '1 to 512 printable ASCII characters')
    .describe(
      'The number, the QRIS payload, or the address of the link; `{reference}` in a link becomes the payment code of the message that it is sent in',
    ),
});
const items = z.array(instructionSchema).max(10);

/** What is owed on an account, and how it can be paid. */
export function debtRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/accounts/:id/debt',
    {
      schema: {
        tags,
        summary: 'What is owed now: instalments, components, days past due',
        params: idParams,
        response: { 200: debtSchema },
      },
    },
    async (request) => debtRecord(found(await readDebt(db, request.params.id), 'account')),
  );

  api.get(
    '/v1/attempts/:id/statement',
    {
      schema: {
        tags,
        summary: 'What was owed when the call was joined, or its card was first shown',
        params: idParams,
        response: {
          200: z.object({
            ...{ id, attemptId: id, accountId: id },
            ...{ takenAt: instant, debt: debtSchema },
          }),
        },
      },
    },
    async (request) => {
      // whose attempt it is the key must see
      found(await findAttempt(db, request.params.id), 'attempt');
      return found(await findStatement(db, request.params.id), 'statement of this attempt');
    },
  );

  instructionRoutes(api, context);
}

function instructionRoutes(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/accounts/:id/payment-instructions',
    {
      schema: {
        tags,
        summary: 'How it can be paid',
        params: idParams,
        response: { 200: z.object({ items }) },
      },
    },
    async (request) => {
      const account = found(await findAccount(db, request.params.id), 'account');
      return { items: await listInstructions(db, account.id) };
    },
  );

  api.put(
    '/v1/accounts/:id/payment-instructions',
    {
      schema: {
        tags,
        summary: 'Say how it can be paid; what is not named is not shown any more',
        params: idParams,
        body: z.strictObject({ items }),
        response: { 200: z.object({ items }) },
      },
    },
    (request) =>
      db.transaction(async (tx) => {
        const account = found(await findAccount(tx, request.params.id), 'account');
        const before = await listInstructions(tx, account.id);
        if (await replaceInstructions(tx, account, request.body.items)) {
          const kinds = (list: readonly { kind: string }[]) => ({
            kinds: list.map(({ kind }) => kind),
          });
          await recordChange(tx, request, {
            ...{ creditorId: account.creditorId, action: 'payment_instructions.changed' },
            ...{ subject: 'account', subjectId: account.id },
            ...{ before: kinds(before), after: kinds(request.body.items) },
          });
        }
        return { items: await listInstructions(tx, account.id) };
      }),
  );
}
