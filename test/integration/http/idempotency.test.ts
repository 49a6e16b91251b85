import { startApi, type Api } from '../../support/http-api';

describe('Idempotency-Key', () => {
  let api: Api;
  let admin: string;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.key('admin');
  });
  afterAll(() => api.close());

  const post = (key: string, route: string, body: unknown, idempotencyKey: string) =>
    api.call(key, `POST ${route}`, { body, headers: { 'idempotency-key': idempotencyKey } });
  const count = async (table: string): Promise<number> => {
    const { rows } = await api.database.db.query<{ n: number }>(
      `select count(*)::int as n from ${table}`,
    );
    return rows[0]!.n;
  };

  it('answers a repeat as the first time, to the byte, and does nothing', async () => {
    const body = { name: 'Agen Satu', sipUsername: 'agen-satu' };
    const first = await post(admin, '/v1/agents', body, 'one');
    expect(first.statusCode).toBe(201);
    const again = await post(
      admin,
      '/v1/agents',
      { sipUsername: 'agen-satu', name: 'Agen Satu' },
      'one',
    );
    expect(again.statusCode).toBe(201);
    expect(again.body).toBe(first.body);
    expect(again.json().sipPassword).toHaveLength(24);
    expect(await count('agent')).toBe(1);
  });

  it('keeps the answer sealed: the password is not in the database', async () => {
    const first = await post(admin, '/v1/agents', { name: 'B', sipUsername: 'agen-b' }, 'sealed');
    const { rows } = await api.database.db.query<{ body: string }>(
      `select body::text from idempotency_key where key = 'sealed'`,
    );
    const { sealed } = JSON.parse(rows[0]!.body) as { sealed: string };
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain(
      first.json().sipPassword,
    );
  });

  it('refuses the key for another body or another route', async () => {
    await post(admin, '/v1/pools', { name: 'Tim A' }, 'two');
    const other = await post(admin, '/v1/pools', { name: 'Tim B' }, 'two');
    expect(other.json()).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    const elsewhere = await post(admin, '/v1/agents', { name: 'Tim A', sipUsername: 'x1' }, 'two');
    expect(elsewhere.json()).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(await count('pool')).toBe(1);
  });

  it('is a matter of each caller', async () => {
    const manager = await api.key('manager');
    await post(admin, '/v1/pools', { name: 'Tim C' }, 'three');
    expect((await post(manager, '/v1/pools', { name: 'Tim D' }, 'three')).statusCode).toBe(201);
  });

  it('does not keep an error: the repaired world is asked again', async () => {
    expect((await post(admin, '/v1/pools', { name: 'Tim A' }, 'four')).statusCode).toBe(409);
    await api.database.db.query(`update pool set name = 'Tim Z' where name = 'Tim A'`);
    expect((await post(admin, '/v1/pools', { name: 'Tim A' }, 'four')).statusCode).toBe(201);
  });

  it('carries out one of twenty at the same time; the others wait or get its answer', async () => {
    const before = await count('pool');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(admin, '/v1/pools', { name: 'Tim Ramai' }, 'five')),
    );
    const ids = new Set<string>();
    for (const answer of answers) {
      if (answer.statusCode === 201) ids.add(answer.json().id as string);
      else expect(answer.json()).toMatchObject({ status: 409, code: 'idempotency_in_flight' });
    }
    expect(ids.size).toBe(1);
    expect(await count('pool')).toBe(before + 1);
  });

  it('tells that the first is in flight', async () => {
    const { db } = api.database;
    await db.transaction(async (tx) => {
      // holds back the first request at its insert
      await tx.query('lock table pool in share mode');
      const first = post(admin, '/v1/pools', { name: 'Tim Lambat' }, 'six');
      for (;;) {
        const { rowCount } = await db.query(
          `select 1 from pg_locks where locktype = 'relation' and not granted`,
        );
        if (rowCount !== 0) break;
      }
      const second = await post(admin, '/v1/pools', { name: 'Tim Lambat' }, 'six');
      expect(second.json()).toMatchObject({ status: 409, code: 'idempotency_in_flight' });
      void first.then((answer) => {
        expect(answer.statusCode).toBe(201);
      });
    });
    const repeat = async (): Promise<number> =>
      (await post(admin, '/v1/pools', { name: 'Tim Lambat' }, 'six')).statusCode;
    let status = await repeat();
    while (status === 409) status = await repeat();
    expect(status).toBe(201);
    const { rowCount } = await db.query(`select 1 from pool where name = 'Tim Lambat'`);
    expect(rowCount).toBe(1);
  });

  it('forgets after a day', async () => {
    await post(admin, '/v1/pools', { name: 'Tim Kemarin' }, 'seven');
    await api.database.db.query(
      `update idempotency_key set created_at = now() - interval '25 hours' where key = 'seven'`,
    );
    const later = await post(admin, '/v1/pools', { name: 'Tim Baru' }, 'seven');
    expect(later.json()).toMatchObject({ name: 'Tim Baru' });
    expect((await post(admin, '/v1/pools', { name: 'Tim Baru' }, 'seven')).body).toBe(later.body);
  });
});
