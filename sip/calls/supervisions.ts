import {
  findSupervision,
  recordSupervision,
  type Supervision as Row,
  type SupervisionProgress,
} from '../../src/db/supervisions';
import type { Call } from './call';
import { CallJournal } from './call-journal';
import type { CallsOptions } from './calls-options';
import { FarLine } from './far-line';
import { FarSeats } from './far-seats';
import { ringSupervisor } from './ring-supervisor';
import { Supervision } from './supervision';
import { nearLine, type SupervisorLine } from './supervisor-line';

/** The supervisors beside the talks of this process, and those with a softphone here. */
export class Supervisions {
  private readonly live = new Map<string, Supervision>();
  private readonly farSeats: FarSeats;
  private readonly journal: CallJournal;

  constructor(
    private readonly options: CallsOptions,
    private readonly findCall: (attemptId: string) => Call | null,
    /** What the process waits for before it goes. */
    private readonly track: (work: Promise<unknown>) => void,
  ) {
    this.farSeats = new FarSeats(options);
    this.journal = new CallJournal(options.log, () => undefined);
  }

  /** Brings about what the row says: begins it, changes its mode, or ends it. Returns when that is done. */
  async serve(id: string): Promise<void> {
    const row = await findSupervision(this.options.db, id);
    if (row === null || row.state === 'ended') return;
    if (row.sipInstanceId !== this.options.sipInstanceId) {
      this.serveFar(row);
      return;
    }
    const live = this.live.get(id);
    if (live === undefined) await this.begin(row);
    else if (row.endRequestedBy !== null) await live.end('ended_by_supervisor');
    else await live.change(row.mode);
    await this.journal.settled();
  }

  /** The talk is another process's: only the softphone can be here. It lasts as long as the supervision. */
  private serveFar(row: Row): void {
    void this.farSeats.serve(row).catch((error: unknown) => {
      this.options.log.warn({ reason: (error as Error).message }, 'a supervisor was not seated');
    });
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
        reach: (isWanted) => this.reach(row, isWanted),
        // a leg that stands does not ring
        stopRinging: () => {
          if (lines.find(softphoneAgentId) === null) void lines.drop(softphoneAgentId);
        },
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

  private async reach(
    row: Row,
    isWanted: () => boolean,
  ): Promise<SupervisorLine | { readonly cause: string }> {
    const { db, lines } = this.options;
    if (row.softphoneInstanceId !== null) return FarLine.reach(db, row.id, isWanted);
    const reached = await ringSupervisor(this.options, row);
    return 'cause' in reached ? reached : nearLine(reached, lines);
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
