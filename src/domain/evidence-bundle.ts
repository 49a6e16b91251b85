import type { EvidenceDealings } from './evidence-dealings';
import type { Said } from './said';

/**
 * The evidence pack of one person, as plain JSON: what is known of every attempt to call and of
 * every call that was not made, what each decision rests on, and what was agreed, paid and written
 * beside. Instants are ISO 8601 in UTC; money
 * is integer minor units as text. Numbers are masked unless `numbersShown`.
 */
export const EVIDENCE_FORMAT = 'santun-evidence/3';

export interface EvidenceBundle extends EvidenceDealings {
  readonly format: typeof EVIDENCE_FORMAT;
  readonly madeAt: string;
  readonly madeBy: string;
  readonly engine: string;
  readonly reason: string;
  /** `[from, to)` */
  readonly period: { readonly from: string; readonly to: string };
  /** Only what belongs to this creditor; null: all of them. */
  readonly creditor: EvidenceCreditor | null;
  readonly numbersShown: boolean;
  readonly person: EvidencePerson;
  readonly summary: EvidenceSummary;
  readonly accounts: readonly EvidenceAccount[];
  readonly attempts: readonly EvidenceAttempt[];
  /** Calls to another number of the person, that a talk was to be handed on to; oldest first. */
  readonly transfers: readonly EvidenceTransfer[];
  /** Every time the gate was asked about this person, permits and denials, oldest first. */
  readonly decisions: readonly EvidenceDecision[];
  readonly holds: readonly EvidenceHold[];
  readonly consents: readonly EvidenceConsent[];
  readonly preferences: readonly EvidencePreference[];
  /** Contacts that this program did not make itself. */
  readonly contacts: readonly EvidenceContact[];
  readonly audit: readonly EvidenceAudit[];
  /** Versions of rules that the decisions rest on. */
  readonly packs: readonly EvidencePack[];
  readonly keys: readonly EvidenceKey[];
}

export interface EvidenceCreditor {
  readonly id: string;
  readonly code: string;
  readonly name: string;
}

export interface EvidencePerson {
  readonly id: string;
  readonly name: string;
  readonly province: string | null;
  readonly statedZone: string | null;
  readonly language: string;
  readonly references: readonly { readonly creditor: string; readonly externalId: string }[];
  readonly phones: readonly EvidencePhone[];
}

export interface EvidencePhone {
  readonly id: string;
  readonly number: string;
  readonly owner: string;
  readonly line: string;
  readonly place: string;
  readonly status: string;
}

export interface EvidenceSummary {
  readonly attempts: number;
  /** Attempts of which an INVITE left, or may have left. */
  readonly counted: number;
  readonly connected: number;
  /** Calls to other numbers in a talk; no attempts, and counted beside them. */
  readonly transfers: number;
  readonly denials: number;
  readonly denialsByRule: readonly { readonly rule: string; readonly decisions: number }[];
  /** Most counted attempts and calls to other numbers in a talk, together, on one date in Jakarta. */
  readonly mostOnOneDay: { readonly date: string; readonly calls: number } | null;
  readonly signatures: { readonly valid: number; readonly invalid: number; readonly none: number };
  /** Decisions that are in the hash chain already; the newest may wait for the chainer. */
  readonly chained: number;
  readonly promises: number;
  readonly agreements: number;
  /** Payments that were not taken back. */
  readonly payments: number;
  /** Messages that left. */
  readonly messages: number;
  readonly cases: number;
}

export interface EvidenceAccount {
  readonly id: string;
  readonly creditor: string;
  readonly externalId: string;
  readonly product: string | null;
  readonly currency: string;
  readonly amountDueMinor: string;
  readonly dueDate: string;
  readonly status: string;
  readonly blockedReason: string | null;
}

export interface EvidenceAttempt {
  readonly id: string;
  readonly direction: 'out' | 'in';
  readonly creditor: string;
  /** Null, and the mode: the person called. */
  readonly campaign: string | null;
  readonly accountId: string;
  /** Null: the person called from a number that is none of theirs. */
  readonly phoneId: string | null;
  /** Null: withheld. */
  readonly number: string | null;
  readonly purpose: string;
  readonly mode: string | null;
  readonly agentId: string;
  readonly state: string;
  readonly result: string | null;
  readonly counted: boolean;
  readonly sipStatus: number | null;
  readonly endedBy: string | null;
  readonly overtimeMs: number | null;
  readonly createdAt: string;
  readonly dialedAt: string | null;
  readonly ringingAt: string | null;
  readonly answeredAt: string | null;
  readonly connectedAt: string | null;
  readonly endedAt: string | null;
  /** In the order of the looks: reserve, lease, invite. */
  readonly decisionIds: readonly string[];
  readonly changes: readonly {
    readonly at: string;
    readonly from: string | null;
    readonly to: string;
    readonly cause: string;
    readonly actor: string;
  }[];
  readonly outcome: EvidenceOutcome | null;
}

