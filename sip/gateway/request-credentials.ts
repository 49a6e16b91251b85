import { isIP } from 'node:net';
import {
  answerChallenge,
  readChallenge,
  type DigestAccount,
  type DigestQuestion,
} from './answer-challenge';
import type { RawMessage } from './srf-types';

/** A request outside of a dialog that met a challenge. */
export interface ChallengedRequest {
  /** As it went out. */
  readonly request: RawMessage;
  /** Its 401 or 407. */
  readonly challenge: RawMessage;
  readonly uri: string;
  readonly proxy: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** A proxy and the server behind it, each with a nonce that ran out once. */
const MOST_ANSWERS = 4;

export const isChallenge = (status: number): boolean => status === 401 || status === 407;

/**
 * Answers the challenges that one request meets (RFC 3261, 22.3): from proxies and from the server, each
 * once; a nonce that is merely stale (RFC 7616, 3.3) once more. Whoever refuses the password is not asked
 * again.
 */
export class RequestCredentials {
  private readonly answers = new Map<string, string>();
  private readonly answeredRealms = new Set<string>();
  private count = 0;

  constructor(private readonly account: DigestAccount) {}

  /**
   * Credentials for all that asked so far, as headers. Null: the challenge cannot be answered, or was
   * before.
   *
   * @param uri the Request-URI, letter for letter as it is sent
   */
  headersFor(
    challenge: RawMessage,
    { method, uri }: { readonly method: string; readonly uri: string },
  ): Record<string, string> | null {
    const question = readQuestion(challenge);
    if (question === null || this.count === MOST_ANSWERS) return null;
    const realm = `${challenge.status} ${question.realm}`;
    if (this.answeredRealms.has(realm) && !question.isStale) return null;
    this.answeredRealms.add(realm);
    this.count += 1;
    const name = challenge.status === 407 ? 'Proxy-Authorization' : 'Authorization';
    this.answers.set(name, answerChallenge(question, this.account, { method, uri }));
    return Object.fromEntries(this.answers);
  }

  /**
   * The next request outside of a dialog: same Call-ID and From tag, CSeq one higher, so that the
   * carrier sees one call. Null: as above.
   */
  answer({ request, challenge, uri, proxy, headers }: ChallengedRequest): {
    readonly headers: Record<string, string>;
    readonly proxy: string | undefined;
  } | null {
    const answers = this.headersFor(challenge, { method: request.method, uri });
    if (answers === null) return null;
    return {
      headers: { ...asSameCall(request, headers), ...answers },
      proxy: nextHop(challenge, uri, proxy),
    };
  }
}

const IDENTITY = new Set(['from', 'call-id', 'cseq']);

/** Headers of one more request of the call that `request` began: the same Call-ID and From tag, the next CSeq. */
export function asSameCall(
  request: RawMessage,
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept = Object.entries(headers).filter(([key]) => !IDENTITY.has(key.toLowerCase()));
  return {
    ...Object.fromEntries(kept),
    From: request.get('from') ?? '',
    'Call-ID': request.get('call-id') ?? '',
    CSeq: `${Number.parseInt(request.get('cseq') ?? '0', 10) + 1} ${request.method}`,
  };
}

/** What a 401 or 407 asks for; null: nothing that we could answer. */
export function readQuestion(challenge: RawMessage): DigestQuestion | null {
  const name = challenge.status === 407 ? 'proxy-authenticate' : 'www-authenticate';
  return readChallenge(challenge.get(name) ?? '');
}

/**
 * A name may stand for several servers: the nonce is good at the one that issued it. Over TLS the name
 * stays, for the server shows its certificate for it; there the connection that stands is used again.
 */
function nextHop(
  challenge: RawMessage,
  uri: string,
  proxy: string | undefined,
): string | undefined {
  const target = proxy ?? uri;
  const host = /^<?sips?:(?:[^@>]*@)?(\[[^\]]+\]|[^:;>?]+)/i.exec(target)?.[1] ?? '';
  const { source_address: address, source_port: port } = challenge;
  if (/^<?sips:|;transport=tls/i.test(target)) return proxy;
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0 || address === undefined) return proxy;
  const transport = /;transport=\w+/i.exec(target)?.[0] ?? '';
  return `sip:${isIP(address) === 6 ? `[${address}]` : address}:${port ?? 5060}${transport}`;
}
