import type { CallEnd } from '../../src/db/calls';
import { AFTER_UNREACHED } from '../agents/after-unreached';
import type { AgentLine } from '../agents/agent-line';
import type { AgentLines } from '../agents/agent-lines';
import type { TalkMedia } from '../media/media';
import type { CallRecords } from './call-records';

/** So long a debtor who has answered may wait for somebody else, ms. */
const WAIT_LIMIT_MS = 3_000;

export interface PassingOn {
  readonly attemptId: string;
  readonly lines: AgentLines;
  readonly records: CallRecords;
  /** The debtor, who has answered, goes on over these media. False: they cannot. */
  readonly moveTo: (media: TalkMedia, limitMs: number) => Promise<boolean>;
  /** Where the agent who is gone goes, when not the usual way. */
  readonly after: CallEnd['agent'];
  /** Is the debtor still there, and the call? */
  readonly isWanted: () => boolean;
}

export interface PassedOn {
  /** The debtor hears them; null: nobody could be had in time. */
  readonly line: AgentLine | null;
  /** Where the agent goes whose the attempt is now, when not the usual way. */
  readonly after: CallEnd['agent'];
}

/** Finds somebody for a debtor who has answered when the agent was gone: the next ready agent, or the one after. */
export async function passOn(passing: PassingOn): Promise<PassedOn> {
  const { attemptId, lines, records, isWanted } = passing;
  const until = Date.now() + WAIT_LIMIT_MS;
  let { after } = passing;
  while (isWanted() && Date.now() < until) {
    const next = await records.giveToNextAgent(after, until);
    if (next === null) break;
    after = undefined;
    const reach = await lines.reach(next, attemptId, Math.max(until - Date.now(), 1));
    if (reach.kind === 'reached') {
      // the debtor's side would be no other with the next one
      const joined = await isJoined(passing, reach.line, until);
      return { line: joined ? reach.line : null, after };
    }
    after = AFTER_UNREACHED[reach.kind];
  }
  return { line: null, after };
}

async function isJoined(
  { records, lines, moveTo, isWanted }: PassingOn,
  line: AgentLine,
  until: number,
): Promise<boolean> {
  records.agentLeg(line);
  const limitMs = Math.max(until - Date.now(), 1);
  const joined = isWanted() && (await moveTo(line.openTalk(), limitMs));
  if (joined && isWanted() && !line.isOver) return true;
  records.agentLegEnded(line, 'system');
  await lines.release(line);
  return false;
}
