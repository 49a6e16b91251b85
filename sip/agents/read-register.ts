/** What a REGISTER asks for (RFC 3261, 10.2). */
export type RegisterRequest =
  | { readonly kind: 'bind'; readonly contactUri: string; readonly expiresSeconds: number }
  | { readonly kind: 'unbind'; readonly contactUri: string | null }
  /** Which binding stands? */
  | { readonly kind: 'query' }
  | { readonly kind: 'malformed' };

const DEFAULT_EXPIRES_SECONDS = 300;

const NAME_ADDR = /^(?:"(?:[^"\\]|\\.)*"\s*|[^<"]*)<([^<>\s]+)>(.*)$/;

/** Reads Contact and Expires. One contact a request: a softphone has one. */
export function readRegister(contact: string, expires: string): RegisterRequest {
  const text = contact.trim();
  const fallback = expires === '' ? DEFAULT_EXPIRES_SECONDS : seconds(expires);
  if (fallback === null) return { kind: 'malformed' };
  if (text === '') return { kind: 'query' };
  if (text === '*')
    // RFC 3261, 10.2.2: the star goes with Expires: 0 and nothing else
    return fallback === 0 ? { kind: 'unbind', contactUri: null } : { kind: 'malformed' };
  const { uri, parameters } = splitContact(text);
  if (!/^sips?:[^\s<>"]{1,500}$/i.test(uri)) return { kind: 'malformed' };
  const own = /;\s*expires\s*=\s*"?([^";,\s]+)"?/i.exec(parameters)?.[1];
  const expiresSeconds = own === undefined ? fallback : seconds(own);
  if (expiresSeconds === null) return { kind: 'malformed' };
  if (expiresSeconds === 0) return { kind: 'unbind', contactUri: uri };
  return { kind: 'bind', contactUri: uri, expiresSeconds };
}

/** In the short form, parameters belong to the header, not to the URI (RFC 3261, 20.10). */
function splitContact(text: string): { uri: string; parameters: string } {
  const nameAddr = NAME_ADDR.exec(text);
  if (nameAddr !== null) return { uri: nameAddr[1] ?? '', parameters: nameAddr[2] ?? '' };
  const [uri = '', ...parameters] = text.split(';');
  return { uri, parameters: parameters.map((parameter) => `;${parameter}`).join('') };
}

/** Where a SIP URI points: host (IPv6 in brackets) and port, 5060 or 5061 when it names none. */
export function hostPortOf(uri: string): { readonly host: string; readonly port: number } | null {
  const parts = /^(sips?):(?:[^@]*@)?(\[[^\]]+\]|[^:;?>\s]+)(?::(\d{1,5}))?/i.exec(uri);
  if (parts?.[2] === undefined) return null;
  const usual = parts[1]?.toLowerCase() === 'sips' ? 5061 : 5060;
  return { host: parts[2], port: parts[3] === undefined ? usual : Number(parts[3]) };
}

function seconds(text: string): number | null {
  return /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : null;
}
