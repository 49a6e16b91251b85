import type { AgreementTerms } from './agreement-terms';
import type { Said } from './said';

/*
 * What went on with a person beside the calls themselves: what they promised, agreed and paid, what was
 * written to them, what they complained about, and what was recorded. Instants are ISO 8601 in UTC,
 * money is integer minor units as text.
 */

export interface EvidenceDealings {
  /** Made before the end of the period, oldest first; instalments of agreements among them. */
  readonly promises: readonly EvidencePromise[];
  /** Accepted before the end of the period, oldest first, whatever became of them. */
  readonly agreements: readonly EvidenceAgreement[];
  /** Paid or told of in the period; taken back ones too. */
  readonly payments: readonly EvidencePayment[];
  /** Written or sent in the period; those that never left too, with why. */
  readonly messages: readonly EvidenceMessage[];
  /** Opened before the end of the period. */
  readonly cases: readonly EvidenceCase[];
  /** Of talks in the period; the audio itself is fetched by its id. */
  readonly recordings: readonly EvidenceRecording[];
}

export interface EvidencePromise {
  readonly id: string;
  readonly creditor: string;
  readonly accountId: string;
  /** Null: made outside a talk. */
  readonly attemptId: string | null;
  /** Null: a promise for itself; else `number` is its instalment. */
  readonly agreementId: string | null;
  readonly number: number;
  readonly amountMinor: string;
  readonly keptMinor: string;
  readonly currency: string;
  readonly dueDate: string;
  readonly method: string;
  readonly state: string;
  readonly createdAt: string;
  readonly decidedAt: string | null;
  readonly decidedReason: string | null;
  readonly changes: readonly {
    readonly at: string;
    readonly from: string | null;
    readonly to: string;
    readonly keptMinor: string;
    readonly reason: string;
    readonly actor: string;
  }[];
}

export interface EvidenceAgreement {
  readonly id: string;
  readonly creditor: string;
  readonly accountId: string;
  readonly attemptId: string | null;
  readonly kind: AgreementTerms['kind'];
  readonly version: number;
  readonly replacesId: string | null;
  readonly state: string;
  readonly stateSince: string;
  readonly stateReason: string;
  readonly acceptedAt: string;
  readonly activeAt: string | null;
  readonly brokenAt: string | null;
  readonly madeBy: string;
  readonly currency: string;
  readonly terms: AgreementTerms;
  /** In the order of the terms; none: a deferment. */
  readonly instalments: readonly EvidenceInstalment[];
  /** As the person got it. */
  readonly text: Said;
  /** SHA-256 of the Indonesian text, a line feed and the English one. */
  readonly textHash: string;
  /** The second person's word; null: nobody had to give one. */
  readonly approval: {
    readonly state: string;
    readonly needsRole: string;
    readonly askedBy: string;
    readonly askedAt: string;
    readonly decidedBy: string | null;
    readonly decidedAt: string | null;
    readonly reason: string | null;
  } | null;
  /** The agreement as PDF, beside the bundle, and the SHA-256 of its bytes. */
  readonly document: { readonly file: string; readonly sha256: string };
}

export interface EvidenceInstalment {
  readonly number: number;
  readonly dueDate: string;
  readonly amountMinor: string;
  /** The promise that it is; null, and what follows: the agreement never began. */
  readonly promiseId: string | null;
  readonly state: string | null;
  readonly keptMinor: string | null;
}

export interface EvidencePayment {
  readonly id: string;
  readonly creditor: string;
  readonly accountId: string;
  readonly provider: string;
  readonly providerPaymentId: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly method: string | null;
  readonly reference: string | null;
  readonly paidAt: string;
  readonly receivedAt: string;
  readonly reversedAt: string | null;
  readonly reversalReason: string | null;
}

export interface EvidenceMessage {
  readonly id: string;
  readonly creditor: string;
  readonly accountId: string;
  readonly kind: string;
  /** What it was about: a promise, an agreement, a case. */
  readonly subjectId: string;
  readonly text: Said;
  readonly state: string;
  /** The rule that put it off, or why it ended. */
  readonly cause: string | null;
  readonly queuedAt: string;
  readonly sendAt: string;
  readonly sentAt: string | null;
  /** Its handings-over to a gateway, the first one first. */
  readonly sends: readonly EvidenceMessageSend[];
}

export interface EvidenceMessageSend {
  readonly id: string;
  readonly channel: string;
  readonly number: string | null;
  readonly language: string;
  readonly state: string;
  readonly claimedAt: string;
  readonly receiptAt: string | null;
  readonly failure: string | null;
  readonly contactId: string;
}

export interface EvidenceCase {
  readonly id: string;
  readonly creditor: string;
  readonly accountId: string | null;
  readonly attemptId: string | null;
  readonly kind: string;
  readonly type: string | null;
  readonly scope: string;
  readonly state: string;
  readonly claim: string;
  readonly openedBy: string;
  readonly openedAt: string;
  readonly dueAt: string;
  readonly decidedAt: string | null;
  readonly decidedBy: string | null;
  readonly decisionReason: string | null;
  readonly remedy: string | null;
  readonly adjustMinor: string | null;
  readonly proofs: readonly {
    readonly kind: string;
    readonly body: string;
    readonly addedBy: string;
    readonly addedAt: string;
  }[];
}

export interface EvidenceRecording {
  readonly id: string;
  readonly creditor: string;
  readonly attemptId: string;
  readonly state: string;
  readonly startedAt: string | null;
  readonly durationMs: number | null;
  /** Of the WAV as it is played, lower-case hex; it stays when the audio is erased. */
  readonly sha256: string | null;
  readonly erasedAt: string | null;
  readonly eraseReason: string | null;
}
