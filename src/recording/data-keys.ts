import { randomBytes } from 'node:crypto';
import type { Queryable } from '../db/database';
import { creditorRecordingKey, keepCreditorRecordingKey } from '../db/recordings';
import { seal, unseal } from '../db/sealed-secret';

/** A recording's key, as it is used and as it is kept. */
export interface DataKey {
  readonly dataKey: Buffer;
  readonly sealed: Buffer;
}

const KEY_BYTES = 32;

const creditorPurpose = (creditorId: string): string => `recording.creditor.${creditorId}`;
const dataPurpose = (recordingId: string): string => `recording.data.${recordingId}`;

/**
 * A new key for one recording, sealed with the creditor's key, which is made when it is the first,
 * and itself sealed with the installation's secret key.
 */
export async function newDataKey(
  db: Queryable,
  secretKey: Buffer,
  of: { readonly recordingId: string; readonly creditorId: string },
): Promise<DataKey> {
  const { creditorId, recordingId } = of;
  let sealedKey = await creditorRecordingKey(db, creditorId);
  if (sealedKey === null) {
    const made = randomBytes(KEY_BYTES).toString('base64');
    await keepCreditorRecordingKey(
      db,
      creditorId,
      seal(secretKey, creditorPurpose(creditorId), made),
    );
    // another process may have been faster
    sealedKey = await creditorRecordingKey(db, creditorId);
  }
  const creditorKey = keyOf(secretKey, creditorId, sealedKey);
  const dataKey = randomBytes(KEY_BYTES);
  const sealed = seal(creditorKey, dataPurpose(recordingId), dataKey.toString('base64'));
  return { dataKey, sealed };
}

/** @throws Error when the creditor's key is gone, or the secret key is another one */
export async function openDataKey(
  db: Queryable,
  secretKey: Buffer,
  of: { readonly recordingId: string; readonly creditorId: string; readonly sealed: Buffer },
): Promise<Buffer> {
  const { creditorId, recordingId, sealed } = of;
  const creditorKey = keyOf(secretKey, creditorId, await creditorRecordingKey(db, creditorId));
  return Buffer.from(unseal(creditorKey, dataPurpose(recordingId), sealed), 'base64');
}

function keyOf(secretKey: Buffer, creditorId: string, sealed: Buffer | null): Buffer {
  if (sealed === null) throw new Error(`creditor ${creditorId} has no key of recordings`);
  return Buffer.from(unseal(secretKey, creditorPurpose(creditorId), sealed), 'base64');
}
