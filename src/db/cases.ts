import { checkCase, scopeOf, type CaseEvidenceInput, type CaseInput } from '../domain/case-input';
import { CASE_RULES, type CaseKind, type CaseScope } from '../domain/case-kind';
import type { CaseState } from '../domain/case-state';
import type { ProtectionPolicy } from '../domain/collection-policy/protection';
import type { TaskAssignee } from '../domain/task-kind';
import { recordAudit } from './audit';
import { placeCaseHolds } from './case-holds';
import type { CaseOrigin, OpeningCase } from './case-opening';
import { readCollectionPolicy } from './collection-policies';
import type { Queryable, Transaction } from './database';
import { appendEvent } from './events';
import { findByOrigin, lockSubject, otherFact, refusedFact, type FactWrite } from './fact-write';
import { newId } from './new-id';
import { keepRecordingsOf } from './recording-holds';
import { addTask } from './tasks';
import { treatmentOf } from '../domain/treatment';
import { workingDayDeadline } from './working-day-deadline';

export interface CaseFile {
  readonly id: string;
  readonly creditorId: string;
  /** Null: a stranger, of whom the number alone is known. */
  readonly debtorId: string | null;
  readonly accountId: string | null;
  readonly e164: string | null;
  readonly attemptId: string | null;
  readonly kind: CaseKind;
  readonly type: string | null;
  readonly scope: CaseScope;
  readonly state: CaseState;
  readonly owner: TaskAssignee;
  readonly dueAt: Date;
  readonly overdueAt: Date | null;
  readonly reviewAt: Date | null;
  readonly contactGapDays: number | null;
  readonly claim: string;
  readonly source: string;
  readonly externalId: string | null;
  readonly openedBy: string;
  readonly openedAt: Date;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
  readonly decisionReason: string | null;
  readonly remedy: string | null;
  /** Integer minor units, as text. */
  readonly adjustMinor: string | null;
}

export const CASE_COLUMNS = `id, creditor_id as "creditorId", debtor_id as "debtorId",
  account_id as "accountId", e164, attempt_id as "attemptId", kind, type, scope, state, owner,
  due_at as "dueAt", overdue_at as "overdueAt", review_at as "reviewAt",
  contact_gap_days as "contactGapDays", claim, source, external_id as "externalId",
  opened_by as "openedBy", opened_at as "openedAt", decided_at as "decidedAt",
  decided_by as "decidedBy", decision_reason as "decisionReason", remedy,
  adjust_minor::text as "adjustMinor"`;

/**
 * Takes in what somebody said, with what must wait for it: from the commit on nothing leaves against
 * its hold, and what rings is let go. Somebody owns it, with a deadline in working days.
 */
export async function openCase(
  tx: Transaction,
  input: CaseInput,
  origin: CaseOrigin,
): Promise<FactWrite<CaseFile>> {
  const [problem] = checkCase(input);
  if (problem !== undefined) return { kind: 'refused', problem };
  const { debtorId: person = null, creditorId: answering = null } = input;
  const { accountId = null, number = null } = input;
  const named = { debtorId: person, accountId, number, creditorId: answering };
  const subject = await lockSubject(tx, named);
  if (subject.kind === 'refused') return subject;
  const { creditorId, debtorId, now } = subject;
  if (creditorId === null) return refusedFact('creditorId', 'is missing', 'who is to answer');
  const known = await findTold(tx, input, debtorId);
  if (known !== null) return known;
  const { policy } = await readCollectionPolicy(tx, creditorId);
  const opening = { ...input, id: newId(now), scope: scopeOf(input), creditorId, debtorId, now };
  const refused = await writeCase(tx, opening, policy.protection, origin);
  if (refused !== null) return refused;
  const opened = await findCase(tx, opening.id);
  if (opened === null) throw new Error('the new case is gone');
  return { kind: 'written', fact: opened };
}

/** What the source has told before; null: nothing. */
async function findTold(
  tx: Transaction,
  input: CaseInput,
  debtorId: string | null,
): Promise<FactWrite<CaseFile> | null> {
  const before = await findByOrigin<CaseFile>(tx, `select ${CASE_COLUMNS} from case_file`, input);
  if (before === null) return null;
  const isSame = before.kind === input.kind && before.debtorId === debtorId;
  return isSame ? { kind: 'repeated', fact: before } : otherFact('case');
}

