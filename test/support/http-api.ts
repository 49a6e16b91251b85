import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createApiKey } from '../../src/db/api-keys';
import type { Role } from '../../src/domain/role';
import { createServer } from '../../src/http/create-server';
import type { HttpOptions } from '../../src/http/http-options';
import type { SipJob } from '../../src/queue/sip-job';
import { makeGate } from './gate';
import { createTestDatabase, type TestDatabase } from './postgres';

export interface CallOptions {
  /** An object is sent as JSON, text and bytes as they are. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface ApiResponse {
  readonly statusCode: number;
  readonly headers: Headers;
  readonly body: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the test expects
  json(): any;
}

export interface Api {
  readonly app: FastifyInstance;
  /** Without a slash at the end. */
  readonly url: string;
  readonly database: TestDatabase;
  /** What went to the queue, in order. */
  readonly jobs: { sipInstanceId: string; job: SipJob }[];
  /** Every line of the log. */
  readonly logLines: string[];
  readonly secretKey: Buffer;
  key(role: Role, agentId?: string): Promise<string>;
  /** A key that is bound to creditors. */
  boundKey(role: Role, ...creditorIds: string[]): Promise<string>;
  call(key: string | null, route: string, options?: CallOptions): Promise<ApiResponse>;
  close(): Promise<void>;
}

/** The real server on a real database; the queue only notes what was sent. */
export async function startApi(options: Partial<HttpOptions> = {}): Promise<Api> {
  const database = await createTestDatabase();
  const jobs: Api['jobs'] = [];
  const logLines: string[] = [];
  const secretKey = randomBytes(32);
  const app = await createServer({
    db: database.db,
    gate: makeGate(database.db),
    sipQueue: {
      send: (sipInstanceId, job) => {
        jobs.push({ sipInstanceId, job });
        return Promise.resolve();
      },
    },
    log: pino({ level: 'info' }, { write: (line: string) => logLines.push(line) }),
    registry: new Registry(),
    secretKey,
    identityKey: randomBytes(32),
    realm: 'santun',
    readiness: () => Promise.resolve([{ name: 'database', ok: true }]),
    softphoneDir: join(process.cwd(), 'dist', 'web', 'softphone'),
    ...options,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    app,
    url,
    database,
    jobs,
    logLines,
    secretKey,
    key: async (role, agentId) => {
      const input = { role, name: `test ${role}`, agentId: agentId ?? null };
      return (await database.db.transaction((tx) => createApiKey(tx, input))).key;
    },
    boundKey: async (role, ...creditorIds) => {
      const input = { role, name: `bound ${role}`, agentId: null, creditorIds };
      return (await database.db.transaction((tx) => createApiKey(tx, input))).key;
    },
    call: async (key, route, { body, headers = {} } = {}) => {
      const [method = 'GET', path = '/'] = route.split(' ');
      const json = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          ...(json ? { 'content-type': 'application/json' } : {}),
          ...headers,
        },
        ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : (body as string) }),
      });
      const text = await response.text();
      return {
        statusCode: response.status,
        headers: response.headers,
        body: text,
        json: () => JSON.parse(text) as unknown,
      };
    },
    close: async () => {
      await app.close();
      await database.drop();
    },
  };
}
