import { createHash, randomBytes } from 'node:crypto';

export interface TrunkCredentials {
  readonly username: string;
  readonly password: string;
}

/**
 * Digest authentication as a carrier asks for it (RFC 3261, 22.3; RFC 2617: MD5, qop=auth). A
 * nonce is good for one request: a captured answer opens nothing.
 */
export class TrunkDigest {
  readonly #nonces = new Set<string>();

  constructor(
    private readonly realm: string,
    private readonly credentials: TrunkCredentials,
  ) {}

  /** The value of a `Proxy-Authenticate` header. */
  challenge(): string {
    const nonce = randomBytes(16).toString('hex');
    this.#nonces.add(nonce);
    return `Digest realm="${this.realm}", nonce="${nonce}", algorithm=MD5, qop="auth"`;
  }

  /** @param authorization value of the request's `Proxy-Authorization`, if any. */
  accepts(method: string, authorization: string | undefined): boolean {
    if (authorization === undefined || !/^digest\s/i.test(authorization)) return false;
    const fields = parseFields(authorization);
    const nonce = fields.get('nonce') ?? '';
    if (fields.get('username') !== this.credentials.username) return false;
    if (fields.get('realm') !== this.realm || !this.#nonces.has(nonce)) return false;
    const { username, password } = this.credentials;
    const ha1 = md5(`${username}:${this.realm}:${password}`);
    const ha2 = md5(`${method}:${fields.get('uri') ?? ''}`);
    const counted = `${nonce}:${fields.get('nc') ?? ''}:${fields.get('cnonce') ?? ''}:auth`;
    const expected = md5(`${ha1}:${fields.get('qop') === 'auth' ? counted : nonce}:${ha2}`);
    if (fields.get('response') !== expected) return false;
    this.#nonces.delete(nonce);
    return true;
  }
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

function parseFields(authorization: string): Map<string, string> {
  const pairs = authorization.matchAll(/(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g);
  return new Map([...pairs].map((m) => [(m[1] ?? '').toLowerCase(), m[2] ?? m[3] ?? '']));
}
