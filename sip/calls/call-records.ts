import type { Logger } from 'pino';
import type { Claimed } from '../../dialer/gate';
import { TALK_LIMIT_MS } from '../../src/db/agent-sessions';
import {
  openAgentLeg,
  recordAnswered,
  recordConnected,
  recordEnded,
  recordHold,
  recordRinging,
  updateLeg,
  type CallEnd,
  type LegChange,
} from '../../src/db/calls';
import type { Database } from '../../src/db/database';
import type { AgentLine } from '../agents/agent-line';
import type { TalkReport } from '../media/media';
import { CallJournal } from './call-journal';

export type Claim = Claimed;

/** Margin of the sweep's limits over the call's own: the owner acts first. */
const SWEEP_MARGIN_MS = 60_000;

/** What a call leaves in Postgres, in the order in which it happened. */
export class CallRecords {
  private readonly journal: CallJournal;
  private readonly actor: string;
  private agentLegId: string | null = null;

  constructor(
    private readonly db: Database,
    private readonly claim: Claim,
    sipInstanceId: string,
    log: Logger,
    onConflict: () => void,
  ) {
    this.actor = `sip:${sipInstanceId}`;
    this.journal = new CallJournal(log, onConflict);
  }

  settled(): Promise<void> {
    return this.journal.settled();
  }

  private get attempt(): { attemptId: string; actor: string } {
    return { attemptId: this.claim.attemptId, actor: this.actor };
  }

  agentLeg(line: AgentLine): void {
    const { callId, agentId } = this.claim;
    const { invitedAt, answeredAt } = line;
    const sipCallId = line.leg.dialog.callId;
    void this.journal.write('agent leg', async () => {
      const leg = { callId, agentId, sipCallId, invitedAt, answeredAt };
      this.agentLegId = await openAgentLeg(this.db, leg);
      return 'written';
    });
  }

  agentLegEnded(endedBy: 'debtor' | 'agent' | 'system'): void {
    const endedAt = new Date();
    void this.journal.write('agent leg ended', async () => {
      if (this.agentLegId !== null) await this.updateLeg(this.agentLegId, { endedAt, endedBy });
      return 'written';
    });
  }

  customerLeg(legId: string, change: LegChange): void {
    void this.journal.write('customer leg', async () => {
      await this.updateLeg(legId, change);
      return 'written';
    });
  }

  /** Last of all: what the media engine heard of both sides. */
  heard(report: Promise<TalkReport | null>, customerLegId: string | null): void {
    void this.journal.write('media quality', async () => {
      const heard = await report;
      if (heard === null) return 'written';
      if (customerLegId !== null)
        await this.updateLeg(customerLegId, { mediaQuality: heard.customer });
      if (this.agentLegId !== null)
        await this.updateLeg(this.agentLegId, { mediaQuality: heard.agent });
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

  connected(): void {
    const { callId } = this.claim;
    const limitMs = TALK_LIMIT_MS + SWEEP_MARGIN_MS;
    void this.journal.write('connected', () =>
      recordConnected(this.db, { ...this.attempt, callId, limitMs }),
    );
  }

  held(held: boolean): void {
    const sessionId = this.claim.agentSessionId;
    void this.journal.write(held ? 'held' : 'resumed', () =>
      recordHold(this.db, { ...this.attempt, sessionId, held }),
    );
  }

  ended(end: Omit<CallEnd, 'attemptId' | 'actor' | 'wrapUpLimitMs'>): void {
    const { wrapUpLimitMs } = this.claim;
    void this.journal.write('ended', async () => {
      await recordEnded(this.db, { ...end, ...this.attempt, wrapUpLimitMs });
      // ended by somebody else before: nothing is left to end
      return 'written';
    });
  }
}
