import { ConfigError, type ConfigProblem } from './config-error';
import {
  environmentSchema,
  variableDoc,
  VARIABLE_NAMES,
  type DrachtioAddress,
  type Environment,
  type MediaEngineAddress,
  type VariableName,
} from './environment-schema';
import { nearestName } from './nearest-name';
import { ROLES, type Role } from './role';

/** What the program runs with; made of the environment once, at the start. */
export interface Config {
  readonly roles: readonly Role[];
  /** `embedded`: a Postgres of its own in `dataDir`. */
  readonly database:
    { readonly kind: 'embedded' } | { readonly kind: 'external'; readonly url: string };
  /** `postgres`: the queue stands on the same database. */
  readonly queue: { readonly kind: 'postgres' } | { readonly kind: 'redis'; readonly url: string };
  readonly signalling:
    | {
        readonly kind: 'embedded';
        readonly host: string;
        /** UDP and TCP; 0: any free port. */
        readonly sipPort: number;
        readonly wsPort: number;
        /** Null: no TLS. */
        readonly tls: SipTlsConfig | null;
      }
    | ({ readonly kind: 'drachtio' } & DrachtioAddress);
  /** None: audio flows directly. */
  readonly mediaEngines: readonly MediaEngineAddress[];
  readonly mediaTimeoutMs: number;
  readonly recording: {
    readonly policy: 'off' | 'all';
    /** Where the engines write; null: nothing is recorded. */
    readonly spool: string | null;
    /** Bytes of the spool beyond which nothing that must be recorded is begun. */
    readonly spoolLimitBytes: number;
    /** Where the encrypted recordings are kept. */
    readonly store: RecordingStoreConfig;
  };
  readonly http: { readonly host: string; readonly port: number };
  /** As given: relative to the working directory. */
  readonly dataDir: string;
  readonly databasePoolSize: number;
  readonly logLevel: Environment['SANTUN_LOG_LEVEL'];
  readonly realm: string;
  /** Empty: what the sip processes tell of themselves. */
  readonly softphoneWsUrls: readonly string[];
  /** Relays of sound for browsers; null: none. */
  readonly turn: { readonly urls: readonly string[]; readonly secret: string } | null;
  /** Networks in CIDR form that requests of others' choosing may reach beside public addresses. */
  readonly outboundAllow: readonly string[];
  /** 32 bytes; null: generate once and keep in `dataDir` (embedded database only). */
  readonly secretKey: Buffer | null;
  /** 32 bytes; null: derived from the secret key. */
  readonly signingSeed: Buffer | null;
  readonly drainTimeoutMs: number;
}

export type RecordingStoreConfig =
  | { readonly kind: 'folder'; readonly folder: string }
  | {
      readonly kind: 's3';
      readonly bucket: string;
      /** Null: AWS. */
      readonly endpoint: string | null;
      readonly region: string;
      /** Is the bucket named in the path, not in the host name? */
      readonly pathStyle: boolean;
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
    };

/** SIP over TLS of the embedded signalling; files as given, relative to the working directory. */
export interface SipTlsConfig {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Null: the public roots. */
  readonly trustedFile: string | null;
  readonly port: number;
  /** Null: no WebSocket with TLS. */
  readonly wssPort: number | null;
}

type PortName =
  | 'SANTUN_HTTP_PORT'
  | 'SANTUN_SIP_PORT'
  | 'SANTUN_SIP_WS_PORT'
  | 'SANTUN_SIP_TLS_PORT'
  | 'SANTUN_SIP_WSS_PORT';
type RawEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration from the environment. An empty variable counts as unset, as compose
 * files pass `${NAME:-}`. A command line that names roles passes them as `SANTUN_ROLES`.
 * @throws ConfigError with every problem at once, by variable.
 */
export function parseConfig(env: RawEnvironment): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environmentSchema.safeParse(given);
  const problems = [
    ...(parsed.error?.issues ?? []).map((issue) =>
      problemOf(issue.path[0] as VariableName, issue.message, given),
    ),
    ...combinationProblems(given),
    ...unknownNames(given),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return toConfig(parsed.data);
}

