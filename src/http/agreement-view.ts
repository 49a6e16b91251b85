import { z } from 'zod';
import type { Agreement } from '../db/agreements';
import type { Approval } from '../db/agreement-approvals';
import { AGREEMENT_STATES } from '../domain/agreement';
import { APPROVAL_STATES } from '../domain/agreement-approval';
import { agreementTerms } from '../domain/agreement-terms';
import { AGREEMENT_KINDS, AUTHORITIES } from '../domain/option';
import { saidText } from './said-text';
import { currency, id, instant } from './schemas';

export const agreementAnswer = z.object({
  id,
  creditorId: id,
  accountId: id,
  attemptId: id.nullable(),
  offerId: id.nullable(),
  kind: z.enum(AGREEMENT_KINDS),
  version: z.number().int().describe('Made again, the account’s next agreement has the next one'),
  replacesId: id.nullable(),
  currency,
  terms: agreementTerms,
  policyVersion: z.number().int().describe('Of the collection policy that it stays under'),
  text: saidText.describe('As the person got it; never changed'),
  textHash: z.string().describe('SHA-256 of the Indonesian text, a line feed and the English one'),
  madeBy: z.string(),
  acceptedAt: instant,
  state: z.enum(AGREEMENT_STATES),
  stateSince: instant,
  stateReason: z.string(),
  activeAt: instant.nullable(),
  nextCheckAt: instant.nullable().describe('When time alone may change its state'),
});

export function agreementView(row: Agreement): z.output<typeof agreementAnswer> {
  const { textId, textEn, ...rest } = row;
  return { ...rest, text: { id: textId, en: textEn } };
}

export const approvalAnswer = z.object({
  id,
  creditorId: id,
  agreementId: id,
  accountId: id,
  attemptId: id.nullable(),
  agentId: id.nullable(),
  kind: z.enum(AGREEMENT_KINDS),
  needsRole: z.enum(AUTHORITIES).exclude(['agent']),
  state: z.enum(APPROVAL_STATES),
  askedBy: z.string(),
  askedAt: instant,
  limitAt: instant.describe('The person waits until then'),
  confirmBy: instant.nullable().describe('Late: by then the person was told to hear of us'),
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
  reason: z.string().nullable(),
  text: saidText.describe('What is to be approved'),
});

export function approvalView(row: Approval): z.output<typeof approvalAnswer> {
  const { textId, textEn, ...rest } = row;
  return { ...rest, text: { id: textId, en: textEn } };
}
