import { lookup as resolve } from 'node:dns/promises';
import {
  request as requestHttp,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import {
  isAllowedAddress,
  isPublicAddress,
  outboundUrlFault,
  type AllowedNetworks,
} from '../domain/outbound-address';

/** Name, connection, request and answer together. */
const LIMIT_MS = 10_000;
/** What is read of an answer; a longer one is cut off. */
const ANSWER_LIMIT_BYTES = 16_384;

export interface OutboundRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Posted =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: string;
    }
  | {
      readonly kind: 'failed';
      /** For people; without the address. */
      readonly reason: string;
      /** False: certainly nobody has seen it. */
      readonly mayHaveArrived: boolean;
    };

/** Posts to an address that somebody else has chosen. Never throws. */
export type PostSafely = (request: OutboundRequest) => Promise<Posted>;

export interface OutboundOptions {
  /** Beside public addresses these; to them alone without TLS. */
  readonly allowed: AllowedNetworks;
  /** All addresses of a host; default: the system's resolver. */
  readonly addressesOf?: (host: string) => Promise<readonly string[]>;
  readonly limitMs?: number;
}

/**
 * A poster that reaches public addresses alone (SSRF): the host is resolved for each request, every
 * address of it is checked, and the connection is made to those and no other, so that a name which
 * changes in between (DNS rebinding) changes nothing. Redirects are answers. One connection a request.
 */
export function createPost(options: OutboundOptions): PostSafely {
  const { allowed, addressesOf = systemAddresses, limitMs = LIMIT_MS } = options;
  return async (request) => {
    const fault = outboundUrlFault(request.url);
    if (fault !== null) return refused(`the address ${fault}`);
    const url = new URL(request.url);
    const signal = AbortSignal.timeout(limitMs);
    try {
      const addresses = await withinLimit(addressesOf(hostOf(url)), signal);
      const reason = refusal(url, addresses, allowed);
      if (reason !== null) return refused(reason);
      return await post(url, addresses, request, signal);
    } catch (error) {
      return refused(reasonOf(error, signal));
    }
  };
}

const refused = (reason: string): Posted => ({ kind: 'failed', reason, mayHaveArrived: false });

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

async function systemAddresses(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const found = await resolve(host, { all: true });
  return found.map(({ address }) => address);
}

function refusal(url: URL, addresses: readonly string[], allowed: AllowedNetworks): string | null {
  if (addresses.length === 0) return 'the host has no address';
  const opened = (address: string): boolean => isAllowedAddress(address, allowed);
  if (!addresses.every((address) => opened(address) || isPublicAddress(address))) {
    return 'the host is not a public one';
  }
  return url.protocol === 'https:' || addresses.every(opened) ? null : 'the address is not https';
}

/** A resolver does not stop when it is told to. */
function withinLimit<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((done, fail) => {
    signal.addEventListener('abort', () => {
      fail(new Error('no answer in time'));
    });
    work.then(done, fail);
  });
}

function post(
  url: URL,
  addresses: readonly string[],
  { headers, body }: OutboundRequest,
  signal: AbortSignal,
): Promise<Posted> {
  return new Promise((done) => {
    let mayHaveArrived = false;
    const isSecure = url.protocol === 'https:';
    const sent = (isSecure ? requestHttps : requestHttp)(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body).toString() },
      // no connection is shared: each goes to addresses that were just looked at
      agent: false,
      lookup: pinned(addresses),
      signal,
    } satisfies RequestOptions);
    sent.on('socket', (socket) => {
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        mayHaveArrived = true;
      });
    });
    sent.on('response', (answer) => {
      readAnswer(answer, done);
    });
    sent.on('error', (error) => {
      done({ kind: 'failed', reason: reasonOf(error, signal), mayHaveArrived });
    });
    sent.end(body);
  });
}

function pinned(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, answer) => {
    const [first = { address: '', family: 4 }] = found;
    if (options.all === true) answer(null, found);
    else answer(null, first.address, first.family);
  };
}

/** The status is enough: an answer that breaks off, or does not end, has said what it came to. */
function readAnswer(answer: IncomingMessage, done: (posted: Posted) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const end = (): void => {
    const body = Buffer.concat(chunks).subarray(0, ANSWER_LIMIT_BYTES).toString('utf8');
    const { statusCode: status = 0, headers } = answer;
    done({ kind: 'answered', status, headers, body });
    answer.destroy();
  };
  answer.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > ANSWER_LIMIT_BYTES) end();
  });
  answer.on('end', end);
  answer.on('error', end);
}

/** A code of Node's or of OpenSSL's, no address. */
function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'no answer in time';
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? `no connection (${code})` : 'no connection';
}
