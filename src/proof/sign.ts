import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

/** Signs texts with the installation's present key. */
export interface Signer {
  /** First 16 hex digits of the SHA-256 of the raw public key. */
  readonly keyId: string;
  /** Raw public key, 32 bytes (RFC 8032, 5.1.5). */
  readonly publicKey: Buffer;
  /** Ed25519 over the UTF-8 of the text, 64 bytes (RFC 8032, 5.1.6). */
  sign(text: string): Buffer;
}

/** Length of the raw key at the end of an Ed25519 key's SPKI form (RFC 8410, 4). */
const RAW_KEY_BYTES = 32;
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** @throws TypeError when the key is not an Ed25519 private key */
export function createSigner(privateKey: KeyObject): Signer {
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyType !== 'ed25519') {
    throw new TypeError('signing needs an Ed25519 private key');
  }
  const publicKey = createPublicKey(privateKey)
    .export({ type: 'spki', format: 'der' })
    .subarray(-RAW_KEY_BYTES);
  return {
    keyId: keyIdOf(publicKey),
    publicKey,
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey),
  };
}

/** The private key of a seed of 32 bytes (RFC 8032, 5.1.5). */
export function privateKeyOf(seed: Buffer): KeyObject {
  return createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, seed]),
    format: 'der',
    type: 'pkcs8',
  });
}

/** The name of a raw public key: first 16 hex digits of its SHA-256. */
export function keyIdOf(publicKey: Buffer): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, 16);
}

/** A raw public key of 32 bytes, ready to verify with. @throws Error when it is none */
export function publicKeyOf(raw: Buffer): KeyObject {
  if (raw.length !== RAW_KEY_BYTES) throw new Error('an Ed25519 public key has 32 bytes');
  return createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, raw]),
    format: 'der',
    type: 'spki',
  });
}

/** Whether `signature` is the key's over exactly this text; false for anything malformed. */
export function verifySignature(publicKey: KeyObject, text: string, signature: Buffer): boolean {
  return verify(null, Buffer.from(text, 'utf8'), publicKey, signature);
}
