import { randomUUID } from 'node:crypto';
import { signBody } from '../../src/http/payment-signature';
import type { Api, ApiResponse } from './http-api';

/** A provider that tells of a creditor's payments. */
export interface PaymentSender {
  readonly id: string;
  readonly secret: string;
  /** Signed now, or as of `timestamp`; headers given take the place of its own. */
  send(
    body: object | string,
    headers?: Record<string, string>,
    timestamp?: string,
  ): Promise<ApiResponse>;
}

export const secondsNow = (): string => String(Math.floor(Date.now() / 1_000));

/** Rp50.000, new, of no account unless one is named. */
export const paymentNotice = (more: object = {}) => ({
  ...{ type: 'payment.received', paymentId: randomUUID(), amountMinor: '5000000' },
  ...{ currency: 'IDR', paidAt: new Date().toISOString() },
  ...more,
});

export async function addPaymentSender(
  api: Api,
  manager: string,
  creditorId: string,
): Promise<PaymentSender> {
  const path = `POST /v1/creditors/${creditorId}/payment-sources`;
  const made = await api.call(manager, path, { body: { provider: 'bank-contoh' } });
  const { id, secret } = made.json() as { id: string; secret: string };
  return {
    id,
    secret,
    send: (body, headers = {}, timestamp = secondsNow()) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return api.call(null, `POST /v1/payment-webhooks/${id}`, {
        body: text,
        headers: {
          'content-type': 'application/json',
          'santun-timestamp': timestamp,
          'santun-signature': signBody(secret, Buffer.from(text), timestamp),
          ...headers,
        },
      });
    },
  };
}
