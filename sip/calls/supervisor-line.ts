import type { AgentLine, LineUser } from '../agents/agent-line';
import type { AgentLines } from '../agents/agent-lines';
import type { IncomingModify } from '../gateway/sip-dialog';
import type { TalkMixing } from '../media/media';

/** A supervisor's softphone that was picked up, at this process or at another. */
export interface SupervisorLine {
  readonly isOver: boolean;
  /** Who is told when it ends. */
  use(user: LineUser): void;
  /** `mixing` null: its audio passes through no engine. */
  openTalk(): { readonly mixing: Pick<TalkMixing, 'engine' | 'seatLine'> | null };
  /** It describes its audio anew. */
  modify(request: IncomingModify): void;
  /** The supervision is over: back to silence, or to the end of a leg that was for it alone. */
  leave(): Promise<void>;
}

/** One of this process. */
export function nearLine(line: AgentLine, lines: AgentLines): SupervisorLine {
  return {
    get isOver() {
      return line.isOver;
    },
    use: (user) => {
      line.use(user);
    },
    openTalk: () => line.openTalk(),
    modify: (request) => void line.media.agentOffers(request),
    leave: () => lines.release(line),
  };
}
