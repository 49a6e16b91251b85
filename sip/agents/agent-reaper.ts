import type { Logger } from 'pino';
import type { Database } from '../../src/db/database';
import { listWrittenSessions, mendAgent } from '../../src/db/mend-agent';
import {
  compareAgents,
  standing,
  type AgentMismatch,
  type LiveDialog,
} from '../../src/domain/agent-mismatch';

export interface AgentReaperOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly sipInstanceId: string;
  readonly dialogs: () => LiveDialog[];
  /** With those that are only about to be dialed. */
  readonly liveAttemptIds: () => string[];
  /** A call whose attempt is over is hung up. */
  readonly endCall: (attemptId: string) => Promise<void>;
  /** Between two looks, ms. */
  readonly everyMs?: number;
  /** A difference counts when it is there this much later, too: the calls write behind. */
  readonly confirmAfterMs?: number;
}

const EVERY_MS = 10_000;
const CONFIRM_AFTER_MS = 1_000;

/**
 * Compares every ten seconds what is written of the agents of this process with its dialogs. A difference
 * is counted, and mended when it stands over two looks.
 */
export class AgentReaper {
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;
  private stopped = false;
  private found: readonly AgentMismatch[] = [];

  constructor(private readonly options: AgentReaperOptions) {}

  /** At the last look; 0 in normal work. */
  get mismatches(): number {
    return this.found.length;
  }

  start(): void {
    this.timer = setInterval(() => {
      this.looking ??= this.look().finally(() => {
        this.looking = null;
      });
    }, this.options.everyMs ?? EVERY_MS);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearInterval(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    const { log, confirmAfterMs = CONFIRM_AFTER_MS } = this.options;
    try {
      const first = await this.compare();
      if (first.length > 0) await pause(confirmAfterMs);
      if (this.isStopped()) return;
      const confirmed = first.length === 0 ? [] : standing(await this.compare(), first);
      const old = standing(confirmed, this.found);
      this.found = confirmed;
      for (const mismatch of old) await this.mend(mismatch);
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'agents not compared with their calls');
    }
  }

  /** A getter would be narrowed away: it changes while a promise is awaited. */
  private isStopped(): boolean {
    return this.stopped;
  }

  private async compare(): Promise<AgentMismatch[]> {
    const { db, sipInstanceId, dialogs, liveAttemptIds } = this.options;
    const live = dialogs();
    // what begins or ends while the sessions are read is in one of the two
    const before = liveAttemptIds();
    const agentIds = live.flatMap(({ agentId }) => agentId ?? []);
    const sessions = await listWrittenSessions(db, sipInstanceId, agentIds);
    const living = new Set([...before, ...liveAttemptIds()]);
    return compareAgents(sessions, live, living);
  }

  private async mend(mismatch: AgentMismatch): Promise<void> {
    const { db, log, sipInstanceId, endCall } = this.options;
    const done = await mendAgent(db, mismatch, `sip:${sipInstanceId}`);
    if (done === 'end_call') await endCall(mismatch.attemptId);
    log.warn({ ...mismatch, done }, 'an agent and the call did not agree');
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
