import { createHash } from 'node:crypto';
import type { RawSipMessage } from '../../../support/sip-peer/raw-sip-message';

const REALM = 'carrier.invalid';

/** A challenge header for 401 or 407 (RFC 3261 section 22, MD5 with qop=auth). */
export function digestChallenge(status: number, nonce: string): string {
  const name = status === 407 ? 'Proxy-Authenticate' : 'WWW-Authenticate';
  return `${name}: Digest realm="${REALM}", nonce="${nonce}", algorithm=MD5, qop="auth"`;
}

/** True when the request carries the right response to the challenge (RFC 2617 section 3.2.2.1). */
export function digestAnswers(
  request: RawSipMessage,
  status: number,
  credentials: { username: string; password: string },
): boolean {
  const header = request.header(status === 407 ? 'proxy-authorization' : 'authorization');
  const field = (name: string): string =>
    new RegExp(`[ ,]${name}="?([^",]*)"?`).exec(header)?.[1] ?? '';
  const ha1 = md5(`${credentials.username}:${REALM}:${credentials.password}`);
  const ha2 = md5(`${request.method}:${field('uri')}`);
  const parts = [ha1, field('nonce'), field('nc'), field('cnonce'), field('qop'), ha2];
  return header.startsWith('Digest ') && field('response') === md5(parts.join(':'));
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
