import type { Logger } from 'pino';
import type { Database } from '../../src/db/database';
import { openInboundCall } from '../../src/db/inbound-calls';
import { listCallerAccounts, listCreditorsOfNumber } from '../../src/db/inbound-lookup';
import type { MissCause } from '../../src/db/miss-inbound-call';
import type { AgentLines } from '../agents/agent-lines';
import type { Calls } from '../calls/calls';
import type { IncomingCall } from '../gateway/incoming-call';
import type { MediaSource } from '../media/media-source';
import type { Prompts } from '../media/prompts';
import type { SipMetrics } from '../sip-metrics';
import { calledOf, callerOf } from './caller-identity';
import { InboundCall } from './inbound-call';
import { matchCaller } from './match-caller';
import type { KnownTrunk, TrunkSources } from './trunk-sources';

export interface InboundCallsOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly lines: AgentLines;
  readonly calls: Calls;
  readonly media: MediaSource;
  readonly prompts: Prompts;
  readonly trunks: TrunkSources;
  readonly metrics: SipMetrics;
  readonly sipInstanceId: string;
}

/** Who is drained comes back later, or somewhere else (RFC 3261, 21.5.4). */
const RETRY_AFTER_SECONDS = '10';

/** The calls that came in and ring with this process. */
export class InboundCalls {
  private readonly ringing = new Set<InboundCall>();
  private readonly running = new Set<Promise<unknown>>();
  private closed = false;

  constructor(private readonly options: InboundCallsOptions) {}

  /** Calls that nobody has answered yet. */
  get count(): number {
    return this.ringing.size;
  }

  /** From here on 503: the carrier tries another way, or later. */
  stopIntake(): void {
    this.closed = true;
  }

  /** An INVITE outside of our dialogs. False, and no answer: no trunk of ours sent it. */
  async receive(incoming: IncomingCall): Promise<boolean> {
    const { sourceAddress: address, sourcePort: port, transport } = incoming;
    const trunk = await this.options.trunks.of({ address, port, transport });
    if (trunk === null) return false;
    if (this.closed) await incoming.respond(503, { 'Retry-After': RETRY_AFTER_SECONDS });
    else await this.take(incoming, trunk);
    return true;
  }

  private async take(incoming: IncomingCall, trunk: KnownTrunk): Promise<void> {
    const { db, metrics, sipInstanceId } = this.options;
    const called = calledOf(
      {
        requestUri: incoming.uri,
        calledParty: incoming.header('p-called-party-id'),
        to: incoming.header('to'),
      },
      trunk.callerIds,
    );
    if (called === null || incoming.header('contact') === '') {
      metrics.inboundRefused(trunk.id, called === null ? 'no_such_number' : 'malformed');
      await incoming.respond(called === null ? 404 : 400);
      return;
    }
    if (!incoming.limitSession(trunk.sessionTimer)) {
      metrics.inboundRefused(trunk.id, 'session_too_short');
      return;
    }
    const from = incoming.header('from');
    const assertedIdentity = incoming.header('p-asserted-identity');
    const caller = callerOf({ assertedIdentity, from }, called);
    const creditorIds = await listCreditorsOfNumber(db, trunk.id, called);
    const accounts = caller === null ? [] : await listCallerAccounts(db, caller, creditorIds);
    const { matches, person } = matchCaller(accounts);
    const { callId: sipCallId } = incoming;
    const opened = await openInboundCall(db, {
      ...{ trunkId: trunk.id, sipInstanceId, sipCallId, called, caller, matches, person },
    });
    if (opened === null) {
      metrics.inboundRefused(trunk.id, 'channels_full');
      await incoming.respond(486);
      return;
    }
    const log = this.options.log.child({ callId: opened.callId });
    log.info({ trunkId: trunk.id, matches }, 'a call came in');
    this.start(
      new InboundCall({
        ...this.options,
        ...opened,
        ...{ log, incoming, trunkId: trunk.id, caller, person, creditorIds },
      }),
      trunk.id,
    );
  }

  private start(call: InboundCall, trunkId: string): void {
    this.ringing.add(call);
    const startedAtMs = Date.now();
    if (this.closed) call.abort('shutdown');
    const running = call.run().then((end) => {
      this.ringing.delete(call);
      this.running.delete(running);
      this.options.metrics.inboundEnded(trunkId, end, Date.now() - startedAtMs);
    });
    this.running.add(running);
  }

  /** Ends the ringing of all; who was answered is a call of {@link Calls}. */
  abortAll(cause: MissCause): void {
    this.closed = true;
    for (const call of this.ringing) call.abort(cause);
  }

  /** Settles when nothing rings and everything is written. */
  async quiet(): Promise<void> {
    while (this.running.size > 0) await Promise.all([...this.running]);
  }
}
