import type { SipUri } from '../message/sip-uri';
import type { Scheduler, TimerHandle } from '../transaction/scheduler';
import { uriTransport, type Flow } from '../transport/flow';

/** Bound on memory: agents of one machine, with room. */
export const BINDING_LIMIT = 10_000;

interface Binding {
  readonly flow: Flow;
  readonly expiry: TimerHandle;
  readonly unsubscribe: () => void;
}

/**
 * Which connection a registered contact came in on. A browser's Contact names no address that could
 * be dialled (RFC 7118 section 5), so a later request to that URI goes down the connection itself.
 * Made when the application accepts a REGISTER; gone with its expiry or with the connection.
 */
export class FlowBindings {
  private readonly byContact = new Map<string, Binding>();

  constructor(private readonly scheduler: Scheduler) {}

  get size(): number {
    return this.byContact.size;
  }

  /**
   * A Contact of another transport than the connection's is not bound: whoever registers may name any
   * address in it, and a call to that address over UDP must not come to him (RFC 7118 section 5).
   *
   * @param expiresS seconds, as granted in the 200; 0 removes the binding
   */
  set(contact: SipUri, flow: Flow, expiresS: number): void {
    const key = keyOf(contact);
    this.remove(key);
    if (expiresS <= 0 || !flow.reliable || !flow.isOpen) return;
    if (transportOf(contact) !== uriTransport(flow.transport)) return;
    if (this.byContact.size >= BINDING_LIMIT) return;
    const drop = (): void => {
      if (this.byContact.get(key)?.flow === flow) this.remove(key);
    };
    const expiry = this.scheduler.after(Math.min(expiresS, 86_400) * 1_000, drop);
    this.byContact.set(key, { flow, expiry, unsubscribe: flow.onClosed(drop) });
  }

  find(target: SipUri): Flow | undefined {
    const flow = this.byContact.get(keyOf(target))?.flow;
    return flow?.isOpen ? flow : undefined;
  }

  clear(): void {
    for (const key of [...this.byContact.keys()]) this.remove(key);
  }

  private remove(key: string): void {
    const binding = this.byContact.get(key);
    if (binding === undefined) return;
    this.byContact.delete(key);
    this.scheduler.cancel(binding.expiry);
    binding.unsubscribe();
  }
}

function keyOf(uri: SipUri): string {
  return `${uri.user}@${uri.host}:${uri.port ?? ''};${transportOf(uri)}`;
}

function transportOf(uri: SipUri): string {
  const transport = uri.params.get('transport')?.toLowerCase() ?? 'udp';
  return transport === 'wss' ? 'ws' : transport;
}
