import { randomUUID } from 'node:crypto';
import { once, EventEmitter } from 'node:events';
import type { SipJob } from '../../../../src/queue/sip-job';
import {
  openSipQueue,
  prepareQueue,
  startSipWorker,
  type QueueLocation,
  type SipQueue,
  type SipWorker,
} from '../../../../src/queue/sip-queue';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';
import { startRedis, type TestRedis } from '../../../support/redis';

// one suite, both backends: what holds on Redis holds on Postgres
describe.each(['redis', 'postgres'] as const)('sip queue on %s', (backend) => {
  let database: TestDatabase | undefined;
  let redis: TestRedis | undefined;
  let location: QueueLocation;
  let queue: SipQueue;
  const workers: SipWorker[] = [];
  const errors: Error[] = [];
  const onError = (error: Error): void => {
    errors.push(error);
  };

  beforeAll(async () => {
    if (backend === 'redis') {
      redis = await startRedis();
      location = { redisUrl: redis.url };
    } else {
      database = await createTestDatabase();
      location = { postgresUrl: database.url };
    }
    await prepareQueue(location);
    await prepareQueue(location);
    queue = openSipQueue({ location, onError });
  }, 30_000);
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.close()));
    await queue.close();
    await database?.drop();
    await redis?.stop();
  }, 30_000);

  const collect = async (sipInstanceId: string) => {
    const seen: SipJob[] = [];
    const arrivals = new EventEmitter();
    const handle = (job: SipJob): Promise<void> => {
      seen.push(job);
      arrivals.emit('job');
      return Promise.resolve();
    };
    workers.push(await startSipWorker({ location, onError, sipInstanceId, handle }));
    const until = async (count: number): Promise<SipJob[]> => {
      while (seen.length < count) await once(arrivals, 'job');
      return seen;
    };
    return { until, seen };
  };

  it('brings each instance its own jobs and nobody else’s', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    const atFirst = await collect(first);
    const atSecond = await collect(second);
    const attempts = Array.from({ length: 50 }, () => randomUUID());
    await Promise.all(
      attempts.map((attemptId, i) =>
        queue.send(i % 2 === 0 ? first : second, { name: 'dial', attemptId }),
      ),
    );
    const ids = (jobs: SipJob[]): string[] =>
      jobs.map((job) => ('attemptId' in job ? job.attemptId : '')).sort();
    expect(ids(await atFirst.until(25))).toEqual(attempts.filter((_, i) => i % 2 === 0).sort());
    expect(ids(await atSecond.until(25))).toEqual(attempts.filter((_, i) => i % 2 === 1).sort());
  }, 20_000);

  it('keeps jobs for an instance that starts its worker later', async () => {
    const instance = randomUUID();
    const sessionId = randomUUID();
    await queue.send(instance, { name: 'connect_agent', sessionId });
    const late = await collect(instance);
    expect(await late.until(1)).toEqual([{ name: 'connect_agent', sessionId }]);
  }, 20_000);

  it('refuses a job that carries anything but ids', async () => {
    const job = { name: 'dial', attemptId: randomUUID(), e164: '+6281200001234' } as SipJob;
    await expect(queue.send(randomUUID(), job)).rejects.toThrow(/e164/);
  });

  it('discards the queue of an instance that is gone', async () => {
    const instance = randomUUID();
    await queue.send(instance, { name: 'dial', attemptId: randomUUID() });
    await queue.discard(instance);
    const attemptId = randomUUID();
    await queue.send(instance, { name: 'dial', attemptId });
    const late = await collect(instance);
    expect(await late.until(1)).toEqual([{ name: 'dial', attemptId }]);
  }, 20_000);

  it('saw no error', () => {
    expect(errors).toEqual([]);
  });
});

describe('a sender whose queue is away', () => {
  it('fails within its limit, and sends again when the queue is back', async () => {
    const redis = await startRedis();
    const queue = openSipQueue({
      location: { redisUrl: redis.url },
      onError: () => undefined,
    });
    const job: SipJob = { name: 'dial', attemptId: randomUUID() };
    try {
      await queue.send(randomUUID(), job);
      await redis.kill();
      const before = performance.now();
      await expect(queue.send(randomUUID(), job)).rejects.toThrow();
      expect(performance.now() - before).toBeLessThan(10_000);
      await redis.restart();
      const instance = randomUUID();
      let sent = false;
      for (let tries = 0; tries < 20 && !sent; tries++) {
        sent = await queue.send(instance, job).then(
          () => true,
          () => false,
        );
      }
      expect(sent).toBe(true);
    } finally {
      await queue.close();
      await redis.stop();
    }
  }, 60_000);
});
