import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { recordAudit } from '../db/audit';
import { readAgreementDocument } from '../db/read/agreement-document';
import { agreementPdf } from '../proof/agreement-pdf';
import type { HttpContext } from './api';
import { actorOf } from './authenticate';
import { found } from './problem';

/** Answers an agreement as PDF, and keeps in the audit who has read it. @throws Problem `not_found` */
export async function sendAgreementDocument(
  { db }: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  agreementId: string,
): Promise<never> {
  const row = found(await readAgreementDocument(db, agreementId), 'agreement');
  const { creditorId, debtorId, ...facts } = row;
  const pdf = await agreementPdf(facts);
  const sha256 = createHash('sha256').update(pdf).digest('hex');
  await db.transaction((tx) =>
    recordAudit(tx, {
      ...{ creditorId, actor: actorOf(request), action: 'agreement.document_read' },
      ...{ subject: 'agreement', subjectId: facts.id, before: null, after: { debtorId, sha256 } },
      reason: null,
    }),
  );
  return reply
    .headers({
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="kesepakatan-${facts.id}.pdf"`,
    })
    .send(pdf);
}
