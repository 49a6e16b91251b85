import { verify, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Database, Transaction } from '../src/db/database';
import {
  insertEntries,
  lockLedger,
  readHeads,
  readWaiting,
  removeWaiting,
  type WaitingRow,
} from '../src/db/ledger';
import { listSigningKeys } from '../src/db/signing-keys';
import { appendEntries, type Recorded } from '../src/proof/append-entries';
import { chainOf } from '../src/proof/ledger-entry';
import { publicKeyOf } from '../src/proof/sign';

const BATCH = 500;

export interface ChainingReport {
  readonly chained: number;
  /** Ids of decisions whose signature is missing or does not hold: somebody else wrote them. */
  readonly flawed: string[];
  /** Ids of rows that were deleted before they were chained. */
  readonly vanished: string[];
  /** Nothing that is settled waits any more, or another process is at it. */
  readonly caughtUp: boolean;
}

/** Public keys by id: read again only when a new one turns up. */
export type KeyCache = Map<string, KeyObject>;

/**
 * Puts the next batch of settled decisions and changes into their chains, in the order of the
 * transactions that wrote them, in one transaction. One process at a time; the others find the
 * lock taken and do nothing. The dialing never waits for it: it locks no row that dialing reads.
 */
export async function chainBatch(
  db: Database,
  options: { readonly keys: KeyCache; readonly now: Date; readonly batch?: number },
): Promise<ChainingReport> {
  const batch = options.batch ?? BATCH;
  return db.transaction(async (tx) => {
    if (!(await lockLedger(tx))) {
      return { chained: 0, flawed: [], vanished: [], caughtUp: true };
    }
    const waiting = await readWaiting(tx, batch);
    const present = waiting.filter(hasRecord);
    const records = await checkSignatures(tx, present, options.keys);
    const chains = new Set(records.map(({ creditorId }) => chainOf(creditorId)));
    const heads = await readHeads(tx, [...chains]);
    await insertEntries(tx, appendEntries(records, heads, options.now));
    await removeWaiting(tx, waiting);
    return {
      chained: records.length,
      flawed: records.filter((row) => row.signatureValid === false).map(({ id }) => id),
      vanished: waiting.filter((row) => !hasRecord(row)).map(({ id }) => id),
      caughtUp: waiting.length < batch,
    };
  });
}

type PresentRow = WaitingRow & { readonly record: string };

function hasRecord(row: WaitingRow): row is PresentRow {
  return row.record !== null;
}

/** In the thread pool: a batch would hold up the calls of this process for as long as it takes. */
const verifyInPool = promisify(
  (
    key: KeyObject,
    text: string,
    signature: Buffer,
    done: (e: Error | null, ok: boolean) => void,
  ) => {
    verify(null, Buffer.from(text, 'utf8'), key, signature, done);
  },
);

/** Checked here, so that a signed root vouches for every signature below it. */
async function checkSignatures(
  tx: Transaction,
  rows: readonly PresentRow[],
  keys: KeyCache,
): Promise<Recorded[]> {
  if (rows.some(({ keyId }) => keyId !== null && !keys.has(keyId))) {
    for (const { id, publicKey } of await listSigningKeys(tx)) keys.set(id, publicKeyOf(publicKey));
  }
  return Promise.all(
    rows.map(async (row) => {
      const { id, kind, creditorId, at, record, keyId, signature } = row;
      const signed = keyId === null || signature === null ? null : { keyId, signature };
      const key = keys.get(keyId ?? '');
      const valid =
        signed !== null && key !== undefined && (await verifyInPool(key, record, signed.signature));
      const signatureValid = kind === 'audit' ? null : valid;
      return { id, kind, creditorId, at, record, signed, signatureValid };
    }),
  );
}
