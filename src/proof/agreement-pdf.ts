import { agreementDocument, type AgreementDocumentFacts } from '../domain/agreement-document';
import { renderPdf } from './render-pdf';

/** The document of an agreement as PDF: the same facts are the same bytes. */
export function agreementPdf(facts: AgreementDocumentFacts): Promise<Buffer> {
  const title = { id: 'Kesepakatan pembayaran', en: 'Payment agreement' };
  return renderPdf({ title, subject: facts.id, at: facts.acceptedAt }, agreementDocument(facts));
}
