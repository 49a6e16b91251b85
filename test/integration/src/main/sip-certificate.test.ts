import { copyFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import { Registry } from 'prom-client';
import type { TlsMaterial } from '../../../../sip/embedded/transport/tls-identity';
import { readSipCertificate, watchSipCertificate } from '../../../../src/main/sip-certificate';
import { Cleanups } from '../../../support/cleanups';
import { eventually } from '../../../support/eventually';
import { TestCertificates, type CertificateFiles } from '../../../support/test-certificates';

const cleanups = new Cleanups();
let authority: TestCertificates;
let good: CertificateFiles;
let other: CertificateFiles;
beforeAll(async () => {
  authority = cleanups.add(await TestCertificates.open());
  [good, other] = await Promise.all([
    authority.issue(['DNS:sip.example']),
    authority.issue(['DNS:sip.example']),
  ]);
});
afterAll(() => cleanups.run());

const of = ({ certificateFile, keyFile }: CertificateFiles, trustedFile: string | null = null) => ({
  ...{ certificateFile, keyFile, trustedFile },
});

test('a certificate with its key and the carriers’ roots is read', async () => {
  expect(await readSipCertificate(of(good, authority.rootFile))).toMatchObject({
    ...{ certificate: good.certificate, key: good.key, trusted: authority.root },
  });
});

test('what cannot be used is told by variable, file and reason', async () => {
  const garbage = join(authority.folder, 'garbage.pem');
  await writeFile(garbage, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  const old = await authority.issue(['DNS:sip.example'], -1);
  const { certificateFile, keyFile } = good;
  const missing = join(authority.folder, 'nowhere.pem');
  const cases: [Partial<ReturnType<typeof of>>, string][] = [
    [{ certificateFile: missing }, `SANTUN_SIP_TLS_CERTIFICATE: ${missing} does not exist`],
    [
      { certificateFile: authority.folder },
      `SANTUN_SIP_TLS_CERTIFICATE: ${authority.folder} is a folder`,
    ],
    [
      { certificateFile: garbage },
      `SANTUN_SIP_TLS_CERTIFICATE: ${garbage} holds no certificate in PEM`,
    ],
    [of(old), `SANTUN_SIP_TLS_CERTIFICATE: ${old.certificateFile} expired on `],
    [{ keyFile: missing }, `SANTUN_SIP_TLS_KEY: ${missing} does not exist`],
    [{ keyFile: certificateFile }, `SANTUN_SIP_TLS_KEY: ${certificateFile} holds no key in PEM`],
    [
      { keyFile: other.keyFile },
      `SANTUN_SIP_TLS_KEY: ${other.keyFile} is not the key of ${certificateFile}`,
    ],
    [{ trustedFile: keyFile }, `SANTUN_SIP_TLS_CA: ${keyFile} holds no certificate in PEM`],
  ];
  for (const [change, message] of cases)
    await expect(readSipCertificate({ ...of(good), ...change })).rejects.toThrow(message);
  await expect(readSipCertificate(of(good), new Date(0))).rejects.toThrow('is valid from');
});

test('a renewed pair is handed on once both files hold it', async () => {
  const files = of({ ...good, certificateFile: join(authority.folder, 'live.crt') });
  const liveKey = join(authority.folder, 'live.key');
  await copyFile(good.certificateFile, files.certificateFile);
  await copyFile(good.keyFile, liveKey);
  const live = { ...files, keyFile: liveKey };
  const renewals: TlsMaterial[] = [];
  const lines: string[] = [];
  const registry = new Registry();
  const watch = watchSipCertificate({
    ...{ files: live, before: await readSipCertificate(live), registry, everyMs: 10 },
    renew: (material) => {
      renewals.push(material);
    },
    log: pino({ level: 'error' }, { write: (line: string) => void lines.push(line) }),
  });
  cleanups.add(watch);
  await replace(files.certificateFile, other.certificateFile);
  const told = await eventually('the half-written pair is told', 5_000, () => lines[0] ?? null, 10);
  expect(told).toContain('is not the key of');
  expect(renewals).toEqual([]);
  await replace(liveKey, other.keyFile);
  await eventually('the renewed pair', 5_000, () => renewals[0] ?? null, 10);
  await watch.stop();
  expect(renewals).toHaveLength(1);
  expect(renewals[0]).toMatchObject({ certificate: other.certificate, key: other.key });
  expect(lines).toHaveLength(1);
  expect(await registry.metrics()).toMatch(/santun_sip_certificate_valid_until_seconds \d{10}/);
});

/** In one step: a copy in place is there half before it is there whole. */
async function replace(file: string, by: string): Promise<void> {
  await copyFile(by, `${file}.new`);
  await rename(`${file}.new`, file);
}
