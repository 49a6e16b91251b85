import { hostname } from 'node:os';
import type { MediaOptions } from '../../sip/media/media-source';
import { startSipRole } from '../../sip/start-sip-role';
import { startSipWorker, type SipWorker } from '../queue/sip-queue';
import type { Config } from '../config/parse-config';
import type { Resource } from './lifecycle';
import { queueTrouble, type RoleContext } from './role-context';
import { startSignalling } from './start-signalling';

export interface RunningSip extends Resource {
  /** `sip:127.0.0.1:5060;transport=udp`, …; empty with a drachtio server of its own. */
  readonly contacts: readonly string[];
}

/** The sip role: signalling (embedded unless a drachtio server is named), the role, its queue. */
export async function startSip(context: RoleContext): Promise<RunningSip> {
  const { config, log } = context;
  const { signalling } = config;
  const embedded =
    signalling.kind === 'embedded' ? await startSignalling(signalling, context) : null;
  // jobs come under the instance's id: a new id needs a worker of its own
  const workers: Promise<SipWorker>[] = [];
  const serve = (sipInstanceId: string): void => {
    const worker = startSipWorker({
      location: context.queueLocation,
      onError: queueTrouble(log),
      sipInstanceId,
      handle: (job) => role.handle(job),
    });
    worker.catch(queueTrouble(log));
    workers.push(worker);
  };
  const closeServer = async (): Promise<void> => embedded?.close();
  const role = await startSipRole({
    db: context.db,
    gate: context.gate,
    log,
    registry: context.registry,
    drachtio: embedded?.drachtio ?? drachtioAddress(config),
    signallingOutlivesUs: embedded === null,
    realm: config.realm,
    secretKey: context.secretKey,
    host: hostname(),
    media: mediaOptions(config),
    onInstanceChange: (id) => {
      serve(id);
    },
  }).catch(async (error: unknown) => {
    await closeServer();
    throw error;
  });
  serve(role.instanceId);
  try {
    await workers[0];
  } catch (error) {
    await role.close();
    await closeServer();
    throw error;
  }
  return {
    name: 'sip',
    contacts: embedded?.contacts ?? [],
    stop: async () => {
      await role.stopIntake();
      // a queue that is away must not keep the calls from being drained
      await Promise.allSettled(workers.map(async (worker) => (await worker).close()));
      const live = role.liveAttemptIds();
      log.info({ live: live.length, sample: live.slice(0, 5) }, 'draining live calls');
      const { left } = await role.drain(config.drainTimeoutMs);
      if (left.length > 0) {
        log.warn({ left: left.length, sample: left.slice(0, 5) }, 'calls ended by the shutdown');
      }
      await role.close();
      await closeServer();
    },
  };
}

function mediaOptions({ mediaEngines, mediaTimeoutMs, recording }: Config): MediaOptions {
  const canRecord = recording.spool !== null && mediaEngines.length > 0;
  return {
    engines: mediaEngines,
    silenceLimitMs: mediaTimeoutMs,
    recordsAll: canRecord && recording.policy === 'all',
  };
}

function drachtioAddress(config: Config): { host: string; port: number; secret: string } {
  if (config.signalling.kind !== 'drachtio') throw new Error('the embedded signalling has no URL');
  return config.signalling;
}
