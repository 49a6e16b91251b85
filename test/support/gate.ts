import { createHash } from 'node:crypto';
import { createGate, type Gate } from '../../dialer/create-gate';
import type { Database } from '../../src/db/database';
import { canonicalJson } from '../../src/domain/canonical-json';
import { keepSigningKey } from '../../src/db/signing-keys';
import { createSigner, privateKeyOf } from '../../src/proof/sign';
import { alterKept } from './alter-kept';

/** The key that signs in tests; a floor keeps its public half. */
export const TEST_SIGNER = createSigner(privateKeyOf(Buffer.alloc(32, 1)));

export const keepTestKey = (db: Database): Promise<void> => keepSigningKey(db, TEST_SIGNER);

const gates = new WeakMap<Database, Gate>();

/** The gate as the program makes it, with the key of the tests; one a database. */
export function makeGate(db: Database): Gate {
  const made = gates.get(db) ?? createGate({ db, signer: TEST_SIGNER, engine: 'test' });
  gates.set(db, made);
  return made;
}

/**
 * Makes the permit of a reserved attempt run out, as time would: signed anew, all of it agrees.
 * @param inMs from now
 */
export async function expirePermit(db: Database, attemptId: string, inMs = -1_000): Promise<void> {
  const { rows } = await db.query<{ id: string; record: string }>(
    'select d.id, d.record from decision d join attempt a on a.decision_id = d.id where a.id = $1',
    [attemptId],
  );
  const [decision] = rows;
  if (decision === undefined) throw new Error('no permit');
  const expiresAt = new Date(Date.now() + inMs);
  const signed = JSON.parse(decision.record) as object;
  const record = canonicalJson({ ...signed, expiresAt: expiresAt.toISOString() });
  await alterKept(
    db,
    `update decision set record = $2, record_sha256 = $3, signature = $4, expires_at = $5
     where id = $1`,
    [
      decision.id,
      record,
      createHash('sha256').update(record).digest(),
      TEST_SIGNER.sign(record),
      expiresAt,
    ],
  );
}
