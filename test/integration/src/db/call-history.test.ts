import { randomUUID } from 'node:crypto';
import { readLedger, readPersonFacts } from '../../../../src/db/call-history';
import { makeFloor, type Floor } from '../../../support/floor';
import { makeLedgerRows, type LedgerRows } from '../../../support/ledger-rows';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

let test: TestDatabase;
let floor: Floor;
let rows: LedgerRows;
beforeEach(async () => {
  test = await createTestDatabase();
  floor = await makeFloor(test.db);
  rows = await makeLedgerRows(test.db, floor);
});
afterEach(() => test.drop());

const since = new Date('2026-11-01T00:00:00Z');

async function person(phones = 1) {
  const { debtorId, accountIds } = await floor.addDebtor({ phones });
  return { debtorId, accountId: accountIds[0]! };
}
const addContact = (values: Record<string, unknown>): Promise<unknown> =>
  test.db.query(
    `insert into contact (at, direction, outcome, debtor_id, account_ids, e164, source, recorded_by)
     select at, direction, outcome, debtor_id, coalesce(account_ids, '{}'), e164, 'test', 'test'
     from jsonb_populate_record(null::contact, $1)`,
    [JSON.stringify({ direction: 'out', outcome: 'no_answer', ...values })],
  );

describe('the ledger', () => {
  it('holds attempts and contacts of the person, and of everybody on the number', async () => {
    const one = await person(2);
    const other = await person();
    const stranger = await person();
    const asked = await rows.phoneOf(one.debtorId);
    const second = await rows.phoneOf(one.debtorId, 1);
    // a number that two people share
    await test.db.query('update phone set e164 = $1 where debtor_id = $2', [
      asked.e164,
      other.debtorId,
    ]);
    const a1 = await rows.addAttempt({ ...one, at: '2026-11-02T01:00:00Z', result: 'busy' });
    const a2 = await rows.addAttempt({ ...one, at: '2026-11-02T03:00:00Z', phone: 1 });
    const a3 = await rows.addAttempt({
      ...other,
      at: '2026-11-02T02:00:00Z',
      result: 'connected',
      code: 'RPC_REFUSE',
    });
    await rows.addAttempt({ ...stranger, at: '2026-11-02T02:00:00Z' });
    await rows.addAttempt({ ...one, at: '2026-10-31T23:59:59Z' });
    await addContact({ at: '2026-11-03T00:00:00Z', debtor_id: one.debtorId, outcome: 'letter' });
    await addContact({
      at: '2026-11-04T00:00:00Z',
      debtor_id: other.debtorId,
      account_ids: [other.accountId],
      e164: asked.e164,
      direction: 'in',
      outcome: 'conversation',
    });
    await addContact({ at: '2026-11-04T00:00:00Z', debtor_id: other.debtorId, outcome: 'letter' });

    const events = await readLedger(test.db, {
      debtorId: one.debtorId,
      e164: asked.e164,
      phoneId: asked.id,
      since,
      askingAttemptId: null,
    });
    const shape = events.map(({ id: _id, ...event }) => event);
    const base = { direction: 'out', place: 'mobile', mode: 'live', creditor: floor.creditorId };
    expect(events.slice(0, 3).map(({ id }) => id)).toEqual([a1, a3, a2]);
    expect(shape).toEqual([
      {
        ...base,
        at: '2026-11-02T01:00:00.000Z',
        outcome: 'busy',
        person: one.debtorId,
        debts: [one.accountId],
        number: asked.id,
      },
      {
        ...base,
        at: '2026-11-02T02:00:00.000Z',
        outcome: 'conversation',
        person: other.debtorId,
        debts: [other.accountId],
        number: asked.id,
      },
      {
        ...base,
        at: '2026-11-02T03:00:00.000Z',
        outcome: 'no_answer',
        person: one.debtorId,
        debts: [one.accountId],
        number: second.id,
      },
      expect.objectContaining({ outcome: 'letter', person: one.debtorId, debts: [] }),
      expect.objectContaining({
        outcome: 'conversation',
        direction: 'in',
        number: asked.id,
        debts: [other.accountId],
      }),
    ]);
    expect(JSON.stringify(events)).not.toContain(asked.e164.slice(1));
  });

  it('leaves out what never left, and the attempt that asks; keeps what is open', async () => {
    const one = await person();
    const { id: phoneId, e164 } = await rows.phoneOf(one.debtorId);
    await rows.addAttempt({
      ...one,
      at: '2026-11-02T01:00:00Z',
      result: 'expired',
      counted: false,
    });
    // claimed, then refused before an INVITE
    await rows.addAttempt({ ...one, at: '2026-11-02T02:00:00Z', result: 'blocked_by_rule' });
    const open = await rows.addAttempt({ ...one, at: '2026-11-02T03:00:00Z', state: 'reserved' });
    const asking = await rows.addAttempt({ ...one, at: '2026-11-02T04:00:00Z', state: 'reserved' });
    const events = await readLedger(test.db, {
      debtorId: one.debtorId,
      e164,
      phoneId,
      since,
      askingAttemptId: asking,
    });
    expect(events).toMatchObject([{ id: open, outcome: 'reserved' }]);
  });

  it('is read by index alone among 100,000 attempts', async () => {
    const one = await person();
    const asked = await rows.phoneOf(one.debtorId);
    // all in the partition of the month that it is
    const month = new Date().toISOString().slice(0, 7);
    const monthBegan = new Date(`${month}-01T00:00:00Z`);
    await rows.addAttempt({ ...one, at: monthBegan.toISOString(), result: 'connected' });
    await fillLedger(one.debtorId, monthBegan);
    const request = {
      debtorId: one.debtorId,
      e164: asked.e164,
      phoneId: asked.id,
      since: monthBegan,
      askingAttemptId: randomUUID(),
    };
    const plans: string[] = [];
    const explaining = {
      query: async (sql: string, values?: unknown[]) => {
        const plan = await test.db.pool.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, values);
        plans.push(plan.rows.map((row) => row['QUERY PLAN']).join('\n'));
        return test.db.pool.query(sql, values);
      },
    } as unknown as typeof test.db;
    expect(await readLedger(explaining, request)).toHaveLength(1);
    await readPersonFacts(explaining, {
      ...request,
      accountId: one.accountId,
      creditorId: floor.creditorId,
    });
    expect(plans).toHaveLength(2);
    // the months ahead are empty: nothing is searched there
    const partition = month.replace('-', '_');
    for (const plan of plans)
      expect(plan).not.toMatch(
        new RegExp(`Seq Scan on (phone|(attempt|contact|outcome)(_${partition})?) `),
      );
    expect(plans[0]).toMatch(/using attempt_\d{4}_\d\d_phone_id/);
  }, 60_000);
});

