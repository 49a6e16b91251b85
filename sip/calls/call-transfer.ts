import type { ColleagueAfter, Transfer } from '../../src/db/transfers';
import type { AgentLine, LineUser } from '../agents/agent-line';
import type { IncomingModify } from '../gateway/sip-dialog';
import type { LineMedia, TalkMedia } from '../media/media';
import type { MediaLeg } from '../media/media-leg';
import type { CallRecords } from './call-records';
import type { Conversation } from './conversation';

/** Who takes a talk over, once they have answered. */
export type Party =
  | {
      readonly kind: 'agent';
      readonly line: AgentLine;
      readonly leg: MediaLeg;
    }
  | {
      readonly kind: 'outside';
      readonly legId: string;
      readonly leg: MediaLeg;
      /** Of this leg, as a softphone's has it. */
      readonly audio: LineMedia;
    };

export type PartyReach =
  | { readonly kind: 'reached'; readonly party: Party }
  | { readonly kind: 'failed'; readonly cause: string; readonly colleague?: ColleagueAfter };

export interface CallTransferOptions {
  readonly transfer: Transfer;
  readonly records: CallRecords;
  readonly conversation: Conversation;
  /** Of the agent who has the call. */
  readonly agentLeg: MediaLeg;
  /** Rings the other; always settles. */
  readonly reach: () => Promise<PartyReach>;
  /** Stops the ringing: {@link reach} settles as failed, or with a party that is let go. */
  readonly stopRinging: () => void;
  /** Ends the other's part on the wire. */
  readonly letGo: (party: Party) => Promise<void>;
  /** The debtor hears the other from here on. */
  readonly onHandedTo: (party: Party, transfer: Transfer) => void;
  /** It came to nothing, and the talk goes on as it was. */
  readonly onEnded: () => void;
}

const JOIN_LIMIT_MS = 10_000;

const openTalk = (party: Party): TalkMedia =>
  party.kind === 'agent' ? party.line.openTalk() : party.audio.openTalk();

/**
 * A talk that is being handed on; states as in domain/call-transfer.ts. Debtor and agent go on talking
 * until the other has answered; whatever goes wrong before the debtor hears them, the debtor has the
 * agent back.
 */
export class CallTransfer implements LineUser {
  private phase: 'reaching' | 'consulting' | 'three_way' | 'joining' | 'over' = 'reaching';
  private party: Party | null = null;

  constructor(private readonly options: CallTransferOptions) {}

  get toAgentId(): string | null {
    return this.options.transfer.toAgentId;
  }

  get isRinging(): boolean {
    return this.phase === 'reaching';
  }

  get isConsulting(): boolean {
    return this.phase === 'consulting';
  }

  /** The agent talks to the other, who could take the debtor. */
  get isWithOther(): boolean {
    return this.phase === 'consulting' || this.phase === 'three_way';
  }

  /** A getter would be narrowed away: the phase moves while a promise is awaited. */
  private isIn(phase: CallTransfer['phase']): boolean {
    return this.phase === phase;
  }

  /** Settles when the other has answered, and is joined or talked to, or when nothing came of it. */
  async run(): Promise<void> {
    const { reach, letGo, records, transfer } = this.options;
    const reached = await reach();
    if (reached.kind === 'failed') {
      if (!this.isIn('over')) this.end('failed', reached.cause, reached.colleague);
      return;
    }
    const { party } = reached;
    if (party.kind === 'agent') records.agentLeg(party.line, transfer.id);
    if (this.isIn('over')) {
      await letGo(party);
      return;
    }
    this.party = party;
    this.watch(party);
    if (party.leg.isOver) this.partyLeft('other_hung_up');
    else if (transfer.kind === 'blind') await this.complete();
    else await this.consult(party);
  }

  private watch(party: Party): void {
    if (party.kind === 'agent') {
      party.line.use(this);
      return;
    }
    const { dialog } = party.leg;
    dialog.onModify((request) => {
      party.leg.acceptAsBefore(request);
    });
    dialog.onEnded(() => {
      this.partyLeft('other_hung_up');
    });
  }

  onAgentModify(request: IncomingModify): void {
    this.party?.leg.acceptAsBefore(request);
  }

  onAgentLegEnded(): void {
    this.partyLeft('other_hung_up');
  }

  private async consult(party: Party): Promise<void> {
    const { conversation, agentLeg, records, transfer } = this.options;
    const joined = await conversation.consult(openTalk(party), agentLeg, JOIN_LIMIT_MS);
    if (!this.isIn('reaching')) return;
    if (!joined) {
      await this.giveUp('failed', 'not_joined');
      return;
    }
    this.phase = 'consulting';
    records.consulting(transfer.id);
    conversation.onAlone(() => {
      this.partyLeft('media_moved');
    });
  }

  /** Debtor, agent and the other hear each other. Nobody to join: nothing happens. */
  async joinAll(): Promise<void> {
    const { conversation, records, transfer } = this.options;
    const { party } = this;
    if (party === null || !this.isIn('consulting')) return;
    if (!(await conversation.joinAll()) || !this.isIn('consulting')) return;
    this.phase = 'three_way';
    records.threeWay(transfer.id);
    if (party.kind === 'agent') records.agentLegJoined(party.line);
    else records.customerLeg(party.legId, { joinedAt: new Date() });
  }

  /** Gives the debtor to the other. Nothing to complete: nothing happens. */
  async complete(): Promise<void> {
    const { party } = this;
    if (party === null || this.isIn('joining') || this.isIn('over')) return;
    this.phase = 'joining';
    const handed = await this.options.conversation.handOver(openTalk(party), JOIN_LIMIT_MS);
    if (!this.isIn('joining')) return;
    if (!handed) {
      await this.giveUp('failed', 'not_joined');
      return;
    }
    this.phase = 'over';
    this.options.onHandedTo(party, this.options.transfer);
  }

  /** The agent, or whoever was asked, thought better of it. */
  async cancel(cause: string): Promise<void> {
    if (this.isIn('reaching') || this.isWithOther) await this.giveUp('cancelled', cause);
  }

  /** The other's softphone is out of reach. */
  partyLost(cause: string): void {
    this.partyLeft(cause, { to: 'lost', cause });
  }

  private partyLeft(cause: string, colleague?: ColleagueAfter): void {
    // while it is joined the joining fails by itself
    const isOpen = this.isIn('reaching') || this.isWithOther;
    // all three have talked: that one of them leaves is no failure
    if (isOpen) void this.giveUp(this.isIn('three_way') ? 'cancelled' : 'failed', cause, colleague);
  }

  /** The call is over, and all that hangs on it; what Postgres knows of the transfer ends with it. */
  async callOver(): Promise<void> {
    this.phase = 'over';
    this.options.stopRinging();
    if (this.party !== null) await this.options.letGo(this.party);
  }

  private async giveUp(
    to: 'failed' | 'cancelled',
    cause: string,
    colleague?: ColleagueAfter,
  ): Promise<void> {
    const { conversation, letGo, stopRinging } = this.options;
    this.phase = 'over';
    stopRinging();
    const gone = this.party === null ? undefined : letGo(this.party);
    const rejoined = this.party === null ? undefined : conversation.rejoin(JOIN_LIMIT_MS);
    this.end(to, cause, colleague);
    await Promise.all([gone, rejoined]);
  }

  private end(to: 'failed' | 'cancelled', cause: string, colleague?: ColleagueAfter): void {
    const { records, transfer, onEnded } = this.options;
    this.phase = 'over';
    records.transferEnded(transfer.id, { to, cause, colleague });
    onEnded();
  }
}