function toConfig(env: Environment): Config {
  return {
    roles: env.SANTUN_ROLES,
    database:
      env.DATABASE_URL === undefined
        ? { kind: 'embedded' }
        : { kind: 'external', url: env.DATABASE_URL },
    queue:
      env.REDIS_URL === undefined ? { kind: 'postgres' } : { kind: 'redis', url: env.REDIS_URL },
    signalling:
      env.DRACHTIO_URL === undefined
        ? {
            kind: 'embedded',
            host: env.SANTUN_SIP_HOST,
            sipPort: env.SANTUN_SIP_PORT,
            wsPort: env.SANTUN_SIP_WS_PORT,
            tls: tlsOf(env),
          }
        : { kind: 'drachtio', ...env.DRACHTIO_URL },
    mediaEngines: env.SANTUN_RTPENGINES ?? [],
    mediaTimeoutMs: env.SANTUN_MEDIA_TIMEOUT_MS,
    recording: {
      policy: env.SANTUN_RECORDING,
      spool: env.SANTUN_RECORDING_SPOOL ?? null,
      spoolLimitBytes: env.SANTUN_RECORDING_SPOOL_LIMIT_MB * 1_000_000,
      store: recordingStore(env),
    },
    http: { host: env.SANTUN_HTTP_HOST, port: env.SANTUN_HTTP_PORT },
    dataDir: env.SANTUN_DATA_DIR,
    databasePoolSize: env.SANTUN_DATABASE_POOL,
    logLevel: env.SANTUN_LOG_LEVEL,
    realm: env.SANTUN_SIP_REALM,
    softphoneWsUrls: env.SANTUN_SOFTPHONE_WS_URLS,
    turn:
      env.SANTUN_TURN_URLS === undefined || env.SANTUN_TURN_SECRET === undefined
        ? null
        : { urls: env.SANTUN_TURN_URLS, secret: env.SANTUN_TURN_SECRET },
    outboundAllow: env.SANTUN_OUTBOUND_ALLOW,
    secretKey: env.SANTUN_SECRET_KEY ?? null,
    signingSeed: env.SANTUN_SIGNING_KEY ?? null,
    drainTimeoutMs: env.SANTUN_DRAIN_TIMEOUT_MS,
  };
}

function tlsOf(env: Environment): SipTlsConfig | null {
  const { SANTUN_SIP_TLS_CERTIFICATE: certificateFile, SANTUN_SIP_TLS_KEY: keyFile } = env;
  if (certificateFile === undefined || keyFile === undefined) return null;
  return {
    certificateFile,
    keyFile,
    trustedFile: env.SANTUN_SIP_TLS_CA ?? null,
    port: env.SANTUN_SIP_TLS_PORT,
    wssPort: env.SANTUN_SIP_WSS_PORT ?? null,
  };
}

function recordingStore(env: Environment): RecordingStoreConfig {
  const bucket = env.SANTUN_RECORDING_S3_BUCKET;
  const endpoint = env.SANTUN_RECORDING_S3_ENDPOINT ?? null;
  if (bucket === undefined) {
    const folder = env.SANTUN_RECORDING_DIR ?? `${env.SANTUN_DATA_DIR}/recordings`;
    return { kind: 'folder', folder };
  }
  const style = env.SANTUN_RECORDING_S3_PATH_STYLE ?? (endpoint === null ? 'off' : 'on');
  return {
    ...{ kind: 's3', bucket, endpoint, region: env.SANTUN_RECORDING_S3_REGION },
    pathStyle: style === 'on',
    // that they are there was looked at before
    accessKeyId: env.SANTUN_RECORDING_S3_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.SANTUN_RECORDING_S3_SECRET_ACCESS_KEY ?? '',
  };
}

function problemOf(variable: VariableName, message: string, given: RawEnvironment): ConfigProblem {
  const doc = variableDoc(variable);
  const value = doc.secret === true ? 'its value' : JSON.stringify(given[variable]);
  return { variable, reason: `${value} ${message}`, accepted: doc.accepted };
}

/** The value of one variable, or undefined when it is not valid: that is another problem. */
function valid<N extends VariableName>(name: N, given: RawEnvironment): Environment[N] | undefined {
  const parsed = environmentSchema.shape[name].safeParse(given[name]);
  return parsed.success ? (parsed.data as Environment[N]) : undefined;
}

/** What no variable shows alone. */
function combinationProblems(given: RawEnvironment): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const roles = valid('SANTUN_ROLES', given);
  const apart = roles !== undefined && roles.length < ROLES.length;
  const missing = (variable: VariableName, reason: string): void => {
    problems.push({ variable, reason, accepted: variableDoc(variable).accepted });
  };
  if (apart && given.DATABASE_URL === undefined) {
    missing(
      'DATABASE_URL',
      `is missing, and SANTUN_ROLES is "${roles.join(',')}": roles in processes of their own must share one database, and the embedded one belongs to the process that runs all`,
    );
  }
  if (given.DATABASE_URL !== undefined && given.SANTUN_SECRET_KEY === undefined) {
    missing(
      'SANTUN_SECRET_KEY',
      'is missing, and DATABASE_URL is set: what is sealed in that database must stay readable for every process and after this one',
    );
  }
  return [
    ...problems,
    ...tlsProblems(given),
    ...storeProblems(given),
    ...turnProblems(given),
    ...portProblems(given, roles),
  ];
}

