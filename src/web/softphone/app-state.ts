import type { CurrentCall, Guide, HelpRequest, Preview, Session } from './api-client';
import type { CallQuality } from './call-quality';
import type { ConnectionCheck } from './connection-check';
import type { AudioDevices } from './microphone';
import { EMPTY_DRAFT, type DraftProblems, type OutcomeDraft } from './outcome-draft';
import type { PhoneState } from './phone';
import type { Language } from './words';

export type EchoState = 'untried' | 'recording' | 'playing' | 'heard';

/** All that the page shows. */
export interface AppState {
  readonly screen: 'sign_in' | 'check' | 'desk';
  readonly language: Language;
  readonly agentName: string;
  readonly session: Session | null;
  readonly call: CurrentCall | null;
  /** Shown before the call. */
  readonly preview: Preview | null;
  readonly phone: PhoneState;
  readonly isLegUp: boolean;
  readonly isStreamOpen: boolean;
  readonly isMuted: boolean;
  readonly isKeypadOpen: boolean;
  readonly isPauseOpen: boolean;
  readonly isHelpOpen: boolean;
  /** Of the talk, or the one that is wrapped up. */
  readonly guide: Guide | null;
  /** The call in which a payment came in. */
  readonly paidAttempt: string | null;
  /** The agent's request for a supervisor's help in this call. */
  readonly help: HelpRequest | null;
  /** Since when the hold is that the agent was reminded of; see `secondsOnHold`. */
  readonly remindedHold: string | null;
  readonly quality: CallQuality | null;
  readonly poorSinceMs: number | null;
  readonly nowMs: number;
  readonly trouble: string | null;
  readonly isBusy: boolean;
  readonly devices: AudioDevices;
  readonly microphone: 'closed' | 'open' | 'heard' | 'refused';
  readonly echo: EchoState;
  readonly connection: ConnectionCheck | 'running' | null;
  readonly isWaived: boolean;
  readonly draft: OutcomeDraft;
  readonly problems: DraftProblems;
}

export const FIRST_STATE: Omit<AppState, 'language' | 'nowMs'> = {
  screen: 'sign_in',
  agentName: '',
  session: null,
  call: null,
  preview: null,
  phone: 'off',
  isLegUp: false,
  isStreamOpen: true,
  isMuted: false,
  isKeypadOpen: false,
  isPauseOpen: false,
  isHelpOpen: false,
  guide: null,
  paidAttempt: null,
  help: null,
  remindedHold: null,
  quality: null,
  poorSinceMs: null,
  trouble: null,
  isBusy: false,
  devices: { inputs: [], outputs: [] },
  microphone: 'closed',
  echo: 'untried',
  connection: null,
  isWaived: false,
  draft: EMPTY_DRAFT,
  problems: {},
};

export const isTalking = ({ session }: AppState): boolean =>
  session?.state === 'in_call' || session?.state === 'hold';

export const isInCall = ({ session }: AppState): boolean =>
  session !== null && ['reserved', 'ringing', 'in_call', 'hold'].includes(session.state);
