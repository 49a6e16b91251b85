import type { AgreementState } from '../../domain/agreement';
import type { ApprovalState } from '../../domain/agreement-approval';
import type { AgentState } from '../../domain/agent-state';
import type { AttemptState } from '../../domain/attempt-state';
import type { HelpState } from '../../domain/help-request';
import type { GuideMode } from '../../domain/collection-policy/conversation';
import type { Tick } from '../../domain/conversation';
import type { IdentityProof } from '../../domain/conversation-step';
import type { AgreementKind, Authority } from '../../domain/option';
import type { OptionKind } from '../../domain/option-kind';
import type { AgentOutcomeCode, OutcomeCode, RootCause } from '../../domain/outcome-code';
import type { Need } from '../../domain/outcome-needs';
import type { PreferenceKind } from '../../domain/preference-input';

export interface Session {
  readonly id: string;
  readonly state: AgentState;
  readonly stateSince: string;
  readonly stateLimitAt: string | null;
  readonly seq: number;
  readonly cause: string;
  readonly pauseReason: string | null;
  readonly wanted: 'paused' | 'offline' | null;
  readonly attemptId: string | null;
  readonly wrapUpExtensionsLeft: number;
}

export interface CurrentCall {
  readonly attemptId: string;
  readonly state: AttemptState;
  readonly purpose: 'collect' | 'locate';
  readonly mayCallUntil: {
    readonly at: string;
    readonly localTime: string | null;
    readonly zone: string | null;
  } | null;
  /** IANA zones that the person may be in; the page speaks in the first. */
  readonly zones: readonly string[];
  readonly overtimeMs: number | null;
  readonly creditorName: string | null;
  readonly name: string;
  readonly phone: string;
  readonly product: string | null;
  readonly currency: string | null;
  readonly amountDueMinor: string | null;
  readonly dueDate: string | null;
  readonly daysPastDue: number | null;
  readonly accountUpdatedAt: string;
  readonly openPromise: {
    readonly amountMinor: string;
    readonly currency: string;
    readonly dueDate: string;
  } | null;
  readonly brokenPromise: {
    readonly amountMinor: string;
    readonly currency: string;
    readonly dueDate: string;
  } | null;
  readonly promiseHorizonDays: number | null;
  readonly lastOutcomes: readonly { readonly code: OutcomeCode; readonly recordedAt: string }[];
}

/** What is told of the person and the account. */
export type Statement = Omit<
  CurrentCall,
  'attemptId' | 'state' | 'overtimeMs' | 'promiseHorizonDays'
>;

/** An account that is shown before anybody calls. */
export interface Preview extends Omit<
  Statement,
  'purpose' | 'mayCallUntil' | 'creditorName' | 'amountDueMinor' | 'dueDate' | 'daysPastDue'
> {
  readonly id: string;
  readonly expiresAt: string;
  readonly creditorName: string;
  readonly amountDueMinor: string;
  readonly dueDate: string;
  readonly daysPastDue: number;
  readonly figures: { readonly passedOverPercent: number; readonly isOverLimit: boolean };
}

/** In both languages, made by the server. */
export type Said = Readonly<Record<'id' | 'en', string>>;

interface Coded<Code extends string = string> {
  readonly code: Code;
  readonly said: Said;
}

