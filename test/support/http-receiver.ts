import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came in. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}

/** What a receiver answers: a status, with or without a body; null: the connection is cut. */
export type Reply =
  | number
  | {
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | null;

export interface HttpReceiver {
  readonly url: string;
  /** All that came in so far. */
  readonly received: Received[];
  /** Called for each request; it may take its time. */
  answer: (request: Received) => Reply | Promise<Reply>;
  close(): Promise<void>;
}

/** A real HTTP server on a free port of the loopback, in the place of somebody's system. */
export async function startReceiver(): Promise<HttpReceiver> {
  const receiver = { received: [] as Received[], answer: (): Reply => 204 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const { url: path = '', headers } = request;
      const came: Received = { path, headers, body, at: Date.now() };
      receiver.received.push(came);
      void Promise.resolve(started.answer(came)).then((reply) => {
        if (reply === null) response.destroy();
        else if (typeof reply === 'number') response.writeHead(reply).end();
        else response.writeHead(reply.status, reply.headers ?? {}).end(reply.body);
      });
    });
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const { port } = server.address() as AddressInfo;
  const started: HttpReceiver = Object.assign(receiver, {
    url: `http://127.0.0.1:${port.toString()}`,
    close: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => {
          done();
        });
      }),
  });
  return started;
}