/** 1,000 other people with 100 attempts and 20 contacts each. */
async function fillLedger(debtorId: string, from: Date): Promise<void> {
  await test.db.query(
    `with d as (insert into debtor (name) select 'Orang ' || n from generate_series(1, 1000) n
       returning id),
     p as (insert into phone (debtor_id, e164, owner)
       select id, '+62813' || lpad((row_number() over ())::text, 8, '0'), 'debtor' from d
       returning id, debtor_id),
     k as (insert into contact (at, direction, outcome, debtor_id, e164, source, recorded_by)
       select $2::timestamptz + n * interval '1 h', 'out', 'letter', id, null, 'test', 'test'
       from d, generate_series(1, 20) n)
     insert into attempt (creditor_id, campaign_id, campaign_version, account_id, debtor_id, phone_id,
       agent_id, agent_session_id, decision_id, state, result, counted, created_at, ended_at)
     select t.creditor_id, t.campaign_id, 1, t.account_id, p.debtor_id, p.id, t.agent_id,
       t.agent_session_id, t.decision_id, 'ended', 'no_answer', true,
       $2::timestamptz + n * interval '1 h', now()
     from p, generate_series(1, 100) n,
       (select * from attempt where debtor_id = $1 limit 1) t`,
    [debtorId, from],
  );
  await test.db.query(
    `insert into outcome (attempt_id, creditor_id, account_id, debtor_id, code, recorded_by)
     select id, creditor_id, account_id, debtor_id, 'NO_ANSWER', 'system' from attempt limit 20000`,
  );
  await test.db.query('vacuum analyze');
}
