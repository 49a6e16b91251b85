import { parseHeaderParams } from './header-params';
import { formatHostPort } from './sip-uri';

/** One Via value (RFC 3261 section 20.42). `host` is lower case, IPv6 without brackets. */
export interface Via {
  /** UDP, TCP, TLS, WS, WSS: upper case. */
  readonly transport: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly params: ReadonlyMap<string, string>;
}

const VIA =
  /^SIP\s*\/\s*2\.0\s*\/\s*([A-Za-z]+)\s+(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9][\w\-.]*))(?:\s*:\s*(\d{1,5}))?\s*(?=;|$)/;

/** @returns the parts, or undefined when `text` is no single Via value. */
export function parseVia(text: string): Via | undefined {
  const match = VIA.exec(text);
  if (match === null) return undefined;
  const params = parseHeaderParams(text.slice(match[0].length));
  const port = match[4] === undefined ? undefined : Number(match[4]);
  if (params === undefined || (port !== undefined && (port === 0 || port > 65535)))
    return undefined;
  return {
    transport: (match[1] ?? '').toUpperCase(),
    host: (match[2] ?? match[3] ?? '').toLowerCase(),
    port,
    params,
  };
}

/** The sent-by of a Via as one string, for keys. */
export function sentBy(via: Via): string {
  return formatHostPort(via.host, via.port);
}

/**
 * The top Via of a received request with `received` and `rport` filled in (RFC 3261 section 18.2.1,
 * RFC 3581 section 4); everything else stays as its sender wrote it.
 */
export function stampVia(
  text: string,
  via: Via,
  source: { address: string; port: number },
): string {
  const bare = text.replace(/;\s*(?:received|rport)\s*(?:=\s*[^;,\s]*)?(?=\s*(?:;|$))/gi, '');
  if (via.params.has('rport')) return `${bare};received=${source.address};rport=${source.port}`;
  return via.host === source.address ? bare : `${bare};received=${source.address}`;
}
