import { HeaderList } from './header-list';
import { parseNameAddr } from './name-addr';
import { reasonPhrase } from './reason-phrase';
import type { SipResponse } from './sip-message';

/** Copies the headers section 8.2.6.2 of RFC 3261 names; `via` is already stamped in `request`. */
export function buildResponse(
  request: { headers: HeaderList },
  status: number,
  options: {
    reason?: string;
    toTag?: string;
    headers?: Iterable<[string, string]>;
    body?: string;
  } = {},
): SipResponse {
  const headers = new HeaderList();
  for (const { key, name, value } of request.headers) {
    if (key === 'to') headers.add(name, withTag(value, options.toTag));
    else if (isCopied(key, status)) headers.add(name, value);
  }
  for (const [name, value] of options.headers ?? []) headers.add(name, value);
  return {
    kind: 'response',
    status,
    reason: options.reason ?? reasonPhrase(status),
    headers,
    body: options.body ?? '',
  };
}

const ALWAYS_COPIED = new Set(['via', 'from', 'call-id', 'cseq']);

function isCopied(key: string, status: number): boolean {
  if (key === 'record-route') return status > 100 && status < 300;
  return ALWAYS_COPIED.has(key) || (key === 'timestamp' && status === 100);
}

function withTag(to: string, tag: string | undefined): string {
  if (tag === undefined || tag === '' || parseNameAddr(to)?.params.has('tag')) return to;
  return `${to};tag=${tag}`;
}
