import type { AgentLine } from '../agents/agent-line';
import type { TalkMedia } from '../media/media';

/** An agent on the line, and what the first INVITE offers in their name. */
export interface PreparedAgent {
  readonly line: AgentLine;
  readonly talk: TalkMedia;
  readonly offer: string;
}

/** The prepared offer for the first INVITE, a new one for each after it. */
export function offers({ talk, offer }: PreparedAgent): () => Promise<string | null> {
  let prepared: string | null = offer;
  return () => {
    const next = prepared === null ? talk.offer() : Promise.resolve(prepared);
    prepared = null;
    return next;
  };
}