/** Each needs the others, and is good for nothing without them. */
function tlsProblems(given: RawEnvironment): ConfigProblem[] {
  const { SANTUN_SIP_TLS_CERTIFICATE: certificate, SANTUN_SIP_TLS_KEY: key } = given;
  const of = (variable: VariableName, reason: string): ConfigProblem => ({
    ...{ variable, reason, accepted: variableDoc(variable).accepted },
  });
  if (certificate !== undefined && key === undefined)
    return [of('SANTUN_SIP_TLS_KEY', 'is missing, and SANTUN_SIP_TLS_CERTIFICATE is set')];
  if (certificate !== undefined) return [];
  return (['SANTUN_SIP_TLS_KEY', 'SANTUN_SIP_TLS_CA', 'SANTUN_SIP_WSS_PORT'] as const)
    .filter((variable) => given[variable] !== undefined)
    .map((variable) => of(variable, 'is set, and SANTUN_SIP_TLS_CERTIFICATE is missing'));
}

/** Half a store, or two. */
function storeProblems(given: RawEnvironment): ConfigProblem[] {
  const endpoint = 'SANTUN_RECORDING_S3_ENDPOINT' as const;
  const needed = [
    ...(['SANTUN_RECORDING_S3_BUCKET', 'SANTUN_RECORDING_S3_ACCESS_KEY_ID'] as const),
    'SANTUN_RECORDING_S3_SECRET_ACCESS_KEY' as const,
  ];
  const first = [...needed, endpoint].find((name) => given[name] !== undefined);
  if (first === undefined) return [];
  const problems = needed
    .filter((variable) => given[variable] === undefined)
    .map((variable): ConfigProblem => {
      const { accepted } = variableDoc(variable);
      return { variable, reason: `is missing, and ${first} is set`, accepted };
    });
  if (given.SANTUN_RECORDING_DIR !== undefined) {
    const accepted = `unset, or no ${first}`;
    const reason = `is set, and so is ${first}: recordings are kept in one place`;
    problems.push({ variable: 'SANTUN_RECORDING_DIR', reason, accepted });
  }
  return problems;
}

/** One is good for nothing without the other. */
function turnProblems(given: RawEnvironment): ConfigProblem[] {
  const names = ['SANTUN_TURN_URLS', 'SANTUN_TURN_SECRET'] as const;
  const missing = names.filter((variable) => given[variable] === undefined);
  if (missing.length !== 1) return [];
  return missing.map((variable) => ({
    variable,
    reason: `is missing, and ${names.find((name) => name !== variable) ?? ''} is set`,
    accepted: variableDoc(variable).accepted,
  }));
}

/** Two listeners of one process on one TCP port. */
function portProblems(given: RawEnvironment, roles: readonly Role[] | undefined): ConfigProblem[] {
  const names: PortName[] = ['SANTUN_HTTP_PORT'];
  const embeddedSignalling = given.DRACHTIO_URL === undefined && roles?.includes('sip') === true;
  if (embeddedSignalling) names.push('SANTUN_SIP_PORT', 'SANTUN_SIP_WS_PORT');
  if (embeddedSignalling && given.SANTUN_SIP_TLS_CERTIFICATE !== undefined)
    names.push('SANTUN_SIP_TLS_PORT', 'SANTUN_SIP_WSS_PORT');
  const problems: ConfigProblem[] = [];
  const taken = new Map<number, PortName>();
  for (const variable of names) {
    const port = valid(variable, given);
    if (port === undefined || port === 0) continue;
    const other = taken.get(port);
    if (other === undefined) taken.set(port, variable);
    else {
      const accepted = `a port that ${other} does not take, or 0 for any free port`;
      problems.push({ variable, reason: `"${port}" is taken by ${other}`, accepted });
    }
  }
  return problems;
}

/** Names that only look like ours: a typing error that would otherwise pass in silence. */
function unknownNames(given: RawEnvironment): ConfigProblem[] {
  const known: readonly string[] = VARIABLE_NAMES;
  return Object.keys(given)
    .filter((name) => name.startsWith('SANTUN_') && !known.includes(name))
    .sort()
    .map((variable) => {
      const bare = variable.slice('SANTUN_'.length);
      const meant = known.includes(bare) ? bare : nearestName(variable, known);
      return {
        variable,
        reason: 'is not a variable of this program',
        accepted: meant ?? known.filter((name) => name.startsWith('SANTUN_')).join(', '),
      };
    });
}
