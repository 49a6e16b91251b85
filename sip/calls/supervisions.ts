import { findOpenSession } from '../../src/db/agent-sessions';
import {
  findSupervision,
  recordSupervision,
  type Supervision as Row,
  type SupervisionProgress,
} from '../../src/db/supervisions';
import { AFTER_UNREACHED } from '../agents/after-unreached';
import type { AgentLine } from '../agents/agent-line';
import type { Call } from './call';
import { CallJournal } from './call-journal';
import type { CallsOptions } from './calls-options';
import { Supervision } from './supervision';

/** A softphone of a supervisor that is not answered within this time is not attended. */
const RING_LIMIT_MS = 20_000;

/** The supervisors beside the talks of this process. */
export class Supervisions {
  private readonly live = new Map<string, Supervision>();
  private readonly journal: CallJournal;

  constructor(
    private readonly options: CallsOptions,
    private readonly findCall: (attemptId: string) => Call | null,
    /** What the process waits for before it goes. */
    private readonly track: (work: Promise<unknown>) => void,
  ) {
    this.journal = new CallJournal(options.log, () => undefined);
  }

  /** Brings about what the row says: begins it, changes its mode, or ends it. Returns when that is done. */
  async serve(id: string): Promise<void> {
    const row = await findSupervision(this.options.db, id);
    if (row === null || row.state === 'ended') return;
    const live = this.live.get(id);
    if (live === undefined) await this.begin(row);
    else if (row.endRequestedBy !== null) await live.end('ended_by_supervisor');
    else await live.change(row.mode);
    await this.journal.settled();
  }

  private async begin(row: Row): Promise<void> {
    const conversation = this.findCall(row.attemptId)?.talk ?? null;
    // rung twice, or by a process that is no more: nobody hears anything
    const cause =
      row.endRequestedBy !== null
        ? 'withdrawn'
        : row.state !== 'requested'
          ? 'lost'
          : conversation === null
            ? 'no_talk'
            : conversation.canBeJoined
              ? null
              : 'needs_engine';
    if (cause !== null || conversation === null) {
      this.write(row.id, { to: 'ended', cause: cause ?? 'no_talk' });
      return;
    }
    const { lines, log, metrics } = this.options;
    const { softphoneAgentId } = row;
    this.write(row.id, { to: 'ringing' });
    const supervision = new Supervision(
      {
        conversation,
        reach: () => this.reach(row),
        // a leg that stands does not ring
        stopRinging: () => {
          if (lines.find(softphoneAgentId) === null) void lines.drop(softphoneAgentId);
        },
        release: (line) => lines.release(line),
        onActive: () => {
          this.write(row.id, { to: 'active' });
        },
        onEnded: (ended) => {
          this.live.delete(row.id);
          metrics.supervised(row.mode, ended);
          log.info({ attemptId: row.attemptId, cause: ended }, 'supervision over');
          this.write(row.id, { to: 'ended', cause: ended });
        },
      },
      row.mode,
    );
    this.live.set(row.id, supervision);
    await supervision.run();
  }

  /** The leg of the supervisor's own session, where one stands, else one for this alone. */
  private async reach(row: Row): Promise<AgentLine | { readonly cause: string }> {
    const { db, lines } = this.options;
    const { softphoneAgentId: agentId } = row;
    const session = await findOpenSession(db, agentId);
    const { id: sessionId, legMode } = session ?? { id: row.id, legMode: 'per_call' as const };
    const reach = await lines.reach({ agentId, sessionId, legMode }, null, RING_LIMIT_MS);
    return reach.kind === 'reached' ? reach.line : { cause: AFTER_UNREACHED[reach.kind].cause };
  }

  private write(id: string, change: SupervisionProgress): void {
    const { db, sipInstanceId } = this.options;
    const written = this.journal.write('supervision', async () => {
      await recordSupervision(db, { id, actor: `sip:${sipInstanceId}` }, change);
      return 'written';
    });
    this.track(written);
  }
}
