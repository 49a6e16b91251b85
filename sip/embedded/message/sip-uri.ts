/**
 * A `sip:`, `sips:` or `tel:` URI (RFC 3261 section 19.1, RFC 3966), parsed strictly.
 *
 * `host` is lower case, an IPv6 reference keeps no brackets. `params` are the URI's own parameters.
 */
export interface SipUri {
  readonly scheme: 'sip' | 'sips' | 'tel';
  /** User part (or the number of a `tel:`) as written, '' when absent. */
  readonly user: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly params: ReadonlyMap<string, string>;
}

const USER = /^[\w\-.!~*'()&=+$,;?/%#]*(?::[\w\-.!~*'()&=+$,%]*)?$/;
const HOST_PORT =
  /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9](?:[\w\-.]*[A-Za-z0-9.])?))(?::(\d{1,5}))?$/;
const TEL = /^\+?[0-9A-Fa-f\-.()*#]+$/;
const NO_PARAMS: ReadonlyMap<string, string> = new Map();

function parseUriParams(text: string): ReadonlyMap<string, string> | undefined {
  if (text === '') return NO_PARAMS;
  const params = new Map<string, string>();
  for (const part of text.split(';')) {
    const at = part.indexOf('=');
    const name = (at === -1 ? part : part.slice(0, at)).toLowerCase();
    if (name === '' || params.has(name)) return undefined;
    params.set(name, at === -1 ? '' : part.slice(at + 1));
  }
  return params;
}

function parseTel(rest: string): SipUri | undefined {
  const semicolon = rest.indexOf(';');
  const number = semicolon === -1 ? rest : rest.slice(0, semicolon);
  const params = parseUriParams(semicolon === -1 ? '' : rest.slice(semicolon + 1));
  if (!TEL.test(number) || params === undefined) return undefined;
  return { scheme: 'tel', user: number, host: '', port: undefined, params };
}

/** `host[:port][;params]` behind the user part. */
function parseHostPart(text: string): Pick<SipUri, 'host' | 'port' | 'params'> | undefined {
  const semicolon = text.indexOf(';');
  const match = HOST_PORT.exec(semicolon === -1 ? text : text.slice(0, semicolon));
  const params = parseUriParams(semicolon === -1 ? '' : text.slice(semicolon + 1));
  if (match === null || params === undefined) return undefined;
  const port = match[3] === undefined ? undefined : Number(match[3]);
  if (port !== undefined && (port === 0 || port > 65535)) return undefined;
  return { host: (match[1] ?? match[2] ?? '').toLowerCase(), port, params };
}

/** @returns the parts, or undefined when `text` is no `sip:`, `sips:` or `tel:` URI. */
export function parseSipUri(text: string): SipUri | undefined {
  if (/[\s<>"]/.test(text)) return undefined;
  const colon = text.indexOf(':');
  const scheme = text.slice(0, colon).toLowerCase();
  if (scheme === 'tel') return parseTel(text.slice(colon + 1));
  if (scheme !== 'sip' && scheme !== 'sips') return undefined;

  const question = text.indexOf('?', text.indexOf('@') + 1);
  const body = text.slice(colon + 1, question === -1 ? undefined : question);
  const at = body.lastIndexOf('@');
  const user = at === -1 ? '' : body.slice(0, at);
  if (at === 0 || !USER.test(user)) return undefined;
  const hostPart = parseHostPart(body.slice(at + 1));
  return hostPart === undefined ? undefined : { scheme, user, ...hostPart };
}

/** `::1`, 5060 -> `[::1]:5060`; without a port only the host. */
export function formatHostPort(host: string, port?: number): string {
  const literal = host.includes(':') ? `[${host}]` : host;
  return port === undefined ? literal : `${literal}:${port}`;
}
