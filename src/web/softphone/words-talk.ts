import type {
  AbuseCode,
  AgentCaseKind,
  DISPUTE_TYPES,
  HARDSHIP_TYPES,
  Vulnerability,
} from '../../domain/case-kind';
import type { IdentityFault, IdentityProof } from '../../domain/conversation-step';
import type { Authority } from '../../domain/option';
import type { OptionKind } from '../../domain/option-kind';
import type { Need } from '../../domain/outcome-needs';
import type { PreferenceKind } from '../../domain/preference-input';
import type { PreventionOwner, ReflectionField } from './reflection-draft';

export type CaseType =
  (typeof DISPUTE_TYPES)[number] | (typeof HARDSHIP_TYPES)[number] | Vulnerability | AbuseCode;

type Approver = Exclude<Authority, 'agent'>;

/** The texts of the conversation; amounts, dates and times are put in by the program. */
export interface TalkWords {
  readonly identity: {
    readonly shown: string;
    readonly proofs: Readonly<Record<IdentityProof, string>>;
    readonly proofNeeded: string;
    readonly faults: Readonly<Record<IdentityFault, string>>;
    readonly faultsTitle: string;
    readonly wrongNumber: string;
    readonly wrongNumberClaim: string;
    readonly thirdParty: string;
  };
  readonly causeWords: string;
  readonly causeDetail: string;
  readonly causeEndsOn: string;
  readonly earlierConflict: (day: string, whatWorked: string) => string;
  readonly advice: (trigger: string, lesson: string, day: string) => string;
  readonly options: {
    readonly title: string;
    readonly hint: string;
    readonly income: string;
    readonly fixedCost: string;
    readonly otherDebts: string;
    readonly nextIncomeOn: string;
    readonly wholeAmount: string;
    readonly reckon: string;
    readonly stale: string;
    readonly none: string;
    readonly kinds: Readonly<Record<OptionKind, string>>;
    readonly strain: (percent: number) => string;
    readonly cost: (money: string) => string;
    readonly needs: Readonly<Record<Approver, string>>;
    readonly notOffered: string;
    readonly reason: string;
    readonly hasEvidence: string;
    readonly accept: string;
    readonly acceptAndAsk: string;
    readonly refusal: string;
    readonly refuse: string;
    readonly noneFits: string;
    readonly chosen: string;
    /** A second person said no to it in this talk. */
    readonly refusedBefore: string;
    readonly others: string;
    readonly unwanted: string;
  };
  readonly agreement: {
    readonly title: string;
    readonly readOut: string;
    readonly document: string;
    readonly waiting: Readonly<Record<Approver, string>>;
    readonly secondsLeft: (seconds: number) => string;
    readonly late: (time: string) => string;
    readonly rejected: (reason: string) => string;
    readonly approved: string;
    readonly ended: string;
  };
  readonly heard: {
    readonly title: string;
    readonly times: string;
    readonly wishes: Readonly<Record<PreferenceKind, string>>;
    /** Of the week, from Monday on. */
    readonly days: readonly [string, string, string, string, string, string, string];
    readonly daysTitle: string;
    readonly from: string;
    readonly to: string;
    readonly keepTime: string;
    readonly kept: (wish: string, days: string, from: string, to: string) => string;
    readonly cases: string;
    readonly caseKind: string;
    readonly kinds: Readonly<Record<AgentCaseKind, string>>;
    readonly caseType: string;
    readonly types: Readonly<Record<CaseType, string>>;
    readonly claim: string;
    readonly openCase: string;
    readonly complaints: (count: number) => string;
  };
  readonly abuse: {
    readonly title: string;
    readonly warn: (warnings: number) => string;
    readonly end: string;
  };
  readonly missing: {
    readonly title: string;
    readonly optional: string;
    readonly needs: Readonly<Record<Need, string>>;
    readonly next: string;
    readonly notSaved: string;
  };
  /** Of a phrase that has no place in such a call: what was heard, and how to go on. */
  readonly heardPhrase: (said: readonly string[]) => string;
  readonly understood: string;
  readonly notTaken: string;
  readonly reflection: {
    readonly title: (began: string) => string;
    readonly due: (time: string) => string;
    readonly overdue: string;
    readonly fields: Readonly<Record<ReflectionField, string>>;
    readonly owner: string;
    readonly owners: Readonly<Record<PreventionOwner, string>>;
    readonly save: string;
  };
}
