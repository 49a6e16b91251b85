import type { ConnectionCause } from '../../domain/connection-check';
import type { AgentState } from '../../domain/agent-state';
import type { SkipReason } from '../../domain/preview';
import type { HelpReason } from '../../domain/help-request';
import type { TalkWords } from './words-talk';
import type { AgentOutcomeCode, PaymentMethod, RootCause } from '../../domain/outcome-code';

export const LANGUAGES = ['id', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export const PAUSE_REASONS = [
  'break',
  'lunch',
  'prayer',
  'toilet',
  'coaching',
  'technical',
] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];

/** Every text of the page; a language without one does not compile. */
export interface Words {
  readonly tagline: string;
  readonly key: string;
  readonly keyHint: string;
  readonly signIn: string;
  readonly signOut: string;
  readonly otherLanguage: string;
  readonly keyRefused: string;
  readonly notAnAgent: string;
  readonly offline: string;
  /** What the agent asked for has perhaps not come through: asked again, nothing is done twice. */
  readonly notSent: string;
  readonly failed: string;
  readonly greeting: (name: string) => string;
  readonly checkTitle: string;
  readonly checkIntro: string;
  readonly microphone: string;
  readonly speaker: string;
  readonly standardDevice: string;
  readonly level: string;
  readonly levelHint: string;
  readonly microphoneGood: string;
  readonly microphoneRefused: string;
  readonly echo: string;
  readonly echoHint: string;
  readonly echoRecording: string;
  readonly echoPlaying: string;
  readonly echoHeard: string;
  readonly echoGood: string;
  readonly echoNotHeard: string;
  readonly connection: string;
  readonly connectionRunning: string;
  readonly connectionGood: string;
  readonly connectionPoor: string;
  readonly checkAgain: string;
  /** The server lets nobody be ready over such a connection. */
  readonly connectionNeeded: {
    readonly causes: Readonly<Record<ConnectionCause, string>>;
    readonly todo: string;
  };
  readonly measured: (roundTripMs: number, jitterMs: number, lossPercent: number) => string;
  readonly startShift: string;
  readonly startAnyway: string;
  readonly startAnywayHint: string;
  readonly states: Readonly<Record<AgentState, string>>;
  readonly stateHints: Readonly<Partial<Record<AgentState, string>>>;
  readonly ready: string;
  readonly pause: string;
  readonly pauseReason: string;
  readonly pauseReasons: Readonly<Record<PauseReason, string>>;
  readonly afterThisCall: string;
  readonly wantedPause: string;
  readonly wantedOffline: string;
  readonly shiftOver: string;
  readonly outsideRoster: string;
  readonly back: string;
  readonly phoneStates: Readonly<Record<'off' | 'connecting' | 'registered', string>>;
  readonly streamLost: string;
  readonly legMissing: string;
  readonly legUnanswered: string;
  /** The agent's desk is another page of this browser. */
  readonly elsewhere: Readonly<Record<'title' | 'hint' | 'goOn', string>>;
  readonly noCall: string;
  readonly noCallHint: string;
  readonly card: string;
  readonly amountDue: string;
  readonly dueDate: string;
  readonly daysLate: (days: number) => string;
  readonly product: string;
  readonly creditor: string;
  readonly openPromise: string;
  readonly noPromise: string;
  readonly promiseBroken: (money: string, day: string) => string;
  readonly lastContacts: string;
  readonly noContacts: string;
  readonly dataFrom: (time: string) => string;
  readonly dataOld: string;
  readonly until: (time: string) => string;
  readonly theirClock: (time: string) => string;
  readonly placeUnknown: (time: string) => string;
  readonly overtime: string;
  readonly locate: string;
  readonly identityFirst: string;
  readonly preview: {
    readonly hint: string;
    readonly call: string;
    readonly skip: string;
    readonly reason: string;
    readonly reasons: Readonly<Record<SkipReason, string>>;
    readonly noteHint: string;
    readonly later: string;
    readonly laterAt: string;
    readonly overLimit: (percent: number) => string;
  };
  readonly mute: string;
  readonly unmute: string;
  readonly hold: string;
  readonly resume: string;
  readonly longHold: string;
  readonly onHoldFor: (seconds: number) => string;
  readonly keypad: string;
  readonly hangUp: string;
  readonly muted: string;
  readonly quality: string;
  readonly qualityUnknown: string;
  readonly qualityPoor: string;
  readonly qualityDetail: (loss: number, jitterMs: number, roundTripMs: number) => string;
  readonly wrapUp: string;
  readonly timeLeft: (seconds: number) => string;
  readonly outcome: string;
  readonly choose: string;
  readonly outcomes: Readonly<Record<AgentOutcomeCode, string>>;
  readonly rootCause: string;
  readonly rootCauses: Readonly<Record<RootCause, string>>;
  readonly promiseAmount: string;
  readonly promiseDate: string;
  readonly promiseMethod: string;
  readonly methods: Readonly<Record<PaymentMethod, string>>;
  readonly callbackAt: string;
  readonly note: string;
  readonly noteHint: string;
  /** Browsers cut off what is pasted, and say nothing. */
  readonly noteFull: string;
  readonly moreTime: string;
  readonly save: string;
  readonly saved: string;
  readonly needed: string;
  readonly amountWrong: (most: string) => string;
  readonly dateWrong: (last: string) => string;
  readonly futureNeeded: string;
  readonly leftInPeace: (until: string) => string;
  readonly shortcuts: string;
  readonly guide: {
    readonly title: string;
    readonly say: string;
    readonly isThem: string;
    readonly feeling: string;
    readonly cause: string;
    readonly mustSay: string;
    readonly hope: string;
    readonly worry: string;
    readonly agreed: string;
    readonly tense: string;
    readonly calm: string;
    readonly rest: string;
    readonly paid: string;
  };
  readonly talk: TalkWords;
  readonly help: {
    readonly raise: string;
    readonly asked: string;
    readonly accepted: string;
    readonly reasons: Readonly<Record<Exclude<HelpReason, 'other'>, string>>;
  };
}
