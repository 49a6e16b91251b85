import fc from 'fast-check';
import { ConfigError } from '../../../../src/config/config-error';
import { VARIABLE_NAMES } from '../../../../src/config/environment-schema';
import { parseConfig } from '../../../../src/config/parse-config';

const KEY = Buffer.alloc(32, 7).toString('base64');
const DATABASE = 'postgres://santun:hunter2@db.example:5432/santun';

function problemsOf(env: Record<string, string | undefined>): ConfigError['problems'] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('an empty environment is the embedded one', () => {
  expect(parseConfig({})).toEqual({
    roles: ['api', 'scheduler', 'sip', 'workers'],
    database: { kind: 'embedded' },
    queue: { kind: 'postgres' },
    signalling: {
      ...{ kind: 'embedded', host: '127.0.0.1', sipPort: 5060, wsPort: 5062 },
      tls: null,
    },
    mediaEngines: [],
    mediaTimeoutMs: 30_000,
    recording: {
      ...{ policy: 'all', spool: null, spoolLimitBytes: 20_000_000_000 },
      store: { kind: 'folder', folder: '.data/recordings' },
    },
    http: { host: '127.0.0.1', port: 8080 },
    dataDir: '.data',
    databasePoolSize: 10,
    logLevel: 'info',
    realm: 'santun',
    secretKey: null,
    signingSeed: null,
    softphoneWsUrls: [],
    outboundAllow: [],
    turn: null,
    drainTimeoutMs: 300_000,
  });
});

test('a production environment', () => {
  const config = parseConfig({
    DATABASE_URL: DATABASE,
    REDIS_URL: 'rediss://:p%40ss@redis.example:6380',
    DRACHTIO_URL: 'drachtio://s%2Fcret@[::1]:9023',
    SANTUN_ROLES: 'sip, api',
    SANTUN_SECRET_KEY: KEY,
  });
  expect(config.roles).toEqual(['api', 'sip']);
  expect(config.database).toEqual({ kind: 'external', url: DATABASE });
  expect(config.queue).toEqual({ kind: 'redis', url: 'rediss://:p%40ss@redis.example:6380' });
  expect(config.signalling).toEqual({
    kind: 'drachtio',
    host: '::1',
    port: 9023,
    secret: 's/cret',
  });
  expect(config.secretKey).toEqual(Buffer.alloc(32, 7));
});

test('an empty variable counts as unset', () => {
  const empty = Object.fromEntries(VARIABLE_NAMES.map((name) => [name, '']));
  expect(parseConfig(empty)).toEqual(parseConfig({}));
});

test('variables of others are nobody’s business', () => {
  expect(parseConfig({ PATH: '/bin', npm_config_yes: 'false', SANTUNX: '1' })).toEqual(
    parseConfig({}),
  );
});

test('every problem is reported at once, by name, with what would be accepted', () => {
  const problems = problemsOf({
    DATABASE_URL: 'mysql://db.example/santun',
    SANTUN_HTTP_PORT: '80a',
    SANTUN_LOG_LEVEL: 'verbose',
    SANTUN_SIP_HOST: '0.0.0.0',
    SANTUN_HTP_HOST: '127.0.0.1',
  });
  expect(problems.map((problem) => problem.variable)).toEqual([
    'DATABASE_URL',
    'SANTUN_HTTP_PORT',
    'SANTUN_SIP_HOST',
    'SANTUN_LOG_LEVEL',
    'SANTUN_SECRET_KEY',
    'SANTUN_HTP_HOST',
  ]);
  expect(problems[1]).toEqual({
    variable: 'SANTUN_HTTP_PORT',
    reason: '"80a" is not a port',
    accepted: 'a whole number from 0 to 65535; 0 takes any free port',
  });
});

test('relays need their secret, and the secret relays', () => {
  const urls = 'turns:turn.example.com:443?transport=tcp, turn:10.0.0.9';
  const secret = 'rahasia-contoh-saja';
  expect(parseConfig({ SANTUN_TURN_URLS: urls, SANTUN_TURN_SECRET: secret }).turn).toEqual({
    urls: ['turns:turn.example.com:443?transport=tcp', 'turn:10.0.0.9'],
    secret,
  });
  const variables = (given: Record<string, string>): string[] =>
    problemsOf(given).map(({ variable }) => variable);
  expect(variables({ SANTUN_TURN_URLS: urls })).toEqual(['SANTUN_TURN_SECRET']);
  expect(variables({ SANTUN_TURN_SECRET: secret })).toEqual(['SANTUN_TURN_URLS']);
  expect(variables({ SANTUN_TURN_URLS: 'turn.example.com', SANTUN_TURN_SECRET: secret })).toEqual([
    'SANTUN_TURN_URLS',
  ]);
});

test('the message has one line a problem', () => {
  const error = new ConfigError(problemsOf({ SANTUN_HTTP_PORT: '-1', SANTUN_ROLES: 'sipp' }));
  expect(error.message.split('\n')).toEqual([
    'The configuration has 2 problems:',
    '  SANTUN_ROLES: "sipp" has no role "sipp". Accepted: all, or of api, scheduler, sip, workers one or more with commas between.',
    '  SANTUN_HTTP_PORT: "-1" is not a port. Accepted: a whole number from 0 to 65535; 0 takes any free port.',
  ]);
});

