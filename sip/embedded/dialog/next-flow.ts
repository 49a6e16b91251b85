import { isIP } from 'node:net';

import { parseSipUri } from '../message/sip-uri';
import type { Flow } from '../transport/flow';
import { nextHopOf } from '../transport/network';
import type { NextHop } from '../transport/network';
import type { Dialog } from './dialog';
import { nextUri } from './dialog';

/** RFC 1918, 3927 and unspecified IPv4: seen in a Contact, it says the peer sits behind a NAT. */
function isPrivate(host: string): boolean {
  return /^(?:10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|0\.0\.0\.0$)/.test(host);
}

/**
 * Where the next request of a dialog goes: on the flow the peer last used, or to the address its Route
 * or Contact names.
 *
 * The flow is kept for connections (the peer's own port cannot be dialled, RFC 5923), for names that
 * lead nowhere (`.invalid`, RFC 7118 section 5), and for peers behind a NAT.
 */
export function nextFlow(dialog: Dialog): { flow: Flow } | { hop: NextHop } {
  const { flow } = dialog;
  const uri = parseSipUri(nextUri(dialog));
  const hop = uri === undefined ? undefined : nextHopOf(uri);
  if (hop === undefined || hop.host.endsWith('.invalid')) return { flow };
  const stays = flow.reliable ? staysOnConnection(dialog, hop) : staysOnUdp(dialog, hop);
  return stays ? { flow } : { hop };
}

function staysOnConnection({ flow, routeSet }: Dialog, hop: NextHop): boolean {
  if (!flow.isOpen) return false;
  // no certificate speaks for the inner address that a border controller may write here
  if (flow.transport === 'tls' && hop.transport === 'tls' && isIP(hop.host) !== 0) return true;
  return routeSet.length === 0 || hop.transport === 'ws' || hop.host === flow.remoteAddress;
}

function staysOnUdp({ flow, routeSet }: Dialog, hop: NextHop): boolean {
  if (hop.transport === 'ws') return true;
  const isBehindNat = isPrivate(hop.host) && hop.host !== flow.remoteAddress;
  return isBehindNat && routeSet.length === 0;
}
