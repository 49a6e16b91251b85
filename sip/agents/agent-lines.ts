import type { Database } from '../../src/db/database';
import { findRegistration } from '../../src/db/registrations';
import type { Gateway } from '../gateway/gateway';
import type { InviteEnd, OutgoingInvite } from '../gateway/outgoing-invite';
import { DEFAULT_MIN_SE_S } from '../gateway/session-terms';
import type { DialogEndedBy } from '../gateway/sip-dialog';
import { MediaLeg } from '../media/media-leg';
import type { MediaSource } from '../media/media-source';
import { carriesMedia, nextDescription } from '../media/session-description';
import { AgentLine } from './agent-line';
import { softphoneTarget } from './softphone-target';

export interface AgentLinesOptions {
  readonly db: Database;
  readonly gateway: Gateway;
  readonly sipInstanceId: string;
  readonly realm: string;
  readonly media: MediaSource;
  /** A leg ended from outside while no call used it. */
  readonly onLineEnded: (line: AgentLine, by: DialogEndedBy) => void;
}

export type Reach =
  | { readonly kind: 'reached'; readonly line: AgentLine }
  | { readonly kind: 'in_use' }
  | { readonly kind: 'not_registered' }
  /** Our own side is broken; of the softphone nothing is known. */
  | { readonly kind: 'signalling_lost' }
  /** No media engine can take the leg. */
  | { readonly kind: 'no_media' }
  | { readonly kind: 'unanswered'; readonly status: number | null };

/** A softphone that does not answer within this time is not attended. */
const AGENT_RING_LIMIT_MS = 15_000;

/** Phones that know session timers refresh their legs; of the others the registration tells (RFC 4028, 4). */
const SOFTPHONE_SESSION = { expiresS: 1_800, leastS: DEFAULT_MIN_SE_S };

/** A softphone that is asked to change over to another media engine has this long. */
const CHANGE_OVER_LIMIT_MS = 5_000;

export interface AgentToReach {
  readonly agentId: string;
  readonly sessionId: string;
  readonly legMode: 'nailed_up' | 'per_call';
}

/** The ringing of a softphone, from the moment that it is wanted: the INVITE may not be out yet. */
interface Ring {
  readonly attemptId: string | null;
  invite: OutgoingInvite | null;
  isGivenUp: boolean;
}

/** The legs to softphones that this process holds, one an agent. */
export class AgentLines {
  private readonly lines = new Map<string, AgentLine>();
  private readonly ringing = new Map<string, Ring>();

  constructor(private readonly options: AgentLinesOptions) {}

  get count(): number {
    return this.lines.size;
  }

  find(agentId: string): AgentLine | null {
    return this.lines.get(agentId) ?? null;
  }

  /** Legs that no call uses. */
  idle(): AgentLine[] {
    return [...this.lines.values()].filter((line) => !line.isInUse);
  }

  /** The agent's leg that stands, or a new one by INVITE. */
  async reach(
    agent: AgentToReach,
    attemptId: string | null,
    ringLimitMs = AGENT_RING_LIMIT_MS,
  ): Promise<Reach> {
    const standing = this.lines.get(agent.agentId);
    if (standing !== undefined && !standing.isOver) {
      // after a long absence of the database an agent who still talks may have been taken for free
      if (standing.isInUse) return { kind: 'in_use' };
      if (standing.sessionId === agent.sessionId) return this.withMedia(standing);
    }
    return this.ring(agent, attemptId, ringLimitMs, standing);
  }

  /** The standing leg, changed over to other media when its own cannot carry a call any more. */
  private async withMedia(line: AgentLine): Promise<Reach> {
    const usable = (await line.media.isUsable()) || (await this.renewMedia(line));
    return usable ? { kind: 'reached', line } : { kind: 'no_media' };
  }

  /** Changes a leg over to media that work. False: there are none, or the softphone would not. */
  async renewMedia(line: AgentLine): Promise<boolean> {
    const registration = await findRegistration(this.options.db, line.agentId);
    if (registration === null) return false;
    const next = await this.options.media.openLine(registration.transport);
    return next !== null && line.changeOver(next, CHANGE_OVER_LIMIT_MS);
  }

  /** A second leg to a softphone that began anew; the first is its user's to leave. */
  async ringAnew(before: AgentLine): Promise<AgentLine | null> {
    const { agentId, sessionId, mode: legMode } = before;
    const reach = await this.ring({ agentId, sessionId, legMode }, null, AGENT_RING_LIMIT_MS);
    return reach.kind === 'reached' ? reach.line : null;
  }

