import { randomUUID } from 'node:crypto';
import { FactsApi } from '../../support/facts-api';
import { dialTo } from '../../support/talk';

let test: FactsApi;
beforeAll(async () => {
  test = await FactsApi.start();
}, 20_000);
afterAll(() => test.api.close());
beforeEach(() => test.renew());

const reason = 'Surat pelanggan 12 November';

describe('consents', () => {
  const windows = [{ days: [7], from: '09:00', to: '12:00' }];
  const time = {
    kind: 'time',
    validFrom: '2026-11-01T00:00:00+07:00',
    validTo: '2027-11-01T00:00:00+07:00',
    windows,
    evidence: 'Rekaman 12',
  };
  const give = (body: object) => test.post('consents', { debtorId: test.person.debtorId, ...body });

  it('are given with evidence, withdrawn by a row of their own, and listed', async () => {
    const given = await give(time);
    expect(given.statusCode).toBe(201);
    const { id } = given.json();
    expect(given.json()).toMatchObject({ windows, includesHolidays: false, withdrawnAt: null });
    const list = (active: boolean) =>
      test.get(`consents?debtorId=${test.person.debtorId}&active=${active}`);
    expect((await list(true)).json().items).toEqual([given.json()]);
    expect((await test.post(`consents/${id}/withdraw`, {})).statusCode).toBe(400);
    const withdrawn = await test.post(`consents/${id}/withdraw`, { reason, evidence: 'Surel' });
    expect(withdrawn.json()).toMatchObject({
      id,
      withdrawnAt: expect.any(String),
      withdrawalReason: reason,
      withdrawalEvidence: 'Surel',
    });
    expect((await test.post(`consents/${id}/withdraw`, { reason })).statusCode).toBe(409);
    expect((await list(true)).json().items).toEqual([]);
    expect((await test.get(`consents/${id}`)).json()).toEqual(withdrawn.json());
    await expect(test.db.query('delete from consent where id = $1', [id])).rejects.toThrow(/kept/);
    await expect(
      test.db.query('delete from consent_withdrawal where consent_id = $1', [id]),
    ).rejects.toThrow(/kept/);
  });

  it('need what their kind needs', async () => {
    const { phoneId } = test.person;
    const refusals: [object, string][] = [
      [{ ...time, windows: undefined }, 'windows'],
      [{ ...time, validTo: undefined }, 'validTo'],
      [{ ...time, validTo: '2026-10-01T00:00:00Z' }, 'validTo'],
      [{ ...time, windows: [{ days: [1], from: '09:00', to: '09:00' }] }, 'windows.0'],
      [{ kind: 'frequency', evidence: 'x', windows }, 'windows'],
      [{ kind: 'frequency', evidence: 'x', givenAt: '2100-01-01T00:00:00Z' }, 'givenAt'],
      [{ kind: 'channel', evidence: 'x' }, 'channel'],
      [{ kind: 'locate', evidence: 'x' }, 'phoneId'],
      // the debtor's own number is no third person's
      [{ kind: 'locate', evidence: 'x', phoneId }, 'phoneId'],
    ];
    for (const [body, field] of refusals) {
      const response = await give(body);
      expect(response.json()).toMatchObject({ code: 'invalid_fact', errors: [{ field }] });
    }
    const bare = await give({ ...time, evidence: undefined });
    expect(bare.json()).toMatchObject({ status: 400, errors: [{ field: 'evidence' }] });
  });

  it('when withdrawn ask that what rings stop', async () => {
    await test.floor.addReadyAgent();
    const given = await give({ kind: 'channel', channel: 'voice', evidence: 'Formulir' });
    const attemptId = await dialTo(test.db, test.floor, 'ringing');
    await test.post(`consents/${given.json().id}/withdraw`, { reason });
    expect(await test.one('select withdraw_cause from attempt where id = $1', [attemptId])).toEqual(
      {
        withdraw_cause: 'hold',
      },
    );
  });
});

