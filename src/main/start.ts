import type { Logger } from 'pino';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { createGate } from '../../dialer/create-gate';
import type { Config } from '../config/parse-config';
import { createFirstAdminKey } from '../db/api-keys';
import { openDatabase, type Database } from '../db/database';
import { keepSigningKey } from '../db/signing-keys';
import { openSipQueue, prepareQueue, type QueueLocation } from '../queue/sip-queue';
import { watchClock } from './clock-watch';
import { startEmbeddedPostgres } from './embedded-postgres';
import { installationKeys } from './installation-key';
import { addKillSwitchGauge } from './kill-switch-gauge';
import { stopAll, type Resource } from './lifecycle';
import { prepareDatabase, type PreparedDatabase } from './prepare-database';
import { PROGRAM_VERSION } from './program-version';
import { queueTrouble, type RoleContext } from './role-context';
import { openAudioStore } from './open-audio-store';
import { startApi } from './start-api';
import { startScheduler } from './start-scheduler';
import { startSip } from './start-sip';
import { startWorkers } from './start-workers';

export interface Santun {
  /** `http://127.0.0.1:8080` */
  readonly httpUrl: string;
  /** SIP addresses of the embedded signalling; empty with a drachtio server or without the role. */
  readonly sipContacts: readonly string[];
  /** The first admin key, when this start made it: shown once. */
  readonly adminKey: string | null;
  readonly databaseUrl: string;
  readonly db: Database;
  /** Stops intake, drains live calls up to the limit, closes everything. Twice is fine. */
  stop(): Promise<void>;
}

/** Starts the roles of `config`. What was started is stopped again when one fails to start. */
export async function startSantun(config: Config, log: Logger): Promise<Santun> {
  const started: Resource[] = [];
  try {
    return await startRoles(config, log, started);
  } catch (error) {
    await stopAll(started, log);
    throw error;
  }
}

async function startRoles(config: Config, log: Logger, started: Resource[]): Promise<Santun> {
  const databaseUrl = await databaseUrlOf(config, log, started);
  const db = openDatabase({
    url: databaseUrl,
    maxConnections: config.databasePoolSize,
    onIdleError: (error) => {
      log.warn({ err: error }, 'a database connection broke');
    },
  });
  started.push({ name: 'database', stop: () => db.close() });
  tellPrepared(log, await prepareDatabase(db, config));
  const queueLocation: QueueLocation =
    config.queue.kind === 'redis' ? { redisUrl: config.queue.url } : { postgresUrl: databaseUrl };
  await prepareQueue(queueLocation);
  const queue = openSipQueue({ location: queueLocation, onError: queueTrouble(log) });
  started.push({ name: 'queue', stop: () => queue.close() });
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addKillSwitchGauge(registry, db);
  const keys = await installationKeys(config);
  await keepSigningKey(db, keys.signer);
  const gate = createGate({ db, signer: keys.signer, engine: PROGRAM_VERSION });
  const clockWatch = watchClock({ db, log, registry, clock: gate.clock });
  started.push({ name: 'clock watch', stop: () => clockWatch.stop() });
  const audioStore = await openAudioStore(config.recording.store, log);
  const context: RoleContext = {
    ...{ config, db, gate, queue, queueLocation, registry, log, audioStore },
    ...keys,
  };

  const has = (role: Config['roles'][number]): boolean => config.roles.includes(role);
  if (has('workers')) started.push(startWorkers(context));
  const api = await startApi(context);
  started.push(api);
  const sip = has('sip') ? await startSip(context) : null;
  if (sip !== null) started.push(sip);
  if (has('scheduler')) started.push(startScheduler(context));
  // last: a key that a failing start made would be lost, and no other can ever be made
  const adminKey = has('api') ? await createFirstAdminKey(db) : null;
  log.info({ roles: config.roles, http: api.url, sip: sip?.contacts ?? [] }, 'started');
  let stopping: Promise<void> | undefined;
  return {
    httpUrl: api.url,
    sipContacts: sip?.contacts ?? [],
    adminKey,
    databaseUrl,
    db,
    stop: () => (stopping ??= stopAll(started, log)),
  };
}

function tellPrepared(log: Logger, { migrations, rules }: PreparedDatabase): void {
  if (migrations.length > 0) log.info({ applied: migrations }, 'migrated the database');
  if (rules.added.length > 0) log.info({ added: rules.added }, 'rule packs and calendars came in');
  if (rules.taken.length > 0) {
    log.warn(
      { taken: rules.taken },
      'these ship under a number that is taken: propose them by hand',
    );
  }
}

async function databaseUrlOf(config: Config, log: Logger, started: Resource[]): Promise<string> {
  if (config.database.kind === 'external') return config.database.url;
  const postgres = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    onTrouble: (message) => {
      log.error({ message }, 'embedded Postgres');
    },
  });
  started.push({ name: 'embedded Postgres', stop: () => postgres.stop() });
  return postgres.url;
}
