import { createHmac } from 'node:crypto';
import { writeCollectionPolicy } from '../../../src/db/collection-policies';
import { liftHold, placeHold } from '../../../src/db/holds';
import { newId } from '../../../src/db/new-id';
import { collectionPolicy } from '../../../src/domain/collection-policy/collection-policy';
import { createPost } from '../../../src/outbound/post-safely';
import { newWebhookSecret } from '../../../src/outbound/sign-delivery';
import { startReceiver, type HttpReceiver, type Received } from '../../support/http-receiver';
import { MESSAGE_BODY as BODY, MessageDesk } from '../../support/message-desk';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

const MINUTE_MS = 60_000;

interface Handed {
  readonly id: string;
  readonly channel: string;
  readonly to: string | null;
  readonly text: string;
  readonly language: string;
}
const handed = (received: Received): Handed => JSON.parse(received.body) as Handed;

describe('A13: messages reach people by the creditor’s gateways, under the rules of calls', () => {
  let database: TestDatabase;
  let gateway: HttpReceiver;
  let desk: MessageDesk;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    gateway = await startReceiver();
    gateway.answer = () => ({ status: 202, body: '{"status":"accepted","id":"gw-1"}' });
    desk = new MessageDesk(database.db, gateway);
  });
  afterEach(async () => {
    await desk.clear();
    expect(desk.errors).toEqual([]);
    await gateway.close();
  });

  it('K21: a recap is with the gateway within a minute of the talk, and is a contact', async () => {
    const message = await desk.person();
    const secret = newWebhookSecret();
    await desk.open(message.creditorId, 'whatsapp', 1, secret);
    const startedAt = Date.now();
    await desk.queue(message);
    desk.now = new Date();
    expect(await desk.turn()).toBe(1);
    const [received] = gateway.received;
    expect(received!.at - startedAt).toBeLessThan(60_000);
    const phone = await database.db.query<{ e164: string }>(
      'select e164 from phone join attempt a on a.phone_id = phone.id where a.id = $1',
      [message.attemptId],
    );
    const { e164 } = phone.rows[0]!;
    expect(handed(received!)).toMatchObject({
      ...{ channel: 'whatsapp', to: e164, language: 'id', text: BODY.id, kind: 'recap' },
    });
    // the gateway checks who sent it with a few lines of its own
    const { headers, body } = received!;
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    const key = Buffer.from(secret.slice(6), 'base64');
    const expected = createHmac('sha256', key).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
    expect(await desk.stateOf(message)).toEqual({ state: 'sent', cause: null });
    expect(await desk.contactsOf(message)).toEqual([
      { mode: 'text', outcome: 'text', direction: 'out', account_ids: [message.accountId], e164 },
    ]);
    await desk.turn();
    expect(gateway.received).toHaveLength(1);
  });

  it('K5: a reminder speaks under the promise’s own hold, and under no other', async () => {
    const message = { ...(await desk.person()), kind: 'promise_reminder' as const };
    await desk.open(message.creditorId, 'sms');
    await desk.hold(message, 'promise');
    await desk.queue(message);
    await desk.turn();
    expect(await desk.stateOf(message)).toEqual({ state: 'sent', cause: null });
    await desk.hold(message, 'cease');
    const next = { ...message, subjectId: newId(new Date()) };
    await desk.queue(next);
    await desk.turn();
    expect(await desk.stateOf(next)).toEqual({ state: 'queued', cause: 'santun.base.hold' });
    expect(gateway.received).toHaveLength(1);
  });

  it('A13: waits exactly for the end of a hold, and goes at once when it is lifted', async () => {
    const message = { ...(await desk.person()), kind: 'promise_reminder' as const };
    const { accountId, subjectId } = message;
    await desk.open(message.creditorId, 'sms');
    const to = new Date(Math.ceil((desk.now.getTime() + 200 * MINUTE_MS) / MINUTE_MS) * MINUTE_MS);
    const place = async (until: Date | null): Promise<string> => {
      const input = { accountId, kind: 'cease' as const, reason: 'because', source: 'test' };
      const placed = await database.db.transaction((tx) =>
        placeHold(tx, until === null ? input : { ...input, to: until.toISOString() }, 'test'),
      );
      if (placed.kind !== 'written') throw new Error('no hold');
      return placed.fact.id;
    };
    const lift = (id: string) =>
      database.db.transaction((tx) => liftHold(tx, { id, reason: 'test', actor: 'test' }));
    const nextAt = async () => {
      const { rows } = await database.db.query<{ nextAt: Date; uselessAfter: Date; now: Date }>(
        `select next_at as "nextAt", useless_after as "uselessAfter", clock_timestamp() as now
         from message where subject_id = $1`,
        [subjectId],
      );
      return rows[0]!;
    };
    const first = await place(to);
    await desk.queue(message);
    await desk.turn();
    expect(await desk.stateOf(message)).toEqual({ state: 'queued', cause: 'santun.base.hold' });
    expect((await nextAt()).nextAt).toEqual(to);
    const second = await place(null);
    await lift(first);
    await desk.turn();
    const waiting = await nextAt();
    expect(waiting.nextAt).toEqual(waiting.uselessAfter);
    await lift(second);
    expect((await nextAt()).nextAt.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
    await desk.turn();
    expect(await desk.stateOf(message)).toEqual({ state: 'sent', cause: null });
  });

  it('A13: a message counts in the budget of calls, and waits where calls have used it up', async () => {
    const message = { ...(await desk.person()), kind: 'promise_reminder' as const };
    await desk.open(message.creditorId, 'sms');
    // three contacts a day by the rules of this campaign: the talk, and two messages
    for (const step of ['1', '2', '3']) {
      await desk.queue({ ...message, step });
      desk.later(1_000);
      await desk.turn();
    }
    expect(gateway.received).toHaveLength(2);
    const { rows } = await database.db.query<{ state: string; cause: string; next: boolean }>(
      `select state, cause, next_at > now() as next from message where subject_id = $1 and step = '3'`,
      [message.subjectId],
    );
    expect(rows).toEqual([{ state: 'queued', cause: 'demo.attempts-a-day', next: true }]);
    // what the house counts does not hold back what the person is owed
    const recap = { ...message, kind: 'recap' as const };
    await desk.queue(recap);
    await desk.turn();
    expect(gateway.received).toHaveLength(3);
    await database.db.transaction((tx) => {
      const policy = collectionPolicy.parse({ messages: { answersWait: true } });
      return writeCollectionPolicy(tx, message.creditorId, policy, 'test');
    });
    await desk.queue({ ...recap, step: 'once more' });
    desk.later(1_000);
    await desk.turn();
    expect(gateway.received).toHaveLength(3);
  });

  it('A12: no reminder about an account that owes nothing any more', async () => {
    const message = { ...(await desk.person()), kind: 'pre_due' as const };
    await desk.open(message.creditorId, 'sms');
    await database.db.query(
      `update account set status = 'paid', amount_due_minor = 0 where id = $1`,
      [message.accountId],
    );
    await desk.queue(message);
    await desk.turn();
    expect(await desk.stateOf(message)).toEqual({ state: 'queued', cause: 'engine.account_paid' });
    desk.later(25 * 60 * MINUTE_MS);
    await desk.turn();
    expect(await desk.stateOf(message)).toEqual({ state: 'expired', cause: 'useless_after' });
    expect(gateway.received).toEqual([]);
  });

  it('A13: goes by the next channel when one refuses, as one contact', async () => {
    const message = await desk.person();
    await desk.open(message.creditorId, 'whatsapp', 1);
    await desk.open(message.creditorId, 'sms', 2);
    gateway.answer = ({ path }) => (path === '/whatsapp' ? 422 : 200);
    await desk.queue(message);
    await desk.turn();
    expect(await desk.stateOf(message)).toEqual({ state: 'queued', cause: 'gateway_refused' });
    await desk.turn();
    expect(gateway.received.map(({ path }) => path)).toEqual(['/whatsapp', '/sms']);
    expect(await desk.stateOf(message)).toEqual({ state: 'sent', cause: null });
    expect(await desk.contactsOf(message)).toHaveLength(1);
  });

  it('A13: is somebody’s task when every channel has refused it', async () => {
    const message = await desk.person();
    await desk.open(message.creditorId, 'sms');
    gateway.answer = () => 422;
    await desk.queue(message);
    await desk.turn();
    await desk.turn();
    expect(await desk.stateOf(message)).toEqual({ state: 'failed', cause: 'no_channel_took_it' });
    const { rows } = await database.db.query<{ kind: string; assignee: string }>(
      'select kind, assignee from task where account_id = $1',
      [message.accountId],
    );
    expect(rows).toEqual([{ kind: 'message_failed', assignee: 'role:supervisor' }]);
  });

  it('A13: is tried again while a gateway is out of order', async () => {
    const message = await desk.person();
    await desk.open(message.creditorId, 'sms');
    gateway.answer = () => 503;
    await desk.queue(message);
    await desk.turn();
    await desk.turn();
    gateway.answer = () => 200;
    await desk.turn();
    expect(gateway.received).toHaveLength(2);
    desk.later(MINUTE_MS);
    await desk.turn();
    expect(gateway.received).toHaveLength(3);
    expect(await desk.stateOf(message)).toEqual({ state: 'sent', cause: null });
  });

  it.each([
    ['cut', null],
    ['an error inside', 500],
  ])(
    'A13: is never sent twice: with an answer that was %s it counts as sent',
    async (_how, reply) => {
      const message = await desk.person();
      await desk.open(message.creditorId, 'sms');
      gateway.answer = () => reply;
      await desk.queue(message);
      await desk.turn();
      expect(await desk.stateOf(message)).toEqual({ state: 'sent', cause: 'outcome_unknown' });
      desk.later(60 * MINUTE_MS);
      await desk.turn();
      expect(gateway.received).toHaveLength(1);
    },
  );

  it('A13: is never sent twice: not by several workers, nor after a crash in mid-send', async () => {
    const [ani, budi] = [await desk.person(), await desk.person()];
    await desk.open(ani.creditorId, 'sms');
    await desk.open(budi.creditorId, 'sms');
    await desk.queue(ani);
    await Promise.all([desk.turn(), desk.turn(), desk.turn()]);
    await desk.turn();
    expect(gateway.received).toHaveLength(1);
    // a process that dies after the hand-over never brings its answer back
    await desk.queue(budi);
    desk.later(1_000);
    await desk.turn(async (request) => {
      await createPost({ allowed: ['127.0.0.0/8'] })(request);
      throw new Error('killed');
    });
    expect(desk.errors.splice(0)).toHaveLength(1);
    expect(gateway.received).toHaveLength(2);
    expect((await desk.stateOf(budi)).state).toBe('sending');
    desk.later(2 * MINUTE_MS);
    await desk.turn();
    expect(await desk.stateOf(budi)).toEqual({ state: 'sent', cause: 'outcome_unknown' });
    expect(gateway.received).toHaveLength(2);
  });

  it('A13: waits, visible, as long as the creditor has no channel', async () => {
    const message = await desk.person();
    await desk.queue(message);
    await desk.turn();
    expect(await desk.stateOf(message)).toEqual({ state: 'no_channel', cause: 'no_channel' });
    await desk.open(message.creditorId, 'sms');
    await desk.turn();
    expect(await desk.stateOf(message)).toEqual({ state: 'sent', cause: null });
  });

  it('A13: goes to a working number of the debtor’s own, in the debtor’s language', async () => {
    const { db } = database;
    const message = await desk.person();
    await desk.open(message.creditorId, 'sms');
    await db.query(`update debtor set language = 'en' where id = $1`, [message.debtorId]);
    await db.query(
      `insert into phone (debtor_id, e164, owner) values ($1, '+6281200077701', 'spouse')`,
      [message.debtorId],
    );
    await db.query(
      `update phone set status = 'wrong_number' where debtor_id = $1 and id <>
         (select min(id::text)::uuid from phone where debtor_id = $1 and owner = 'debtor')`,
      [message.debtorId],
    );
    await desk.queue(message);
    await desk.turn();
    const working = await db.query<{ e164: string }>(
      `select e164 from phone where debtor_id = $1 and status = 'active'`,
      [message.debtorId],
    );
    expect(handed(gateway.received[0]!)).toMatchObject({
      ...{ to: working.rows[0]!.e164, language: 'en', text: BODY.en },
    });
    await db.query(
      `update phone set status = 'retired' where debtor_id = $1 and owner = 'debtor'`,
      [message.debtorId],
    );
    const next = { ...message, step: 'again' };
    await desk.queue(next);
    desk.later(1_000);
    await desk.turn();
    expect(gateway.received).toHaveLength(1);
  });
});
