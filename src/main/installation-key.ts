import { hkdfSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../config/parse-config';
import { createSigner, privateKeyOf, type Signer } from '../proof/sign';

/** The keys of an installation, all from its one secret unless configured apart. */
export interface InstallationKeys {
  /** 32 bytes; seals trunk passwords. */
  readonly secretKey: Buffer;
  /** 32 bytes; HMAC of national identity numbers. */
  readonly identityKey: Buffer;
  /** Signs decisions and the ledger. */
  readonly signer: Signer;
}

/** From the configured secret, or from the one kept in the data folder, made at the first start. */
export async function installationKeys(
  config: Pick<Config, 'secretKey' | 'signingSeed' | 'dataDir'>,
): Promise<InstallationKeys> {
  const secretKey = config.secretKey ?? (await keptKey(join(config.dataDir, 'secret.key')));
  const derived = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secretKey, '', purpose, 32));
  return {
    secretKey,
    identityKey: derived('santun identity'),
    signer: createSigner(privateKeyOf(config.signingSeed ?? derived('santun signing'))),
  };
}

async function keptKey(file: string): Promise<Buffer> {
  await mkdir(dirname(file), { recursive: true });
  try {
    // wx: of several starting at once, one writes; the others read
    await writeFile(file, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = Buffer.from(await readFile(file, 'utf8'), 'base64');
  if (key.length !== 32) throw new Error(`${file} does not hold 32 bytes in base64`);
  return key;
}