test.each([
  ['DATABASE_URL', 'postgres://santun:hunter2@/santun'],
  ['DATABASE_URL', 'postgres://santun:hunter2@db.example'],
  ['REDIS_URL', 'http://:hunter2@redis.example'],
  ['DRACHTIO_URL', 'drachtio://user:hunter2@sip.example'],
  ['DRACHTIO_URL', 'drachtio://hunter2%E0@sip.example'],
  ['SANTUN_SECRET_KEY', 'hunter2'],
])('%s refuses %s and does not repeat it', (variable, value) => {
  const problems = problemsOf({ SANTUN_SECRET_KEY: KEY, [variable]: value });
  expect(problems.map((problem) => problem.variable)).toEqual([variable]);
  expect(JSON.stringify(problems)).not.toContain('hunter2');
});

test.each([
  ['SANTUN_HTTP_PORT', '65536'],
  ['SANTUN_HTTP_PORT', '0x50'],
  ['SANTUN_HTTP_PORT', ' 80'],
  ['SANTUN_HTTP_PORT', '8e3'],
  ['SANTUN_HTTP_PORT', 'false'],
  ['SANTUN_DATABASE_POOL', '1'],
  ['SANTUN_DRAIN_TIMEOUT_MS', '3600001'],
  ['SANTUN_DRAIN_TIMEOUT_MS', '1.5'],
  ['SANTUN_SIP_HOST', 'sip.example'],
  ['SANTUN_SIP_REALM', 'two words'],
  ['SANTUN_HTTP_HOST', 'http://127.0.0.1'],
  ['SANTUN_ROLES', 'api,,sip'],
  ['DRACHTIO_URL', 'drachtio://sip.example:9022'],
  ['REDIS_URL', '127.0.0.1:6379'],
  ['SANTUN_SECRET_KEY', Buffer.alloc(31).toString('base64')],
])('%s does not accept "%s"', (variable, value) => {
  const env = { DATABASE_URL: DATABASE, SANTUN_SECRET_KEY: KEY, [variable]: value };
  expect(problemsOf(env).map((problem) => problem.variable)).toEqual([variable]);
});

const TLS = { SANTUN_SIP_TLS_CERTIFICATE: 'sip.crt', SANTUN_SIP_TLS_KEY: 'sip.key' };

