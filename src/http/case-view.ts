import { z } from 'zod';
import { CASE_KINDS, CASE_RULES, CASE_SCOPES } from '../domain/case-kind';
import { CASE_STATES } from '../domain/case-state';
import type { CaseFile } from '../db/cases';
import type { Role } from '../domain/role';
import { id, instant, minorUnits, showNumber, shownNumber } from './schemas';

export const caseSummary = z.object({
  id,
  creditorId: id,
  debtorId: id.nullable().describe('Null: a stranger, of whom the number alone is known'),
  accountId: id.nullable(),
  number: shownNumber.nullable(),
  attemptId: id.nullable(),
  kind: z.enum(CASE_KINDS),
  scope: z.enum(CASE_SCOPES).describe('What stops'),
  state: z.enum(CASE_STATES),
  isRestricted: z.boolean().describe('Its details are shown one by one, and each look is kept'),
  owner: z.string(),
  dueAt: instant.describe('To be answered by then'),
  overdueAt: instant.nullable(),
  reviewAt: instant.nullable(),
  openedBy: z.string(),
  openedAt: instant,
  decidedAt: instant.nullable(),
});

export const wholeCase = caseSummary.extend({
  type: z.string().nullable(),
  contactGapDays: z.number().int().nullable(),
  claim: z.string(),
  source: z.string(),
  externalId: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decisionReason: z.string().nullable(),
  remedy: z.string().nullable(),
  adjustMinor: minorUnits.nullable(),
});

export function summaryView(file: CaseFile, role: Role): z.output<typeof caseSummary> {
  const { e164, id: caseId, kind, scope, state, owner } = file;
  return {
    ...{ id: caseId, kind, scope, state, owner },
    ...{ creditorId: file.creditorId, debtorId: file.debtorId, accountId: file.accountId },
    number: e164 === null ? null : showNumber(e164, role),
    attemptId: file.attemptId,
    isRestricted: CASE_RULES[kind].isRestricted,
    ...{ dueAt: file.dueAt, overdueAt: file.overdueAt, reviewAt: file.reviewAt },
    ...{ openedBy: file.openedBy, openedAt: file.openedAt, decidedAt: file.decidedAt },
  };
}

export function wholeView(file: CaseFile, role: Role): z.output<typeof wholeCase> {
  return {
    ...summaryView(file, role),
    ...{ type: file.type, contactGapDays: file.contactGapDays, claim: file.claim },
    ...{ source: file.source, externalId: file.externalId, decidedBy: file.decidedBy },
    decisionReason: file.decisionReason,
    ...{ remedy: file.remedy, adjustMinor: file.adjustMinor },
  };
}
