import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A signature older or newer than this is refused: what was overheard cannot be played again. */
export const TOLERANCE_S = 300;

const PREFIX = 'whsec_';

/** `whsec_` and 32 random bytes in base64: the form of Standard Webhooks 1.0. */
export function newWebhookSecret(): string {
  return PREFIX + randomBytes(32).toString('base64');
}

/** What is signed, and by which the signature is checked. */
export interface SignedRequest {
  /** The same at every try. */
  readonly id: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly body: string;
}

/**
 * The headers of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, one signature for each
 * secret that is good at the moment, so that a receiver may change over whenever it likes.
 * @param secrets as {@link newWebhookSecret} makes them
 */
export function signatureHeaders(
  request: SignedRequest,
  secrets: readonly string[],
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  return {
    'webhook-id': request.id,
    'webhook-timestamp': request.timestamp.toString(),
    'webhook-signature': secrets.map((secret) => `v1,${signature(request, secret)}`).join(' '),
  };
}

function signature({ id, timestamp, body }: SignedRequest, secret: string): string {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return createHmac('sha256', key).update(`${id}.${timestamp.toString()}.${body}`).digest('base64');
}

/**
 * Checks a request that came in with these headers against one secret.
 * @returns false: a header is missing, the time is not now, or nobody with the secret signed it
 */
export function isSignedBy(
  secret: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
  now: Date,
): boolean {
  const [id, time, given] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
    (name) => headers[name],
  );
  if (typeof id !== 'string' || typeof given !== 'string' || typeof time !== 'string') return false;
  if (!/^\d{1,12}$/.test(time)) return false;
  const timestamp = Number(time);
  if (Math.abs(now.getTime() / 1_000 - timestamp) > TOLERANCE_S) return false;
  const expected = Buffer.from(`v1,${signature({ id, timestamp, body }, secret)}`);
  return given.split(' ').some((one) => {
    const bytes = Buffer.from(one);
    return bytes.length === expected.length && timingSafeEqual(bytes, expected);
  });
}
