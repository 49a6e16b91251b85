import { LEG_ENDED } from '../../src/db/agent-reach';
import { TALK_LIMIT_MS } from '../../src/db/agent-sessions';
import type { EndedBy as Side } from '../../src/db/attempts';
import type { CallEnd } from '../../src/db/calls';
import type { Transfer } from '../../src/db/transfers';
import { AFTER_LEG_FAILED } from '../agents/after-unreached';
import type { AgentLine, LineUser } from '../agents/agent-line';
import type { DialogEndedBy, IncomingModify } from '../gateway/sip-dialog';
import type { MediaLoss } from '../media/media';
import { outcomeOfLegEnd, type LegEnd, type WithdrawReason } from '../outcome/sip-outcome';
import type { CallOptions, CustomerSide } from './call-options';
import type { CallRecorder } from './call-recorder';
import type { CallClaim, CallRecords } from './call-records';
import type { CallTransfer, Party } from './call-transfer';
import type { CallCommand, Conversation, MediaCommand } from './conversation';
import type { DialEnd } from './dialing';
import { Joining } from './joining';
import { openConversation } from './open-conversation';

/** For the debtor's side to take another engine's description. */
const MOVE_LIMIT_MS = 5_000;

type Phase = 'dialing' | 'ringing' | 'joining' | 'talking' | 'over';

/**
 * One attempt from the INVITE to the last BYE.
 *
 *     dialing --18x--> ringing --200--> joining --agent joined--> talking
 *        \               \                 \                         \
 *         +---------------+-----------------+-------------------------+--> over
 *
 * The call acts at once and writes behind: what it does on the wire never waits for Postgres.
 */
export class Call implements LineUser {
  private phase: Phase = 'dialing';
  private dialing: CustomerSide | null = null;
  private conversation: Conversation | null = null;
  private joining: Joining | null = null;
  private customerLegId: string | null = null;
  private talkTimer: NodeJS.Timeout | null = null;
  /** Where the agent goes at the end, when not the usual way. */
  private agentAfter: CallEnd['agent'];
  /** The agent's who has the call; null: it was handed on to somebody who is no agent of ours. */
  private line: AgentLine | null;
  private outside: Extract<Party, { kind: 'outside' }> | null = null;
  private transfer: CallTransfer | null = null;

  constructor(private readonly options: CallOptions) {
    this.line = options.line;
  }

  get attemptId(): string {
    return this.options.claim.attemptId;
  }

  get claim(): CallClaim {
    return this.options.claim;
  }

  get records(): CallRecords {
    return this.options.records;
  }

  /** Null: no agent of ours is on the line any more. */
  get agentId(): string | null {
    return this.line?.agentId ?? null;
  }

  /** Null: nobody talks to anybody. */
  get talk(): Conversation | null {
    return this.phase === 'talking' ? this.conversation : null;
  }

  /** Of the colleague whom the talk is to be handed on to, if it is. */
  get colleagueId(): string | null {
    return this.transfer?.toAgentId ?? null;
  }

  get isRinging(): boolean {
    return this.phase === 'dialing' || this.phase === 'ringing';
  }

  /** Agent and debtor hear each other, and nobody else is asked in. */
  get isTalking(): boolean {
    return this.phase === 'talking' && this.transfer === null;
  }

  /** Somebody's phone rings for a transfer of the talk. */
  get isRingingOther(): boolean {
    return this.transfer?.isRinging === true;
  }

  /** Follows the dialing, or the answering, to its end, and to the talk after it. */
  async follow(dialing: CustomerSide): Promise<void> {
    this.dialing = dialing;
    // from here on the softphone's leg reports to this call; it may have ended a moment ago
    const { line, records } = this.options;
    line.use(this);
    records.agentLeg(line);
    if (line.isOver) this.onAgentLegEnded('far_side');
    const end = await dialing.result;
    this.dialing = null;
    if (end.kind === 'answered') {
      await this.join(end);
      return;
    }
    const failed = end.end.kind === 'withdrawn' && end.end.reason === 'agent_leg_failed';
    if (failed) this.agentAfter ??= AFTER_LEG_FAILED;
    await this.endUnjoined(end.end, end.status);
  }

  /** The first 18x. */
  ringing(): void {
    if (this.phase !== 'dialing') return;
    this.phase = 'ringing';
    this.options.records.ringing();
  }

  /** What the network plays before the answer, for the agent to hear. */
  earlyMedia(sdp: string): void {
    if (this.isRinging) this.options.talk.early(sdp);
  }

  private async join(answer: Extract<DialEnd, { kind: 'answered' }>): Promise<void> {
    this.phase = 'joining';
    const { records } = this.options;
    const { legId, leg } = answer;
    const sipCallId = leg.dialog.callId;
    this.customerLegId = legId;
    records.customerLeg(legId, { answeredAt: new Date(), sipStatus: 200, sipCallId });
    records.answered();
    const conversation = openConversation(this.options, answer, {
      onCustomerEnded: this.customerEnded.bind(this),
      onMediaLost: (loss) => void this.mediaLost(loss),
    });
    this.conversation = conversation;
    this.joining = new Joining({
      ...this.options,
      conversation,
      letGo: this.letGo.bind(this),
      isWanted: () => this.isIn('joining'),
    });
    const joined = await this.joining.run(answer.givenUp);
    // debtor, agent or reaper were faster
    if (!this.isIn('joining')) return;
    this.agentAfter ??= joined.after;
    if (joined.kind === 'talks') this.talks(joined.line, legId);
    else await this.endAlone(joined.reason);
  }

