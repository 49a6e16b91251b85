import type { AbuseCode, AgentCaseKind } from '../../domain/case-kind';
import type { IdentityProof } from '../../domain/conversation-step';
import type { PreferenceKind } from '../../domain/preference-input';

/** What the agent has typed of the talk, and nobody has taken yet. */
export interface TalkDraft {
  readonly proofs: readonly IdentityProof[];
  /** In the customer's words; needed with the cause `other`. */
  readonly causeWords: string;
  /** Of the second level of the cause that was told; blank: not told. */
  readonly causeDetail: string;
  /** ISO date: when it is expected to be over. */
  readonly causeEndsOn: string;
  /** A month's amounts, in whole units of the currency. */
  readonly income: string;
  readonly fixedCost: string;
  readonly otherDebts: string;
  /** ISO date. */
  readonly nextIncomeOn: string;
  readonly offerId: string;
  /** Of a deferment: why, and whether it was shown what speaks for it. */
  readonly reason: string;
  readonly hasEvidence: boolean;
  /** Why the offer, or none of them, is wanted. */
  readonly refusal: string;
  readonly hope: string;
  readonly worry: string;
  readonly wish: PreferenceKind;
  /** ISO weekdays, 1 is Monday. */
  readonly wishDays: readonly number[];
  readonly wishFrom: string;
  readonly wishTo: string;
  readonly caseKind: AgentCaseKind | '';
  readonly caseType: string;
  readonly claim: string;
  /** What the customer does that nobody has to bear. */
  readonly abuse: AbuseCode;
  readonly abuseClaim: string;
}

export const EMPTY_TALK: TalkDraft = {
  proofs: [],
  causeWords: '',
  causeDetail: '',
  causeEndsOn: '',
  income: '',
  fixedCost: '',
  otherDebts: '',
  nextIncomeOn: '',
  offerId: '',
  reason: '',
  hasEvidence: false,
  refusal: '',
  hope: '',
  worry: '',
  wish: 'preferred',
  wishDays: [1, 2, 3, 4, 5],
  wishFrom: '',
  wishTo: '',
  caseKind: '',
  caseType: '',
  claim: '',
  abuse: 'insult',
  abuseClaim: '',
};

/** `refused`: by the server, which the notice tells in full. */
export type TalkProblem = 'needed' | 'money' | 'refused';
export type TalkProblems = Readonly<Partial<Record<keyof TalkDraft, TalkProblem>>>;
