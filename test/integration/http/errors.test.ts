import { randomUUID } from 'node:crypto';
import type { Gate } from '../../../dialer/create-gate';
import { startApi, type Api } from '../../support/http-api';

/** A gate whose database fails at each transaction, as told. */
const failingGate = (...errors: Error[]): Gate =>
  ({
    db: { transaction: () => Promise.reject(errors.shift() ?? new Error('told no more')) },
  }) as never;

describe('errors', () => {
  let api: Api;
  let admin: string;
  beforeAll(async () => {
    api = await startApi({
      gate: failingGate(
        new Error('relation "secret_table" does not exist'),
        Object.assign(new Error('terminating connection'), { code: '57P01' }),
      ),
      readiness: () =>
        Promise.resolve([
          { name: 'database', ok: true },
          { name: 'queue', ok: false, detail: 'redis://secret@host refused' },
        ]),
    });
    admin = await api.key('admin');
  });
  afterAll(() => api.close());

  it('lists every field of a body with reason and what is accepted, and changes nothing', async () => {
    const response = await api.call(admin, 'POST /v1/trunks', {
      body: {
        name: ' x',
        host: 'no host!',
        port: 70_000,
        transport: 'sctp',
        callerIds: ['081200001234'],
        callsPerSecond: 'five',
        colour: 'red',
      },
    });
    expect(response.statusCode).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    const problem = response.json();
    expect(problem).toMatchObject({
      type: 'urn:santun:problem:invalid_request',
      status: 400,
      code: 'invalid_request',
      in: 'body',
      requestId: response.headers.get('x-request-id'),
    });
    expect(problem.errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: 'name', reason: 'has the wrong form' }),
        expect.objectContaining({ field: 'host', reason: 'has the wrong form' }),
        { field: 'port', reason: 'is too big', accepted: 'at most 65535' },
        { field: 'transport', reason: 'is not one of the values', accepted: 'udp, tcp, tls' },
        {
          field: 'callerIds.0',
          reason: 'has the wrong form',
          accepted: 'an E.164 number, +6281200001234',
        },
        { field: 'callsPerSecond', reason: 'has the wrong type', accepted: 'number' },
        { field: 'colour', reason: 'is not a known field', accepted: 'leave it out' },
      ]),
    );
    expect(problem.errors).toHaveLength(7);
    expect(response.body).not.toContain('081200001234');
    expect((await api.call(admin, 'GET /v1/trunks')).json().items).toEqual([]);
  });

  it.each([
    ['POST /v1/pools', '{"name":', 'application/json', 400, 'malformed_body'],
    ['POST /v1/pools', '', 'application/json', 400, 'malformed_body'],
    ['POST /v1/pools', '<name/>', 'application/xml', 415, 'unsupported_media_type'],
    [
      'POST /v1/pools',
      `{"name":"${'x'.repeat(300_000)}"}`,
      'application/json',
      413,
      'body_too_large',
    ],
    ['POST /v1/pools', '{}', 'application/json', 400, 'invalid_request'],
    ['POST /v1/pools', '[]', 'application/json', 400, 'invalid_request'],
    [
      'POST /v1/pools',
      '{"name":"a","__proto__":{"admin":true}}',
      'application/json',
      400,
      'malformed_body',
    ],
  ])('answers %s with %.20j as %s: %i %s', async (route, body, type, status, code) => {
    const response = await api.call(admin, route, { body, headers: { 'content-type': type } });
    expect(response.json()).toMatchObject({ status, code });
    expect(response.statusCode).toBe(status);
  });

  it.each([
    ['GET /nowhere', 404, 'not_found'],
    ['GET /v1/nowhere', 404, 'not_found'],
    ['PUT /v1/pools', 404, 'not_found'],
    ['GET /v1/agents/7', 400, 'invalid_request'],
    ['GET /v1/agents/%', 400, 'invalid_request'],
    [`GET /v1/agents/${randomUUID()}`, 404, 'not_found'],
    ['GET /v1/agents?colour=red', 400, 'invalid_request'],
    ['GET /v1/agents?limit=0', 400, 'invalid_request'],
    ['GET /v1/agents?limit=201', 400, 'invalid_request'],
    ['GET /v1/agents?cursor=nonsense', 400, 'invalid_cursor'],
  ])('answers %s with %i %s', async (route, status, code) => {
    const response = await api.call(admin, route);
    expect(response.json()).toMatchObject({ status, code });
    expect(response.statusCode).toBe(status);
  });

  it('names the field that is taken or refers to nothing', async () => {
    await api.call(admin, 'POST /v1/pools', { body: { name: 'Tim A' } });
    expect(
      (await api.call(admin, 'POST /v1/pools', { body: { name: 'Tim A' } })).json(),
    ).toMatchObject({ status: 409, code: 'already_exists', field: 'name' });
    const body = { name: 'Agen', sipUsername: 'agen-1', poolIds: [randomUUID()] };
    expect((await api.call(admin, 'POST /v1/agents', { body })).json()).toMatchObject({
      status: 422,
      code: 'unknown_reference',
      field: 'poolIds',
    });
    expect((await api.call(admin, 'GET /v1/agents')).json().items).toEqual([]);
  });

  it('says an id instead of what went wrong inside, and logs the rest', async () => {
    const { rows } = await api.database.db.query<{ id: string }>(
      `with c as (insert into creditor (code, name) values ('contoh', 'Contoh') returning id),
         d as (insert into debtor (name) values ('Orang Contoh') returning id),
         a as (insert into account (creditor_id, debtor_id, external_id, currency,
             amount_due_minor, due_date, content_hash)
           select c.id, d.id, 'A-1', 'IDR', 1, '2026-10-01', '' from c, d returning id),
         k as (insert into campaign (creditor_id, name, rule_packs)
           select id, 'K', '{}' from c returning id)
       select id from k union all select id from a`,
    );
    const broken = await api.call(admin, `GET /v1/campaigns/${rows[0]!.id}/why`);
    expect(broken.json()).toMatchObject({ status: 500, code: 'internal_error' });
    expect(broken.body).not.toContain('secret_table');
    const logged = api.logLines.filter((line) => line.includes(broken.json().requestId));
    expect(logged.some((line) => line.includes('secret_table'))).toBe(true);

    const away = await api.call(admin, `GET /v1/accounts/${rows[1]!.id}/why`);
    expect(away.json()).toMatchObject({ status: 503, code: 'unavailable' });
    expect(away.headers.get('retry-after')).toBe('2');
  });

  it('tells what is not ready by name alone', async () => {
    const response = await api.call(null, 'GET /readyz');
    expect(response.statusCode).toBe(503);
    expect(response.body).not.toContain('secret');
    expect(response.json()).toEqual({
      ready: false,
      checks: [
        { name: 'database', ok: true },
        { name: 'queue', ok: false },
      ],
    });
  });

  it('logs route, status and duration; no key, query or body', async () => {
    await api.call(admin, 'GET /v1/accounts?externalId=PERSONAL-7');
    await api.call(admin, 'POST /v1/pools', { body: { name: 'Tim Rahasia' } });
    const lines = api.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(
      expect.objectContaining({
        method: 'GET',
        route: '/v1/accounts',
        status: 200,
        durationMs: expect.any(Number),
        requestId: expect.any(String),
      }),
    );
    const log = api.logLines.join('');
    for (const secret of [admin, 'PERSONAL-7', 'Tim Rahasia']) expect(log).not.toContain(secret);
  });

  it('measures requests by route', async () => {
    await api.call(admin, `GET /v1/agents/${randomUUID()}`);
    const { body } = await api.call(null, 'GET /metrics');
    expect(body).toMatch(
      /santun_http_request_duration_seconds_count\{method="GET",route="\/v1\/agents\/:id",status="404"\} [1-9]/,
    );
  });
});
