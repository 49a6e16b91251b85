import type { Logger } from 'pino';
import { claimForDialing, lookAtLease, type Denied, type Leased } from '../../dialer/gate';
import { findAgentSession, type AgentSession } from '../../src/db/agent-sessions';
import { findAttempt, type Attempt, type OutboundAttempt } from '../../src/db/attempts';
import { recordEnded, type CallEnd } from '../../src/db/calls';
import type { LiveDialog } from '../../src/domain/agent-mismatch';
import type { Trunk } from '../../src/db/trunk-routing';
import { AFTER_UNREACHED } from '../agents/after-unreached';
import type { AgentLine } from '../agents/agent-line';
import type { Reach } from '../agents/agent-lines';
import type { WithdrawReason } from '../outcome/sip-outcome';
import { chooseTrunk } from '../trunks/trunk-queue';
import { Call } from './call';
import type { CustomerSide } from './call-options';
import { CallRecords, type CallClaim, type Claim } from './call-records';
import type { CallsOptions } from './calls-options';
import type { CallCommand } from './conversation';
import { Dialing } from './dialing';
import { EarlyListening } from './early-listening';
import { passOn } from './next-agents';
import { offers, type PreparedAgent } from './prepared-agent';
import { Supervisions } from './supervisions';
import { openTalkServices } from './talk-services';
import { Transfers } from './transfers';

/** The calls that live in this process. */
export class Calls {
  private readonly live = new Map<string, Call>();
  /** Attempts between the doorbell and the INVITE. */
  private readonly placing = new Set<string>();
  /** Of those, whose person calls us meanwhile: nothing is dialed. */
  private readonly takenBack = new Set<string>();
  private readonly writing = new Set<Promise<unknown>>();
  private closed = false;
  private aborted: WithdrawReason | null = null;
  private readonly transfers: Transfers;
  private readonly supervisions: Supervisions;

  constructor(private readonly options: CallsOptions) {
    const find = (attemptId: string): Call | null => this.live.get(attemptId) ?? null;
    this.transfers = new Transfers(options, find);
    this.supervisions = new Supervisions(options, find, this.track.bind(this));
  }

  liveAttemptIds(): string[] {
    return [...this.live.keys(), ...this.placing];
  }

  /** Who of ours is in which call. */
  dialogs(): LiveDialog[] {
    return [...this.live.values()].map(({ attemptId, agentId, isTalking }) => {
      return { attemptId, agentId, isTalking };
    });
  }

  /** From here on a doorbell is not answered. */
  stopIntake(): void {
    this.closed = true;
  }

  /**
   * Places the call of a reserved attempt. Returns when the INVITE is out or refused; ringing the
   * bell again for the same attempt does nothing.
   */
  async place(attemptId: string): Promise<void> {
    if (this.closed || this.live.has(attemptId) || this.placing.has(attemptId)) return;
    this.placing.add(attemptId);
    const placed = this.tryPlace(attemptId).finally(() => {
      this.placing.delete(attemptId);
      this.takenBack.delete(attemptId);
    });
    this.track(placed);
    await placed;
  }

  private async tryPlace(attemptId: string): Promise<void> {
    const { db, gate, sipInstanceId } = this.options;
    const attempt = await findAttempt(db, attemptId);
    if (attempt?.direction !== 'out') return;
    if (attempt.state === 'dialing' && attempt.sipInstanceId === sipInstanceId) {
      // claimed in our name, but the answer to the claim was lost: nobody is dialing it
      await this.endUndialed(attempt.id, { result: 'unknown', cause: 'claim_unconfirmed' });
      return;
    }
    if (attempt.state !== 'reserved') return;
    // picked late, or not allowed any more: given back before anybody's phone rings
    const lease = await lookAtLease(gate, { attemptId, sipInstanceId });
    if (lease.verdict === 'deny') {
      this.denied(lease);
      return;
    }
    const session = await findAgentSession(db, attempt.agentSessionId);
    if (session?.attemptId !== attemptId) {
      await this.endUndialed(attemptId, { result: 'expired', cause: 'agent_lost' });
      return;
    }
    const line = await this.reachAgent(attempt, session);
    if (line === null) return;
    const dialed = await this.dial(attempt, lease, line).catch((error: unknown) => {
      this.options.log.error({ attemptId, reason: (error as Error).message }, 'not dialed');
      return false;
    });
    if (!dialed) await this.options.lines.release(line);
  }

