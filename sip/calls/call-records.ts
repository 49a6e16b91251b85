import type { Logger } from 'pino';
import type { Claimed } from '../../dialer/gate';
import { TALK_LIMIT_MS } from '../../src/db/agent-sessions';
import {
  openAgentLeg,
  recordAnswered,
  recordConnected,
  recordEnded,
  recordHold,
  recordHoldReminder,
  recordRinging,
  updateLeg,
  type CallEnd,
  type LegChange,
} from '../../src/db/calls';
import type { EndedBy } from '../../src/db/attempts';
import { giveToNextAgent, type NextAgent } from '../../src/db/next-agent';
import type { Database } from '../../src/db/database';
import type { AttemptResult } from '../../src/domain/attempt-result';
import {
  recordConsulting,
  recordThreeWay,
  recordTransferEnded,
  recordTransferResult,
  recordTransferred,
} from '../../src/db/transfer-progress';
import type { AgentLine } from '../agents/agent-line';
import type { TalkReport } from '../media/media';
import { CallJournal } from './call-journal';
import type { LongHold } from './hold-reminder';

export type Claim = Claimed;

/** What the records of a call rest on, whoever called whom. */
export type CallClaim = Pick<
  Claimed,
  'attemptId' | 'callId' | 'agentId' | 'agentSessionId' | 'ringTimeoutMs' | 'wrapUpLimitMs'
> & {
  /** `Identity` of whoever called us (RFC 8224): goes on with the talk. */
  readonly upstreamIdentity?: string;
  /** What the rules say of recording the talk; absent: it came in, and no rules were asked. */
  readonly recordingMode?: Claimed['recordingMode'];
};

/** Margin of the sweep's limits over the call's own: the owner acts first. */
const SWEEP_MARGIN_MS = 60_000;

/** What a call leaves in Postgres, in the order in which it happened. */
export class CallRecords {
  private readonly journal: CallJournal;
  private readonly actor: string;
  /** Rows of the agents' legs, by their lines: a transfer brings another one in. */
  private readonly agentLegIds = new Map<AgentLine, string>();
  private agentSessionId: string;

  constructor(
    private readonly db: Database,
    private readonly claim: CallClaim,
    private readonly sipInstanceId: string,
    log: Logger,
    onConflict: () => void,
  ) {
    this.actor = `sip:${sipInstanceId}`;
    this.agentSessionId = claim.agentSessionId;
    this.journal = new CallJournal(log, onConflict);
  }

  settled(): Promise<void> {
    return this.journal.settled();
  }

  private get attempt(): { attemptId: string; actor: string } {
    return { attemptId: this.claim.attemptId, actor: this.actor };
  }

  /** @param transferId that brought the agent in; absent: the call's first one */
  agentLeg(line: AgentLine, transferId: string | null = null): void {
    const { callId } = this.claim;
    const { agentId, invitedAt, answeredAt } = line;
    const sipCallId = line.leg.dialog.callId;
    void this.journal.write('agent leg', async () => {
      const leg = { callId, agentId, sipCallId, invitedAt, answeredAt, transferId };
      this.agentLegIds.set(line, await openAgentLeg(this.db, leg));
      return 'written';
    });
  }

  /** Agent and debtor hear each other. */
  agentLegJoined(line: AgentLine): void {
    this.changeAgentLeg('agent leg joined', line, { joinedAt: new Date() });
  }

  agentLegEnded(line: AgentLine, endedBy: EndedBy): void {
    this.changeAgentLeg('agent leg ended', line, { endedAt: new Date(), endedBy });
  }

  private changeAgentLeg(what: string, line: AgentLine, change: LegChange): void {
    void this.journal.write(what, async () => {
      const id = this.agentLegIds.get(line);
      if (id !== undefined) await this.updateLeg(id, change);
      return 'written';
    });
  }

  customerLeg(legId: string, change: LegChange): void {
    void this.journal.write('customer leg', async () => {
      await this.updateLeg(legId, change);
      return 'written';
    });
  }

  /** The call is over for all who are still in it. */
  legsEnded(
    legs: {
      readonly line: AgentLine | null;
      readonly customerLegId: string | null;
      readonly outside: { readonly legId: string } | null;
    },
    endedBy: Parameters<CallRecords['agentLegEnded']>[1],
  ): void {
    const { line, customerLegId, outside } = legs;
    const end = { endedAt: new Date(), endedBy };
    if (customerLegId !== null) this.customerLeg(customerLegId, end);
    if (outside !== null) this.customerLeg(outside.legId, end);
    if (line !== null) this.agentLegEnded(line, endedBy);
  }

