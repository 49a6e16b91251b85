import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** As much of s3rver's interface as is used; its types are another package. */
interface S3rver {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
  middleware: ((context: unknown, next: () => Promise<void>) => Promise<void>)[];
}

export interface S3Server {
  readonly endpoint: string;
  /** `PUT /recordings/…`, in order. */
  readonly requests: string[];
  /** What the next requests are answered instead of by the server; true: it is answered. */
  refuse: (request: S3Request) => number | null;
  /** Gone for everybody, and back on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface S3Request {
  readonly method: string;
  readonly url: string;
}

export const S3_KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
export const S3_BUCKET = 'recordings';

/** An S3 service that is not ours (s3rver), with one bucket, on a free port of the loopback. */
export async function startS3Server(): Promise<S3Server> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it has no types
  const Server = require('s3rver') as new (options: object) => S3rver;
  const directory = await mkdtemp(join(tmpdir(), 'santun-s3-'));
  const requests: string[] = [];
  let running: S3rver | null = null;
  let port = 0;
  const server: S3Server = {
    get endpoint() {
      return `http://127.0.0.1:${port}`;
    },
    requests,
    refuse: () => null,
    stop: async () => {
      await running?.close();
      running = null;
    },
    start: async () => {
      const configureBuckets = [{ name: S3_BUCKET }];
      running = new Server({
        address: '127.0.0.1',
        port,
        silent: true,
        directory,
        configureBuckets,
      });
      running.middleware.unshift(async (context, next) => {
        const { method, url } = context as S3Request;
        requests.push(`${method} ${url}`);
        const status = server.refuse({ method, url });
        if (status === null) await next();
        else Object.assign(context as object, { status, body: '' });
      });
      port = (await running.run()).port;
    },
    close: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}
