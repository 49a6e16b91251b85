import type { HoldKind } from './hold-kind';
import type { OutcomeCode } from './outcome-code';
import type { Role } from './role';
import type { Said } from './said';
import type { TaskKind } from './task-kind';

/** What somebody says that collection must wait for: the closed list. */
export const CASE_KINDS = [
  'dispute',
  'hardship',
  'vulnerability',
  'wrong_party',
  'deceased',
  'cease',
  'complaint',
  /** Of one of us, against the person. */
  'abuse',
  /** Of the person, against one of us. */
  'debtor_abuse',
] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

/** What stops: this account, the person at all creditors, this number, the person at this creditor. */
export const CASE_SCOPES = ['account', 'person', 'number', 'creditor'] as const;
export type CaseScope = (typeof CASE_SCOPES)[number];

export const DISPUTE_TYPES = ['not_mine', 'paid', 'wrong_amount', 'fraud', 'service'] as const;
export const HARDSHIP_TYPES = [
  'income_lost',
  'income_reduced',
  'over_indebted',
  'medical_cost',
  'other',
] as const;
export const VULNERABILITIES = [
  'job_loss',
  'illness',
  'death_in_family',
  'disaster',
  'mental_distress',
  'elderly',
] as const;
export type Vulnerability = (typeof VULNERABILITIES)[number];
export const ABUSE_CODES = ['insult', 'threat', 'sexual', 'discrimination', 'other'] as const;
export type AbuseCode = (typeof ABUSE_CODES)[number];
/** After so many warnings nobody has to listen to abuse any more. */
export const WARNINGS_NEEDED = 2;

export interface CaseRules {
  /** What its hold is called. A vulnerability's follows from its treatment. */
  readonly hold: HoldKind;
  /** What it may stop; the first unless another is named. */
  readonly scopes: readonly [CaseScope, ...CaseScope[]];
  /** Which ones there are; empty: it has none. */
  readonly types: readonly string[];
  /** Of health, need or blame: shown to few, and each look is kept. */
  readonly isRestricted: boolean;
  /** Who may decide it. */
  readonly decidedBy: readonly Role[];
  readonly decisions: readonly ('upheld' | 'rejected' | 'withdrawn')[];
  /** Its hold stands on when the person was right. */
  readonly staysWhenUpheld: boolean;
  /** The person is told what was decided. */
  readonly isAnswered: boolean;
  readonly task: TaskKind;
}

const TEAM: readonly Role[] = ['supervisor', 'manager', 'admin'];
const COMPLIANCE: readonly Role[] = ['manager', 'admin'];
const ANY = ['upheld', 'rejected', 'withdrawn'] as const;

const USUAL = {
  types: [],
  isRestricted: false,
  decidedBy: TEAM,
  decisions: ANY,
  staysWhenUpheld: true,
  isAnswered: false,
  task: 'case_answer',
} as const;

export const CASE_RULES: Readonly<Record<CaseKind, CaseRules>> = {
  dispute: {
    ...USUAL,
    hold: 'dispute',
    scopes: ['account', 'creditor', 'person'],
    types: DISPUTE_TYPES,
    staysWhenUpheld: false,
    isAnswered: true,
    task: 'dispute_answer',
  },
  hardship: {
    ...USUAL,
    hold: 'hardship',
    scopes: ['account', 'creditor', 'person'],
    types: HARDSHIP_TYPES,
    isRestricted: true,
    isAnswered: true,
  },
  vulnerability: {
    ...USUAL,
    hold: 'vulnerable',
    scopes: ['person', 'creditor'],
    types: VULNERABILITIES,
    isRestricted: true,
  },
  wrong_party: { ...USUAL, hold: 'wrong_number', scopes: ['number'] },
  deceased: { ...USUAL, hold: 'deceased', scopes: ['person'] },
  // nobody is talked out of it: only the person takes it back
  cease: {
    ...USUAL,
    hold: 'cease',
    scopes: ['person', 'creditor', 'account', 'number'],
    decisions: ['upheld', 'withdrawn'],
  },
  complaint: {
    ...USUAL,
    hold: 'complaint',
    scopes: ['account', 'creditor', 'person'],
    isRestricted: true,
    staysWhenUpheld: false,
    isAnswered: true,
  },
  abuse: {
    ...USUAL,
    hold: 'complaint',
    scopes: ['creditor', 'person'],
    types: ABUSE_CODES,
    isRestricted: true,
    decidedBy: COMPLIANCE,
    staysWhenUpheld: false,
    isAnswered: true,
  },
  debtor_abuse: {
    ...USUAL,
    hold: 'cool_down',
    scopes: ['creditor'],
    types: ABUSE_CODES,
    isRestricted: true,
    decidedBy: COMPLIANCE,
    staysWhenUpheld: false,
  },
};

/** What an agent may open about the person of the own talk. What is said of one of us goes to compliance. */
export const AGENT_CASE_KINDS = [
  'dispute',
  'hardship',
  'vulnerability',
  'wrong_party',
  'deceased',
  'cease',
  'complaint',
  'abuse',
] as const satisfies readonly CaseKind[];
export type AgentCaseKind = (typeof AGENT_CASE_KINDS)[number];

const CASE_OF_OUTCOME: Readonly<Partial<Record<OutcomeCode, CaseKind>>> = {
  RPC_DISPUTE: 'dispute',
  RPC_HARDSHIP: 'hardship',
  DECEASED: 'deceased',
  WRONG_PARTY: 'wrong_party',
  WRONG_NUMBER: 'wrong_party',
};

/** The case that an outcome opens; null: none. */
export function caseOfOutcome(code: OutcomeCode): CaseKind | null {
  return CASE_OF_OUTCOME[code] ?? null;
}

/**
 * What an agent sees of all that is restricted, whatever it is: that somebody needs care, and what to
 * do. One text for all, so that it betrays nothing.
 */
export const CARE_ADVICE: Said = {
  id: 'Perlakukan dengan hati-hati: dengarkan, jangan mendesak, jangan menanyakan alasannya, jangan meminta janji bayar. Tawarkan bicara dengan supervisor.',
  en: 'Treat with care: listen, do not press, do not ask for the reason, do not ask for a promise to pay. Offer to talk to a supervisor.',
};
