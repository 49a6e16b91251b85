import { randomUUID } from 'node:crypto';
import { FactsApi } from '../../support/facts-api';
import { makeFloor } from '../../support/floor';
import { dialTo, end } from '../../support/talk';

let test: FactsApi;
beforeAll(async () => {
  test = await FactsApi.start();
}, 20_000);
afterAll(() => test.api.close());
beforeEach(() => test.renew());

const reason = 'Surat pelanggan 12 November';

describe('holds', () => {
  const place = (body: object, key = test.supervisor, headers = {}) =>
    test.post('holds', { reason, ...body }, key, headers);

  it('are placed, listed, and lifted for a reason, with an entry of audit and an event each', async () => {
    const { debtorId, accountId } = test.person;
    const placed = await place({ accountId, kind: 'dispute', evidence: 'Tiket 81' });
    expect(placed.statusCode).toBe(201);
    const hold = placed.json();
    expect(hold).toMatchObject({
      debtorId,
      accountId,
      kind: 'dispute',
      reason,
      evidence: 'Tiket 81',
      source: 'api',
      to: null,
      liftedAt: null,
    });
    const list = (query: string) => test.get(`holds?debtorId=${debtorId}${query}`);
    expect((await list('&active=true')).json().items).toEqual([hold]);
    expect((await test.post(`holds/${hold.id}/lift`, {})).statusCode).toBe(400);
    const lifted = await test.post(`holds/${hold.id}/lift`, { reason: 'Sengketa selesai' });
    expect(lifted.statusCode).toBe(200);
    expect(lifted.json()).toMatchObject({ id: hold.id, liftReason: 'Sengketa selesai' });
    expect((await list('&active=true')).json().items).toEqual([]);
    expect((await list('&active=false')).json().items).toHaveLength(1);
    expect((await test.get(`holds/${hold.id}`)).json()).toEqual(lifted.json());
    expect((await test.post(`holds/${hold.id}/lift`, { reason })).json()).toMatchObject({
      status: 409,
    });

    const { rows: audit } = await test.db.query<{ action: string; record: string }>(
      'select action, record from audit_entry where subject_id = $1 order by id',
      [hold.id],
    );
    expect(audit.map(({ action }) => action)).toEqual(['hold.placed', 'hold.lifted']);
    expect(JSON.parse(audit[1]!.record)).toMatchObject({ why: 'Sengketa selesai' });
    const { rows: events } = await test.db.query<{ type: string; payload: unknown }>(
      `select type, payload from event where payload->>'holdId' = $1 order by id`,
      [hold.id],
    );
    expect(events).toEqual([
      { type: 'hold.placed', payload: expect.objectContaining({ debtorId, kind: 'dispute' }) },
      { type: 'hold.lifted', payload: expect.anything() },
    ]);
  });

  it('on a number keep it out of events, audit and log, and mask it for supervisors', async () => {
    const { e164, debtorId } = test.person;
    const placed = await place({ number: e164, kind: 'dnc' });
    const { id, number } = placed.json();
    expect(number).not.toBe(e164);
    expect((await test.get(`holds/${id}`, test.manager)).json()).toMatchObject({
      number: e164,
      debtorId: null,
    });
    // it is among those of whoever has the number
    const list = await test.get(`holds?debtorId=${debtorId}`);
    expect(list.json().items).toMatchObject([{ id }]);
    const kept = await test.one(
      `select (select string_agg(record, '') from audit_entry)
         || (select string_agg(payload::text, '') from event) as text`,
    );
    const digits = e164.slice(1);
    expect(String(kept['text'])).not.toContain(digits);
    expect(test.api.logLines.join('')).not.toContain(digits);
  });

  it('tell which field is wrong, and change nothing', async () => {
    const { debtorId, accountId } = test.person;
    const other = await test.makePerson();
    const refusals: [object, string][] = [
      [{ kind: 'cease' }, 'debtorId'],
      [{ kind: 'cease', debtorId: randomUUID() }, 'debtorId'],
      [{ kind: 'dispute', accountId: randomUUID() }, 'accountId'],
      [{ kind: 'dispute', debtorId: other.debtorId, accountId }, 'accountId'],
      [{ kind: 'cease', debtorId, creditorId: randomUUID() }, 'creditorId'],
      [{ kind: 'mourning', debtorId, days: 7 }, 'days'],
      [{ kind: 'mourning', debtorId, to: '2026-01-01T00:00:00Z' }, 'to'],
      [
        { kind: 'mourning', debtorId, startsOn: '2026-11-20', from: '2026-11-20T00:00:00Z' },
        'startsOn',
      ],
    ];
    for (const [body, field] of refusals) {
      const response = await place(body);
      expect(response.json()).toMatchObject({
        code: 'invalid_fact',
        errors: [{ field, reason: expect.any(String), accepted: expect.any(String) }],
      });
    }
    const shape = await place({ kind: 'because', debtorId });
    expect(shape.json()).toMatchObject({ status: 400, errors: [{ field: 'kind' }] });
    const { n } = await test.one('select count(*)::int as n from hold where debtor_id = $1', [
      debtorId,
    ]);
    expect(n).toBe(0);
  });

  it('of the same source and id are placed once, also when lifted since', async () => {
    const { debtorId } = test.person;
    const body = { kind: 'cease', debtorId, source: 'crm', externalId: randomUUID() };
    const first = await place(body);
    const again = await place(body);
    expect([first.statusCode, again.statusCode]).toEqual([201, 200]);
    expect(again.json()).toEqual(first.json());
    const other = await place({ ...body, kind: 'dnc' });
    expect(other.json()).toMatchObject({ code: 'invalid_fact', errors: [{ field: 'externalId' }] });
    await test.post(`holds/${first.json().id}/lift`, { reason });
    expect((await place(body)).json()).toMatchObject({ liftReason: reason });
    const key = { 'idempotency-key': randomUUID() };
    const once = await place({ kind: 'complaint', debtorId }, test.supervisor, key);
    expect((await place({ kind: 'complaint', debtorId }, test.supervisor, key)).body).toBe(
      once.body,
    );
  });

  it('of a wrong number take it out of the order of dialing, and give it back', async () => {
    const { debtorId, accountId, e164, phoneId } = test.person;
    const state = async () => ({
      ...(await test.one('select status from phone where id = $1', [phoneId])),
      ...(await test.one('select blocked_reason from account where id = $1', [accountId])),
    });
    const first = await place({ debtorId, number: e164, kind: 'wrong_number' });
    const second = await place({ debtorId, number: e164, kind: 'wrong_number' });
    const gone = { status: 'wrong_number', blocked_reason: 'no_dialable_phone' };
    expect(await state()).toEqual(gone);
    await test.post(`holds/${first.json().id}/lift`, { reason });
    expect(await state()).toEqual(gone);
    await test.post(`holds/${second.json().id}/lift`, { reason });
    expect(await state()).toEqual({ status: 'active', blocked_reason: null });
  });

  it('when lifted let what they kept waiting be looked at again, and nothing else', async () => {
    const { debtorId, accountId } = test.person;
    const next = async (): Promise<number> =>
      (
        (await test.one('select next_attempt_at as at from account where id = $1', [accountId]))[
          'at'
        ] as Date
      ).getTime();
    const decide = async (verdict: 'allow' | 'deny') => {
      // ids of one millisecond have no order
      await test.db.query('select pg_sleep(0.002)');
      await test.db.query(
        `insert into decision (stage, verdict, denied_by, expires_at, record, facts, creditor_id,
           campaign_id, account_id, debtor_id)
         values ('reserve', $1, case $1 when 'deny' then 'x' end,
           case $1 when 'allow' then now() end, '{}', '{}', $2, $3, $4, $5)`,
        [verdict, test.floor.creditorId, test.floor.campaignId, accountId, debtorId],
      );
    };
    await test.db.query(
      `update account set next_attempt_at = now() + interval '1 day' where id = $1`,
      [accountId],
    );
    const lift = async () => {
      const hold = await place({ debtorId, kind: 'mourning' });
      await test.post(`holds/${hold.json().id}/lift`, { reason });
    };
    await decide('deny');
    await decide('allow');
    await lift();
    expect(await next()).toBeGreaterThan(Date.now() + 3_600_000);
    await decide('deny');
    await lift();
    expect(await next()).toBeLessThanOrEqual(Date.now());
  });

  it('ask that what rings at the person stop, and let a talk be', async () => {
    const cause = async (attemptId: string) =>
      (await test.one('select withdraw_cause as cause from attempt where id = $1', [attemptId]))[
        'cause'
      ];
    await test.floor.addReadyAgent();
    const ringing = await dialTo(test.db, test.floor, 'ringing');
    await place({
      debtorId: test.person.debtorId,
      kind: 'cease',
      creditorId: (await makeFloor(test.db)).creditorId,
    });
    await place({ debtorId: test.person.debtorId, kind: 'cease', from: '2100-01-01T00:00:00Z' });
    expect(await cause(ringing)).toBeNull();
    await place({ number: test.person.e164, kind: 'dnc' });
    expect(await cause(ringing)).toBe('hold');
    await end(test.db, ringing, 'cancelled');

    const talker = await test.makePerson();
    await test.floor.addReadyAgent();
    const talking = await dialTo(test.db, test.floor, 'connected');
    await place({ debtorId: talker.debtorId, kind: 'cease' });
    expect(await cause(talking)).toBeNull();
  });
});