  /** The agent is gone, and the debtor is not: the agent's part is over. */
  private letGo(): CallEnd['agent'] {
    const { agentAfter, options } = this;
    this.line = null;
    this.agentAfter = undefined;
    options.records.agentLegEnded(options.line, 'system');
    void options.releaseLine(options.line);
    return agentAfter;
  }

  private talks(line: AgentLine, customerLegId: string): void {
    const { records } = this.options;
    this.phase = 'talking';
    this.line = line;
    line.use(this);
    records.connected();
    records.agentLegJoined(line);
    records.customerLeg(customerLegId, { joinedAt: new Date() });
    this.talkTimer = setTimeout(() => void this.endTalk('system', 'talk_limit'), TALK_LIMIT_MS);
  }

  /** A getter would be narrowed away: the phase moves while a promise is awaited. */
  private isIn(phase: Phase): boolean {
    return this.phase === phase;
  }

  private customerEnded(by: DialogEndedBy): void {
    const side = by === 'far_side' ? 'debtor' : 'system';
    const cause = by === 'far_side' ? 'debtor_hung_up' : by;
    if (this.phase === 'talking') void this.endTalk(side, cause);
    else if (this.phase === 'joining') void this.endAlone(`${cause}_early`, side);
  }

  onAgentModify(request: IncomingModify): void {
    if (this.phase === 'talking' && this.conversation !== null)
      void this.conversation.agentModifies(request);
    else void this.options.talk.agentOffers(request);
  }

  /** An engine that died is replaced under the talk, if another can be had; silence is the end. */
  private async mediaLost(loss: MediaLoss): Promise<void> {
    if (loss === 'media_engine_lost' && (await this.moveMedia())) return;
    if (this.isIn('talking')) await this.endTalk('system', loss);
    else if (this.isIn('joining')) await this.endAlone(loss);
  }

  private async moveMedia(): Promise<boolean> {
    const { renewMedia, log } = this.options;
    const { line } = this;
    if (line === null || line.isOver || !(await renewMedia(line)) || !this.isIn('talking'))
      return false;
    const talk = line.openTalk();
    const moved = await this.conversation?.moveTo(talk, MOVE_LIMIT_MS, true);
    log.warn({ moved }, 'media engine lost in a talk');
    return moved === true;
  }

  onAgentLegEnded(by: DialogEndedBy): void {
    const mode = this.line?.mode;
    if (by === 'signalling_lost') this.agentAfter ??= { to: 'lost', cause: by };
    // the nailed-up leg is the agent's presence; one rung for this call is only this call
    else if (mode === 'nailed_up') this.agentAfter ??= { to: 'lost', cause: LEG_ENDED };
    const reason = mode === 'nailed_up' ? 'agent_lost' : 'agent_hung_up';
    if (by === 'far_side') this.goOnWithoutAgent(reason, 'agent_hung_up');
    else this.goOnWithoutAgent('agent_lost', by, 'system');
  }

  /** The softphone is out of reach: whoever rings must stop, whoever talks is not left alone. */
  agentLost(agentId: string, cause: string): void {
    if (agentId !== this.agentId) {
      this.transfer?.partyLost(cause);
      return;
    }
    this.agentAfter ??= { to: 'lost', cause };
    this.goOnWithoutAgent('agent_lost', cause);
  }

  private goOnWithoutAgent(reason: WithdrawReason, cause: string, endedBy: Side = 'agent'): void {
    if (this.isRinging) this.dialing?.withdraw(reason);
    else if (this.phase === 'joining') this.joining?.agentGone(reason);
    // somebody is with the agent who can take the debtor
    else if (this.transfer?.isWithOther === true) void this.transfer.complete();
    else if (this.phase === 'talking') void this.endTalk(endedBy, cause);
  }

  /** Starts to hand the talk on. False: there is no talk, or it is being handed on already. */
  handOn(begin: (conversation: Conversation, line: AgentLine) => CallTransfer): boolean {
    const { conversation, line, transfer } = this;
    if (this.phase !== 'talking' || conversation === null || line === null || transfer !== null)
      return false;
    this.transfer = begin(conversation, line);
    return true;
  }

  transferOver(): void {
    this.transfer = null;
  }

