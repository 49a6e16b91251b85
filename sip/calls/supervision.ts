import type { SupervisionMode } from '../../src/domain/supervision';
import type { LineUser } from '../agents/agent-line';
import type { IncomingModify } from '../gateway/sip-dialog';
import type { Conversation } from './conversation';
import type { SupervisorLine } from './supervisor-line';

export interface SupervisionOptions {
  readonly conversation: Conversation;
  /** Rings the supervisor's softphone; the cause when it is not reached. */
  readonly reach: (isWanted: () => boolean) => Promise<SupervisorLine | { readonly cause: string }>;
  /** Gives up the ringing: {@link reach} settles. */
  readonly stopRinging: () => void;
  readonly onActive: () => void;
  /** Told once. */
  readonly onEnded: (cause: string) => void;
}

/** One supervisor beside one talk, from the ringing of the softphone to its end. */
export class Supervision implements LineUser {
  private line: SupervisorLine | null = null;
  private isActive = false;
  private over = false;

  constructor(
    private readonly options: SupervisionOptions,
    private mode: SupervisionMode,
  ) {}

  /** Settles when the supervisor hears the talk, or nothing came of it. */
  async run(): Promise<void> {
    const { conversation, reach } = this.options;
    conversation.onAlone(() => void this.end('call_over'));
    const reached = await reach(() => !this.isOver());
    if ('cause' in reached) {
      await this.end(reached.cause);
      return;
    }
    if (this.isOver()) {
      await reached.leave();
      return;
    }
    this.line = reached;
    reached.use(this);
    if (reached.isOver) await this.end('supervisor_hung_up');
    else await this.listen(reached);
  }

  private async listen(line: SupervisorLine): Promise<void> {
    const { conversation, onActive } = this.options;
    const { mixing } = line.openTalk();
    const { mode } = this;
    const seated = mixing !== null && (await conversation.supervise(mixing, mode));
    if (this.isOver()) return;
    if (!seated) {
      await this.end(mixing === null ? 'needs_engine' : 'no_media_engine');
      return;
    }
    this.isActive = true;
    onActive();
    if (this.mode !== mode) await this.change(this.mode);
  }

  /** A method, for a property would be narrowed: it changes while a promise is awaited. */
  private isOver(): boolean {
    return this.over;
  }

  /** Who hears the supervisor from here on. */
  async change(mode: SupervisionMode): Promise<void> {
    this.mode = mode;
    if (!this.isActive || this.over) return;
    if (!(await this.options.conversation.changeSupervision(mode))) await this.end('not_joined');
  }

  /** The talk goes on without the supervisor. */
  async end(cause: string): Promise<void> {
    if (this.over) return;
    this.over = true;
    const { conversation, stopRinging, onEnded } = this.options;
    stopRinging();
    onEnded(cause);
    const { line } = this;
    if (line === null) return;
    await conversation.endSupervision();
    await line.leave();
  }

  onAgentModify(request: IncomingModify): void {
    this.line?.modify(request);
  }

  onAgentLegEnded(): void {
    void this.end('supervisor_hung_up');
  }
}