  /** Last of all: what the media engine heard of both sides. */
  heard(
    report: Promise<TalkReport | null>,
    customerLegId: string | null,
    line: AgentLine | null,
  ): void {
    void this.journal.write('media quality', async () => {
      const heard = await report;
      if (heard === null) return 'written';
      if (customerLegId !== null)
        await this.updateLeg(customerLegId, { mediaQuality: heard.customer });
      const agentLegId = line === null ? undefined : this.agentLegIds.get(line);
      if (agentLegId !== undefined) await this.updateLeg(agentLegId, { mediaQuality: heard.agent });
      return 'written';
    });
  }

  /** What the recorder keeps, in the order of the rest. */
  recording(what: string, work: (db: Database) => Promise<unknown>): void {
    void this.journal.write(what, async () => {
      await work(this.db);
      return 'written';
    });
  }

  private updateLeg(id: string, change: LegChange): Promise<void> {
    return updateLeg(this.db, { id, callId: this.claim.callId }, change);
  }

  ringing(): void {
    const limitMs = this.claim.ringTimeoutMs + SWEEP_MARGIN_MS;
    void this.journal.write('ringing', () => recordRinging(this.db, { ...this.attempt, limitMs }));
  }

  answered(): void {
    const limitMs = SWEEP_MARGIN_MS;
    void this.journal.write('answered', () =>
      recordAnswered(this.db, { ...this.attempt, limitMs }),
    );
  }

  /**
   * The agent is gone before anybody talked: the attempt is the next ready agent's. Null: nobody's, or it
   * was not known in time.
   */
  async giveToNextAgent(after: CallEnd['agent'], until: number): Promise<NextAgent | null> {
    let next: NextAgent | null = null;
    const given = this.journal.write('given to the next agent', async () => {
      const { attempt, sipInstanceId } = this;
      if (Date.now() < until)
        next = await giveToNextAgent(this.db, { ...attempt, sipInstanceId, after });
      this.agentSessionId = next?.sessionId ?? this.agentSessionId;
      return 'written';
    });
    const limitMs = Math.max(until - Date.now(), 0);
    await Promise.race([given, new Promise((resolve) => setTimeout(resolve, limitMs).unref())]);
    return next;
  }

  connected(): void {
    const { callId } = this.claim;
    const limitMs = TALK_LIMIT_MS + SWEEP_MARGIN_MS;
    void this.journal.write('connected', () =>
      recordConnected(this.db, { ...this.attempt, callId, limitMs }),
    );
  }

  held(held: boolean): void {
    const sessionId = this.agentSessionId;
    void this.journal.write(held ? 'held' : 'resumed', () =>
      recordHold(this.db, { ...this.attempt, sessionId, held }),
    );
  }

  /** The agent is told of a debtor who has been waiting for long. */
  holdReminded({ since, heldMs }: LongHold): void {
    const { attemptId, callId } = this.claim;
    void this.journal.write('hold reminded', async () => {
      await recordHoldReminder(this.db, { attemptId, callId, heldSince: since, heldMs });
      return 'written';
    });
  }

  consulting(transferId: string): void {
    void this.journal.write('consulting', () =>
      recordConsulting(this.db, { ...this.attempt, transferId }),
    );
  }

  threeWay(transferId: string): void {
    void this.journal.write('three-way', () =>
      recordThreeWay(this.db, { ...this.attempt, transferId }),
    );
  }

  /**
   * @param to.sessionId of the agent whose the call is now; null: nobody's of ours
   * @param to.after where the agent before goes, when not the usual way
   */
  transferred(
    transferId: string,
    to: { readonly sessionId: string | null; readonly after: CallEnd['agent'] },
  ): void {
    const { wrapUpLimitMs } = this.claim;
    const { after } = to;
    this.agentSessionId = to.sessionId ?? this.agentSessionId;
    void this.journal.write('transferred', () =>
      recordTransferred(this.db, { ...this.attempt, transferId, wrapUpLimitMs, after }),
    );
  }

  /** How the number ended that was dialed for it. */
  transferResult(transferId: string, result: AttemptResult): void {
    void this.journal.write('transfer result', async () => {
      await recordTransferResult(this.db, { transferId, result });
      return 'written';
    });
  }

  transferEnded(
    transferId: string,
    end: Pick<Parameters<typeof recordTransferEnded>[1], 'to' | 'cause' | 'colleague'>,
  ): void {
    void this.journal.write('transfer ended', () =>
      recordTransferEnded(this.db, { ...this.attempt, transferId, ...end }),
    );
  }

  ended(end: Omit<CallEnd, 'attemptId' | 'actor' | 'wrapUpLimitMs'>): void {
    const { wrapUpLimitMs } = this.claim;
    const { agentSessionId } = this;
    const { agent, ...usual } = end;
    void this.journal.write('ended', async () => {
      // given to somebody else meanwhile: where the agent before goes is not for them
      const isTheirs = agent !== undefined && agentSessionId === this.agentSessionId;
      const all = isTheirs ? { ...usual, agent } : usual;
      await recordEnded(this.db, { ...all, ...this.attempt, wrapUpLimitMs });
      // ended by somebody else before: nothing is left to end
      return 'written';
    });
  }
}
