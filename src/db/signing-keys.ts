import type { Queryable } from './database';

/** The public half of a key that signs, or signed. */
export interface SigningKey {
  /** First 16 hex digits of the SHA-256 of the raw public key. */
  readonly id: string;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Buffer;
  /** When a process first started with it. */
  readonly createdAt: Date;
}

/**
 * Keeps the public half of the present key, before anything is signed with it: what it signed
 * stays verifiable after the key is changed.
 */
export async function keepSigningKey(
  db: Queryable,
  key: { readonly keyId: string; readonly publicKey: Buffer },
): Promise<void> {
  await db.query(
    'insert into signing_key (id, public_key) values ($1, $2) on conflict (id) do nothing',
    [key.keyId, key.publicKey],
  );
}

/** Every key that ever signed here, oldest first. */
export async function listSigningKeys(db: Queryable): Promise<SigningKey[]> {
  const { rows } = await db.query<SigningKey>(
    `select id, public_key as "publicKey", created_at as "createdAt"
     from signing_key order by created_at, id`,
  );
  return rows;
}
