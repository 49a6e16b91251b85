import { createHmac, randomBytes } from 'node:crypto';
import { appendEvent } from '../../../src/db/events';
import { newId } from '../../../src/db/new-id';
import { queueWebhooks } from '../../../src/db/queue-webhooks';
import { seal } from '../../../src/db/sealed-secret';
import {
  claimDeliveries,
  listDeliveries,
  resendDelivery,
} from '../../../src/db/webhook-deliveries';
import {
  addWebhook,
  findWebhook,
  resumeWebhook,
  rotateWebhookSecret,
  WEBHOOK_SECRET,
} from '../../../src/db/webhooks';
import { createPost } from '../../../src/outbound/post-safely';
import { newWebhookSecret } from '../../../src/outbound/sign-delivery';
import { webhookDelivery, type WebhookDelivery } from '../../../workers/deliver-webhooks';
import { eventually } from '../../support/eventually';
import { startReceiver, type HttpReceiver, type Received } from '../../support/http-receiver';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SECRET_KEY = randomBytes(32);
const PAGE = { limit: 200, beforeId: null };

interface Told {
  readonly id: string;
  readonly data: { readonly step: string };
}
const eventOf = (received: Received): Told => JSON.parse(received.body) as Told;
const stepsOf = (received: readonly Received[]): string[] =>
  received.map((one) => eventOf(one).data.step);

/** As a receiver would check it, out of the description alone. */
function isAuthentic({ headers, body }: Received, secret: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const expected = createHmac('sha256', key).update(signed).digest('base64');
  return String(headers['webhook-signature']).split(' ').includes(`v1,${expected}`);
}