/** What to say now; nothing of the debt until the person is known. */
export interface Guide {
  readonly mode: GuideMode;
  readonly identity: {
    readonly state: 'unknown' | 'confirmed' | 'not_confirmed';
    readonly proofs: readonly IdentityProof[];
  };
  readonly practices: readonly (Coded & { readonly isDone: boolean })[];
  readonly practice: string | null;
  readonly prompts: readonly Coded[];
  readonly feelings: readonly Coded[];
  readonly isConflict: boolean;
  readonly tension: { readonly level: number } | null;
  readonly abuseWarnings: number;
  readonly nudge: Said | null;
  readonly wishes: readonly {
    readonly wish: PreferenceKind;
    readonly days: readonly number[];
    readonly from: string;
    readonly to: string;
  }[];
  readonly complaints: number;
  readonly debt: {
    /** What must be said of the debt: the amount and its date, what it is made of, what is not due yet. */
    readonly statement: Said;
    readonly parts: Said | null;
    readonly later: Said | null;
    readonly checklist: readonly (Coded<Tick> & { readonly isDone: boolean })[];
    readonly causes: readonly (Coded<RootCause> & { readonly details: readonly Coded[] })[];
    readonly cause: { readonly cause: RootCause; readonly detail: string | null } | null;
    readonly options: readonly (Coded<OptionKind> & { readonly answer: string | null })[];
    /** False: they are the kinds that there are. */
    readonly isReckoned: boolean;
    readonly currency: string;
    readonly hope: string | null;
    readonly worry: string | null;
    readonly lessons: readonly { readonly said: Said }[];
    readonly advice: readonly {
      /** What set the conflict off. */
      readonly said: Said;
      readonly lesson: string;
      readonly on: string;
    }[];
    readonly earlierConflict: { readonly on: string; readonly whatWorked: string | null } | null;
    readonly outcomes: readonly {
      readonly code: AgentOutcomeCode;
      readonly missing: readonly Need[];
      readonly isRefused: boolean;
    }[];
  } | null;
}

/** Of the terms what the page does something with; the rest is in what is said. */
type OfferTerms =
  | { readonly kind: 'pay_full' | 'pay_part'; readonly amountMinor: string }
  | { readonly kind: 'deferment'; readonly needsEvidence: boolean }
  | { readonly kind: 'reschedule' | 'plan' | 'settlement' };

/** Something that may be offered in this talk. */
export interface Offer {
  readonly offerId: string;
  readonly rank: number;
  readonly kind: OptionKind;
  readonly terms: OfferTerms;
  readonly said: Said;
  /** Integer minor units, as text; null: not for the agent's eyes. */
  readonly costMinor: string | null;
  readonly strainPercent: number | null;
  readonly approval: Exclude<Authority, 'agent'> | null;
  /** How likely it is to be kept, and what makes it so. */
  readonly keeping: {
    readonly verdict: 'foretold' | 'insufficient_data' | 'objected';
    readonly said: Said;
    readonly parts: readonly { readonly factor: string; readonly said: Said }[];
  };
  readonly reasons: readonly Coded[];
}

export interface OptionsAnswer {
  readonly id: string;
  /** ISO date, where the account is. */
  readonly today: string;
  readonly currency: string;
  readonly allowed: readonly Offer[];
  readonly refused: readonly { readonly kind: OptionKind; readonly said: Said }[];
}

/** What was agreed last in the talk, and the second person's word on it. */
export interface AgreementNow {
  readonly agreement: {
    readonly id: string;
    readonly offerId: string | null;
    readonly kind: AgreementKind;
    readonly state: AgreementState;
    readonly text: Said;
  };
  readonly approval: {
    readonly state: ApprovalState;
    readonly needsRole: Exclude<Authority, 'agent'>;
    readonly limitAt: string;
    readonly confirmBy: string | null;
    readonly reason: string | null;
  } | null;
}

/** Something that the agent said and that has no place in such a call. */
export interface PhraseMark {
  readonly id: string;
  readonly attemptId: string;
  readonly at: string;
  readonly categorySaid: Said;
  /** Of the creditor's list; null: a supervisor marked it by its category. */
  readonly phrase: string | null;
  readonly verdict: 'upheld' | 'dismissed' | null;
}

/** A talk in which there was tension, whose reflection is still to be written. */
export interface Conflict {
  readonly id: string;
  readonly beganAt: string;
  readonly peak: number;
  readonly reflectionDueAt: string;
}

export interface HelpRequest {
  readonly attemptId: string;
  readonly state: HelpState;
}

export interface SipCredentials {
  readonly username: string;
  readonly password: string;
  readonly domain: string;
  readonly wsUrl: string | null;
  readonly iceServers: readonly {
    readonly urls: string[];
    readonly username: string;
    readonly credential: string;
  }[];
}