  private async reachAgent(attempt: Attempt, session: AgentSession): Promise<AgentLine | null> {
    const { lines, log } = this.options;
    const { agentId, legMode } = session;
    const isOver = this.takenBack.has(attempt.id) || this.aborted !== null;
    const reach: Reach = isOver
      ? { kind: 'unanswered', status: null }
      : await lines.reach({ agentId, legMode, sessionId: session.id }, attempt.id);
    if (reach.kind === 'reached') return reach.line;
    log.info({ attemptId: attempt.id, reach: reach.kind }, 'the agent was not reached');
    if (this.takenBack.has(attempt.id)) await this.endTakenBack(attempt.id);
    else if (this.aborted === null) {
      const agent = AFTER_UNREACHED[reach.kind];
      await this.endUndialed(attempt.id, { result: 'expired', cause: agent.cause, agent });
    } else await this.endUndialed(attempt.id, { result: 'expired', cause: this.aborted });
    return null;
  }

  /** True when the call lives on with this line. */
  private async dial(attempt: OutboundAttempt, lease: Leased, line: AgentLine): Promise<boolean> {
    const { db, gate, sipInstanceId } = this.options;
    // slot and channel first: between the gate's last look and the INVITE nothing may wait
    const { trunkIds, callerIds } = lease;
    const { phoneId } = attempt;
    const choice = await chooseTrunk(db, { trunkIds, callerIds, tried: [], phoneId });
    if (choice.kind === 'none') {
      await this.endUndialed(attempt.id, { result: 'expired', cause: choice.reason });
      return false;
    }
    if (this.takenBack.has(attempt.id)) {
      // first the leg: the agent is free with the attempt's end, and may be rung for the caller
      await this.options.lines.release(line);
      await this.endTakenBack(attempt.id);
      return false;
    }
    if (choice.waitMs > 0) await new Promise((resolve) => setTimeout(resolve, choice.waitMs));
    if (line.isOver || this.closed) {
      const cause = line.isOver ? 'agent_lost' : 'shutdown';
      await this.endUndialed(attempt.id, { result: 'expired', cause });
      return false;
    }
    // before the claim as well: an engine that is slow or gone costs nobody an attempt
    const talk = line.openTalk();
    const offer = await talk.offer();
    if (offer === null) {
      const agent = AFTER_UNREACHED.no_media;
      await this.endUndialed(attempt.id, { result: 'expired', cause: agent.cause, agent });
      return false;
    }
    const claimed = await claimForDialing(gate, { attemptId: attempt.id, sipInstanceId });
    if (claimed.verdict === 'deny') {
      this.denied(claimed);
      return false;
    }
    await this.launch(claimed, { line, talk, offer }, choice.trunk);
    return true;
  }

  private denied({ attemptId, deniedBy }: Denied): void {
    this.options.log.info({ attemptId, deniedBy }, 'gate denied');
  }

  private endTakenBack(attemptId: string): Promise<void> {
    return this.endUndialed(attemptId, { result: 'cancelled', cause: 'inbound' });
  }

  /** A call that lives from here on, whoever called whom. */
  private open(
    claim: CallClaim,
    { line, talk }: Pick<PreparedAgent, 'line' | 'talk'>,
    onOver: (result: string) => void,
  ): { readonly call: Call; readonly records: CallRecords; readonly log: Logger } {
    const { db, lines, sipInstanceId, media } = this.options;
    const { attemptId, callId } = claim;
    const log = this.options.log.child({ attemptId, callId });
    const records = new CallRecords(db, claim, sipInstanceId, log, () => {
      call.abort('conflict');
    });
    const call = new Call({
      ...openTalkServices(this.options, claim, records, log, this.track.bind(this)),
      mixer: media.mixer,
      log,
      claim,
      line,
      talk,
      records,
      passOn: (passing) => passOn({ ...passing, attemptId, lines, records }),
      releaseLine: (used) => lines.release(used),
      renewMedia: (used) => lines.renewMedia(used),
      onOver: (result) => {
        this.live.delete(attemptId);
        onOver(result);
        this.track(records.settled());
      },
    });
    this.live.set(attemptId, call);
    return { call, records, log };
  }

  /** Joins a caller, as soon as it is answered, to the agent who was reached for it. */
  join(claim: CallClaim, agent: Pick<PreparedAgent, 'line' | 'talk'>, caller: CustomerSide): Call {
    const { call } = this.open(claim, agent, () => undefined);
    this.track(call.follow(caller));
    if (this.aborted !== null) call.abort(this.aborted);
    return call;
  }

  private async launch(claim: Claim, agent: PreparedAgent, trunk: Trunk): Promise<void> {
    const { db, gateway, metrics, secretKey, announcements } = this.options;
    const { call, records, log } = this.open(claim, agent, (result) => {
      metrics.attemptEnded(result);
    });
    const dialing = new Dialing(
      {
        ...{ db, log, gateway, claim, secretKey, records, offer: offers(agent) },
        listening: new EarlyListening({
          ...{ talk: agent.talk, known: announcements, records, secretKey },
          ...{ callId: claim.callId, phoneId: claim.phone.id },
        }),
        onRinging: () => {
          call.ringing();
        },
        onEarlyMedia: (sdp) => {
          call.earlyMedia(sdp);
        },
        onLegEnd: (trunkId, end, setupMs) => {
          metrics.legEnded(trunkId, end.kind === 'answered' ? 200 : end.status, setupMs);
          this.options.onTrunkLegEnd(trunkId, end.kind === 'answered' ? end : end.end);
        },
      },
      trunk,
    );
    this.track(call.follow(dialing));
    // everything was ended between the claim and here
    if (this.aborted !== null) call.abort(this.aborted);
    await dialing.inviteOut;
  }

