import { SocketAddress, isIP } from 'node:net';
import type { Screen } from '../embedded/transaction/screen';
import type { Flow } from '../embedded/transport/flow';

export interface SourceScreenEvents {
  /** A message was dropped without an answer. */
  readonly onDropped: (why: 'unknown_source' | 'banned') => void;
  readonly onBanned: (address: string) => void;
}

/** Source addresses; what is no IP address is left out. */
export interface KnownAddresses {
  readonly trunks: Iterable<string>;
  /** Of standing registrations, by the transport they came over. */
  readonly softphones: Iterable<{ readonly address: string; readonly transport: string }>;
}

const STRIKES_TO_BAN = 10;
const STRIKES_WITHIN_MS = 60_000;
const BAN_MS = 600_000;
/** Bounds the memory that strangers can fill; the oldest is forgotten. */
const MOST_STRANGERS = 20_000;

interface Stranger {
  strikes: number;
  sinceMs: number;
  bannedUntilMs: number;
  /** Whose password was wrong: somebody who mistypes again and again counts once. */
  readonly refusedUsers: Set<string>;
}

/**
 * Who is heard at the door of the signalling server: trunks by their address; softphones by the
 * connection that they registered over, those on UDP by their address, for a NAT changes the port.
 * Of everybody else only REGISTER, which a digest guards; the rest is dropped without an answer, so
 * that a scanner does not even learn that somebody is here. Whoever goes on is not heard at all for
 * ten minutes.
 *
 * Nobody is banned for others: not an address from which an agent is registered (agents share the
 * address of an office); not for a forged datagram (UDP and TCP are counted apart); and not a proxy
 * that carries everybody's WebSockets (they are counted by connection).
 */
export class SourceScreen implements Screen {
  private speakers = new Set<string>();
  private vouchedFor = new Set<string>();
  private readonly registeredFlows = new WeakSet<Flow>();
  private readonly strangers = new Map<string, Stranger>();

  constructor(
    private readonly events: SourceScreenEvents,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Replaces the addresses of trunks and registered softphones. */
  admitOnly({ trunks, softphones }: KnownAddresses): void {
    const registered = [...softphones].map((one) => ({ ...one, address: canonical(one.address) }));
    const overUdp = registered.filter(({ transport }) => transport === 'udp');
    const speakers = [...[...trunks].map(canonical), ...overUdp.map(({ address }) => address)];
    this.speakers = new Set(speakers);
    this.vouchedFor = new Set([...speakers, ...registered.map(({ address }) => address)]);
  }

  knows(flow: Flow): boolean {
    return this.registeredFlows.has(flow) || this.speakers.has(canonical(flow.remoteAddress));
  }

  admits(flow: Flow, method: string | null): boolean {
    if (this.knows(flow)) return true;
    if (this.isBanned(flow)) {
      this.events.onDropped('banned');
      return false;
    }
    if (method === 'REGISTER') return true;
    this.events.onDropped('unknown_source');
    this.strike(flow);
    return false;
  }

  registerAnswered(flow: Flow, user: string, status: number): void {
    if (status === 403) this.strike(flow, user);
    if (status !== 200) return;
    // from here until the next list says the same
    const address = canonical(flow.remoteAddress);
    this.vouchedFor.add(address);
    if (flow.reliable) this.registeredFlows.add(flow);
    else this.speakers.add(address);
  }

  private isBanned(flow: Flow): boolean {
    if (this.vouchedFor.has(canonical(flow.remoteAddress))) return false;
    const stranger = this.strangers.get(strangerKey(flow));
    return stranger !== undefined && stranger.bannedUntilMs > this.nowMs();
  }

  /** Something that only a scanner does, or a wrong password of that user. */
  private strike(flow: Flow, refusedUser?: string): void {
    if (this.vouchedFor.has(canonical(flow.remoteAddress))) return;
    const key = strangerKey(flow);
    const stranger = this.strangerOf(key);
    if (refusedUser !== undefined) {
      if (stranger.refusedUsers.has(refusedUser)) return;
      stranger.refusedUsers.add(refusedUser);
    }
    stranger.strikes += 1;
    if (stranger.strikes === STRIKES_TO_BAN) {
      stranger.bannedUntilMs = this.nowMs() + BAN_MS;
      this.events.onBanned(flow.remoteAddress);
    }
    this.remember(key, stranger);
  }

  private strangerOf(key: string): Stranger {
    const nowMs = this.nowMs();
    const before = this.strangers.get(key);
    if (before !== undefined && nowMs - before.sinceMs < STRIKES_WITHIN_MS) return before;
    return { strikes: 0, sinceMs: nowMs, bannedUntilMs: 0, refusedUsers: new Set() };
  }

  private remember(key: string, stranger: Stranger): void {
    this.strangers.delete(key);
    if (this.strangers.size >= MOST_STRANGERS) {
      const [oldest] = this.strangers.keys();
      if (oldest !== undefined) this.strangers.delete(oldest);
    }
    this.strangers.set(key, stranger);
  }
}

function strangerKey({ transport, remoteAddress, remotePort }: Flow): string {
  const address = canonical(remoteAddress);
  return transport === 'ws' ? `ws/${address}/${remotePort}` : `${transport}/${address}`;
}

/** One spelling an address: IPv6 in short form, IPv4 inside of it (`::ffff:192.0.2.1`) as IPv4. */
function canonical(address: string): string {
  if (isIP(address) !== 6) return address;
  const [unscoped = ''] = address.split('%');
  const short = new SocketAddress({ address: unscoped, family: 'ipv6' }).address;
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(short)?.[1] ?? short;
}
