import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** HTTP digest as SIP uses it (RFC 7616, RFC 8760, RFC 3261 section 22), server side. */
export type DigestAlgorithm = 'MD5' | 'SHA-256';

export interface DigestCredentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly algorithm: DigestAlgorithm;
  readonly qop: 'auth';
  readonly nc: number;
  readonly ncText: string;
  readonly cnonce: string;
}

/** A nonce is good for this long; a phone that registers later is asked again with `stale=true`. */
export const NONCE_LIFETIME_MS = 30_000;

const PARAMETER = /([a-zA-Z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

/** Reads an Authorization header; null when it is not a digest that we could have asked for. */
export function parseDigestCredentials(header: string): DigestCredentials | null {
  const parameters = digestParameters(header);
  if (parameters === null) return null;
  const of = (name: string): string => parameters.get(name) ?? '';
  const algorithm = (parameters.get('algorithm') ?? 'MD5').toUpperCase();
  if (algorithm !== 'MD5' && algorithm !== 'SHA-256') return null;
  const needed = ['username', 'realm', 'nonce', 'uri', 'response', 'cnonce'];
  const complete = needed.every((name) => of(name) !== '');
  if (!complete || of('qop') !== 'auth' || !/^[0-9a-f]{8}$/i.test(of('nc'))) return null;
  return {
    username: of('username'),
    realm: of('realm'),
    nonce: of('nonce'),
    uri: of('uri'),
    response: of('response'),
    algorithm,
    qop: 'auth',
    nc: parseInt(of('nc'), 16),
    ncText: of('nc'),
    cnonce: of('cnonce'),
  };
}

/** `name=value` and `name="value"` after the scheme, names in lower case; null: another scheme. */
function digestParameters(header: string): Map<string, string> | null {
  const scheme = /^\s*digest\s+/i.exec(header);
  if (scheme === null || header.length > 2_000) return null;
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, bare] of header.slice(scheme[0].length).matchAll(PARAMETER))
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
  return parameters;
}

/** The value of a WWW-Authenticate header. */
export function digestChallenge(input: {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: DigestAlgorithm;
  readonly stale: boolean;
}): string {
  return (
    `Digest realm="${input.realm}", nonce="${input.nonce}", qop="auth", ` +
    `algorithm=${input.algorithm}${input.stale ? ', stale=true' : ''}`
  );
}

const hash = (algorithm: DigestAlgorithm, text: string): string =>
  createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');

/** HA1 of RFC 7616, 3.4.2: lower-case hex of hash(username:realm:password). */
export function digestHa1(
  algorithm: DigestAlgorithm,
  username: string,
  realm: string,
  password: string,
): string {
  return hash(algorithm, `${username}:${realm}:${password}`);
}

/** The response that a holder of HA1 gives (RFC 7616, 3.4.1, qop=auth). */
export function digestResponse(ha1: string, method: string, c: DigestCredentials): string {
  const ha2 = hash(c.algorithm, `${method}:${c.uri}`);
  return hash(c.algorithm, [ha1, c.nonce, c.ncText, c.cnonce, c.qop, ha2].join(':'));
}

/** Compared in constant time: how far a guess was right must not be measurable. */
export function digestMatches(ha1: string, method: string, c: DigestCredentials): boolean {
  const expected = Buffer.from(digestResponse(ha1, method, c));
  const given = Buffer.from(c.response.toLowerCase());
  return expected.length === given.length && timingSafeEqual(expected, given);
}

const signature = (key: Buffer, issuedAtMs: string, sourceAddress: string): string =>
  createHmac('sha256', key)
    .update(`nonce|${issuedAtMs}|${sourceAddress}`)
    .digest('hex')
    .slice(0, 32);

/**
 * A nonce that proves by itself when, for whom and by which installation it was issued. No two are
 * equal: a floor behind one address registers all its softphones in the same millisecond.
 */
export function issueNonce(key: Buffer, nowMs: number, sourceAddress: string): string {
  // parseInt reads the time back: it stops at the hyphen
  const issuedAt = `${nowMs.toString(36)}-${randomBytes(6).toString('hex')}`;
  return `${issuedAt}.${signature(key, issuedAt, sourceAddress)}`;
}

export function nonceState(
  key: Buffer,
  nonce: string,
  nowMs: number,
  sourceAddress: string,
): 'fresh' | 'stale' | 'foreign' {
  const [issuedAt = '', given = ''] = nonce.split('.');
  const expected = Buffer.from(signature(key, issuedAt, sourceAddress));
  const presented = Buffer.from(given);
  if (expected.length !== presented.length || !timingSafeEqual(expected, presented))
    return 'foreign';
  const ageMs = nowMs - parseInt(issuedAt, 36);
  return ageMs >= 0 && ageMs <= NONCE_LIFETIME_MS ? 'fresh' : 'stale';
}
