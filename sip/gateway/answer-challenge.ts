import { createHash, randomBytes } from 'node:crypto';

/** What a server asks for with 401 or 407 (RFC 7616, 3.3; RFC 3261, 22). */
export interface DigestQuestion {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | null;
  readonly algorithm: 'MD5' | 'SHA-256';
  /** False: a server of RFC 2069, which knows no qop. */
  readonly hasQop: boolean;
  readonly isStale: boolean;
}

export interface DigestAccount {
  readonly username: string;
  readonly password: string;
}

/** A scheme and its first parameter; what stands in quotes is passed over. */
const SCHEME = /"(?:[^"\\]|\\.)*"|(?:^|[,\n])\s*([A-Za-z][\w-]*)\s+(?=[\w-]+\s*=)/g;
const PARAMETER = /([a-zA-Z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;
const LONGEST = 8_000;

/**
 * The first of the challenges that can be answered, in the server's order of preference (RFC 8760,
 * 2.4): SHA-256 or MD5, with `auth` among the qops or without any. Null: none can be.
 *
 * @param header WWW-Authenticate or Proxy-Authenticate; several in one value, comma between them
 */
export function readChallenge(header: string): DigestQuestion | null {
  if (header.length > LONGEST) return null;
  const starts = [...header.matchAll(SCHEME)].filter(([, scheme]) => scheme !== undefined);
  for (const [index, start] of starts.entries()) {
    if (start[1]?.toLowerCase() !== 'digest') continue;
    const end = starts[index + 1]?.index ?? header.length;
    const question = readDigest(header.slice(start.index + start[0].length, end));
    if (question !== null) return question;
  }
  return null;
}

function readDigest(text: string): DigestQuestion | null {
  const parameters = parametersOf(text);
  const algorithm = algorithmOf(parameters);
  const [realm, nonce] = [parameters.get('realm'), parameters.get('nonce')];
  if (algorithm === null || realm === undefined || nonce === undefined) return null;
  const qops =
    parameters
      .get('qop')
      ?.trim()
      .toLowerCase()
      .split(/\s*,\s*/) ?? null;
  if (qops !== null && !qops.includes('auth')) return null;
  return {
    ...{ realm, nonce, algorithm, hasQop: qops !== null },
    opaque: parameters.get('opaque') ?? null,
    isStale: parameters.get('stale')?.toLowerCase() === 'true',
  };
}

function parametersOf(text: string): ReadonlyMap<string, string> {
  const found = [...text.matchAll(PARAMETER)].map(([, name = '', quoted, bare = '']) => {
    const value = quoted === undefined ? bare : quoted.replace(/\\(.)/g, '$1');
    return [name.toLowerCase(), value] as const;
  });
  return new Map(found);
}

function algorithmOf(parameters: ReadonlyMap<string, string>): DigestQuestion['algorithm'] | null {
  const algorithm = (parameters.get('algorithm') ?? 'MD5').toUpperCase();
  return algorithm === 'MD5' || algorithm === 'SHA-256' ? algorithm : null;
}

/**
 * The Authorization or Proxy-Authorization that answers it (RFC 7616, 3.4). The nonce is used once:
 * the count is always 1.
 *
 * @param uri the Request-URI, letter for letter as it is sent
 */
export function answerChallenge(
  question: DigestQuestion,
  account: DigestAccount,
  request: { readonly method: string; readonly uri: string },
  cnonce = randomBytes(8).toString('hex'),
): string {
  const { realm, nonce, opaque, algorithm, hasQop } = question;
  const hash = (text: string): string =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text)
      .digest('hex');
  const ha1 = hash(`${account.username}:${realm}:${account.password}`);
  const ha2 = hash(`${request.method}:${request.uri}`);
  const count = '00000001';
  const response = hasQop
    ? hash([ha1, nonce, count, cnonce, 'auth', ha2].join(':'))
    : hash([ha1, nonce, ha2].join(':'));
  const parts = [
    ...[`username=${quoted(account.username)}`, `realm=${quoted(realm)}`, `nonce=${quoted(nonce)}`],
    ...[`uri=${quoted(request.uri)}`, `response="${response}"`, `algorithm=${algorithm}`],
    ...(hasQop ? [`cnonce="${cnonce}"`, 'qop=auth', `nc=${count}`] : []),
    ...(opaque === null ? [] : [`opaque=${quoted(opaque)}`]),
  ];
  return `Digest ${parts.join(', ')}`;
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
