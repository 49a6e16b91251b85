import { makeFloor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';

describe('A13: webhooks over the API', () => {
  let api: Api;
  let manager: string;
  let creditorId: string;

  beforeAll(async () => {
    api = await startApi();
    manager = await api.key('manager');
    ({ creditorId } = await makeFloor(api.database.db));
  });
  afterAll(() => api.close());

  interface Webhook {
    readonly id: string;
    readonly secret: string;
  }
  const add = async (of = creditorId, key = manager): Promise<Webhook> => {
    const body = { creditorId: of, url: 'https://erp.example.com/santun?token=of-theirs' };
    const answer = await api.call(key, 'POST /v1/webhooks', { body });
    expect(answer.statusCode).toBe(201);
    return answer.json() as Webhook;
  };

  it('A13: show their secret once, keep it sealed, and change it', async () => {
    const { id, secret } = await add();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const shown = await api.call(manager, `GET /v1/webhooks/${id}`);
    expect(shown.json()).toMatchObject({ id, eventTypes: [], enabled: true, queued: 0, dead: 0 });
    expect(shown.body).not.toContain('secret"');
    const { rows } = await api.database.db.query<{ text: string }>(
      `select s::text || coalesce((select string_agg(record, '') from audit_entry), '') as text
       from webhook_subscription s where id = $1`,
      [id],
    );
    expect(rows[0]?.text).not.toContain(secret);
    expect(rows[0]?.text).toContain('webhook.added');
    const route = `POST /v1/webhooks/${id}/rotate-secret`;
    const rotated = await api.call(manager, route, { body: { overlapHours: 1 } });
    expect(rotated.json()).toMatchObject({ id, oldSecretUntil: expect.any(String) as string });
    expect((rotated.json() as Webhook).secret).not.toBe(secret);
  });

  it.each([
    ['ftp://erp.example.com/', 'is not https'],
    ['https://me:secret@erp.example.com/', 'has a user name or a password in it'],
    ['nowhere', 'is not an address'],
  ])('A13: refuse the address %s', async (url, reason) => {
    const answer = await api.call(manager, 'POST /v1/webhooks', { body: { creditorId, url } });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain(reason);
  });

  it('A13: are seen and changed by managers of their creditor alone', async () => {
    const { id } = await add();
    const other = await makeFloor(api.database.db);
    const own = await api.boundKey('manager', creditorId);
    const stranger = await api.boundKey('manager', other.creditorId);
    expect((await api.call(own, `GET /v1/webhooks/${id}`)).statusCode).toBe(200);
    const change = { body: { enabled: false } };
    expect((await api.call(stranger, `PATCH /v1/webhooks/${id}`, change)).statusCode).toBe(404);
    expect((await api.call(stranger, `DELETE /v1/webhooks/${id}`)).statusCode).toBe(404);
    expect((await api.call(own, `PATCH /v1/webhooks/${id}`, change)).json()).toMatchObject({
      enabled: false,
    });
    await add(other.creditorId, stranger);
    const supervisor = await api.key('supervisor');
    expect((await api.call(supervisor, 'GET /v1/webhooks')).statusCode).toBe(403);
  });

  it('A13: send a dead letter again, and nothing else; ended ones send nothing', async () => {
    const { db } = api.database;
    const { id } = await add();
    const made = await db.query<{ id: string }>(
      `insert into webhook_delivery (subscription_id, creditor_id, event_xid, event_id, event_at,
         type, state, ended_at)
       values ($1, $2, '1', 1, now(), 'promise.made', 'dead', now()) returning id`,
      [id, creditorId],
    );
    const deliveryId = made.rows[0]?.id ?? '';
    const path = `webhook-deliveries?webhookId=${id}&state=dead`;
    expect((await api.call(manager, `GET /v1/${path}`)).json()).toMatchObject({
      items: [{ id: deliveryId, eventId: '1-1', state: 'dead' }],
    });
    const resend = (): ReturnType<Api['call']> =>
      api.call(manager, `POST /v1/webhook-deliveries/${deliveryId}/resend`);
    expect((await resend()).json()).toMatchObject({ state: 'queued', attempts: 0 });
    expect((await resend()).json()).toMatchObject({ code: 'invalid_transition' });
    expect((await api.call(manager, `DELETE /v1/webhooks/${id}`)).statusCode).toBe(204);
    expect((await api.call(manager, `GET /v1/webhooks/${id}`)).statusCode).toBe(404);
    expect((await api.call(manager, `GET /v1/${path}`)).json()).toMatchObject({
      items: [{ id: deliveryId, failure: 'the webhook was removed' }],
    });
    expect((await resend()).json()).toMatchObject({ code: 'in_use' });
  });
});
