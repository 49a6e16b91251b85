import type { CallEnd } from '../../src/db/calls';
import { AFTER_LEG_FAILED } from '../agents/after-unreached';
import type { AgentLine } from '../agents/agent-line';
import type { WithdrawReason } from '../outcome/sip-outcome';
import type { CallOptions } from './call-options';
import type { Conversation } from './conversation';
import type { DialEnd } from './dialing';

const JOIN_LIMIT_MS = 10_000;

type Answer = Extract<DialEnd, { kind: 'answered' }>;

/** Of an answer that crossed the withdrawal: nobody has asked for the end, there was only no agent. */
export function isAgentGone(reason: WithdrawReason): boolean {
  return reason === 'agent_lost' || reason === 'agent_hung_up';
}

export interface JoiningOptions extends Pick<
  CallOptions,
  'talk' | 'recorder' | 'prompts' | 'passOn'
> {
  /** Of the agent whom the debtor was called for. */
  readonly line: AgentLine;
  readonly conversation: Conversation;
  /** Frees the agent who is gone. @returns where they go, when not the usual way */
  readonly letGo: () => CallEnd['agent'];
  /** Is the debtor still there, and the call? */
  readonly isWanted: () => boolean;
}

/** Why who has answered is talked to by nobody; null: an agent is to have them. */
function whyAlone(givenUp: Answer['givenUp']): string | null {
  if (givenUp?.kind === 'answered_alone') return givenUp.reason;
  const isOver = givenUp?.kind === 'withdrawn' && !isAgentGone(givenUp.reason);
  return isOver ? 'answered_across_cancel' : null;
}

/** Who talks to the debtor, or why nobody does; `after`: where the agent goes whose the attempt is. */
export type Joined =
  | { readonly kind: 'talks'; readonly line: AgentLine; readonly after?: never }
  | { readonly kind: 'alone'; readonly reason: string; readonly after: CallEnd['agent'] };

/**
 * From the debtor's answer to somebody who talks to them: the agent, and when that one is gone the
 * next who is ready (feature D12).
 */
export class Joining {
  private tellGone!: (reason: string) => void;
  private readonly gone = new Promise<string>((resolve) => {
    this.tellGone = resolve;
  });

  constructor(private readonly options: JoiningOptions) {}

  /** The agent hung up, or is out of reach. Once somebody else is asked it changes nothing. */
  agentGone(reason: string): void {
    this.tellGone(reason);
  }

  /** @param givenUp why the answer was not waited for any more */
  async run(givenUp: Answer['givenUp']): Promise<Joined> {
    const { line, conversation, isWanted, letGo } = this.options;
    const refused = whyAlone(givenUp);
    if (refused !== null) return { kind: 'alone', reason: refused, after: undefined };
    const fault =
      givenUp?.kind === 'withdrawn'
        ? givenUp.reason
        : await Promise.race([this.joinAgent(), this.gone]);
    if (fault === null) return { kind: 'talks', line };
    const after: CallEnd['agent'] = fault === 'agent_leg_failed' ? AFTER_LEG_FAILED : undefined;
    // without a description of the debtor's side nobody could be joined to it
    const isPointless = fault === 'media_engine_lost' || conversation.customerSdp === '';
    if (isPointless || !isWanted()) return { kind: 'alone', reason: fault, after };
    return this.passOn(fault, letGo() ?? after);
  }

  /** Null: both hear each other; else what was in the way. */
  private async joinAgent(): Promise<string | null> {
    const { conversation, recorder, prompts, talk, line } = this.options;
    const joining = conversation.join(JOIN_LIMIT_MS);
    recorder?.start(talk);
    void prompts.announceRecording(talk);
    const joined = await joining;
    if (joined !== 'joined') return joined;
    return line.isOver ? 'agent_lost' : null;
  }

  private async passOn(reason: string, gone: CallEnd['agent']): Promise<Joined> {
    const { conversation, recorder, prompts, passOn, isWanted } = this.options;
    const moveTo = conversation.moveTo.bind(conversation);
    const { line, after } = await passOn({ moveTo, after: gone, isWanted });
    if (line === null) return { kind: 'alone', reason, after };
    recorder?.startUnlessBegun(conversation.talk);
    void prompts.announceRecording(conversation.talk);
    return { kind: 'talks', line };
  }
}