describe('variables that do not go together', () => {
  test.each([
    [{ SANTUN_SIP_TLS_CERTIFICATE: 'sip.crt' }, ['SANTUN_SIP_TLS_KEY']],
    [{ SANTUN_SIP_TLS_KEY: 'sip.key' }, ['SANTUN_SIP_TLS_KEY']],
    [
      { SANTUN_SIP_TLS_CA: 'ca.crt', SANTUN_SIP_WSS_PORT: '5063' },
      ['SANTUN_SIP_TLS_CA', 'SANTUN_SIP_WSS_PORT'],
    ],
    [{ ...TLS, SANTUN_SIP_TLS_PORT: '5060' }, ['SANTUN_SIP_TLS_PORT']],
    [{ ...TLS, SANTUN_SIP_WSS_PORT: '5061' }, ['SANTUN_SIP_WSS_PORT']],
  ])('TLS by halves, or on a port of others: %j', (env, variables) => {
    expect(problemsOf(env).map(({ variable }) => variable)).toEqual(variables);
  });

  test('TLS has a port of its own, and none for WebSockets unless one is named', () => {
    expect(parseConfig(TLS).signalling).toMatchObject({
      tls: {
        ...{ certificateFile: 'sip.crt', keyFile: 'sip.key', trustedFile: null },
        ...{ port: 5061, wssPort: null },
      },
    });
  });

  const S3 = {
    SANTUN_RECORDING_S3_BUCKET: 'recordings',
    SANTUN_RECORDING_S3_ACCESS_KEY_ID: 'santun',
    SANTUN_RECORDING_S3_SECRET_ACCESS_KEY: 'hunter2hunter2',
  };

  test('recordings go to a bucket, whose service needs a whole key', () => {
    const endpoint = { SANTUN_RECORDING_S3_ENDPOINT: 'http://127.0.0.1:9000' };
    expect(parseConfig({ ...S3, ...endpoint }).recording.store).toEqual({
      ...{ kind: 's3', bucket: 'recordings', endpoint: 'http://127.0.0.1:9000' },
      ...{ region: 'us-east-1', pathStyle: true },
      ...{ accessKeyId: 'santun', secretAccessKey: 'hunter2hunter2' },
    });
    expect(parseConfig(S3).recording.store).toMatchObject({ endpoint: null, pathStyle: false });
    expect(problemsOf({ ...endpoint, SANTUN_RECORDING_S3_BUCKET: 'recordings' })).toEqual(
      ['ACCESS_KEY_ID', 'SECRET_ACCESS_KEY'].map((name) => ({
        ...{ variable: `SANTUN_RECORDING_S3_${name}`, accepted: expect.any(String) as string },
        reason: 'is missing, and SANTUN_RECORDING_S3_BUCKET is set',
      })),
    );
    const other = { SANTUN_RECORDING_DIR: '/var/lib', ...endpoint, ...S3 };
    expect(problemsOf(other)).toMatchObject([{ variable: 'SANTUN_RECORDING_DIR' }]);
    for (const url of ['ftp://s3', 'http://a:hunter2@s3.example', 's3.example:9000'])
      expect(problemsOf({ ...S3, SANTUN_RECORDING_S3_ENDPOINT: url })).toMatchObject([
        { variable: 'SANTUN_RECORDING_S3_ENDPOINT' },
      ]);
  });

  test('a role on its own needs the database that the others use', () => {
    const [problem, ...rest] = problemsOf({ SANTUN_ROLES: 'scheduler' });
    expect(rest).toEqual([]);
    expect(problem?.variable).toBe('DATABASE_URL');
    expect(problem?.reason).toContain('SANTUN_ROLES is "scheduler"');
  });

  test('all roles by name are all roles', () => {
    expect(parseConfig({ SANTUN_ROLES: 'workers,sip,scheduler,api' })).toEqual(parseConfig({}));
  });

  test('a database of its own needs a key that lives as long', () => {
    expect(problemsOf({ DATABASE_URL: DATABASE }).map((p) => p.variable)).toEqual([
      'SANTUN_SECRET_KEY',
    ]);
  });

  test('two listeners on one port', () => {
    expect(
      problemsOf({ SANTUN_HTTP_PORT: '5060', SANTUN_SIP_WS_PORT: '05060' }).map((p) => [
        p.variable,
        p.reason,
      ]),
    ).toEqual([
      ['SANTUN_SIP_PORT', '"5060" is taken by SANTUN_HTTP_PORT'],
      ['SANTUN_SIP_WS_PORT', '"5060" is taken by SANTUN_HTTP_PORT'],
    ]);
  });

  test('any free port may be asked for more than once', () => {
    const env = { SANTUN_HTTP_PORT: '0', SANTUN_SIP_PORT: '0', SANTUN_SIP_WS_PORT: '0' };
    expect(problemsOf(env)).toEqual([]);
  });

  test('the ports of the embedded signalling are free when it does not run', () => {
    const env = { DRACHTIO_URL: 'drachtio://s@127.0.0.1', SANTUN_HTTP_PORT: '5060' };
    expect(problemsOf(env)).toEqual([]);
  });
});

test.each([
  ['SANTUN_HTTP_PROT', 'SANTUN_HTTP_PORT'],
  ['SANTUN_LOGLEVEL', 'SANTUN_LOG_LEVEL'],
  ['SANTUN_DATABASE_URL', 'DATABASE_URL'],
])('%s is a typing error: %s was meant', (variable, meant) => {
  expect(problemsOf({ [variable]: '1' })).toEqual([
    { variable, reason: 'is not a variable of this program', accepted: meant },
  ]);
});

test('a name that is like none gets the list', () => {
  expect(problemsOf({ SANTUN_X: '1' })[0]?.accepted).toContain('SANTUN_DATA_DIR');
});

test('whatever the environment holds, the answer is a Config or a ConfigError', () => {
  const names = fc.constantFrom(...VARIABLE_NAMES, 'SANTUN_OTHER');
  const value = fc.oneof(fc.string(), fc.webUrl(), fc.nat().map(String));
  fc.assert(
    fc.property(fc.dictionary(names, value), (env) => {
      const problems = problemsOf(env);
      for (const problem of problems) {
        expect(problem.variable).not.toBe('');
        expect(problem.accepted).not.toBe('');
      }
    }),
  );
});

test('media engines: host, port, and a share where they are not alike', () => {
  const { mediaEngines } = parseConfig({
    SANTUN_RTPENGINES: 'udp:10.0.0.5:22222, udp:media.example*3,udp:[::1]:2223',
  });
  expect(mediaEngines).toEqual([
    { name: '10.0.0.5:22222', host: '10.0.0.5', port: 22_222, weight: 1 },
    { name: 'media.example:22222', host: 'media.example', port: 22_222, weight: 3 },
    { name: '[::1]:2223', host: '::1', port: 2_223, weight: 1 },
  ]);
});

test.each(['10.0.0.5:22222', 'udp:', 'udp:a:0', 'udp:a:70000', 'udp:a*0', 'udp:a,', 'tcp:a:1'])(
  'media engine %p is refused',
  (text) => {
    const [problem] = problemsOf({ SANTUN_RTPENGINES: text });
    expect(problem).toMatchObject({ variable: 'SANTUN_RTPENGINES' });
    expect(problem!.reason).toContain('is not the address of an rtpengine');
  },
);

test('a media engine is named once', () => {
  const [problem] = problemsOf({ SANTUN_RTPENGINES: 'udp:a:1,udp:a:1*2' });
  expect(problem!.reason).toContain('is named twice');
});
