import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { recordAudit } from '../src/db/audit';
import type { Database } from '../src/db/database';
import type { EvidenceBundle } from '../src/domain/evidence-bundle';
import { renderEvidencePage } from '../src/domain/evidence-page';
import { exportSlice } from '../src/proof/export-slice';
import type { Signer } from '../src/proof/sign';
import type { SignedFile } from '../src/proof/slice-format';
import { gatherEvidence, type EvidenceRequest } from './gather-evidence';

/** For their owner's eyes: a person's calls, debts and promises. */
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

/**
 * Gathers the evidence of one person into a folder: `bundle.json`, the page `index.html` that says
 * the same, the document of each agreement, and `ledger.jsonl`, which can be verified offline and signs for the others. That it
 * was made, by whom and why is recorded before the first byte is written. Null: no such person.
 */
export async function makeEvidencePack(
  db: Database,
  signer: Signer,
  request: EvidenceRequest,
  folder: string,
): Promise<EvidenceBundle | null> {
  const gathered = await db.transaction(async (tx) => {
    await tx.query('set transaction isolation level repeatable read');
    const found = await gatherEvidence(tx, request);
    if (found === null) return null;
    const { summary, decisions } = found.bundle;
    const { scope, creditor, numbersShown, reason, madeBy } = request;
    await recordAudit(tx, {
      creditorId: creditor?.id ?? null,
      actor: madeBy,
      action: 'evidence.gathered',
      subject: 'debtor',
      subjectId: scope.debtorId,
      before: null,
      after: {
        from: scope.from.toISOString(),
        to: scope.to.toISOString(),
        numbersShown,
        attempts: summary.attempts,
        decisions: decisions.length,
        agreements: summary.agreements,
      },
      reason,
    });
    return found;
  });
  if (gathered === null) return null;
  const { bundle, documents } = gathered;
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const files: SignedFile[] = [];
  const write = async (name: string, content: string | Buffer): Promise<void> => {
    await writeFile(join(folder, name), content, { mode: PRIVATE_FILE });
    files.push({ name, sha256: createHash('sha256').update(content).digest('hex') });
  };
  await write('bundle.json', `${JSON.stringify(bundle, null, 1)}\n`);
  await write('index.html', renderEvidencePage(bundle));
  for (const [name, pdf] of documents) await write(name, pdf);
  const ids = [...bundle.decisions, ...bundle.audit].map(({ id }) => id);
  await pipeline(
    Readable.from(
      exportSlice(db, {
        ...{ ids, creditor: request.creditor, debtorId: request.scope.debtorId },
        ...{ files, signer, now: request.madeAt },
      }),
    ),
    createWriteStream(join(folder, 'ledger.jsonl'), { mode: PRIVATE_FILE }),
  );
  return bundle;
}
