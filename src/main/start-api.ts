import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createHealthServer } from '../http/create-health-server';
import { createServer } from '../http/create-server';
import type { Resource } from './lifecycle';
import { listeningError } from './listening-error';
import { PROGRAM_ROOT } from './program-root';
import { readiness } from './readiness';
import type { RoleContext } from './role-context';

const CLOSE_LIMIT_MS = 1_000;

export interface RunningApi extends Resource {
  readonly url: string;
}

/** HTTP of this process: the API in the role api, health and metrics in every role. */
export async function startApi(context: RoleContext): Promise<RunningApi> {
  const { config, db, log, registry } = context;
  const checks = readiness({ ...context, clock: context.gate.clock });
  const isApi = config.roles.includes('api');
  const app = isApi
    ? await createServer({
        db,
        gate: context.gate,
        sipQueue: context.queue,
        log,
        registry,
        secretKey: context.secretKey,
        identityKey: context.identityKey,
        realm: config.realm,
        softphoneDir: join(PROGRAM_ROOT, 'dist', 'web', 'softphone'),
        ...(config.softphoneWsUrls.length === 0 ? {} : { softphoneWsUrls: config.softphoneWsUrls }),
        ...(config.turn === null ? {} : { turn: config.turn }),
        audioStore: context.audioStore,
        readiness: checks,
      })
    : await createHealthServer({ readiness: checks, registry });
  await listen(app, config.http);
  return {
    name: 'http',
    url: urlOf(app),
    stop: () => close(app),
  };
}

/** Answers under way are finished; a client that only keeps its connection is not waited for. */
async function close(app: FastifyInstance): Promise<void> {
  const impatience = setTimeout(() => {
    app.server.closeAllConnections();
  }, CLOSE_LIMIT_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(impatience);
  }
}

async function listen(app: FastifyInstance, at: { host: string; port: number }): Promise<void> {
  try {
    await app.listen(at);
  } catch (error) {
    await app.close();
    const variables = { variable: 'SANTUN_HTTP_PORT', hostVariable: 'SANTUN_HTTP_HOST' };
    throw listeningError(error, { ...at, ...variables });
  }
}

function urlOf(app: FastifyInstance): string {
  const { address, family, port } = app.server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
