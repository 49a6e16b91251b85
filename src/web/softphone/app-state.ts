import type { Need } from '../../domain/outcome-needs';
import type {
  AgreementNow,
  Conflict,
  CurrentCall,
  Guide,
  HelpRequest,
  OptionsAnswer,
  PhraseMark,
  Preview,
  Said,
  Session,
} from './api-answers';
import type { CallQuality } from './call-quality';
import type { ConnectionCheck } from './connection-check';
import type { AudioDevices } from './microphone';
import { EMPTY_DRAFT, type DraftProblems, type OutcomeDraft } from './outcome-draft';
import type { PhoneState } from './phone';
import type { ReflectionDraft, ReflectionField } from './reflection-draft';
import type { Screen } from './shortcut-keys';
import { EMPTY_TALK, type TalkDraft, type TalkProblems } from './talk-draft';
import type { Language } from './words';

export type EchoState = 'untried' | 'recording' | 'playing' | 'heard';

/** What may be offered, and what it was asked with. */
export interface Reckoned {
  /** The request, as JSON: another one has other options. */
  readonly asked: string;
  readonly answer: OptionsAnswer;
}

/** All that the page shows. */
export interface AppState {
  readonly screen: Screen;
  readonly language: Language;
  readonly agentName: string;
  readonly agentId: string;
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
  readonly talk: TalkDraft;
  readonly talkProblems: TalkProblems;
  /** Null: not asked for in this talk. */
  readonly options: Reckoned | null;
  /** Of this talk, with the second person's word. */
  readonly agreement: AgreementNow | null;
  /** What the agent said in this call and should not have; and which of it the agent has read. */
  readonly phrases: readonly PhraseMark[];
  readonly readPhrases: readonly string[];
  /** What to do from here on, after a case was opened. */
  readonly advice: Said | null;
  /** What is said to somebody who was warned just now. */
  readonly warning: Said | null;
  /** The missing step that the agent was led to last. */
  readonly ledTo: Need | null;
  /** Conflicts of the agent without a reflection. */
  readonly conflicts: readonly Conflict[];
  readonly reflection: ReflectionDraft | null;
  readonly blanks: readonly ReflectionField[];
}

export const FIRST_STATE: Omit<AppState, 'language' | 'nowMs'> = {
  screen: 'sign_in',
  agentName: '',
  agentId: '',
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
  talk: EMPTY_TALK,
  talkProblems: {},
  options: null,
  agreement: null,
  phrases: [],
  readPhrases: [],
  advice: null,
  warning: null,
  ledTo: null,
  conflicts: [],
  reflection: null,
  blanks: [],
};

/** What is of one call alone, at its beginning. */
export const NEW_CALL = {
  ...{ draft: EMPTY_DRAFT, problems: {}, talk: EMPTY_TALK, talkProblems: {} },
  ...{ options: null, advice: null, warning: null, ledTo: null, isHelpOpen: false },
  readPhrases: [],
} as const satisfies Partial<AppState>;

export const isTalking = ({ session }: AppState): boolean =>
  session?.state === 'in_call' || session?.state === 'hold';

export const isInCall = ({ session }: AppState): boolean =>
  session !== null && ['reserved', 'ringing', 'in_call', 'hold'].includes(session.state);