  /** The debtor hears somebody else from here on. */
  handedTo(party: Party, { id, toSessionId }: Transfer): void {
    const { records, releaseLine } = this.options;
    const before = this.line;
    const after = this.agentAfter;
    this.transfer = null;
    this.agentAfter = undefined;
    if (party.kind === 'agent') {
      this.line = party.line;
      party.line.use(this);
      records.agentLegJoined(party.line);
    } else {
      this.line = null;
      this.outside = party;
      party.leg.dialog.onModify((request) => void this.conversation?.agentModifies(request));
      party.leg.dialog.onEnded(() => void this.endTalk('system', 'other_hung_up'));
      records.customerLeg(party.legId, { joinedAt: new Date() });
    }
    if (before !== null) {
      records.agentLegEnded(before, 'system');
      void releaseLine(before);
    }
    records.transferred(id, { sessionId: toSessionId, after });
    if (party.leg.isOver) void this.endTalk('system', 'other_hung_up');
  }

  /** The agent's softphone began anew in the talk: goes on over its new leg. False: it could not. */
  async reattach(line: AgentLine): Promise<boolean> {
    const { conversation, line: before } = this;
    if (this.phase !== 'talking' || conversation === null || before === null) return false;
    const talk = line.openTalk();
    const moved = await conversation.moveTo(talk, MOVE_LIMIT_MS);
    if (!moved || !this.isIn('talking') || line.isOver) return false;
    const { records } = this.options;
    this.line = line;
    line.use(this);
    records.agentLegEnded(before, 'system');
    records.agentLeg(line);
    records.agentLegJoined(line);
    void before.abandon();
    return true;
  }

  /** What the agent asks for over the API. */
  async control(command: CallCommand): Promise<void> {
    switch (command) {
      case 'end':
        if (this.phase === 'talking') return this.endTalk('supervisor', 'supervisor_ended');
        return this.control('hang_up');
      case 'hang_up':
        this.goOnWithoutAgent('agent_hung_up', 'agent_hung_up');
        return;
      case 'join_all':
        return this.transfer?.joinAll();
      case 'complete_transfer':
        return this.transfer?.complete();
      case 'cancel_transfer':
        return this.transfer?.cancel('cancelled');
      case 'hold':
      case 'resume':
      case 'mute':
      case 'unmute':
        return this.controlMedia(command);
    }
  }

  private async controlMedia(command: MediaCommand): Promise<void> {
    // it waits until the agent has talked to the other
    if (this.transfer?.isConsulting === true) return;
    if (this.phase !== 'talking' || this.conversation === null) return;
    const done = await this.conversation.control(command);
    if (!done || !this.isIn('talking')) return;
    if (command === 'hold' || command === 'resume') this.options.records.held(command === 'hold');
  }

  /** Of the talk that goes on; null: nothing is recorded. */
  get recorder(): CallRecorder | null {
    return this.phase === 'talking' ? this.options.recorder : null;
  }

  /** Ends the ringing and nothing else: a debtor who has answered is talked to. */
  withdraw(reason: WithdrawReason): boolean {
    if (this.isRingingOther) void this.transfer?.cancel(reason);
    return this.isRinging && this.dialing?.withdraw(reason) === true;
  }

  /** Ends the call because this process must let go of it. */
  abort(reason: WithdrawReason): void {
    if (this.isRinging) this.dialing?.withdraw(reason);
    else if (this.phase === 'joining') void this.endAlone(reason);
    else if (this.phase === 'talking') void this.endTalk('system', reason);
  }

  private endTalk(endedBy: Side, cause: string): Promise<void> {
    return this.finish({ result: 'connected', cause, endedBy, sipStatus: 200 });
  }

  /** The debtor has answered, and nobody talks to them. */
  private endAlone(reason: string, endedBy?: Side): Promise<void> {
    return this.endUnjoined({ kind: 'answered_alone', reason }, 200, endedBy);
  }

  private endUnjoined(end: LegEnd, status: number | null, endedBy: Side = 'system'): Promise<void> {
    const { result, reason } = outcomeOfLegEnd(end);
    const sipStatus = status === null ? {} : { sipStatus: status };
    return this.finish({ result, cause: reason, endedBy, sipReason: reason, ...sipStatus });
  }

  private async finish(
    end: Omit<CallEnd, 'attemptId' | 'actor' | 'wrapUpLimitMs'> & { endedBy: Side },
  ): Promise<void> {
    if (this.phase === 'over') return;
    this.phase = 'over';
    if (this.talkTimer !== null) clearTimeout(this.talkTimer);
    const { records, log, onOver, recorder, releaseLine } = this.options;
    const { line, outside, transfer } = this;
    recorder?.finish();
    const left = transfer?.callOver();
    const ending = this.conversation?.end(end.result === 'abandoned');
    const released = line === null ? outside?.leg.dialog.hangUp() : releaseLine(line);
    void outside?.audio.close();
    records.legsEnded({ line, outside, customerLegId: this.customerLegId }, end.endedBy);
    records.ended({ ...end, ...(this.agentAfter ? { agent: this.agentAfter } : {}) });
    if (ending !== undefined) records.heard(ending.report, this.customerLegId, line);
    log.info({ result: end.result, cause: end.cause }, 'call over');
    onOver(end.result);
    await Promise.all([ending?.hungUp, released, left]);
  }
}