/** One call to another number, whatever trunks were tried; its looks are among the attempt's. */
export interface EvidenceTransfer {
  readonly id: string;
  /** The talk that was to be handed on. */
  readonly attemptId: string;
  readonly creditor: string;
  readonly accountId: string | null;
  /** The permit. */
  readonly decisionId: string;
  readonly phoneId: string;
  readonly number: string;
  readonly kind: string;
  readonly agentId: string;
  readonly state: string;
  readonly cause: string;
  readonly sipStatus: number | null;
  /** The first INVITE. */
  readonly invitedAt: string;
  readonly ringingAt: string | null;
  /** Somebody there talks: to the agent, or to the person. */
  readonly answeredAt: string | null;
  /** Null: was not left alone with the person. */
  readonly joinedAt: string | null;
  /** The call to the other number was over. */
  readonly endedAt: string | null;
}

export interface EvidenceOutcome {
  readonly code: string;
  readonly rootCause: string | null;
  readonly note: string | null;
  readonly callbackAt: string | null;
  readonly recordedBy: string;
  readonly recordedAt: string;
}

export interface EvidenceFailure {
  readonly rule: string;
  readonly cite: string;
  readonly force: string;
  readonly words: Said;
}

export interface EvidencePassed {
  readonly rule: string;
  readonly cite: string;
  readonly force: string;
}

export interface EvidenceDecision {
  readonly id: string;
  readonly at: string;
  readonly stage: string;
  readonly verdict: string;
  readonly deniedBy: string | null;
  readonly creditor: string;
  readonly campaign: string;
  readonly accountId: string;
  readonly phoneId: string | null;
  readonly attemptId: string | null;
  readonly localTimes: readonly string[];
  readonly nextAllowedAt: string | null;
  readonly expiresAt: string | null;
  readonly failing: readonly EvidenceFailure[];
  /** Key into `packs`, in stack order: `ID.OJK.POJK22@1`. */
  readonly packs: readonly string[];
  /** Rules of these packs that were in force and did not fail. */
  readonly passed: readonly EvidencePassed[];
  readonly proof: EvidenceProof;
  /** The decision record as kept: canonical JSON, the text that was signed. */
  readonly record: string;
}

export interface EvidenceProof {
  readonly signature: 'valid' | 'invalid' | 'none';
  /** Lower-case hex. */
  readonly recordSha256: string | null;
  readonly signatureHex: string | null;
  readonly keyId: string | null;
  readonly chain: string | null;
  readonly seq: string | null;
  readonly hash: string | null;
}

export interface EvidenceHold {
  readonly id: string;
  readonly kind: string;
  readonly reason: string;
  readonly scope: string;
  readonly evidence: string | null;
  readonly from: string;
  readonly to: string | null;
  readonly startsOn: string | null;
  readonly days: number | null;
  readonly placedBy: string;
  readonly placedAt: string;
  readonly liftedAt: string | null;
  readonly liftedBy: string | null;
  readonly liftReason: string | null;
}

export interface EvidenceConsent {
  readonly id: string;
  readonly kind: string;
  readonly creditor: string | null;
  readonly givenAt: string;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly windows: unknown;
  readonly includesHolidays: boolean;
  readonly evidence: string;
  readonly capturedBy: string;
  readonly withdrawnAt: string | null;
  readonly withdrawalReason: string | null;
}

export interface EvidencePreference {
  readonly id: string;
  readonly kind: string;
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
  readonly recordedBy: string;
  readonly recordedAt: string;
  readonly removedAt: string | null;
  readonly removalReason: string | null;
}

export interface EvidenceContact {
  readonly id: string;
  readonly at: string;
  readonly direction: string;
  readonly mode: string;
  readonly outcome: string;
  readonly number: string | null;
  readonly creditor: string | null;
  readonly note: string | null;
  readonly source: string;
  readonly recordedBy: string;
}

export interface EvidenceAudit {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly subjectId: string;
}

export interface EvidencePack {
  readonly key: string;
  readonly title: string | null;
  readonly sha256: string;
  readonly reviewed: boolean;
  readonly sources: readonly { readonly citation: string; readonly url: string | null }[];
}

export interface EvidenceKey {
  readonly id: string;
  /** Raw, in base64: what `santun ledger verify --key` takes. */
  readonly publicKey: string;
}