describe('preferences', () => {
  const at = (hour: number) => ({
    debtorId: test.person.debtorId,
    days: [1, 2, 3, 4, 5],
    from: `${hour}:00`,
    to: `${hour + 1}:00`,
  });

  it('are at most three preferred times and any number of refused ones', async () => {
    for (let hour = 10; hour < 15; hour++) {
      const refused = await test.post('preferences', { kind: 'refused', ...at(hour) });
      expect(refused.statusCode).toBe(201);
    }
    const preferred = [];
    for (let hour = 15; hour < 18; hour++) {
      preferred.push(await test.post('preferences', { kind: 'preferred', ...at(hour) }));
    }
    expect(preferred.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201]);
    const fourth = () => test.post('preferences', { kind: 'preferred', ...at(19) });
    expect((await fourth()).json()).toMatchObject({ errors: [{ field: 'kind' }] });
    const remove = `preferences/${preferred[0]!.json().id}/remove`;
    expect((await test.post(remove, {})).statusCode).toBe(400);
    expect((await test.post(remove, { reason })).json()).toMatchObject({ removalReason: reason });
    expect((await test.post(remove, { reason })).statusCode).toBe(409);
    expect((await fourth()).statusCode).toBe(201);
    const list = await test.get(
      `preferences?debtorId=${test.person.debtorId}&kind=preferred&active=true`,
    );
    expect(list.json().items).toHaveLength(3);
  });

  it('must mean a time, and name a call of the person', async () => {
    const empty = await test.post('preferences', { kind: 'refused', ...at(10), to: '10:00' });
    expect(empty.json()).toMatchObject({ errors: [{ field: 'to' }] });
    const odd = await test.post('preferences', { kind: 'refused', ...at(10), from: '25:00' });
    expect(odd.json()).toMatchObject({ status: 400, errors: [{ field: 'from' }] });
    const call = await test.post('preferences', {
      kind: 'refused',
      ...at(10),
      sourceAttemptId: randomUUID(),
    });
    expect(call.json()).toMatchObject({ errors: [{ field: 'sourceAttemptId' }] });
  });
});

describe('contacts', () => {
  it('enter the ledger once, and cannot be taken out', async () => {
    const { debtorId, accountId, e164 } = test.person;
    const body = {
      at: '2026-11-20T03:00:00Z',
      direction: 'in',
      outcome: 'conversation',
      debtorId,
      accountIds: [accountId],
      number: e164,
      source: 'pbx',
      externalId: randomUUID(),
    };
    const first = await test.post('contacts', body);
    expect(first.statusCode).toBe(201);
    expect(first.json()).toMatchObject({ creditorId: test.floor.creditorId, mode: 'live' });
    expect(first.json().number).not.toBe(e164);
    expect((await test.post('contacts', body)).statusCode).toBe(200);
    const other = await test.post('contacts', { ...body, outcome: 'no_answer' });
    expect(other.json()).toMatchObject({ errors: [{ field: 'externalId' }] });
    const list = await test.get(`contacts?debtorId=${debtorId}&direction=in`);
    expect(list.json().items).toEqual([first.json()]);
    await expect(
      test.db.query('delete from contact where debtor_id = $1', [debtorId]),
    ).rejects.toThrow(/kept/);
  });

  it('tell which field is wrong', async () => {
    const { debtorId } = test.person;
    const other = await test.makePerson();
    const letter = { at: '2026-11-20T03:00:00Z', direction: 'out', outcome: 'letter', debtorId };
    const refusals: [object, string][] = [
      [{ ...letter, at: '2100-01-01T00:00:00Z' }, 'at'],
      [{ ...letter, accountIds: [other.accountId] }, 'accountIds'],
      [{ ...letter, debtorId: randomUUID() }, 'debtorId'],
    ];
    for (const [body, field] of refusals) {
      expect((await test.post('contacts', body)).json()).toMatchObject({ errors: [{ field }] });
    }
    expect((await test.post('contacts', { ...letter, outcome: 'reserved' })).statusCode).toBe(400);
  });
});
