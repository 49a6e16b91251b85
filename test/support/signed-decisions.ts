import { createHash, generateKeyPairSync } from 'node:crypto';
import type { Database, Queryable } from '../../src/db/database';
import { newId } from '../../src/db/new-id';
import { keepSigningKey } from '../../src/db/signing-keys';
import { canonicalJson } from '../../src/domain/canonical-json';
import { createSigner, type Signer } from '../../src/proof/sign';
import { eventually } from './eventually';
import { makeFloor } from './floor';

/** A key of its own, known to the database. */
export async function makeSigner(db: Queryable): Promise<Signer> {
  const signer = createSigner(generateKeyPairSync('ed25519').privateKey);
  await keepSigningKey(db, signer);
  return signer;
}

export interface DecisionSubject {
  readonly creditorId: string;
  readonly campaignId: string;
  readonly accountId: string;
  readonly debtorId: string;
}

/** Somebody with a debt to a creditor of their own, in a campaign of its own. */
export async function makeSubject(db: Database): Promise<DecisionSubject> {
  const floor = await makeFloor(db);
  const { creditorId, campaignId } = floor;
  const { debtorId, accountIds } = await floor.addDebtor();
  return { creditorId, campaignId, accountId: accountIds[0]!, debtorId };
}

/** Waits until what is written is settled: every transaction of the server counts, other tests' too. */
export async function settle(db: Queryable): Promise<void> {
  const { rows } = await db.query<{ written: string }>('select pg_current_xact_id() as written');
  await eventually('older transactions to end', 20_000, async () => {
    const { rowCount } = await db.query(
      'select 1 where pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8',
      [rows[0]!.written],
    );
    return rowCount === 0 ? null : true;
  });
}

/** One signed denial, as the gate writes it. @returns its id */
export async function insertSignedDecision(
  db: Queryable,
  signer: Signer,
  subject: DecisionSubject,
  at: Date,
): Promise<string> {
  const id = newId(at);
  const facts = canonicalJson({ person: subject.debtorId, at: at.toISOString() });
  const record = canonicalJson({
    ...subject,
    id,
    at: at.toISOString(),
    stage: 'reserve',
    verdict: 'deny',
    deniedBy: 'POJK22.hours',
    failing: [
      {
        ...{ rule: 'POJK22.hours', pack: 'ID.POJK22', version: 1, kind: 'window', force: 'law' },
        ...{ cite: 'art. 62(2)', zones: ['Asia/Jakarta'] },
        inputs: { windows: ['1,2,3,4,5,6 08:00-20:00'], localTime: 'Sat 2026-11-21 21:00:00' },
      },
    ],
    zones: ['Asia/Jakarta'],
    zoneSource: 'province',
    localTimes: ['Sat 2026-11-21 21:00:00'],
    phoneId: null,
    attemptId: null,
    nextAllowedAt: null,
    expiresAt: null,
    factsSha256: createHash('sha256').update(facts).digest('hex'),
  });
  await db.query(
    `insert into decision (id, at, stage, verdict, denied_by, record, facts, record_sha256, signature,
       key_id, creditor_id, campaign_id, account_id, debtor_id)
     values ($1, $2, 'reserve', 'deny', 'POJK22.hours', $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      id,
      at,
      record,
      facts,
      createHash('sha256').update(record).digest(),
      signer.sign(record),
      signer.keyId,
      subject.creditorId,
      subject.campaignId,
      subject.accountId,
      subject.debtorId,
    ],
  );
  return id;
}
