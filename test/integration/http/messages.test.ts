import { newId } from '../../../src/db/new-id';
import { signatureHeaders } from '../../../src/outbound/sign-delivery';
import { startApi, type Api } from '../../support/http-api';
import { startReceiver, type HttpReceiver } from '../../support/http-receiver';
import { MessageDesk, type TalkMessage } from '../../support/message-desk';

describe('A13: messages over the API', () => {
  let api: Api;
  let manager: string;
  let supervisor: string;
  let gateway: HttpReceiver;
  let desk: MessageDesk;

  beforeAll(async () => {
    api = await startApi();
    manager = await api.key('manager');
    supervisor = await api.key('supervisor');
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    gateway = await startReceiver();
    desk = new MessageDesk(api.database.db, gateway, api.secretKey);
  });
  afterEach(async () => {
    await desk.clear();
    expect(desk.errors).toEqual([]);
    await gateway.close();
  });

  interface Channel {
    readonly id: string;
    readonly secret: string;
  }
  async function add(creditorId: string, channel: string, priority: number): Promise<Channel> {
    const body = { channel, priority, url: `${gateway.url}/${channel}` };
    const route = `POST /v1/creditors/${creditorId}/message-channels`;
    const added = await api.call(manager, route, { body });
    expect(added.statusCode).toBe(201);
    return added.json() as Channel;
  }
  /** As a gateway reports. @param body by default as it should be */
  async function report(
    { id, secret }: Channel,
    receipt: object,
    timestamp = Math.floor(Date.now() / 1_000),
  ): Promise<number> {
    const body = JSON.stringify(receipt);
    const headers = signatureHeaders({ id: newId(new Date()), timestamp, body }, [secret]);
    const route = `POST /v1/message-channels/${id}/receipts`;
    return (await api.call(null, route, { body, headers })).statusCode;
  }
  const handedId = (at: number): string =>
    (JSON.parse(gateway.received[at]?.body ?? '{}') as { id: string }).id;
  async function sent(): Promise<{ message: TalkMessage; whatsapp: Channel; sms: Channel }> {
    const message = await desk.person();
    const whatsapp = await add(message.creditorId, 'whatsapp', 1);
    const sms = await add(message.creditorId, 'sms', 2);
    await desk.queue(message);
    await desk.turn();
    return { message, whatsapp, sms };
  }

  it('A13: receipts move a message on, in whatever order and however often they come', async () => {
    const { message, whatsapp, sms } = await sent();
    const id = handedId(0);
    expect(await report(whatsapp, { id, status: 'delivered' })).toBe(204);
    expect((await desk.stateOf(message)).state).toBe('delivered');
    for (const status of ['read', 'sent', 'delivered', 'failed', 'read']) {
      expect(await report(whatsapp, { id, status })).toBe(204);
    }
    expect((await desk.stateOf(message)).state).toBe('read');
    const { rows } = await api.database.db.query<{ type: string }>(
      `select type from event where type like 'message.%' and payload->>'accountId' = $1 order by id`,
      [message.accountId],
    );
    expect(rows.map(({ type }) => type)).toEqual([
      ...['message.queued', 'message.sent', 'message.delivered', 'message.read'],
    ]);
    // of another channel, by another, too old, or not understood
    expect(await report(sms, { id, status: 'failed' })).toBe(404);
    expect(await report({ ...whatsapp, secret: sms.secret }, { id, status: 'failed' })).toBe(401);
    const old = Math.floor(Date.now() / 1_000) - 600;
    expect(await report(whatsapp, { id, status: 'failed' }, old)).toBe(401);
    expect(await report(whatsapp, { id, status: 'lost' })).toBe(400);
  });

  it('K20, A13: the answer to a survey comes by the gateway too, the first one counts', async () => {
    const message = await desk.person();
    const whatsapp = await add(message.creditorId, 'whatsapp', 1);
    const { db } = api.database;
    const { rows } = await db.query<{ id: string }>(
      `insert into survey (attempt_id, creditor_id, debtor_id, account_id) values ($1, $2, $3, $4) returning id`,
      [message.attemptId, message.creditorId, message.debtorId, message.accountId],
    );
    const surveyId = rows[0]!.id;
    const earlier = gateway.received.length;
    await desk.queue({ ...message, kind: 'survey', subjectId: surveyId });
    await desk.queue(message);
    await desk.turn();
    const handed = gateway.received
      .slice(earlier)
      .map(({ body }) => JSON.parse(body) as { id: string; kind: string });
    const idOf = (kind: string): string => handed.find((each) => each.kind === kind)?.id ?? '';
    const answered = { id: idOf('survey'), status: 'answered', answer: 4 };
    expect(await report(whatsapp, answered)).toBe(204);
    expect(await report(whatsapp, { ...answered, answer: 1 })).toBe(204);
    const kept = await db.query(
      `select s.answer, (select state from message where subject_id = s.id) as state,
         (select array_agg(actor) from audit_entry where action = 'survey.answered' and subject_id = s.id::text) as by
       from survey s where id = $1`,
      [surveyId],
    );
    expect(kept.rows).toEqual([
      { answer: 4, state: 'read', by: [`message-channel:${whatsapp.id}`] },
    ]);
    expect(await report(whatsapp, { ...answered, answer: 6 })).toBe(400);
    expect(await report(whatsapp, { ...answered, id: idOf('recap') })).toBe(400);
    expect(await report(whatsapp, { ...answered, id: newId(new Date()) })).toBe(404);
    expect(await report({ ...whatsapp, secret: 'whsec_AAAA' }, answered)).toBe(401);
  });

  it('A13: what could not be delivered goes by the next channel, and all of it is seen', async () => {
    const { message, whatsapp, sms } = await sent();
    const undelivered = { id: handedId(0), status: 'failed', reason: 'no such user' };
    expect(await report(whatsapp, undelivered)).toBe(204);
    expect(await desk.stateOf(message)).toEqual({ state: 'queued', cause: 'not_delivered' });
    desk.later(1_000);
    await desk.turn();
    expect(gateway.received.map(({ path }) => path)).toEqual(['/whatsapp', '/sms']);
    expect(await report(sms, { id: handedId(1), status: 'delivered' })).toBe(204);
    const path = `GET /v1/messages?accountId=${message.accountId}&state=delivered`;
    const { items } = (await api.call(supervisor, path)).json() as { items: { id: string }[] };
    expect(items).toMatchObject([
      {
        ...{ kind: 'recap', state: 'delivered', debtorId: message.debtorId, nextAt: null },
        sends: [
          { channel: 'whatsapp', state: 'failed', failure: 'no such user' },
          { channel: 'sms', state: 'delivered', failure: null },
        ],
      },
    ]);
    const one = await api.call(supervisor, `GET /v1/messages/${items[0]?.id ?? ''}`);
    expect(one.json()).toEqual(items[0]);
  });

  it('A13: a creditor has one channel of a kind, whose secret is shown once and changed', async () => {
    const { creditorId } = await desk.person();
    const { id, secret } = await add(creditorId, 'sms', 1);
    const path = `/v1/creditors/${creditorId}/message-channels`;
    const body = { channel: 'sms', url: 'https://gateway.example.com/' };
    const second = await api.call(manager, `POST ${path}`, { body });
    expect(second.json()).toMatchObject({ code: 'already_exists' });
    expect((await api.call(supervisor, `POST ${path}`, { body })).statusCode).toBe(403);
    const listed = await api.call(supervisor, `GET ${path}`);
    expect(listed.json()).toMatchObject({ items: [{ id, channel: 'sms', enabled: true }] });
    expect(listed.body).not.toContain('secret');
    const rotated = await api.call(manager, `POST ${path}/${id}/rotate-secret`);
    expect((rotated.json() as Channel).secret).not.toBe(secret);
    expect((await api.call(manager, `DELETE ${path}/${id}`)).statusCode).toBe(204);
    expect((await api.call(manager, `DELETE ${path}/${id}`)).statusCode).toBe(404);
  });
});