  private async ring(
    agent: AgentToReach,
    attemptId: string | null,
    ringLimitMs: number,
    /** Of a session before: it is hung up first. */
    left?: AgentLine,
  ): Promise<Reach> {
    const ring: Ring = { attemptId, invite: null, isGivenUp: false };
    this.ringing.set(agent.agentId, ring);
    try {
      if (left !== undefined) {
        this.forget(left);
        await left.hangUp();
      }
      return await this.invite(agent, ring, ringLimitMs);
    } finally {
      if (this.ringing.get(agent.agentId) === ring) this.ringing.delete(agent.agentId);
    }
  }

  private async invite(agent: AgentToReach, ring: Ring, ringLimitMs: number): Promise<Reach> {
    const { db, gateway, sipInstanceId } = this.options;
    const registration = await findRegistration(db, agent.agentId);
    if (registration?.sipInstanceId !== sipInstanceId) return { kind: 'not_registered' };
    const media = await this.options.media.openLine(registration.transport);
    if (media === null) return { kind: 'no_media' };
    if (ring.isGivenUp) {
      void media.close();
      return { kind: 'unanswered', status: null };
    }
    const invitedAt = new Date();
    const offered = nextDescription(null, media.offer);
    const invite = gateway.invite({
      ...softphoneTarget(registration),
      headers: this.headersFor(agent.legMode, ring.attemptId),
      sdp: offered.sdp,
      deadlineMs: ringLimitMs,
      sessionTimer: SOFTPHONE_SESSION,
    });
    ring.invite = invite;
    const end = await invite.result;
    if (end.kind !== 'answered') {
      void media.close();
      return unreached(end, gateway.isConnected);
    }
    if (isGivenUp(ring)) {
      void media.close();
      void end.dialog.hangUp();
      return { kind: 'unanswered', status: null };
    }
    const leg = new MediaLeg(end.dialog, offered, end.sdp);
    const carries = carriesMedia(end.sdp);
    if (!carries || !(await media.attach(leg))) {
      void media.close();
      void end.dialog.hangUp('no audio');
      return carries ? { kind: 'no_media' } : { kind: 'unanswered', status: 488 };
    }
    const line = new AgentLine(
      agent.agentId,
      agent.sessionId,
      agent.legMode,
      leg,
      media,
      invitedAt,
      new Date(),
      (ended, by, inUse) => {
        this.forget(ended);
        if (!inUse) this.options.onLineEnded(ended, by);
      },
    );
    this.lines.set(agent.agentId, line);
    return { kind: 'reached', line };
  }

  private headersFor(
    legMode: 'nailed_up' | 'per_call',
    attemptId: string | null,
  ): Record<string, string> {
    const from = `"Santun" <sip:dialer@${this.options.realm}>`;
    const headers: Record<string, string> = { From: from };
    if (attemptId !== null) headers['X-Attempt-Id'] = attemptId;
    // RFC 5373: the agent signed in for this leg; it is no call to pick up
    if (legMode === 'nailed_up') {
      headers['Answer-Mode'] = 'Auto';
      headers['Call-Info'] = `<sip:${this.options.realm}>;answer-after=0`;
    }
    return headers;
  }

  /** After a call: parks the leg or ends it. */
  async release(line: AgentLine): Promise<void> {
    if (line.mode === 'per_call') this.forget(line);
    if ((await line.release()) === 'ended') this.forget(line);
  }

  private forget(line: AgentLine): void {
    if (this.lines.get(line.agentId) === line) this.lines.delete(line.agentId);
  }

  /** Ends the agent's leg, or the ringing for it. */
  async drop(agentId: string): Promise<void> {
    const ring = this.ringing.get(agentId);
    if (ring !== undefined) ring.isGivenUp = true;
    ring?.invite?.cancel();
    const line = this.lines.get(agentId);
    if (line === undefined) return;
    this.lines.delete(agentId);
    await line.hangUp();
  }

  /** Gives up the leg that is being rung for this attempt, if one is. */
  stopRingingFor(attemptId: string): void {
    for (const ring of this.ringing.values()) if (ring.attemptId === attemptId) giveUp(ring);
  }

  /** Gives up every leg that is still being rung for. */
  stopRinging(): void {
    for (const ring of this.ringing.values()) giveUp(ring);
  }

  async dropAll(): Promise<void> {
    await Promise.all([...this.lines.keys()].map((agentId) => this.drop(agentId)));
  }
}

/** Not looked at where it is used: it changes while a promise is awaited. */
function isGivenUp(ring: Ring): boolean {
  return ring.isGivenUp;
}

function giveUp(ring: Ring): void {
  ring.isGivenUp = true;
  ring.invite?.giveUp();
}

function unreached(end: Exclude<InviteEnd, { kind: 'answered' }>, isConnected: boolean): Reach {
  if (end.kind === 'signalling_lost' || (end.kind === 'not_sent' && !isConnected))
    return { kind: 'signalling_lost' };
  return { kind: 'unanswered', status: end.kind === 'refused' ? end.status : null };
}
