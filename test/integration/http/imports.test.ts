import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { startApi, type Api } from '../../support/http-api';

const HEADER = 'external_account_id,external_debtor_id,name,phone,amount_due,due_date,province';
const row = (n: number, change: Partial<Record<'phone' | 'amount', string>> = {}): string =>
  `A-${n},D-${n},Orang ${n},${change.phone ?? `0812000${String(n).padStart(5, '0')}`},${change.amount ?? '150000'},2026-10-01,ID-JK`;
const file = (...rows: string[]): string => [HEADER, ...rows, ''].join('\n');

describe('imports', () => {
  let api: Api;
  let manager: string;
  beforeAll(async () => {
    api = await startApi();
    manager = await api.key('manager');
  });
  afterAll(() => api.close());

  const newCreditor = async (): Promise<string> => {
    const code = `c-${randomUUID().slice(0, 8)}`;
    const created = await api.call(manager, 'POST /v1/creditors', {
      body: { code, name: 'Pinjaman Contoh' },
    });
    expect(created.json()).toMatchObject({ code, currency: 'IDR', country: 'ID' });
    return code;
  };
  const upload = (query: string, body: string, headers: Record<string, string> = {}) =>
    api.call(manager, `POST /v1/imports?${query}`, {
      body,
      headers: { 'content-type': 'text/csv', 'x-file-name': 'akun.csv', ...headers },
    });
  const count = async (table: string): Promise<number> => {
    const { rows } = await api.database.db.query<{ n: number }>(
      `select count(*)::int as n from ${table}`,
    );
    return rows[0]!.n;
  };

  it('imports a file, tells of rejected rows, and changes nothing the second time', async () => {
    const creditor = await newCreditor();
    const csv = file(row(1), row(2), row(3, { phone: '12' }), row(4, { amount: '-5' }));
    const first = await upload(`creditor=${creditor}`, csv);
    expect(first.statusCode).toBe(201);
    expect(first.json()).toMatchObject({
      state: 'done',
      dryRun: false,
      fileName: 'akun.csv',
      format: 'csv',
      newCount: 2,
      rejectedCount: 2,
      fileSha256: createHash('sha256').update(csv).digest('hex'),
    });
    expect(first.json().rejections.map((r: { line: number }) => r.line)).toEqual([4, 5]);
    const again = await upload(`creditor=${creditor}`, csv);
    expect(again.json()).toMatchObject({ newCount: 0, unchangedCount: 2, rejectedCount: 2 });

    const id = first.json().importId as string;
    expect((await api.call(manager, `GET /v1/imports/${id}`)).json()).toMatchObject({
      id,
      state: 'done',
      newCount: 2,
    });
    const page = await api.call(manager, `GET /v1/imports/${id}/rejections?limit=1`);
    expect(page.json().items).toMatchObject([{ line: 4, accepted: expect.any(String) }]);
    const rest = await api.call(
      manager,
      `GET /v1/imports/${id}/rejections?limit=1&cursor=${page.json().nextCursor as string}`,
    );
    expect(rest.json()).toMatchObject({ items: [{ line: 5 }], nextCursor: null });
    const list = await api.call(manager, 'GET /v1/imports?limit=2');
    expect(list.json().items.map((item: { id: string }) => item.id)).toContain(id);
  });

  it('takes JSON lines, and only tells in a dry run', async () => {
    const creditor = await newCreditor();
    const before = await count('account');
    const line = JSON.stringify({
      external_account_id: 'J-1',
      external_debtor_id: 'J-1',
      name: 'Orang J',
      phone: '081200099001',
      amount_due: 150000,
      due_date: '2026-10-01',
    });
    const response = await upload(`creditor=${creditor}&dryRun=true`, `${line}\n`, {
      'content-type': 'application/x-ndjson; charset=utf-8',
    });
    expect(response.json()).toMatchObject({ format: 'jsonl', dryRun: true, newCount: 1 });
    expect(await count('account')).toBe(before);
  });

  it('carries out a keyed import once, by its content', async () => {
    const creditor = await newCreditor();
    const key = { 'idempotency-key': randomUUID() };
    const first = await upload(`creditor=${creditor}`, file(row(101)), key);
    const imports = await count('import_batch');
    const again = await upload(`creditor=${creditor}`, file(row(101)), key);
    expect(again.statusCode).toBe(201);
    expect(again.body).toBe(first.body);
    const other = await upload(`creditor=${creditor}`, file(row(102)), key);
    expect(other.json()).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(await count('import_batch')).toBe(imports);
  });

  it('streams a file many times the limit of a JSON body', async () => {
    const creditor = await newCreditor();
    const rows = 2_000;
    let sent = 0;
    async function* chunks(): AsyncGenerator<string> {
      yield `${HEADER}\n`;
      for (let n = 0; n < rows; n++) {
        const text = `B-${n},B-${n},Orang ${n},0813000${String(n).padStart(5, '0')},150000,2026-10-01,${' '.repeat(400)}ID-JK\n`;
        sent += text.length;
        yield await Promise.resolve(text);
      }
    }
    const response = await fetch(`${api.url}/v1/imports?creditor=${creditor}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${manager}`, 'content-type': 'text/csv' },
      body: Readable.toWeb(Readable.from(chunks())) as ReadableStream,
      duplex: 'half',
    });
    expect(await response.json()).toMatchObject({ state: 'done', newCount: rows });
    expect(sent).toBeGreaterThan(2 * 256 * 1_024);
  }, 30_000);

  it('runs two at once, and reports a file that was cut off', async () => {
    const creditor = await newCreditor();
    const slow = () => {
      let finish: () => void = () => undefined;
      const finished = new Promise<void>((resolve) => (finish = resolve));
      const abort = new AbortController();
      async function* chunks(): AsyncGenerator<string> {
        yield `${HEADER}\n`;
        await finished;
        yield `${row(301)}\n`;
      }
      const response = fetch(`${api.url}/v1/imports?creditor=${creditor}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${manager}`, 'content-type': 'text/csv' },
        body: Readable.toWeb(Readable.from(chunks())),
        duplex: 'half',
        signal: abort.signal,
      });
      return { response, finish, abort };
    };
    const running = async (): Promise<{ id: string; state: string }[]> => {
      const { rows } = await api.database.db.query<{ id: string; state: string }>(
        `select b.id, state from import_batch b join creditor c on c.id = creditor_id
         where c.code = $1 order by b.id`,
        [creditor],
      );
      return rows;
    };
    const first = slow();
    while ((await running()).length < 1);
    const second = slow();
    while ((await running()).length < 2);
    const third = await upload(`creditor=${creditor}`, file(row(302)));
    expect(third.json()).toMatchObject({ status: 503, code: 'unavailable' });
    first.finish();
    expect(await (await first.response).json()).toMatchObject({ state: 'done', newCount: 1 });
    second.abort.abort();
    await expect(second.response).rejects.toThrow();
    let states = await running();
    while (states.some(({ state }) => state === 'running')) states = await running();
    expect(states.map(({ state }) => state)).toEqual(['done', 'failed']);
    const fourth = await upload(`creditor=${creditor}`, file(row(302)));
    expect(fourth.statusCode).toBe(201);
  });

  it('refuses what is no file, and a creditor that is not there', async () => {
    const creditor = await newCreditor();
    const json = await api.call(manager, `POST /v1/imports?creditor=${creditor}`, { body: {} });
    expect(json.json()).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    const none = await api.call(manager, `POST /v1/imports?creditor=${creditor}`);
    expect(none.json()).toMatchObject({ status: 415 });
    expect((await upload('creditor=nobody', file(row(1)))).json()).toMatchObject({
      status: 422,
      code: 'unknown_reference',
      field: 'creditor',
    });
    expect((await upload(`creditor=${creditor}&dryRun=maybe`, file(row(1)))).json()).toMatchObject({
      status: 400,
      in: 'querystring',
    });
    expect((await upload(`creditor=${creditor}`, 'no header here\n')).json()).toMatchObject({
      state: 'failed',
      error: expect.any(String),
    });
  });

  it('adds a number to a person and frees an account that had none', async () => {
    const creditor = await newCreditor();
    await upload(`creditor=${creditor}`, file(row(201)));
    const { items } = (await api.call(manager, 'GET /v1/accounts?externalId=A-201')).json();
    const { id: accountId, debtorId } = items[0] as { id: string; debtorId: string };
    await api.database.db.query(
      `update account set blocked_reason = 'no_dialable_phone', next_attempt_at = null where id = $1`,
      [accountId],
    );
    await api.database.db.query(`update phone set status = 'invalid' where debtor_id = $1`, [
      debtorId,
    ]);
    const add = (body: object) =>
      api.call(manager, `POST /v1/debtors/${debtorId}/phones`, { body });
    const spouse = await add({ number: '+62 812 0009 9002', owner: 'spouse' });
    expect(spouse.json()).toMatchObject({ phone: '+6281200099002', owner: 'spouse', position: 2 });
    const account = async () => (await api.call(manager, `GET /v1/accounts/${accountId}`)).json();
    expect((await account()).blockedReason).toBe('no_dialable_phone');
    expect((await add({ number: '0812-0009-9003', owner: 'debtor' })).statusCode).toBe(201);
    expect(await account()).toMatchObject({
      blockedReason: null,
      nextAttemptAt: expect.any(String),
    });
    expect((await add({ number: '081200099003', owner: 'debtor' })).json()).toMatchObject({
      code: 'already_exists',
    });
    expect((await add({ number: '12', owner: 'debtor' })).json()).toMatchObject({
      code: 'invalid_request',
      errors: [{ field: 'number', reason: expect.any(String) }],
    });
    const phones = await api.call(manager, `GET /v1/debtors/${debtorId}/phones`);
    expect(phones.json().items).toHaveLength(3);
  });
});
