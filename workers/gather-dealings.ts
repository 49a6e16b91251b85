import { createHash } from 'node:crypto';
import type { Queryable } from '../src/db/database';
import { readAgreementDocument } from '../src/db/read/agreement-document';
import type { EvidenceScope } from '../src/db/read/evidence';
import {
  listEvidenceAgreements,
  listEvidenceCases,
  listEvidenceMessages,
  listEvidencePayments,
  listEvidencePromises,
  listEvidenceRecordings,
  type EvidenceAgreementRow,
} from '../src/db/read/evidence-dealings';
import { paymentsOf } from '../src/domain/agreement-terms';
import type {
  EvidenceAgreement,
  EvidenceDealings,
  EvidenceInstalment,
  EvidencePromise,
} from '../src/domain/evidence-dealings';
import { agreementPdf } from '../src/proof/agreement-pdf';

/** The documents of agreements, by the names of their files in the pack. */
export type EvidenceDocuments = ReadonlyMap<string, Buffer>;

/** What was promised, agreed, paid, written and recorded with a person, and the documents of it. */
export async function gatherDealings(
  db: Queryable,
  scope: EvidenceScope,
  shown: (e164: string) => string,
): Promise<{ readonly dealings: EvidenceDealings; readonly documents: EvidenceDocuments }> {
  const promises = await listEvidencePromises(db, scope);
  const documents = new Map<string, Buffer>();
  const agreements: EvidenceAgreement[] = [];
  for (const row of await listEvidenceAgreements(db, scope)) {
    const file = `agreement-${row.id}.pdf`;
    const pdf = await documentOf(db, row);
    documents.set(file, pdf);
    const document = { file, sha256: createHash('sha256').update(pdf).digest('hex') };
    agreements.push({ ...row, instalments: instalmentsOf(row, promises), document });
  }
  const messages = (await listEvidenceMessages(db, scope)).map((message) => ({
    ...message,
    sends: message.sends.map(({ number, ...send }) => ({
      ...send,
      number: number === null ? null : shown(number),
    })),
  }));
  return {
    dealings: {
      promises,
      agreements,
      payments: await listEvidencePayments(db, scope),
      messages,
      cases: await listEvidenceCases(db, scope),
      recordings: await listEvidenceRecordings(db, scope),
    },
    documents,
  };
}

async function documentOf(db: Queryable, { id }: EvidenceAgreementRow): Promise<Buffer> {
  const row = await readAgreementDocument(db, id);
  if (row === null) throw new Error(`agreement ${id} is gone`);
  const { creditorId: _creditor, debtorId: _debtor, ...facts } = row;
  return agreementPdf(facts);
}

/** Each payment of the terms with the newest promise that it became. */
function instalmentsOf(
  { id, terms }: EvidenceAgreementRow,
  promises: readonly EvidencePromise[],
): EvidenceInstalment[] {
  return paymentsOf(terms).map(({ number, dueDate, amountMinor }) => {
    const promise = promises.findLast((one) => one.agreementId === id && one.number === number);
    return {
      ...{ number, dueDate, amountMinor, promiseId: promise?.id ?? null },
      ...{ state: promise?.state ?? null, keptMinor: promise?.keptMinor ?? null },
    };
  });
}
