import { readFileSync } from 'node:fs';
import { renderEnvExample } from '../../../../src/config/env-example';
import { VARIABLE_NAMES } from '../../../../src/config/environment-schema';
import { parseConfig } from '../../../../src/config/parse-config';

const file = readFileSync('.env.example', 'utf8');
const lines = [...file.matchAll(/^# ([A-Z0-9_]+)=(.*)$/gm)].map(([, name, value]) => ({
  name: name ?? '',
  value: value ?? '',
}));

test('.env.example is what the schema gives', () => {
  expect(file).toBe(renderEnvExample());
});

test('.env.example names every variable once and no other', () => {
  expect(lines.map((line) => line.name).sort()).toEqual([...VARIABLE_NAMES].sort());
});

test('the values that .env.example shows for unset variables are the defaults', () => {
  const withoutDefault = [
    ...['DATABASE_URL', 'REDIS_URL', 'DRACHTIO_URL', 'SANTUN_SECRET_KEY', 'SANTUN_RTPENGINES'],
    ...['BUCKET', 'ENDPOINT', 'PATH_STYLE', 'ACCESS_KEY_ID', 'SECRET_ACCESS_KEY'].map(
      (name) => `SANTUN_RECORDING_S3_${name}`,
    ),
    ...['CERTIFICATE', 'KEY', 'CA'].map((name) => `SANTUN_SIP_TLS_${name}`),
    ...['SANTUN_SIP_WSS_PORT', 'SANTUN_SOFTPHONE_WS_URLS', 'SANTUN_OUTBOUND_ALLOW'],
    ...['SANTUN_RECORDING_SPOOL', 'SANTUN_RECORDING_DIR'],
    ...['SANTUN_TURN_URLS', 'SANTUN_TURN_SECRET'],
  ];
  const shown = lines.filter((line) => !withoutDefault.includes(line.name));
  const env = Object.fromEntries(shown.map((line) => [line.name, line.value]));
  expect(parseConfig(env)).toEqual(parseConfig({}));
});

test('every example is accepted', () => {
  const env = Object.fromEntries(lines.map((line) => [line.name, line.value]));
  const config = parseConfig({
    ...env,
    SANTUN_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    // it has none, and recordings are kept in one place
    SANTUN_RECORDING_S3_SECRET_ACCESS_KEY: 'x'.repeat(40),
    SANTUN_RECORDING_DIR: '',
  });
  expect(config.signalling).toMatchObject({ kind: 'drachtio', port: 9022, secret: 'secret' });
});
