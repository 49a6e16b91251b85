import { z } from 'zod';
import { describeIssues } from './describe-issue';
import { factInstant } from './fact-input';
import type { FieldProblem } from './field-problem';
import { isCurrency } from './money';

/** Clocks of others run ahead by so much. */
const AHEAD_LIMIT_MS = 10 * 60_000;

const name = z
  .string()
  .regex(/^[^\p{Cc}\p{Cs}\s]([^\p{Cc}\p{Cs}]{0,118}[^\p{Cc}\p{Cs}\s])?$/u, '1 to 120 characters');
const amountMinor = z
  .union([z.string(), z.int().transform(String)])
  .refine(
    (text) => /^[1-9][0-9]{0,17}$/.test(text),
    'integer minor units above 0 as text, 15000000 for Rp150.000',
  )
  .transform(BigInt)
  .describe('Integer minor units above 0, as text');

const received = z.object({
  type: z.literal('payment.received'),
  paymentId: name.describe('The provider’s own, told again with every delivery'),
  amountMinor,
  currency: z.string().refine(isCurrency, 'an ISO 4217 code, IDR'),
  paidAt: factInstant,
  accountExternalId: name.optional().describe('The creditor’s own number of the account'),
  reference: name
    .optional()
    .describe('A virtual account, a QRIS or link of the account, or the code of our message'),
  method: name.optional(),
});
const reversed = z.object({
  type: z.literal('payment.reversed'),
  paymentId: name,
  reason: name.optional(),
});

/** What a source tells of a payment. Further fields are kept with the delivery and not looked at. */
export const paymentNotice = z.discriminatedUnion('type', [received, reversed]);
export type PaymentNotice = z.output<typeof paymentNotice>;
export type PaymentReceived = z.output<typeof received>;
export type PaymentReversed = z.output<typeof reversed>;

export type ParsedNotice =
  { readonly notice: PaymentNotice } | { readonly problems: readonly FieldProblem[] };

/** Reads the bytes of a delivery. Pure. @param now of whoever has received it */
export function parseNoticeBody(body: Uint8Array, now: Date): ParsedNotice {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    const accepted = 'one JSON object in UTF-8';
    return { problems: [{ field: '', reason: 'is not JSON', accepted }] };
  }
  return parseNotice(value, now);
}

/** Every problem at once, or what is told. */
export function parseNotice(value: unknown, now: Date): ParsedNotice {
  const parsed = paymentNotice.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ code, path, message, ...params }) => ({
      keyword: code,
      instancePath: `/${path.join('/')}`,
      message,
      params,
    }));
    return { problems: describeIssues(issues) };
  }
  const notice = parsed.data;
  if (notice.type === 'payment.received') {
    const aheadMs = Date.parse(notice.paidAt) - now.getTime();
    if (aheadMs > AHEAD_LIMIT_MS) {
      const accepted = 'when it was paid, not later than now';
      return { problems: [{ field: 'paidAt', reason: 'is in the future', accepted }] };
    }
  }
  return { notice };
}