async function writeCase(
  tx: Transaction,
  opening: OpeningCase,
  policy: ProtectionPolicy,
  origin: CaseOrigin,
): Promise<ReturnType<typeof refusedFact> | null> {
  const rules = CASE_RULES[opening.kind];
  const owner: TaskAssignee = rules.decidedBy.includes('supervisor')
    ? 'role:supervisor'
    : 'role:manager';
  const dueAt = await workingDayDeadline(tx, opening.now, policy.answerWorkingDays, policy);
  const gapDays =
    opening.kind === 'vulnerability'
      ? treatmentOf(opening.type ?? null, policy.vulnerability).contactGapDays
      : null;
  await insertCase(tx, opening, { owner, dueAt, gapDays, actor: origin.actor });
  const placed = await placeCaseHolds(tx, opening, policy, origin);
  if (placed !== null) return placed;
  for (const evidence of opening.evidence) {
    await addEvidence(tx, { caseId: opening.id, evidence, actor: origin.actor });
  }
  // what was said in the talk is the proof, for both sides
  if (opening.kind === 'abuse' || opening.kind === 'debtor_abuse') {
    await keepRecordingsOf(tx, opening.attemptId ?? null, `case ${opening.id}`, origin.actor);
  }
  const { id: subjectId, creditorId, debtorId, accountId = null, attemptId = null } = opening;
  const about = { creditorId, debtorId, accountId, attemptId, subjectId };
  await addTask(tx, { ...about, kind: rules.task, assignee: owner, dueAt });
  await tellCase(tx, opening, { what: 'opened', state: 'open', from: null, ...origin });
  return null;
}

async function insertCase(
  tx: Transaction,
  opening: OpeningCase,
  more: { owner: string; dueAt: Date; gapDays: number | null; actor: string },
): Promise<void> {
  await tx.query(
    `insert into case_file (id, creditor_id, debtor_id, account_id, e164, attempt_id, kind, type,
       scope, owner, due_at, contact_gap_days, claim, source, external_id, opened_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [
      opening.id,
      opening.creditorId,
      opening.debtorId,
      opening.accountId ?? null,
      opening.number ?? null,
      opening.attemptId ?? null,
      opening.kind,
      opening.type ?? null,
      opening.scope,
      more.owner,
      more.dueAt,
      more.gapDays,
      opening.claim,
      opening.source,
      opening.externalId ?? null,
      more.actor,
    ],
  );
}

/** Proof of a case, which stays as it was added. */
export async function addEvidence(
  tx: Transaction,
  input: {
    readonly caseId: string;
    readonly evidence: CaseEvidenceInput;
    readonly actor: string;
  },
): Promise<void> {
  const { caseId, evidence, actor } = input;
  await tx.query(
    `insert into case_evidence (case_id, kind, body, added_by) values ($1, $2, $3, $4)`,
    [caseId, evidence.kind, evidence.body, actor],
  );
}

/** Audit and event of a change. What was claimed stands in the case alone: it may tell of a person. */
export async function tellCase(
  tx: Transaction,
  file: Pick<CaseFile, 'id' | 'creditorId' | 'debtorId' | 'kind'> & {
    readonly accountId?: string | null | undefined;
  },
  change: {
    readonly what: 'opened' | 'changed' | 'decided';
    readonly from: CaseState | null;
    readonly state: CaseState;
    readonly actor: string;
    readonly reason?: string;
    readonly detail?: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const { what, from, state, actor, reason = null, detail = {} } = change;
  const { id, creditorId, debtorId, kind, accountId = null } = file;
  await recordAudit(tx, {
    ...{ creditorId, actor, action: `case.${what}`, subject: 'case', subjectId: id, reason },
    before: from === null ? null : { state: from },
    after: { kind, state, ...detail },
  });
  // a stream that many read says no more of what is restricted than that it is there
  const shown = CASE_RULES[kind].isRestricted ? 'restricted' : kind;
  await appendEvent(tx, {
    type: `case.${what}`,
    creditorId,
    payload: { caseId: id, debtorId, accountId, kind: shown, from, state },
  });
}

export async function findCase(db: Queryable, id: string): Promise<CaseFile | null> {
  const { rows } = await db.query<CaseFile>(`select ${CASE_COLUMNS} from case_file where id = $1`, [
    id,
  ]);
  return rows[0] ?? null;
}
