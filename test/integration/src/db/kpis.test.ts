import type { Database } from '../../../../src/db/database';
import type { KpiDimension } from '../../../../src/db/kpi/kpi-scope';
import { readAgentMixes } from '../../../../src/db/kpi/read-agent-mixes';
import { readKpis } from '../../../../src/db/kpi/read-kpis';
import { readReasons } from '../../../../src/db/kpi/read-reasons';
import { kpiFigures, kpiScope } from '../../../support/kpi-figures';
import { makeMoneyFloor, type MadeAccount, type MoneyFloor } from '../../../support/money-floor';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database);
});
afterAll(() => database.drop());

describe('M1: figures of calls and promises', () => {
  let a: MoneyFloor;
  let b: MoneyFloor;
  let ani: string;
  let budi: string;
  let first: MadeAccount;
  let second: MadeAccount;
  let third: MadeAccount;
  let elsewhere: MadeAccount;

  /**
   * Creditor A on Monday 5 October, Jakarta: Ani dials person 1 at 00:00 (abandoned) and 09:10 (promise),
   * person 2 by hand at 09:40 (refuses), person 3 at 23:59:59 (nobody). Person 3 calls in at 14:00 and
   * promises to Budi. A second before and a second after the day there are talks that are not of it.
   * Creditor B has one call.
   */
  beforeAll(async () => {
    a = await makeMoneyFloor(db);
    b = await makeMoneyFloor(db);
    ani = await a.addAgent();
    budi = await a.addAgent();
    first = await a.addAccount({ dueDate: '2026-10-01', dueMinor: 1_000 });
    second = await a.addAccount({ dueDate: '2026-09-01', dueMinor: 4_000 });
    third = await a.addAccount({ dueDate: '2026-10-05', dueMinor: 500 });
    elsewhere = await b.addAccount({ dueDate: '2026-10-01', dueMinor: 9_000 });
    const talk = { agentId: ani, code: 'RPC_PTP', rootCause: 'salary_late' } as const;
    await a.call({ account: first, agentId: ani, at: '2026-10-04T17:00:00Z', result: 'abandoned' });
    const made = await a.call({ ...talk, account: first, at: '2026-10-05T02:10:00Z' });
    const code = 'RPC_REFUSE';
    const at = '2026-10-05T02:40:00Z';
    await a.call({
      account: second,
      agentId: ani,
      at,
      mode: 'manual',
      code,
      rootCause: 'unwilling',
    });
    await a.call({ account: third, agentId: ani, at: '2026-10-05T16:59:59Z' });
    // never left the house
    await a.call({ account: second, agentId: ani, at, counted: false, result: 'cancelled' });
    const called = await a.call({
      ...{ account: third, agentId: budi, at: '2026-10-05T07:00:00Z', direction: 'in' },
      ...{ code: 'RPC_PTP', rootCause: 'salary_late' },
    });
    await a.call({ ...talk, account: second, at: '2026-10-04T16:59:59Z' });
    await a.call({ ...talk, account: second, at: '2026-10-05T17:00:00Z' });
    const other = await b.addAgent();
    await b.call({ account: elsewhere, agentId: other, at: '2026-10-05T03:00:00Z', code });
    const on = '2026-10-05T02:11:00Z';
    const mine = { account: first, attemptId: made, at: on };
    // taken back, then 600 of 800 kept, then the whole 200 with more than was promised
    await a.promise({ ...mine, amountMinor: 300, dueDate: '2026-10-06', state: 'cancelled' });
    await a.promise({
      ...mine,
      amountMinor: 800,
      dueDate: '2026-10-09',
      state: 'broken',
      keptMinor: 600,
    });
    await a.promise({
      ...{ account: third, attemptId: called, at: '2026-10-05T07:02:00Z', amountMinor: 200 },
      ...{ dueDate: '2026-10-09', state: 'kept', keptMinor: 250 },
    });
  });

  test('M1: right-party contact rate: abandoned and manual calls are dialed, calls that came in are not', async () => {
    expect(await kpiFigures(db, kpiScope(a), 'right_party_contact_rate')).toEqual({ all: '2/3' });
    const byHour = await kpiFigures(db, kpiScope(a), 'right_party_contact_rate', ['hour']);
    expect(byHour).toEqual({ '0': '0/1', '9': '2/2', '23': '0/1', '14': '0/0' });
    // the same instants on other clocks: 16:59:59Z of the 4th is the 5th there, 16:59:59Z of the 5th the 6th
    const far = kpiScope(a, { zone: 'Asia/Jayapura' });
    expect(await kpiFigures(db, far, 'right_party_contact_rate', ['hour'])).toEqual({
      ...{ '1': '1/1', '2': '0/1', '11': '2/2', '16': '0/0' },
    });
  });

  test('M1: by bucket, agent, creditor and campaign; two at once', async () => {
    const by = (...dimensions: KpiDimension[]) =>
      kpiFigures(db, kpiScope(a), 'right_party_contact_rate', dimensions);
    expect(await by('bucket')).toEqual({ '1-10': '1/1', '31-60': '1/1', 'pre-due': '0/1' });
    expect(await by('agent')).toEqual({ [ani]: '2/3', [budi]: '0/0' });
    expect(await by('campaign')).toEqual({ [a.floor.campaignId]: '2/3', '-': '0/0' });
    expect(await by('creditor', 'hour')).toMatchObject({ [`${a.floor.creditorId} 9`]: '2/2' });
    const all = await kpiFigures(
      db,
      kpiScope(a, { creditorId: null }),
      'right_party_contact_rate',
      ['creditor'],
    );
    expect(all).toEqual({ [a.floor.creditorId]: '2/3', [b.floor.creditorId]: '1/1' });
  });

  test('M1: by list age: the days since the account came, on the day of the call', async () => {
    const since = { [first.id]: '2026-09-28', [second.id]: '2026-09-20', [third.id]: '2026-01-01' };
    for (const [id, date] of Object.entries(since))
      await db.query('update account set created_at = $2 where id = $1', [id, `${date}T12:00:00Z`]);
    // 7, 15 and 277 days before 5 October
    expect(await kpiFigures(db, kpiScope(a), 'right_party_contact_rate', ['listAge'])).toEqual({
      ...{ '0-7': '1/1', '8-30': '1/1', '181+': '0/1' },
    });
    expect(await kpiFigures(db, kpiScope(a), 'promise_rate', ['listAge', 'hour'])).toEqual({
      ...{ '0-7 9': '1/1', '8-30 9': '0/1', '181+ 14': '1/1' },
    });
    const due = kpiScope(a, { from: '2026-10-09', to: '2026-10-09' });
    expect(await kpiFigures(db, due, 'kept_rate', ['listAge'])).toEqual({
      ...{ '0-7': '600/800', '181+': '200/200' },
    });
  });

  test('M1: promise rate: of talks both ways, without what was taken back', async () => {
    expect(await kpiFigures(db, kpiScope(a), 'promise_rate', ['agent'])).toEqual({
      [ani]: '1/2',
      [budi]: '1/1',
    });
    expect(await kpiFigures(db, kpiScope(a), 'promise_rate', ['hour'])).toEqual({
      '9': '1/2',
      '14': '1/1',
    });
  });

  test('M1: kept rate by value: at most what was promised, by the day on which it was due', async () => {
    expect(await kpiFigures(db, kpiScope(a), 'kept_rate')).toEqual({});
    const due = kpiScope(a, { from: '2026-10-09', to: '2026-10-09' });
    expect(await kpiFigures(db, due, 'kept_rate')).toEqual({ all: '800/1000' });
    expect(await kpiFigures(db, due, 'kept_rate', ['agent'])).toEqual({
      [ani]: '600/800',
      [budi]: '200/200',
    });
  });

  test('L7: kept within 30, 60 and 90 days, once the days are over', async () => {
    expect(await kpiFigures(db, kpiScope(a), 'kept_rate_30_days')).toEqual({ all: '800/1000' });
    expect(await kpiFigures(db, kpiScope(a), 'kept_rate_60_days')).toEqual({ all: '0/0' });
    const later = kpiScope(a, { now: new Date('2027-01-05T00:00:00Z') });
    expect(await kpiFigures(db, later, 'kept_rate_90_days')).toEqual({ all: '800/1000' });
  });

  test('L7: what is compared of agents: kept of what was due, each account once', async () => {
    // Ani kept 600 of 1,000 and nothing of 4,000, Budi 200 of 500
    const { mixes, leftOut } = await readAgentMixes(db, kpiScope(a), 30);
    const of = (agentId: string, bucket: string, size: string, cause: string, share: number) => ({
      ...{ agentId, mix: { bucket, size, cause }, accounts: 1, sum: share },
      sumOfSquares: expect.closeTo(share * share, 9) as number,
    });
    expect(mixes).toHaveLength(3);
    expect(mixes).toEqual(
      expect.arrayContaining([
        of(ani, '1-10', 'q3', 'salary_late', 0.6),
        of(ani, '31-60', 'q4', 'unwilling', 0),
        of(budi, 'pre-due', 'q1', 'salary_late', 0.4),
      ]),
    );
    expect(leftOut).toBe(0);
    // 60 days are not over
    expect((await readAgentMixes(db, kpiScope(a), 60)).mixes).toEqual([]);
  });

  test('M7: causes by bucket, option accepted and kept', async () => {
    const rows = await readReasons(db, kpiScope(a));
    const row = { creditorId: a.floor.creditorId, currency: 'IDR', talks: 1 };
    expect(rows).toEqual([
      {
        ...{ ...row, rootCause: 'salary_late', bucket: '1-10', option: 'promise', keptRate: 0.75 },
        ...{ promisedMinor: '800', dueMinor: '800', keptMinor: '600' },
      },
      {
        ...{ ...row, rootCause: 'salary_late', bucket: 'pre-due', option: 'promise', keptRate: 1 },
        ...{ promisedMinor: '200', dueMinor: '200', keptMinor: '200' },
      },
      {
        ...{ ...row, rootCause: 'unwilling', bucket: '31-60', option: 'none', keptRate: null },
        ...{ promisedMinor: '0', dueMinor: '0', keptMinor: '0' },
      },
    ]);
  });

  test('M1: complaints per 10,000 attempts, by the last call before; a case and its hold are one', async () => {
    const { creditorId } = a.floor;
    await db.query(
      `with k as (insert into case_file (creditor_id, debtor_id, kind, scope, owner, due_at, claim, source, opened_by, opened_at)
         values ($1, $2, 'complaint', 'person', 'role:supervisor', now(), 'x', 'test', 'test', '2026-10-05T08:00:00Z') returning id),
       h as (insert into hold (debtor_id, creditor_id, kind, reason, source, placed_by, placed_at)
         values ($2, $1, 'complaint', 'x', 'test', 'test', '2026-10-05T08:00:00Z') returning id)
       insert into case_hold (case_id, hold_id) select k.id, h.id from k, h`,
      [creditorId, second.debtorId],
    );
    await db.query(
      `insert into hold (debtor_id, creditor_id, kind, reason, source, placed_by, placed_at)
       values ($2, $1, 'complaint', 'x', 'test', 'test', '2026-10-05T09:00:00Z')`,
      [creditorId, third.debtorId],
    );
    const kpi = 'complaints_per_10000_attempts';
    const { rows } = await readKpis(db, kpiScope(a), { by: [], kpis: [kpi] });
    expect(rows).toMatchObject([{ numerator: '2', denominator: '4', value: 5_000 }]);
    expect(await kpiFigures(db, kpiScope(a), kpi, ['agent'])).toEqual({
      [ani]: '1/4',
      [budi]: '1/0',
    });
  });

  test('M1: what a recovered unit costs: nothing is told without prices', async () => {
    const paid = await a.pay(first, 600, '2026-10-05T10:00:00Z');
    await a.pay(second, 100, '2026-10-05T17:00:00Z');
    await a.pay(third, 200, '2026-10-05T16:59:59Z');
    expect(await kpiFigures(db, kpiScope(a), 'recovered', ['agent'])).toEqual({
      [ani]: '600/',
      [budi]: '200/',
    });
    const kpi = 'cost_per_recovered_unit';
    expect(await kpiFigures(db, kpiScope(a), kpi)).toEqual({});
    await db.query(
      `insert into collection_policy (creditor_id, version, document, written_by)
       values ($1, 1, '{"figures":{"callCost":{"perAttemptMinor":"5","perTalkMinuteMinor":"20"}}}', 'test')`,
      [a.floor.creditorId],
    );
    // 4 dialed and 1 come in at 5, 3 talks of a minute at 20
    expect(await kpiFigures(db, kpiScope(a), kpi)).toEqual({ all: '85/800' });
    await db.query('update payment set reversed_at = now() where id = $1', [paid]);
    expect(await kpiFigures(db, kpiScope(a), kpi)).toEqual({ all: '85/200' });
    expect(await kpiFigures(db, kpiScope(a), 'recovered')).toEqual({ all: '200/' });
  });

  test('M1: what cannot be cut so is named, not guessed', async () => {
    const { omitted } = await readKpis(db, kpiScope(a), {
      by: ['agent'],
      kpis: ['penetration', 'promise_rate'],
    });
    expect(omitted).toEqual([{ kpi: 'penetration', dimensions: ['agent'] }]);
  });
});
