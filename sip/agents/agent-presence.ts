import type { Logger } from 'pino';
import {
  LEG_ENDED,
  listEndedSessions,
  listUnregisteredReady,
  listWatchedAgents,
  markReached,
  markUnreached,
  resumeOnRegister,
  type WatchedAgent,
} from '../../src/db/agent-reach';
import { findAgentSession, type AgentSession } from '../../src/db/agent-sessions';
import type { Database } from '../../src/db/database';
import {
  adoptRegistrations,
  findRegistration,
  removeEndedRegistrations,
  removeRegistration,
} from '../../src/db/registrations';
import type { Gateway } from '../gateway/gateway';
import type { DialogEndedBy } from '../gateway/sip-dialog';
import type { AgentLine } from './agent-line';
import type { AgentLines } from './agent-lines';
import { probeVerdict, softphoneTarget } from './softphone-target';

export interface AgentPresenceOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly gateway: Gateway;
  readonly sipInstanceId: string;
  readonly lines: AgentLines;
  /** Is a debtor's phone ringing for this agent right now? Then a loss must be seen sooner. */
  readonly isDialing: (agentId: string) => boolean;
  /** A talk is not ended for a softphone that may be back in a moment. */
  readonly isTalking: (agentId: string) => boolean;
  /** The talk goes on over a new leg to a softphone that began anew. False: there is none. */
  readonly reattach: (agentId: string) => Promise<boolean>;
  /** A call of this agent is told; true when there is one, which then moves the session. */
  readonly onLost: (agentId: string, cause: string) => boolean;
}

/** A look round every second; each softphone is asked every fifth, one that is needed now each time. */
const TICK_MS = 1_000;
const PROBE_EVERY_TICKS = 5;
const PROBE_DEADLINE_MS = 2_000;
const SILENCES_TO_LOSE = 2;
/** A talk waits so long for a softphone: a page that is loaded anew, a change of the network. */
const TALK_GRACE_MS = 8_000;
/** More at a time, and our own queue would look like their silence. */
const PROBES_AT_ONCE = 100;

/**
 * Knows which agents can be reached. The signalling server does not tell when a connection
 * closes, so softphones of agents at work are asked with OPTIONS; an answer that says "no way to
 * it" counts at once, silence counts when it is repeated.
 */
export class AgentPresence {
  private readonly silences = new Map<string, number>();
  /** Softphones that are missed in a talk, and since when, ms of the monotonic clock. */
  private readonly missed = new Map<string, number>();
  /** Sessions being connected; true: asked for again meanwhile, by a softphone that came anew. */
  private readonly connecting = new Map<string, boolean>();
  private timer: NodeJS.Timeout | null = null;
  private ticks = 0;
  private looking = false;
  private tending = false;
  private stopped = false;

  constructor(private readonly options: AgentPresenceOptions) {}

