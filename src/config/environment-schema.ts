import { z } from 'zod';
import { outboundVariables } from './outbound-variables';
import { recordingVariables } from './recording-variables';
import { ROLES, type Role } from './role';
import { turnUrls, wsUrls } from './softphone-addresses';
import { variableDocs, type VariableDoc } from './variable-docs';
import { wholeNumber } from './whole-number';

export type { VariableDoc } from './variable-docs';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const port = wholeNumber(0, 65_535, 'a port');
const PORT_ACCEPTED = 'a whole number from 0 to 65535; 0 takes any free port';

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

const postgresUrl = z.string().refine((text) => {
  const url = parseUrl(text);
  return (
    url !== null &&
    ['postgres:', 'postgresql:'].includes(url.protocol) &&
    url.hostname !== '' &&
    url.pathname.length > 1
  );
}, 'is not the address of a Postgres database');

const redisUrl = z.string().refine((text) => {
  const url = parseUrl(text);
  return url !== null && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== '';
}, 'is not the address of a Redis server');

/** Where drachtio-server takes connections of applications, and the secret they share. */
export interface DrachtioAddress {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
}

/** drachtio-server's own default for its admin port. */
const DRACHTIO_ADMIN_PORT = 9022;

const drachtioUrl = z.string().transform((text, context): DrachtioAddress => {
  const url = parseUrl(text);
  const secret = url === null ? '' : decodePercent(url.username);
  const whole = url !== null && url.password === '' && /^\/?$/.test(url.pathname);
  if (!whole || url.protocol !== 'drachtio:' || url.hostname === '' || secret === '') {
    context.addIssue({ code: 'custom', message: 'is not the address of a drachtio server' });
    return z.NEVER;
  }
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DRACHTIO_ADMIN_PORT : Number(url.port),
    secret,
  };
});

/** Empty when the text is not percent-encoded as it should be: the caller refuses it then. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** Where an rtpengine takes commands (ng protocol over UDP). */
export interface MediaEngineAddress {
  /** `host:port`: what it is called everywhere. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Its share of the legs against the other engines'. */
  readonly weight: number;
}

/** rtpengine's usual port of the ng protocol. */
const NG_PORT = 22222;
const LARGEST_WEIGHT = 1_000;

/** `udp:host:port`, with `*weight` behind it where engines are not alike. */
const ENGINE =
  /^udp:(?<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]{1,253})(?::(?<port>\d{1,5}))?(?:\*(?<weight>\d{1,4}))?$/;

function mediaEngine(text: string): MediaEngineAddress | null {
  const parts = ENGINE.exec(text.trim())?.groups;
  const enginePort = Number(parts?.port ?? NG_PORT);
  const weight = Number(parts?.weight ?? 1);
  if (parts?.host === undefined || enginePort < 1 || enginePort > 65_535) return null;
  if (weight < 1 || weight > LARGEST_WEIGHT) return null;
  const host = parts.host.replace(/^\[|\]$/g, '');
  return { name: `${parts.host}:${enginePort}`, host, port: enginePort, weight };
}

const mediaEngines = z.string().transform((text, context): readonly MediaEngineAddress[] => {
  const engines: MediaEngineAddress[] = [];
  for (const item of text.split(',')) {
    const engine = mediaEngine(item);
    if (engine === null || engines.some(({ name }) => name === engine.name)) {
      const why = engine === null ? 'is not the address of an rtpengine' : 'is named twice';
      context.addIssue({ code: 'custom', message: `: "${item.trim()}" ${why}` });
      return z.NEVER;
    }
    engines.push(engine);
  }
  return engines;
});

const hostName = z.string().regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'is not a host name or address');

const reachableAddress = z
  .ipv4({ message: 'is not an IPv4 address' })
  .refine((text) => text !== '0.0.0.0', 'is not an address that a peer could send to');

const secretKey = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, 'is not 32 bytes of base64')
  .transform((text) => Buffer.from(text, 'base64'));

const roles = z.string().transform((text, context): readonly Role[] => {
  const asked = text.split(',').map((role) => role.trim());
  if (asked.length === 1 && asked[0] === 'all') return ROLES;
  const unknown = asked.filter((role) => !ROLES.some((known) => known === role));
  for (const role of unknown) {
    context.addIssue({ code: 'custom', message: `has no role "${role}"` });
  }
  return ROLES.filter((role) => asked.includes(role));
});

