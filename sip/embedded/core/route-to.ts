import { isIP } from 'node:net';

import type { Flow, Transport } from '../transport/flow';
import type { Network, NextHop } from '../transport/network';

const NOTHING = (): void => undefined;

/** A flow on which every send fails: an unreachable peer takes the same way as a broken connection. */
export function unreachable(
  transport: Transport,
  host: string,
  port: number,
  failure?: string,
): Flow {
  return {
    transport,
    failure,
    reliable: true,
    remoteAddress: host,
    remotePort: port,
    localHost: '127.0.0.1',
    localPort: 9,
    isOpen: false,
    send: () => false,
    onClosed: () => NOTHING,
    destroy: NOTHING,
  };
}

/**
 * Finds the flow for a next hop and hands it on: at once for an IP literal, for
 * `localhost` and over WebSocket, after a look-up for other names. Never rejects; an unknown name becomes an unreachable flow.
 */
export function routeTo(
  network: Network,
  target: { flow: Flow } | { hop: NextHop },
  use: (flow: Flow) => void,
): void {
  if ('flow' in target) {
    use(target.flow);
    return;
  }
  const dead = unreachable(target.hop.transport, target.hop.host, target.hop.port);
  const { host: name } = target.hop;
  const hop = name === 'localhost' ? { ...target.hop, host: '127.0.0.1', name } : target.hop;
  // a WebSocket is only ever opened by the softphone: no name server knows its name (RFC 7118, 5)
  if (isIP(hop.host) !== 0 || hop.transport === 'ws') {
    use(network.flowTo(hop) ?? dead);
    return;
  }
  network.resolve(hop).then(
    (resolved) => {
      use(network.flowTo(resolved) ?? dead);
    },
    () => {
      const { transport, host, port } = hop;
      use(unreachable(transport, host, port, `nobody knows the host ${host}`));
    },
  );
}