  start(): void {
    this.timer = setInterval(() => {
      void this.tendBindings();
      void this.look();
    }, TICK_MS);
  }

  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearInterval(this.timer);
  }

  /** The session waits for its softphone: `ready` when it can be reached (its leg up). */
  async connect(sessionId: string): Promise<void> {
    if (this.stopped) return;
    if (this.connecting.has(sessionId)) {
      this.connecting.set(sessionId, true);
      return;
    }
    try {
      do {
        this.connecting.set(sessionId, false);
        await this.tryConnect(sessionId);
      } while (this.connecting.get(sessionId) === true && !this.isStopped());
    } finally {
      this.connecting.delete(sessionId);
    }
  }

  /** A getter would be narrowed away: it changes while a promise is awaited. */
  private isStopped(): boolean {
    return this.stopped;
  }

  private async tryConnect(sessionId: string): Promise<void> {
    const { db, log, sipInstanceId } = this.options;
    const session = await findAgentSession(db, sessionId);
    if (session?.state !== 'connecting') return;
    const { agentId, legMode } = session;
    const registration = await findRegistration(db, agentId);
    if (registration?.sipInstanceId !== sipInstanceId) {
      log.debug({ sessionId }, 'no softphone registered yet');
      return;
    }
    if (legMode === 'nailed_up' && !(await this.raiseLeg(session, registration.contactUri))) return;
    const reached = await markReached(db, { sessionId, sipInstanceId, cause: 'softphone_reached' });
    // signed out while the leg came up
    if (!reached) await this.dropUnlessUsed(agentId);
  }

  /** True when the nailed-up leg stands. False: lost, or asked again later. */
  private async raiseLeg(
    { id: sessionId, agentId, legMode }: AgentSession,
    contactUri: string,
  ): Promise<boolean> {
    const { db, lines, log } = this.options;
    const reach = await lines.reach({ agentId, sessionId, legMode }, null);
    if (reach.kind === 'reached') return true;
    // goes on connecting: a later look tries again
    if (['signalling_lost', 'in_use', 'no_media'].includes(reach.kind)) return false;
    const status = reach.kind === 'unanswered' ? reach.status : null;
    const now = await findRegistration(db, agentId);
    // the softphone came anew while the old one was asked: its REGISTER asks again
    if (now !== null && now.contactUri !== contactUri) return false;
    log.warn({ sessionId, status }, 'the nailed-up leg was not answered');
    await this.lose(agentId, 'agent_leg_unanswered');
    return false;
  }

  private async dropUnlessUsed(agentId: string): Promise<void> {
    if (this.options.lines.find(agentId)?.isInUse !== true) await this.options.lines.drop(agentId);
  }

  /** The session is over: its leg goes. */
  async release(sessionId: string): Promise<void> {
    const session = await findAgentSession(this.options.db, sessionId);
    if (session === null) return;
    const line = this.options.lines.find(session.agentId);
    if (line?.sessionId === sessionId && !line.isInUse)
      await this.options.lines.drop(session.agentId);
  }

  async registered(agentId: string, isNew: boolean): Promise<void> {
    this.silences.delete(agentId);
    this.missed.delete(agentId);
    const { db, sipInstanceId, lines, reattach } = this.options;
    // a softphone that starts anew knows nothing of the leg it had: a debtor there hears nobody
    if (isNew && lines.find(agentId) !== null && !(await reattach(agentId)))
      await this.restarted(agentId);
    const sessionId = await resumeOnRegister(db, { agentId, sipInstanceId, isNew });
    if (sessionId !== null) await this.connect(sessionId);
  }

  /** The softphone is there, and its leg is not. */
  private async restarted(agentId: string): Promise<void> {
    const { db, lines, sipInstanceId, onLost } = this.options;
    const cause = 'softphone_restarted';
    const inCall = onLost(agentId, cause);
    void lines.drop(agentId);
    if (!inCall) await markUnreached(db, { agentId, sipInstanceId, to: 'connecting', cause });
  }

  /** The softphone is gone: its binding, its leg, and the agent's readiness with it. */
  async lose(agentId: string, cause: string): Promise<void> {
    const { db, lines, log, sipInstanceId, onLost } = this.options;
    this.silences.delete(agentId);
    this.missed.delete(agentId);
    log.info({ agentId, cause }, 'softphone out of reach');
    // first of all the debtor's phone must stop ringing
    const inCall = onLost(agentId, cause);
    void lines.drop(agentId);
    if (!inCall) await markUnreached(db, { agentId, sipInstanceId, to: 'lost', cause });
  }

  /** A leg ended from outside while no call used it. */
  lineEnded(line: AgentLine, by: DialogEndedBy): Promise<unknown> {
    const { db, sipInstanceId } = this.options;
    const { agentId } = line;
    if (by === 'signalling_lost') return this.disconnected(agentId);
    if (line.mode === 'per_call') return Promise.resolve();
    return markUnreached(db, { agentId, sipInstanceId, to: 'lost', cause: LEG_ENDED });
  }

  /** Our own side broke: the softphone may well be there, so the session waits for it. */
  private disconnected(agentId: string): Promise<unknown> {
    const { db, sipInstanceId } = this.options;
    const cause = 'signalling_lost';
    return markUnreached(db, { agentId, sipInstanceId, to: 'connecting', cause });
  }

  /** Not behind the probes: a softphone that is silent must not keep another's revoked one alive. */
  private async tendBindings(): Promise<void> {
    if (this.tending || this.stopped || !this.options.gateway.isConnected) return;
    this.tending = true;
    try {
      const { db, log, sipInstanceId } = this.options;
      const adopted = await adoptRegistrations(db, sipInstanceId);
      if (adopted > 0) log.info({ adopted }, 'softphones of a process that is gone taken over');
      for (const { agentId, expired } of await removeEndedRegistrations(db, sipInstanceId))
        await this.lose(agentId, expired ? 'registration_expired' : 'credentials_ended');
    } catch {
      // the database is away: the next tick looks again
    } finally {
      this.tending = false;
    }
  }

  private async look(): Promise<void> {
    if (this.looking || this.stopped || !this.options.gateway.isConnected) return;
    this.looking = true;
    this.ticks += 1;
    try {
      await this.lookRound(this.ticks % PROBE_EVERY_TICKS === 0);
    } catch {
      // the database is away: what was true of the agents stays true
    } finally {
      this.looking = false;
    }
  }

  private async lookRound(everybody: boolean): Promise<void> {
    const { db, sipInstanceId, isDialing } = this.options;
    if (everybody)
      for (const agentId of await listUnregisteredReady(db, sipInstanceId))
        await this.lose(agentId, 'registration_lost');
    if (everybody) await this.dropEnded();
    const watched = await listWatchedAgents(db, sipInstanceId);
    const nowMs = Date.now();
    // whoever has just registered has said that it is there; a debtor who waits is worth a question
    const asked = watched.filter(
      ({ registeredAt, ...agent }) =>
        isDialing(agent.agentId) ||
        this.missed.has(agent.agentId) ||
        (nowMs - registeredAt.getTime() > PROBE_EVERY_TICKS * TICK_MS &&
          (everybody || this.waitsForUs(agent))),
    );
    await eachOfMany(asked, PROBES_AT_ONCE, (agent) => this.ask(agent));
  }

  /** Whoever ended the session, and whether the bell for it rang or was lost: its leg goes. */
  private async dropEnded(): Promise<void> {
    const { db, lines } = this.options;
    const idle = lines.idle();
    if (idle.length === 0) return;
    const ended = await listEndedSessions(
      db,
      idle.map((line) => line.sessionId),
    );
    for (const line of idle)
      if (ended.includes(line.sessionId) && lines.find(line.agentId) === line)
        await this.dropUnlessUsed(line.agentId);
  }

  private async ask(agent: WatchedAgent): Promise<void> {
    const { gateway, db, sipInstanceId } = this.options;
    const { agentId } = agent;
    const { status } = await gateway.probe(softphoneTarget(agent), PROBE_DEADLINE_MS);
    if (this.stopped || !gateway.isConnected) return;
    const verdict = probeVerdict(status);
    const silences = verdict === 'silent' ? (this.silences.get(agentId) ?? 0) + 1 : 0;
    this.silences.set(agentId, silences);
    if (verdict === 'there') this.missed.delete(agentId);
    if (verdict === 'gone' || silences >= SILENCES_TO_LOSE) {
      if (this.isAwaited(agentId)) return;
      const { contactUri } = agent;
      const removed = await removeRegistration(db, { agentId, sipInstanceId, contactUri });
      // else it has come anew meanwhile: what was asked is not what stands
      if (removed)
        await this.lose(agentId, verdict === 'gone' ? 'softphone_gone' : 'softphone_silent');
    } else if (verdict === 'there') {
      await this.takeUp(agent);
    }
  }

  /** In a talk, and not missed for long yet. */
  private isAwaited(agentId: string): boolean {
    if (!this.options.isTalking(agentId)) return false;
    const since = this.missed.get(agentId) ?? performance.now();
    this.missed.set(agentId, since);
    return performance.now() - since < TALK_GRACE_MS;
  }

  /** Reachable, but the session does not know it yet. */
  private async takeUp(agent: WatchedAgent): Promise<void> {
    if (agent.state === 'connecting') await this.connect(agent.sessionId);
    else if (this.isReadyElsewhere(agent)) await this.registered(agent.agentId, false);
  }

  /** The softphone is here and the agent could work, if only the session were taken up. */
  private waitsForUs(agent: Pick<WatchedAgent, 'state' | 'sessionInstanceId'>): boolean {
    return agent.state === 'connecting' || this.isReadyElsewhere(agent);
  }

  private isReadyElsewhere(agent: Pick<WatchedAgent, 'state' | 'sessionInstanceId'>): boolean {
    return agent.state === 'ready' && agent.sessionInstanceId !== this.options.sipInstanceId;
  }
}

/** Works through many items, so many at a time; one that takes long holds up no other. */
async function eachOfMany<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const lane = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
}