/** The schema of the environment: every variable that the program reads, and no other. */
export const environmentSchema = z.object({
  DATABASE_URL: postgresUrl.optional().register(variableDocs, {
    about: 'The Postgres database. Unset: a Postgres of its own, in SANTUN_DATA_DIR.',
    accepted: 'postgres://user:password@host:port/database',
    example: 'postgres://santun:password@127.0.0.1:5432/santun',
    secret: true,
  }),
  REDIS_URL: redisUrl.optional().register(variableDocs, {
    about:
      'The Redis server that carries the queue; it must run with maxmemory-policy noeviction. Unset: the queue stands on Postgres.',
    accepted: 'redis://user:password@host:port or rediss:// for TLS',
    example: 'redis://127.0.0.1:6379',
    secret: true,
  }),
  DRACHTIO_URL: drachtioUrl.optional().register(variableDocs, {
    about: 'The drachtio server that speaks SIP. Unset: the embedded one, for one machine.',
    accepted: 'drachtio://secret@host:port, the secret percent-encoded',
    example: 'drachtio://secret@127.0.0.1:9022',
    secret: true,
  }),
  SANTUN_ROLES: roles.default([...ROLES]).register(variableDocs, {
    about: 'What this process does. Less than all of it needs DATABASE_URL.',
    accepted: `all, or of ${ROLES.join(', ')} one or more with commas between`,
    example: 'all',
  }),
  SANTUN_SECRET_KEY: secretKey.optional().register(variableDocs, {
    about:
      'Seals the passwords of trunks and hashes national identity numbers: lose it, and passwords must be entered again and a person with accounts at several creditors is no longer known as one. Unset: made once and kept in SANTUN_DATA_DIR, which goes with the embedded database only.',
    accepted: '32 random bytes in base64, as `openssl rand -base64 32` prints them',
    secret: true,
  }),
  SANTUN_SIGNING_KEY: secretKey.optional().register(variableDocs, {
    about:
      'Seed of the Ed25519 key that signs decisions and the ledger, the same in every process. Another value is another key: what earlier keys signed stays verifiable, for their public halves are kept. Unset: derived from SANTUN_SECRET_KEY.',
    accepted: '32 random bytes in base64, as `openssl rand -base64 32` prints them',
    secret: true,
  }),
  SANTUN_DATA_DIR: z.string().default('.data').register(variableDocs, {
    about: 'Folder of the embedded database and of the generated key.',
    accepted: 'the path of a folder; it is made when missing',
  }),
  SANTUN_DATABASE_POOL: wholeNumber(2, 500, 'a number of connections')
    .default(10)
    .register(variableDocs, {
      about: 'Most connections to Postgres that this process keeps.',
      accepted: 'a whole number from 2 to 500',
    }),
  SANTUN_HTTP_HOST: hostName.default('127.0.0.1').register(variableDocs, {
    about: 'Where HTTP listens: the API in the role api, health and metrics in every role.',
    accepted: 'a host name or address; 0.0.0.0 for every interface',
  }),
  SANTUN_HTTP_PORT: port.default(8080).register(variableDocs, {
    about: 'Port of HTTP.',
    accepted: PORT_ACCEPTED,
  }),
  SANTUN_SIP_HOST: reachableAddress.default('127.0.0.1').register(variableDocs, {
    about: 'Address of the embedded signalling, as carriers and softphones see it.',
    accepted: 'an IPv4 address of this machine, such as 127.0.0.1; not 0.0.0.0',
  }),
  SANTUN_SIP_PORT: port.default(5060).register(variableDocs, {
    about: 'Port of the embedded signalling for SIP over UDP and TCP.',
    accepted: PORT_ACCEPTED,
  }),
  SANTUN_SIP_WS_PORT: port.default(5062).register(variableDocs, {
    about: 'Port of the embedded signalling for SIP over WebSocket.',
    accepted: PORT_ACCEPTED,
  }),
  SANTUN_SIP_TLS_CERTIFICATE: z.string().optional().register(variableDocs, {
    about:
      'File of the certificate by which the embedded signalling speaks SIP over TLS, those between it and its root behind it. It is read again when it changes. Unset: no TLS, with softphones or with carriers.',
    accepted: 'the path of a PEM file; needs SANTUN_SIP_TLS_KEY',
    example: '/etc/santun/sip.crt',
  }),
  SANTUN_SIP_TLS_KEY: z.string().optional().register(variableDocs, {
    about: 'File of the private key of that certificate, without a passphrase.',
    accepted: 'the path of a PEM file; needs SANTUN_SIP_TLS_CERTIFICATE',
    example: '/etc/santun/sip.key',
  }),
  SANTUN_SIP_TLS_CA: z.string().optional().register(variableDocs, {
    about:
      "File of the roots that carriers' certificates are checked against, in place of the public ones. Unset: the public ones.",
    accepted: 'the path of a PEM file; needs SANTUN_SIP_TLS_CERTIFICATE',
    example: '/etc/santun/carriers-ca.crt',
  }),
  SANTUN_SIP_TLS_PORT: port.default(5061).register(variableDocs, {
    about: 'Port of the embedded signalling for SIP over TLS, where there is a certificate.',
    accepted: PORT_ACCEPTED,
  }),
  SANTUN_SIP_WSS_PORT: port.optional().register(variableDocs, {
    about:
      'Port of the embedded signalling for SIP over WebSocket with TLS, for softphones without a proxy before it. Unset: none; then a proxy with TLS before SANTUN_SIP_WS_PORT serves browsers.',
    accepted: `${PORT_ACCEPTED}; needs SANTUN_SIP_TLS_CERTIFICATE`,
    example: '5063',
  }),
  SANTUN_SIP_REALM: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,64}$/, 'is not a realm')
    .default('santun')
    .register(variableDocs, {
      about:
        "Digest realm of the agents' softphones. It is part of each stored password hash: change it and every agent needs a new SIP password.",
      accepted: '1 to 64 letters, digits, dots and hyphens',
    }),
  SANTUN_SOFTPHONE_WS_URLS: wsUrls.default([]).register(variableDocs, {
    about:
      "Where agents' browsers reach the SIP over WebSocket, as a proxy with TLS publishes it. Unset: what the sip processes tell of themselves, which is right on one machine.",
    accepted: 'wss:// or ws:// addresses, several with commas between',
    example: 'wss://sip.example.com',
  }),
  SANTUN_TURN_URLS: turnUrls.optional().register(variableDocs, {
    about:
      "TURN servers that relay the sound of agents' browsers whose network carries no UDP, as that of many an office or hotel. Unset: none.",
    accepted:
      'turns:, turn: or stun: addresses, several with commas between; needs SANTUN_TURN_SECRET',
    example: 'turns:turn.example.com:443?transport=tcp,turn:turn.example.com:3478',
  }),
  SANTUN_TURN_SECRET: z
    .string()
    .regex(/^[!-~]{16,256}$/, 'is not 16 to 256 printable ASCII characters without spaces')
    .optional()
    .register(variableDocs, {
      about:
        'The secret that is shared with the TURN servers (static-auth-secret of coturn): browsers get credentials made with it, good for 12 hours.',
      accepted: '16 to 256 printable ASCII characters without spaces; needs SANTUN_TURN_URLS',
      example: 'a-long-secret-of-your-own',
      secret: true,
    }),
  SANTUN_RTPENGINES: mediaEngines.optional().register(variableDocs, {
    about:
      'The rtpengines that carry the audio: browsers as softphones need one. Unset: audio flows directly between softphone and carrier, which both must speak plain RTP.',
    accepted: `udp:host:port of the ng protocol, one or more with commas between; *weight behind one for its share, 1 to ${LARGEST_WEIGHT}`,
    example: 'udp:10.0.0.5:22222,udp:10.0.0.6:22222*2',
  }),
  SANTUN_MEDIA_TIMEOUT_MS: wholeNumber(0, 3_600_000, 'a number of milliseconds')
    .default(30_000)
    .register(variableDocs, {
      about:
        'A talk through an rtpengine ends when nothing at all came from one side for this long, hold apart, ms. 0: never.',
      accepted: 'a whole number from 0 to 3600000',
    }),
  ...recordingVariables,
  ...outboundVariables,
  SANTUN_LOG_LEVEL: z
    .enum(LOG_LEVELS, { message: 'is not a log level' })
    .default('info')
    .register(variableDocs, {
      about: 'Least severe log line that is written.',
      accepted: LOG_LEVELS.join(', '),
    }),
  SANTUN_DRAIN_TIMEOUT_MS: wholeNumber(0, 3_600_000, 'a number of milliseconds')
    .default(300_000)
    .register(variableDocs, {
      about: 'How long a stopping process waits for its live calls to end by themselves, ms.',
      accepted: 'a whole number from 0 to 3600000',
    }),
});

export type VariableName = keyof typeof environmentSchema.shape;
export type Environment = z.output<typeof environmentSchema>;

export const VARIABLE_NAMES = Object.keys(environmentSchema.shape) as VariableName[];

/** The documentation of one variable. */
export function variableDoc(name: VariableName): VariableDoc {
  const doc = variableDocs.get(environmentSchema.shape[name]);
  if (doc === undefined) throw new Error(`${name} is not documented`);
  return doc;
}
