import type { Logger } from 'pino';
import type { AgentLine } from '../agents/agent-line';
import type { TalkMedia } from '../media/media';
import type { Mixer } from '../media/mixer/mixer';
import type { WithdrawReason } from '../outcome/sip-outcome';
import type { CallPrompts } from './call-prompts';
import type { CallRecorder } from './call-recorder';
import type { CallClaim, CallRecords } from './call-records';
import type { DialEnd } from './dialing';
import type { HoldReminder } from './hold-reminder';
import type { PassedOn, PassingOn } from './next-agents';

export interface CallOptions {
  readonly log: Logger;
  readonly claim: CallClaim;
  /** Of the first agent. */
  readonly line: AgentLine;
  readonly records: CallRecords;
  readonly talk: TalkMedia;
  readonly mixer: Mixer;
  /** Null: talks are not recorded. */
  readonly recorder: CallRecorder | null;
  /** What the debtor hears besides the agent. */
  readonly prompts: CallPrompts;
  readonly holdReminder: HoldReminder;
  /** Somebody else for a debtor whose agent is gone. */
  readonly passOn: (passing: Pick<PassingOn, 'moveTo' | 'after' | 'isWanted'>) => Promise<PassedOn>;
  readonly releaseLine: (line: AgentLine) => Promise<void>;
  /** Changes the softphone's leg over to media that work. */
  readonly renewMedia: (line: AgentLine) => Promise<boolean>;
  /** Called once, when nothing is left to do on the wire but waiting for the answers to BYE. */
  readonly onOver: (result: string) => void;
}

/** The customer's side until somebody is there: we dial, or we answer who calls. */
export interface CustomerSide {
  /** Always settles. */
  readonly result: Promise<DialEnd>;
  /** True when this was the first to ask. */
  withdraw(reason: WithdrawReason): boolean;
}
