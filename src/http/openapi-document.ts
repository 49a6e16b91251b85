import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createGate } from '../../dialer/create-gate';
import { openDatabase } from '../db/database';
import { createSigner, privateKeyOf } from '../proof/sign';
import { createServer } from './create-server';

const NO_SIGNER = createSigner(privateKeyOf(Buffer.alloc(32)));

/** The OpenAPI document of this program, without any service: nothing here is ever called. */
export async function openapiDocument(): Promise<object> {
  const nothing = (): Promise<never> => Promise.reject(new Error('only described, never called'));
  // a pool connects at its first query
  const db = openDatabase({
    url: 'postgres://127.0.0.1:1/none',
    maxConnections: 1,
    onIdleError: () => undefined,
  });
  const app = await createServer({
    db,
    gate: createGate({ db, signer: NO_SIGNER, engine: 'described' }),
    sipQueue: { send: nothing },
    log: pino({ enabled: false }),
    registry: new Registry(),
    secretKey: Buffer.alloc(32),
    identityKey: Buffer.alloc(32),
    realm: 'santun',
    readiness: nothing,
  });
  try {
    return app.swagger();
  } finally {
    await app.close();
    await db.close();
  }
}

/** As it is committed in openapi.json. */
export function renderOpenapi(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
