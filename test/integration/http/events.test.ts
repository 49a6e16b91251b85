import { connect } from 'node:net';
import type { Database } from '../../../src/db/database';
import { appendEvent } from '../../../src/db/events';
import { EventStream } from '../../support/event-stream';
import { makeFloor } from '../../support/floor';
import { IDENTIFIED, openGuidedDesk } from '../../support/guided-desk';
import { startApi, type Api } from '../../support/http-api';
import { addPaymentSender, paymentNotice } from '../../support/payment-sender';
import { dialTo, end } from '../../support/talk';

describe('live events', () => {
  let api: Api;
  let db: Database;
  let supervisor: string;
  const open: EventStream[] = [];
  beforeAll(async () => {
    api = await startApi({ heartbeatMs: 50 });
    db = api.database.db;
    supervisor = await api.key('supervisor');
  });
  afterEach(() => {
    for (const stream of open.splice(0)) stream.close();
  });
  afterAll(() => api.close());

  /** Transactions of other databases on the server hold events back too: waits until none does. */
  const settled = async (): Promise<void> => {
    const unsettled = () =>
      db.query('select 1 from event where xid >= pg_snapshot_xmin(pg_current_snapshot()) limit 1');
    while ((await unsettled()).rowCount !== 0);
  };
  const listen = async (key = supervisor, lastEventId?: string): Promise<EventStream> => {
    await settled();
    const stream = await EventStream.open(`${api.url}/v1/events`, key, lastEventId);
    open.push(stream);
    // the first heartbeat: the stream is up
    await stream.until(({ comments, ended }) => comments > 0 || ended);
    return stream;
  };
  let n = 0;
  const emit = async (agentId: string | null = null): Promise<number> => {
    n += 1;
    await db.transaction((tx) =>
      appendEvent(tx, { type: 'attempt.reserved', agentId, payload: { n } }),
    );
    return n;
  };
  const numbers = (stream: EventStream): number[] => stream.events.map(({ data }) => data.n);

  it('orders transactions by number, not by text', async () => {
    await db.query(
      `insert into event (xid, type, payload) values
         ('99', 'attempt.reserved', '{"n": -2}'), ('100', 'attempt.reserved', '{"n": -3}')`,
    );
    const stream = await listen();
    const now = await emit();
    await stream.until(({ events }) => events.length > 0);
    expect(numbers(stream)).toEqual([now]);
    const resumed = await listen(supervisor, '98-0');
    await resumed.until(({ events }) => events.length === 3);
    expect(numbers(resumed)).toEqual([-2, -3, now]);
  });

  it('tells what happens from now on, with a heartbeat', async () => {
    await emit();
    const stream = await listen();
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const first = await emit();
    const second = await emit();
    await stream.until(({ events }) => events.length >= 2);
    expect(numbers(stream)).toEqual([first, second]);
    expect(stream.events[0]).toMatchObject({
      id: expect.stringMatching(/^\d+-\d+$/),
      event: 'attempt.reserved',
      data: { type: 'attempt.reserved', at: expect.any(String) },
    });
    const { comments } = stream;
    await stream.until((s) => s.comments > comments + 1);
  });

  it('c6: tells the agent of a talk in identity mode that money came, and nothing of the debt', async () => {
    const desk = await openGuidedDesk(api);
    await desk.policy({ guide: 'off' });
    const sender = await addPaymentSender(api, await api.key('manager'), desk.floor.creditorId);
    const attemptId = await dialTo(db, desk.floor, 'connected');
    const accountId = (
      await db.query('select account_id as id from attempt where id = $1', [attemptId])
    ).rows[0]?.['id'] as string;
    const { externalId } = (await api.call(supervisor, `GET /v1/accounts/${accountId}`)).json();
    const [own, all] = [await listen(desk.key), await listen()];
    const paid = (stream: EventStream) =>
      stream.events.filter(({ event }) => event === 'payment.received').map(({ data }) => data);
    const pay = () => sender.send(paymentNotice({ accountExternalId: externalId }));
    await pay();
    await own.until((stream) => paid(stream).length === 1);
    await all.until((stream) => paid(stream).length === 1);
    expect(Object.keys(paid(own)[0]).sort()).toEqual(
      [
        ...['type', 'at', 'creditorId', 'campaignId', 'agentId'],
        ...['paymentId', 'accountId', 'attemptId', 'identityMode'],
      ].sort(),
    );
    expect(paid(all)[0]).toMatchObject({ amountMinor: '5000000', amountDueMinor: '10000000' });
    // without a word of the guide before it
    await desk.tell(IDENTIFIED);
    await pay();
    await own.until((stream) => paid(stream).length === 2);
    expect(paid(own)[1]).toMatchObject({ attemptId, amountMinor: '5000000' });
    await end(db, attemptId, 'connected');
  });

  it('goes on from the last event, without gap or repeat, under writers', async () => {
    const before = await listen();
    const start = await emit();
    await before.until(({ events }) => events.length > 0);
    const from = before.events[0]!.id;
    before.close();
    for (let i = 0; i < 40; i++) await emit();
    // 700 more in few transactions: more than a page
    for (let i = 0; i < 7; i++) {
      await db.transaction(async (tx) => {
        for (let j = 0; j < 100; j++) {
          n += 1;
          await appendEvent(tx, { type: 'attempt.reserved', payload: { n } });
        }
      });
    }
    const enough = new AbortController();
    const writer = (async () => {
      while (!enough.signal.aborted) await emit();
    })();
    const resumed = await listen(supervisor, from);
    await resumed.until(({ events }) => events.length >= 760);
    enough.abort();
    await writer;
    const last = await emit();
    await resumed.until((stream) => numbers(stream).at(-1) === last);
    expect(numbers(resumed)).toEqual(Array.from({ length: last - start }, (_, i) => start + 1 + i));
  }, 30_000);

  it('shows an event of a transaction that was long in coming, once it has come', async () => {
    const stream = await listen();
    const client = await db.pool.connect();
    try {
      await client.query('begin');
      await client.query(
        `insert into event (type, payload) values ('attempt.reserved', '{"n": -1}')`,
      );
      // committed later than this one, in the stream before it
      const later = await emit();
      // a heartbeat each 50 ms: several looks of the reader, each 250 ms
      const { comments: before } = stream;
      await stream.until(({ comments }) => comments > before + 15);
      expect(numbers(stream)).toEqual([]);
      await client.query('commit');
      await stream.until(({ events }) => events.length === 2);
      expect(numbers(stream)).toEqual([-1, later]);
    } finally {
      client.release();
    }
  });

  it('gives many readers the same', async () => {
    const streams = await Promise.all(Array.from({ length: 15 }, () => listen()));
    const first = await emit();
    await Promise.all(streams.map((stream) => stream.until(({ events }) => events.length > 0)));
    for (const stream of streams) expect(numbers(stream)).toEqual([first]);
  });

  it('gives an agent its own events alone', async () => {
    const floor = await makeFloor(db);
    const mine = await floor.addReadyAgent();
    const other = await floor.addReadyAgent();
    const stream = await listen(await api.key('agent', mine.agentId));
    await emit(other.agentId);
    await emit();
    const own = await emit(mine.agentId);
    await stream.until(({ events }) => events.length > 0);
    expect(numbers(stream)).toEqual([own]);
  });

  it('ends when its key is revoked', async () => {
    const admin = await api.key('admin');
    const watching = await listen(admin);
    const key = await api.key('manager');
    const stream = await listen(key);
    const { items } = (await api.call(admin, 'GET /v1/api-keys')).json() as {
      items: { id: string; prefix: string }[];
    };
    const { id } = items.find(({ prefix }) => key.startsWith(`sk_${prefix}_`))!;
    await api.call(admin, `DELETE /v1/api-keys/${id}`);
    await stream.until(({ ended }) => ended);
    expect(stream.events).toEqual([]);
    await watching.until(({ events }) => events.length > 0);
    expect(watching.events[0]).toMatchObject({ event: 'api_key.revoked', data: { apiKeyId: id } });
  });

  it('goes on after the database has cut all its connections', async () => {
    const stream = await listen();
    await db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    const after = await emit().catch(() => emit());
    await stream.until(({ events }) => events.some(({ data }) => data.n === after));
    expect(stream.ended).toBe(false);
  });

  const FILLER = 'x'.repeat(8_000);
  /** 800 kB each. */
  const flood = async (hundreds: number): Promise<void> => {
    for (let i = 0; i < hundreds; i++) {
      await db.transaction(async (tx) => {
        for (let j = 0; j < 100; j++) {
          await appendEvent(tx, { type: 'attempt.reserved', payload: { n: 0, filler: FILLER } });
        }
      });
    }
  };

  it('keeps a reader that reads, however much comes at once after a long transaction', async () => {
    const stream = await listen();
    // slower than the reader of the database, far faster than it may be
    stream.pauseMs = 2;
    const last = await db.transaction(async (tx) => {
      // takes a number, so that nothing after it is settled before it ends
      await tx.query('select pg_current_xact_id()');
      await flood(18);
      return emit();
    });
    await stream.until((s) => numbers(s).at(-1) === last || s.ended, 20_000);
    expect(stream.events).toHaveLength(1_801);
  }, 40_000);

  it('cuts off a reader that does not read, and keeps the others', async () => {
    const other = await listen();
    const { port, hostname } = new URL(api.url);
    const slow = connect(Number(port), hostname);
    slow.write(`GET /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${supervisor}\r\n\r\n`);
    await new Promise((resolve) => slow.once('data', resolve));
    slow.pause();
    const closed = new Promise((resolve) => slow.once('close', resolve));
    slow.on('error', () => undefined);
    await flood(40);
    const last = await emit();
    await other.until((stream) => numbers(stream).at(-1) === last || stream.ended, 20_000);
    expect(other.events).toHaveLength(4_001);
    slow.resume();
    await closed;
  }, 40_000);

  it('refuses a place that is none, and closes its streams with the server', async () => {
    for (const id of ['x', '1', '1-']) {
      const response = await api.call(supervisor, 'GET /v1/events', {
        headers: { 'last-event-id': id },
      });
      expect(response.json()).toMatchObject({ status: 400, code: 'invalid_cursor' });
    }
    const second = await startApi();
    const key = await second.key('supervisor');
    const stream = await EventStream.open(`${second.url}/v1/events`, key);
    await second.close();
    await stream.until(({ ended }) => ended);
  });
});
