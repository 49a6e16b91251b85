import type { Supervision } from '../../src/db/supervisions';
import { writeSeat, type SupervisionSeat } from '../../src/db/supervision-seats';
import type { AgentLine } from '../agents/agent-line';
import type { TalkMixing } from '../media/media';
import type { CallsOptions } from './calls-options';
import { lookAtSeat, untilNextLook } from './look-at-seat';
import { ringSupervisor } from './ring-supervisor';

/** Null: the database does not answer, and is asked again. */
const isOver = (seat: SupervisionSeat | null): boolean =>
  seat !== null && (seat.isEnded || seat.cause !== null);

/**
 * Supervisors whose softphone is at this process, beside talks of others ({@link FarLine} there). Here
 * the softphone rings and is let go; who hears whom is decided where the talk is.
 */
export class FarSeats {
  private readonly live = new Set<string>();

  constructor(
    private readonly options: Pick<CallsOptions, 'db' | 'lines' | 'log' | 'sipInstanceId'>,
  ) {}

  /** Rings the softphone, and keeps it at the talk until the supervision ends. Rung twice it does nothing more. */
  async serve(row: Supervision): Promise<void> {
    const { id, softphoneInstanceId } = row;
    if (softphoneInstanceId !== this.options.sipInstanceId || this.live.has(id)) return;
    this.live.add(id);
    await this.seat(row).finally(() => this.live.delete(id));
  }

  private async seat(row: Supervision): Promise<void> {
    const { lines } = this.options;
    const ringing = ringSupervisor(this.options, row);
    const ended = this.untilEnded(row.id);
    const stopRinging = ended.then(() => this.stopRinging(row));
    const reached = await ringing;
    if ('cause' in reached) {
      await this.say(row.id, { cause: reached.cause });
      return;
    }
    const cause = await this.join(row.id, reached);
    if (cause === null) await stopRinging;
    else await this.say(row.id, { cause });
    await lines.release(reached);
  }

  /** A leg that stands does not ring. */
  private async stopRinging({ softphoneAgentId }: Supervision): Promise<void> {
    const { lines } = this.options;
    if (lines.find(softphoneAgentId) === null) await lines.drop(softphoneAgentId);
  }

  /** Null: the supervisor's engine and the mixer of the talk have each other's address. */
  private async join(id: string, line: AgentLine): Promise<string | null> {
    const { mixing } = line.openTalk();
    line.use({
      onAgentModify: (request) => void line.media.agentOffers(request),
      onAgentLegEnded: () => void this.say(id, { cause: 'supervisor_hung_up' }),
    });
    if (line.isOver) return 'supervisor_hung_up';
    if (mixing === null) return 'needs_engine';
    const offer = await mixing.offerLine();
    if (offer === null) return 'no_media_engine';
    await this.say(id, { offer });
    return this.takeAnswer(id, mixing);
  }

  private async takeAnswer(id: string, mixing: TalkMixing): Promise<string | null> {
    for (;;) {
      const seat = await lookAtSeat(this.options.db, id);
      if (isOver(seat)) return null;
      if (seat !== null && seat.answer !== null)
        return (await mixing.answerLine(seat.answer)) ? null : 'no_media_engine';
      await untilNextLook();
    }
  }

  /** Settles with the end of the supervision, or of the softphone's part in it. */
  private async untilEnded(id: string): Promise<void> {
    for (;;) {
      const seat = await lookAtSeat(this.options.db, id);
      if (isOver(seat)) return;
      await untilNextLook();
    }
  }

  private async say(id: string, said: Parameters<typeof writeSeat>[2]): Promise<void> {
    const { db, log } = this.options;
    await writeSeat(db, id, said).catch((error: unknown) => {
      log.warn({ reason: (error as Error).message }, 'seat of a supervisor not written');
    });
  }
}
