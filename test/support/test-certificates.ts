import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface CertificateFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A certificate authority of one test, in a folder of its own. */
export class TestCertificates {
  private made = 0;

  private constructor(
    readonly folder: string,
    /** PEM of the root. */
    readonly root: string,
  ) {}

  static async open(): Promise<TestCertificates> {
    const folder = await mkdtemp(join(tmpdir(), 'santun-tls-'));
    const [key, file] = [join(folder, 'ca.key'), join(folder, 'ca.crt')];
    const subject = ['-subj', '/CN=Test root', '-days', '2'];
    await run('openssl', ['req', '-x509', ...KEY, '-keyout', key, '-out', file, ...subject]);
    return new TestCertificates(folder, await readFile(file, 'utf8'));
  }

  get rootFile(): string {
    return join(this.folder, 'ca.crt');
  }

  /**
   * @param names as subjectAltName has them: `DNS:sip.example`, `IP:127.0.0.1`; empty: none
   * @param days -1: it expired yesterday
   */
  async issue(names: readonly string[], days = 2, commonName = 'test'): Promise<CertificateFiles> {
    const base = join(this.folder, `certificate-${++this.made}`);
    const [keyFile, certificateFile, request] = [`${base}.key`, `${base}.crt`, `${base}.csr`];
    await run('openssl', [
      ...['req', '-new', ...KEY, '-keyout', keyFile, '-out', request],
      ...['-subj', `/CN=${commonName}`],
      ...(names.length === 0 ? [] : ['-addext', `subjectAltName=${names.join(',')}`]),
    ]);
    await run('openssl', [
      ...['x509', '-req', '-in', request, '-out', certificateFile, '-days', String(days)],
      ...['-CA', this.rootFile, '-CAkey', join(this.folder, 'ca.key')],
      // a file of serials would be written by two at once
      ...['-set_serial', `0x${randomBytes(8).toString('hex')}`],
      '-copy_extensions=copyall',
    ]);
    const [certificate, key] = await Promise.all([
      readFile(certificateFile, 'utf8'),
      readFile(keyFile, 'utf8'),
    ]);
    return { certificateFile, keyFile, certificate, key };
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
