import { createHmac, timingSafeEqual } from 'node:crypto';

/** A delivery that is older, or newer, than that is somebody's replay. */
export const REPLAY_WINDOW_MS = 5 * 60_000;

/** Who signed it, and when: the headers of a delivery as they came. */
export interface SignedHeaders {
  /** Seconds since 1970, UTC. */
  readonly timestamp: string | undefined;
  /** `v1=` and the hex of the HMAC; several, separated by commas, while a secret is changed. */
  readonly signature: string | undefined;
}

export type SignatureFault = 'unsigned' | 'out_of_window' | 'wrong_signature';

/**
 * What is wrong with the signature of a body; null: nothing. HMAC-SHA256 of `<timestamp>.<body>` under
 * the source's secret, compared in constant time.
 */
export function signatureFault(
  secret: string,
  body: Uint8Array,
  { timestamp, signature }: SignedHeaders,
  now: Date,
): SignatureFault | null {
  if (timestamp === undefined || signature === undefined) return 'unsigned';
  if (!/^\d{1,12}$/.test(timestamp)) return 'unsigned';
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();
  const given = signature
    .split(',')
    .flatMap((each) => /^\s*v1=([0-9a-f]{64})\s*$/i.exec(each)?.[1] ?? []);
  // all of them: how long it takes says nothing of which one fits
  const fitting = given.filter((hex) => timingSafeEqual(Buffer.from(hex, 'hex'), expected));
  if (fitting.length === 0) return 'wrong_signature';
  // after the signature: the clock is told to those alone who know the secret
  const awayMs = Math.abs(now.getTime() - Number(timestamp) * 1_000);
  return awayMs > REPLAY_WINDOW_MS ? 'out_of_window' : null;
}

/** The header that {@link signatureFault} accepts. @param timestamp seconds since 1970, UTC */
export function signBody(secret: string, body: Uint8Array, timestamp: string): string {
  const mac = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
  return `v1=${mac}`;
}