describe('an agent', () => {
  it('places what was heard on the person of the own call, and names nobody', async () => {
    const { key, attemptId } = await test.agentInTalk();
    const { debtorId, accountId, e164 } = test.person;
    const hold = (body: object) =>
      test.post('holds', { reason: 'Pelanggan berkata', ...body }, key);
    expect((await hold({ kind: 'cease' })).json()).toMatchObject({
      debtorId,
      accountId: null,
      source: 'call',
      evidence: `attempt ${attemptId}`,
      placedBy: expect.stringMatching(/^agent:/),
    });
    expect((await hold({ kind: 'dispute', evidence: 'Struk' })).json()).toMatchObject({
      accountId,
      evidence: `attempt ${attemptId}: Struk`,
    });
    const wrong = (await hold({ kind: 'wrong_number' })).json();
    expect(wrong.number).not.toContain(e164.slice(4, 10));
    expect(await test.one('select e164 from hold where id = $1', [wrong.id])).toEqual({ e164 });
    // K12: each has somebody who answers it
    const cases = (await test.get(`cases?debtorId=${debtorId}`)).json().items;
    expect(cases.map(({ kind }: { kind: string }) => kind)).toEqual([
      ...['wrong_party', 'dispute', 'cease'],
    ]);

    const refused = await test.post(
      'preferences',
      { kind: 'refused', days: [2, 1], from: '12:00', to: '13:00' },
      key,
    );
    expect(refused.json()).toMatchObject({ debtorId, sourceAttemptId: attemptId, days: [1, 2] });
    const consent = await test.post('consents', { kind: 'frequency', evidence: 'menit 2' }, key);
    expect(consent.json()).toMatchObject({ debtorId, evidence: `attempt ${attemptId}: menit 2` });
    const withdrawn = await test.post(
      `consents/${consent.json().id}/withdraw`,
      { reason: 'Pelanggan berkata' },
      key,
    );
    expect(withdrawn.json()).toMatchObject({ withdrawalEvidence: `attempt ${attemptId}` });
  });

  it('may do nothing else', async () => {
    const { key } = await test.agentInTalk();
    const other = await test.makePerson();
    const hold = (body: object) => test.post('holds', { reason, ...body }, key);
    expect((await hold({ kind: 'deceased' })).json()).toMatchObject({
      errors: [{ field: 'kind' }],
    });
    expect((await hold({ kind: 'cease', number: other.e164 })).statusCode).toBe(400);
    expect((await hold({ kind: 'cease', debtorId: other.debtorId })).statusCode).toBe(403);
    const theirs = await test.post('consents', {
      debtorId: other.debtorId,
      kind: 'frequency',
      evidence: 'Surat',
    });
    const withdraw = `consents/${theirs.json().id}/withdraw`;
    expect((await test.post(withdraw, { reason }, key)).statusCode).toBe(403);
    const wish = { kind: 'preferred', days: [1], from: '09:00', to: '10:00' };
    expect((await test.post('preferences', wish, key)).statusCode).toBe(400);
    expect((await test.post('contacts', {}, key)).statusCode).toBe(403);
    const idle = await test.api.key('agent', (await test.floor.addReadyAgent()).agentId);
    expect((await test.post('holds', { reason, kind: 'cease' }, idle)).json()).toMatchObject({
      code: 'no_call',
    });
  });
});
