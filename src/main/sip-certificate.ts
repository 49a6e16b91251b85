import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { Gauge, type Registry } from 'prom-client';
import type { TlsMaterial } from '../../sip/embedded/transport/tls-identity';
import type { SipTlsConfig } from '../config/parse-config';
import { repeat, type Repeating } from './repeat';

const LOOK_MS = 30_000;
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

type CertificateFiles = Pick<SipTlsConfig, 'certificateFile' | 'keyFile' | 'trustedFile'>;

/**
 * Reads certificate, key and roots, and looks whether they can be used.
 * @throws Error that names the variable, the file and what is wrong with it
 */
export async function readSipCertificate(
  files: CertificateFiles,
  now: Date = new Date(),
): Promise<TlsMaterial & { readonly validUntil: Date }> {
  const { certificateFile, keyFile, trustedFile } = files;
  const certificate = await readPem('SANTUN_SIP_TLS_CERTIFICATE', certificateFile);
  const [own] = certificatesOf('SANTUN_SIP_TLS_CERTIFICATE', certificateFile, certificate);
  const key = await readPem('SANTUN_SIP_TLS_KEY', keyFile);
  if (!own.checkPrivateKey(privateKey(keyFile, key)))
    throw fault('SANTUN_SIP_TLS_KEY', keyFile, `is not the key of ${certificateFile}`);
  const [from, until] = [new Date(own.validFrom), new Date(own.validTo)];
  if (until <= now)
    throw fault('SANTUN_SIP_TLS_CERTIFICATE', certificateFile, `expired on ${until.toISOString()}`);
  if (from > now)
    throw fault(
      'SANTUN_SIP_TLS_CERTIFICATE',
      certificateFile,
      `is valid from ${from.toISOString()} on`,
    );
  const trusted = trustedFile === null ? null : await readPem('SANTUN_SIP_TLS_CA', trustedFile);
  if (trusted !== null) certificatesOf('SANTUN_SIP_TLS_CA', trustedFile ?? '', trusted);
  return { certificate, key, trusted, validUntil: until };
}

/** Hands on what the files hold whenever it has changed and can be used; what cannot be is told. */
export function watchSipCertificate(options: {
  readonly files: CertificateFiles;
  readonly before: TlsMaterial & { readonly validUntil: Date };
  readonly renew: (material: TlsMaterial) => void;
  readonly log: Logger;
  readonly registry: Registry;
  /** {@link LOOK_MS}, shorter in tests. */
  readonly everyMs?: number;
}): Repeating {
  const { files, renew, log, registry } = options;
  const validUntil = new Gauge({
    name: 'santun_sip_certificate_valid_until_seconds',
    help: 'Until when the certificate of SIP over TLS is valid, Unix time',
    registers: [registry],
  });
  let current = options.before;
  let told = '';
  validUntil.set(current.validUntil.getTime() / 1_000);
  return repeat(
    options.everyMs ?? LOOK_MS,
    async () => {
      const next = await readSipCertificate(files);
      told = '';
      if (textOf(next) === textOf(current)) return;
      renew(next);
      current = next;
      validUntil.set(next.validUntil.getTime() / 1_000);
      log.info({ validUntil: next.validUntil }, 'certificate of SIP over TLS renewed');
    },
    (error) => {
      // certificate and key are written one after the other: the next look finds both
      const { message: reason } = error as Error;
      if (reason !== told) log.error({ reason }, 'certificate of SIP over TLS not read');
      told = reason;
    },
  );
}

const textOf = ({ certificate, key, trusted }: TlsMaterial): string =>
  [certificate, key, trusted ?? ''].join('\n');

const fault = (variable: string, file: string, what: string): Error =>
  new Error(`${variable}: ${file} ${what}`);

async function readPem(variable: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const why: Record<string, string> = {
      ENOENT: 'does not exist',
      EACCES: 'may not be read by this user',
      EISDIR: 'is a folder',
    };
    throw fault(variable, file, why[code] ?? `cannot be read (${code})`);
  }
}

function certificatesOf(
  variable: string,
  file: string,
  text: string,
): [X509Certificate, ...X509Certificate[]] {
  try {
    const [first, ...others] = text.match(PEM_CERTIFICATE) ?? [];
    if (first !== undefined)
      return [new X509Certificate(first), ...others.map((one) => new X509Certificate(one))];
  } catch {
    // the same as none
  }
  throw fault(variable, file, 'holds no certificate in PEM');
}

function privateKey(file: string, text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (error) {
    const isLocked = (error as NodeJS.ErrnoException).code === 'ERR_MISSING_PASSPHRASE';
    const what = isLocked ? 'needs a passphrase: keep it without one' : 'holds no key in PEM';
    throw fault('SANTUN_SIP_TLS_KEY', file, what);
  }
}
