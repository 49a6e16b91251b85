import ipaddr from 'ipaddr.js';

/** Networks in CIDR form that requests may go to although they are not public, `10.1.0.0/16`. */
export type AllowedNetworks = readonly string[];

/** All that is given out as global unicast, RFC 4291 2.4: beyond it lie mapped and local forms. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');
/** Public by its number, and answers for the machine itself: the wire server of Azure. */
const METADATA = ['168.63.129.16'];

/**
 * May a request that somebody else has chosen the address of go there? Public addresses alone, of the
 * registries of special ones (RFC 6890) none: not private, loopback, link-local (with the metadata of
 * clouds), CGNAT, nor an IPv6 form that holds an IPv4 address.
 * @param address as a resolver gives it; what cannot be read is refused
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast' || METADATA.includes(parsed.toString())) return false;
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_IPV6);
}

/** Is it in one of the networks that the installation opens? */
export function isAllowedAddress(address: string, allowed: AllowedNetworks): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return allowed.some((network) => {
    const [base, bits] = ipaddr.parseCIDR(network);
    return base.kind() === parsed.kind() && parsed.match(base, bits);
  });
}

/** Why an address cannot be one to send to, whatever it resolves to; null: it can. */
export function outboundUrlFault(text: string): string | null {
  if (!URL.canParse(text)) return 'is not an address';
  const url = new URL(text);
  if (!['https:', 'http:'].includes(url.protocol)) return 'is not https';
  if (url.username !== '' || url.password !== '') return 'has a user name or a password in it';
  if (url.hash !== '') return 'has a fragment';
  return null;
}