  private track(work: Promise<unknown>): void {
    const tracked = work
      .catch((error: unknown) => {
        this.options.log.error({ reason: (error as Error).message }, 'a call failed');
      })
      .finally(() => this.writing.delete(tracked));
    this.writing.add(tracked);
  }

  private async endUndialed(
    attemptId: string,
    end: Pick<CallEnd, 'result' | 'cause' | 'agent'>,
  ): Promise<void> {
    const actor = `sip:${this.options.sipInstanceId}`;
    await recordEnded(this.options.db, { ...end, attemptId, actor });
  }

  /** Hands a talk on, as it was asked for. */
  async transfer(transferId: string): Promise<void> {
    const done = this.transfers.begin(transferId);
    this.track(done);
    await done;
  }

  /** Lets a supervisor in or out of a talk, or changes who hears them, as was asked for. */
  async supervise(supervisionId: string): Promise<void> {
    const done = this.supervisions.serve(supervisionId);
    this.track(done);
    await done;
  }

  async control(attemptId: string, command: CallCommand): Promise<void> {
    await this.live.get(attemptId)?.control(command);
  }

  /** The agent wants something not to be recorded, or goes on. @param reason of a pause */
  controlRecording(attemptId: string, command: 'pause' | 'resume', reason: string): void {
    const recorder = this.live.get(attemptId)?.recorder;
    if (command === 'pause') recorder?.pauseFor(reason);
    else recorder?.resume();
  }

  /**
   * Attempts whose debtor has not answered yet, or whose talk is to be handed on to who rings, and
   * those on the point of being dialed.
   */
  ringingAttemptIds(): string[] {
    const rings = (call: Call): boolean => call.isRinging || call.isRingingOther;
    const ringing = [...this.live].filter(([, call]) => rings(call));
    return [...ringing.map(([attemptId]) => attemptId), ...this.placing];
  }

  /** Ends the ringing, if it still rings. True when this was the first to ask. */
  withdraw(attemptId: string, reason: WithdrawReason): boolean {
    const call = this.live.get(attemptId);
    if (call !== undefined) return call.withdraw(reason);
    return reason === 'inbound' && this.takeBack(attemptId);
  }

  /** Who is about to be dialed calls us: the agent's phone stops, nothing is dialed. */
  private takeBack(attemptId: string): boolean {
    if (!this.placing.has(attemptId) || this.takenBack.has(attemptId)) return false;
    this.takenBack.add(attemptId);
    this.options.lines.stopRingingFor(attemptId);
    return true;
  }

  /** Tells the agent's call, if there is one. */
  agentLost(agentId: string, cause: string): boolean {
    const call = this.ofAgent(agentId) ?? this.askingFor(agentId);
    call?.agentLost(agentId, cause);
    return call !== null;
  }

  /** The agent's softphone began anew: a talk goes on over another leg to it. False: there is none. */
  async reattach(agentId: string): Promise<boolean> {
    const { lines, log } = this.options;
    const call = this.ofAgent(agentId);
    const before = lines.find(agentId);
    if (call?.isTalking !== true || before === null) return false;
    const line = await lines.ringAnew(before);
    if (line === null) return false;
    const done = await call.reattach(line);
    // neither leg is anybody's any more
    if (!done) await Promise.all([line.hangUp(), before.hangUp()]);
    log.info({ attemptId: call.attemptId, done }, 'softphone began anew in a talk');
    return done;
  }

  /** In a talk: a softphone that is gone for some seconds may come back to it. */
  isTalking(agentId: string): boolean {
    return this.ofAgent(agentId)?.isTalking === true;
  }

  isDialing(agentId: string): boolean {
    return this.ofAgent(agentId)?.isRinging === true;
  }

  private ofAgent(agentId: string): Call | null {
    for (const call of this.live.values()) if (call.agentId === agentId) return call;
    return null;
  }

  private askingFor(agentId: string): Call | null {
    for (const call of this.live.values()) if (call.colleagueId === agentId) return call;
    return null;
  }

  /** Ends every call, and those on the point of being dialed. Nothing is placed after it. */
  abortAll(reason: WithdrawReason): void {
    this.closed = true;
    this.aborted = reason;
    this.options.lines.stopRinging();
    for (const call of [...this.live.values()]) call.abort(reason);
  }

  /** Settles when no call lives and nothing of them is left to write. */
  async quiet(): Promise<void> {
    while (this.writing.size > 0) await Promise.all([...this.writing]);
  }
}
