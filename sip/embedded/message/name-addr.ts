import { parseHeaderParams } from './header-params';

/** One value of From, To, Contact, Route ...: `"Ani" <sip:ani@host>;tag=x` (RFC 3261 section 20.10). */
export interface NameAddr {
  /** Display name as written, quotes included; '' when absent. */
  readonly display: string;
  readonly uri: string;
  /** Header parameters, not those inside the angle brackets. */
  readonly params: ReadonlyMap<string, string>;
}

const BRACKETED = /^("(?:[^"\\]|\\.)*"\s*|[^"<>]*)<([^<>"\s]+)>/;
const BARE = /^([A-Za-z][\w+.-]*:[^\s<>";,?]+)/;

/** @returns the parts, or undefined when `text` is no name-addr or addr-spec. */
export function parseNameAddr(text: string): NameAddr | undefined {
  const trimmed = text.trim();
  const bracketed = BRACKETED.exec(trimmed);
  // Without angle brackets the parameters belong to the header, not to the URI (section 20).
  const match = bracketed ?? BARE.exec(trimmed);
  if (match === null) return undefined;
  const params = parseHeaderParams(trimmed.slice(match[0].length));
  if (params === undefined) return undefined;
  return {
    display: bracketed ? (bracketed[1] ?? '').trim() : '',
    uri: (bracketed ? bracketed[2] : match[1]) ?? '',
    params,
  };
}