describe('A13: events go to the systems of the creditor', () => {
  let database: TestDatabase;
  let receiver: HttpReceiver;
  let creditorId: string;
  let webhookId: string;
  let now: Date;
  const secret = newWebhookSecret();
  const running: WebhookDelivery[] = [];
  const errors: unknown[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    const { db } = database;
    receiver = await startReceiver();
    const made = await db.query<{ id: string }>(
      `insert into creditor (code, name) values ($1, 'Pinjaman Contoh') returning id`,
      [`contoh-${newId(new Date()).slice(-8)}`],
    );
    creditorId = made.rows[0]!.id;
    const secretSealed = seal(SECRET_KEY, WEBHOOK_SECRET, secret);
    const webhook = await db.transaction((tx) =>
      addWebhook(tx, { creditorId, url: `${receiver.url}/hook`, eventTypes: [], secretSealed }),
    );
    webhookId = webhook!.id;
    // ahead of the database's, by which things become due, however long a test takes
    now = new Date(Date.now() + HOUR_MS);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.stop()));
    expect(errors.splice(0)).toEqual([]);
    await database.db.query('update webhook_subscription set retired_at = now()');
    await receiver.close();
  });

  function delivery(): WebhookDelivery {
    const made = webhookDelivery({
      db: database.db,
      post: createPost({ allowed: ['127.0.0.0/8'] }),
      secretKey: SECRET_KEY,
      clock: () => now,
      random: () => 0.5,
      onError: (error) => errors.push(error),
    });
    running.push(made);
    return made;
  }
  async function tell(debtorId: string, step: string): Promise<void> {
    await database.db.transaction((tx) =>
      appendEvent(tx, { type: 'promise.made', creditorId, payload: { debtorId, step } }),
    );
  }
  /** One turn and all that it sets off. */
  async function turn(one: WebhookDelivery): Promise<void> {
    await one.turn();
    await one.settled();
  }
  /** The same, once all that was told can be read: others write on the same server. */
  const settled = (): Promise<true> =>
    eventually('what was told is settled', 20_000, async () => {
      const unsettled = await database.db.query(
        'select from event where xid >= pg_snapshot_xmin(pg_current_snapshot()) limit 1',
      );
      return unsettled.rowCount === 0 ? true : null;
    });
  async function run(one: WebhookDelivery = delivery()): Promise<void> {
    await settled();
    await turn(one);
  }
  const later = (ms: number): void => {
    now = new Date(now.getTime() + ms);
  };
  const person = (): string => newId(new Date());
  /** In the order of the outbox: ids of one millisecond have none. */
  const states = async () => {
    const { items } = await listDeliveries(database.db, { webhookId, state: null }, PAGE);
    const placeOf = (eventId: string): number => Number(eventId.split('-')[1]);
    return items.sort((a, b) => placeOf(a.eventId) - placeOf(b.eventId));
  };

  it('A13: as a CloudEvent whose signature anybody with the secret can check', async () => {
    const debtorId = person();
    await tell(debtorId, 'made');
    await run();
    expect(receiver.received).toHaveLength(1);
    const [received] = receiver.received;
    expect(received!.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(JSON.parse(received!.body)).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^\d+-\d+$/) as string,
      source: `/v1/creditors/${creditorId}`,
      type: 'santun.promise.made',
      time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      subject: debtorId,
      sequence: expect.stringMatching(/^\d{20}-\d{19}$/) as string,
      datacontenttype: 'application/json',
      data: { creditorId, campaignId: null, agentId: null, debtorId, step: 'made' },
    });
    expect(received!.headers['webhook-id']).toBe(eventOf(received!).id);
    expect(isAuthentic(received!, secret)).toBe(true);
    expect(isAuthentic(received!, newWebhookSecret())).toBe(false);
    expect(isAuthentic({ ...received!, body: `${received!.body} ` }, secret)).toBe(false);
  });

  it('A13: signed by the old and the new secret for a while after a change', async () => {
    const newer = newWebhookSecret();
    await database.db.transaction((tx) =>
      rotateWebhookSecret(tx, webhookId, {
        secretSealed: seal(SECRET_KEY, WEBHOOK_SECRET, newer),
        oldUntil: new Date(now.getTime() + HOUR_MS),
      }),
    );
    await tell(person(), 'meanwhile');
    await run();
    later(2 * HOUR_MS);
    await tell(person(), 'afterwards');
    await run();
    const [meanwhile, afterwards] = receiver.received;
    expect([isAuthentic(meanwhile!, secret), isAuthentic(meanwhile!, newer)]).toEqual([true, true]);
    expect([isAuthentic(afterwards!, secret), isAuthentic(afterwards!, newer)]).toEqual([
      false,
      true,
    ]);
  });

  it('A13: those of a person in order, while other persons go on', async () => {
    const [ani, budi] = [person(), person()];
    receiver.answer = (request) => (eventOf(request).data.step === 'ani 1' ? 503 : 204);
    for (const step of ['1', '2', '3']) {
      await tell(ani, `ani ${step}`);
      await tell(budi, `budi ${step}`);
    }
    await run();
    expect(stepsOf(receiver.received).filter((step) => step.startsWith('budi'))).toEqual([
      'budi 1',
      'budi 2',
      'budi 3',
    ]);
    expect(stepsOf(receiver.received).filter((step) => step.startsWith('ani'))).toEqual(['ani 1']);
    receiver.answer = () => 204;
    await run();
    expect(receiver.received).toHaveLength(4);
    later(MINUTE_MS);
    await run();
    expect(stepsOf(receiver.received).slice(4)).toEqual(['ani 1', 'ani 2', 'ani 3']);
    const ids = receiver.received.filter((one) => eventOf(one).data.step === 'ani 1');
    expect(new Set(ids.map((one) => eventOf(one).id)).size).toBe(1);
  });

  it('A13: each once, however many workers there are', async () => {
    const people = Array.from({ length: 20 }, person);
    for (const step of ['1', '2', '3']) for (const id of people) await tell(id, step);
    const workers = [delivery(), delivery(), delivery()];
    await Promise.all(workers.map((one) => run(one)));
    await Promise.all(workers.map((one) => run(one)));
    const ids = receiver.received.map((one) => eventOf(one).id);
    expect(ids).toHaveLength(60);
    expect(new Set(ids).size).toBe(60);
    for (const id of people) {
      const own = receiver.received.filter(({ body }) => body.includes(id));
      expect(stepsOf(own)).toEqual(['1', '2', '3']);
    }
  });

  it('A13: again, with the same id, after a crash between sending and noting it', async () => {
    await tell(person(), 'before the crash');
    // a process that dies once it has sent: what it had in hand is never noted
    await crashAfterSending();
    expect(receiver.received).toHaveLength(1);
    await run();
    expect(receiver.received).toHaveLength(1);
    later(2 * MINUTE_MS);
    await run();
    const [first, second] = receiver.received.map((one) => eventOf(one).id);
    expect(receiver.received).toHaveLength(2);
    expect(second).toBe(first);
    expect(await states()).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  });

  async function crashAfterSending(): Promise<void> {
    await settled();
    await queueWebhooks(database.db);
    const limits = { total: 1, perSubscription: 1, busy: [] };
    const [claimed] = await claimDeliveries(database.db, now, limits);
    const event = claimed!.event!;
    await createPost({ allowed: ['127.0.0.0/8'] })({
      url: claimed!.url,
      headers: {},
      body: JSON.stringify({ id: `${event.xid}-${event.id}`, data: event.payload }),
    });
  }

  it('A13: for a day, then as a dead letter that is sent again when somebody asks', async () => {
    const debtorId = person();
    receiver.answer = () => 500;
    await tell(debtorId, 'lost');
    await tell(debtorId, 'behind');
    const gaps: number[] = [];
    for (let tries = 0; tries < 4; tries++) {
      await run();
      const [first] = await states();
      gaps.push(first!.nextAt!.getTime() - now.getTime());
      later(gaps.at(-1)!);
    }
    expect(gaps).toEqual([5_000, 10_000, 20_000, 40_000]);
    later(24 * HOUR_MS);
    await run();
    // nothing got through for a day: it is not tried further, and the events wait
    expect(await states()).toMatchObject([
      { state: 'dead', status: 500, failure: 'it answered 500' },
      { state: 'queued' },
    ]);
    expect((await findWebhook(database.db, webhookId))!.pausedAt).not.toBeNull();
    const told = await database.db.query<{ type: string }>(
      `select type from event where type = 'webhook.paused' and payload->>'webhookId' = $1`,
      [webhookId],
    );
    expect(told.rows).toHaveLength(1);

    const tries = receiver.received.length;
    receiver.answer = () => 204;
    later(HOUR_MS);
    await run();
    expect(receiver.received).toHaveLength(tries);
    await database.db.transaction((tx) => resumeWebhook(tx, webhookId));
    await run();
    expect(stepsOf(receiver.received.slice(tries))).toContain('behind');
    const [dead] = await states();
    const lostId = eventOf(receiver.received[0]!).id;
    await database.db.transaction((tx) => resendDelivery(tx, dead!.id));
    later(HOUR_MS);
    await run();
    expect(eventOf(receiver.received.at(-1)!).id).toBe(lostId);
    expect((await states())[0]).toMatchObject({ state: 'delivered', status: 204 });
    const again = await database.db.transaction((tx) => resendDelivery(tx, dead!.id));
    expect(again).toBe('not_dead');
  });

  it('A13: also those of a transaction that was committed late, and none of another creditor', async () => {
    const { db } = database;
    const [ani, budi] = [person(), person()];
    const late = db.transaction(async (tx) => {
      await appendEvent(tx, {
        type: 'promise.made',
        creditorId,
        payload: { debtorId: ani, step: 'late' },
      });
      await tell(budi, 'early');
      await turn(delivery());
      // an open transaction holds back what came after it began
      expect(receiver.received).toHaveLength(0);
    });
    await late;
    await db.transaction((tx) =>
      appendEvent(tx, { type: 'trunk.down', payload: { debtorId: ani, step: 'of the house' } }),
    );
    await run();
    expect(stepsOf(receiver.received).sort()).toEqual(['early', 'late']);
  });

  it('A13: of the types that were asked for', async () => {
    await database.db.query('update webhook_subscription set event_types = $2 where id = $1', [
      webhookId,
      ['promise.made'],
    ]);
    const debtorId = person();
    await database.db.transaction((tx) =>
      appendEvent(tx, { type: 'hold.placed', creditorId, payload: { debtorId, step: 'no' } }),
    );
    await tell(debtorId, 'yes');
    await run();
    expect(stepsOf(receiver.received)).toEqual(['yes']);
  });
});
