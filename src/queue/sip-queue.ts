import { createPostgresBackend, Queue, runMigrations, Worker, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { sipJobSchema, sipQueueName, type SipJob } from './sip-job';

/** Where the queue lives. Postgres needs nothing installed; Redis is the production choice. */
export type QueueLocation = { readonly redisUrl: string } | { readonly postgresUrl: string };

/** The doorbell: tells a sip instance that there is work for it in Postgres. */
export interface SipQueue {
  /** @throws Error within two seconds when the queue cannot be reached. */
  send(sipInstanceId: string, job: SipJob): Promise<void>;
  /** Deletes the queue of an instance that is gone. */
  discard(sipInstanceId: string): Promise<void>;
  close(): Promise<void>;
}

export interface SipWorker {
  /** Takes no new job; waits for those in hand. */
  close(): Promise<void>;
}

export interface QueueOptions {
  readonly location: QueueLocation;
  readonly onError: (error: Error) => void;
}

const SEND_TIMEOUT_MS = 2_000;
const CONCURRENCY = 50;
// a job is only a doorbell: nothing is learnt from keeping it
const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: true, attempts: 1 } as const;

/** Brings the queue's own schema up to date; nothing to do on Redis. */
export async function prepareQueue(location: QueueLocation): Promise<void> {
  if ('redisUrl' in location) return;
  const pool = new Pool({ connectionString: location.postgresUrl, max: 1 });
  try {
    await runMigrations(pool);
  } finally {
    await pool.end();
  }
}

export function openSipQueue(options: QueueOptions): SipQueue {
  const connection = connect(options, { blocking: false });
  const queues = new Map<string, JobQueue>();
  const queueOf = (sipInstanceId: string): JobQueue => {
    const name = sipQueueName(sipInstanceId);
    let queue = queues.get(name);
    if (queue === undefined) {
      queue = connection.queue(name);
      queue.on('error', options.onError);
      queues.set(name, queue);
    }
    return queue;
  };
  return {
    send: async (sipInstanceId, job) => {
      const added = queueOf(sipInstanceId).add(job.name, sipJobSchema.parse(job), JOB_OPTIONS);
      await withTimeout(added, SEND_TIMEOUT_MS, 'the queue did not answer');
    },
    discard: async (sipInstanceId) => {
      const queue = queueOf(sipInstanceId);
      queues.delete(queue.name);
      await withTimeout(queue.obliterate({ force: true }), SEND_TIMEOUT_MS, 'the queue is away');
      await queue.close();
    },
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await connection.close();
    },
  };
}

/** Takes the jobs of one sip instance. A job that is not of the schema is refused and dropped. */
export async function startSipWorker(
  options: QueueOptions & {
    readonly sipInstanceId: string;
    readonly handle: (job: SipJob) => Promise<void>;
  },
): Promise<SipWorker> {
  const connection = connect(options, { blocking: true });
  const worker = connection.worker(sipQueueName(options.sipInstanceId), async (job) => {
    await options.handle(sipJobSchema.parse(job.data));
  });
  worker.on('error', options.onError);
  worker.on('failed', (_job, error) => {
    options.onError(error);
  });
  await withTimeout(worker.waitUntilReady(), 30_000, 'the queue did not answer');
  return {
    close: async () => {
      await withTimeout(worker.close(), 5_000, 'the queue worker did not close').catch(() =>
        worker.close(true),
      );
      await connection.close();
    },
  };
}

/** The part of BullMQ's classes that is used here: their types differ by backend. */
interface JobQueue {
  readonly name: string;
  add(name: string, data: SipJob, options: typeof JOB_OPTIONS): Promise<unknown>;
  obliterate(options: { force: boolean }): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}
interface JobWorker {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'failed', listener: (job: unknown, error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  close(force?: boolean): Promise<void>;
}
interface Connection {
  queue(name: string): JobQueue;
  worker(name: string, processor: (job: Job<unknown>) => Promise<void>): JobWorker;
  close(): Promise<void>;
}

const WORKER_OPTIONS = { concurrency: CONCURRENCY, maxStalledCount: 0 } as const;

function connect(options: QueueOptions, mode: { blocking: boolean }): Connection {
  return 'redisUrl' in options.location
    ? connectRedis(options.location.redisUrl, options.onError, mode.blocking)
    : connectPostgres(options.location.postgresUrl);
}

function connectRedis(url: string, onError: (error: Error) => void, blocking: boolean): Connection {
  const redis = new Redis(url, {
    // a worker waits for Redis for ever; a sender must not pile up commands while it is away
    maxRetriesPerRequest: blocking ? null : 1,
    retryStrategy: (tries) => Math.min(tries * 100, 1_000),
  });
  redis.on('error', onError);
  return {
    queue: (name) => new Queue(name, { connection: redis }),
    worker: (name, processor) =>
      new Worker(name, processor, { connection: redis, ...WORKER_OPTIONS }),
    close: () => {
      redis.disconnect();
      return Promise.resolve();
    },
  };
}

function connectPostgres(url: string): Connection {
  // each queue and worker owns a small pool and closes it
  const connection = { connectionString: url, max: 3, connectionTimeoutMillis: 2_000 };
  return {
    queue: (name) => new Queue(name, { connection }, createPostgresBackend),
    worker: (name, processor) =>
      new Worker(name, processor, { connection, ...WORKER_OPTIONS }, createPostgresBackend),
    close: () => Promise.resolve(),
  };
}

async function withTimeout<T>(work: Promise<T>, limitMs: number, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(message));
    }, limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
