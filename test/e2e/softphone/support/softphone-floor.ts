import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createApiKey } from '../../../../src/db/api-keys';
import type { Role } from '../../../../src/domain/role';
import { createServer } from '../../../../src/http/create-server';
import type { HttpOptions } from '../../../../src/http/http-options';
import { makeGate } from '../../../support/gate';
import { REALM, type CallFloor } from '../../calls/support/call-floor';

/** A floor with a sip role and the API before it, which serves the softphone as it was built. */
export class SoftphoneFloor {
  private constructor(
    readonly calls: CallFloor,
    private readonly app: FastifyInstance,
    readonly url: string,
  ) {}

  static async open(
    calls: CallFloor,
    host = '127.0.0.1',
    options: Partial<HttpOptions> = {},
  ): Promise<SoftphoneFloor> {
    const app = await createServer({
      db: calls.db,
      gate: makeGate(calls.db),
      // the doorbell rings at once, in this process
      sipQueue: { send: (_instance, job) => calls.role.handle(job) },
      log: pino({ level: process.env.SANTUN_TEST_LOG ?? 'silent' }),
      registry: new Registry(),
      secretKey: randomBytes(32),
      identityKey: randomBytes(32),
      realm: REALM,
      readiness: () => Promise.resolve([{ name: 'database', ok: true }]),
      softphoneDir: join(process.cwd(), 'dist', 'web', 'softphone'),
      ...options,
    });
    const url = await app.listen({ host, port: 0 });
    return new SoftphoneFloor(calls, app, url);
  }

  /** An agent of the campaign's pool, with a key. */
  async addAgent(): Promise<{ agentId: string; key: string }> {
    const { agentId } = await this.calls.addAgent();
    return { agentId, key: await this.addKey('agent', agentId) };
  }

  async addKey(role: Role, agentId: string | null = null): Promise<string> {
    const { key } = await this.calls.db.transaction((tx) =>
      createApiKey(tx, { role, name: 'meja 1', agentId }),
    );
    return key;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.calls.close();
  }
}
