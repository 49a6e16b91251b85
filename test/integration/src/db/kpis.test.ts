import { seeBookDay } from '../../../../src/db/book-days';
import type { Database } from '../../../../src/db/database';
import type { KpiName } from '../../../../src/db/kpi/kpi-definitions';
import type { KpiDimension, KpiScope } from '../../../../src/db/kpi/kpi-scope';
import { readAgentMixes } from '../../../../src/db/kpi/read-agent-mixes';
import { readKpis, type KpiRow } from '../../../../src/db/kpi/read-kpis';
import { readReasons } from '../../../../src/db/kpi/read-reasons';
import { readRollRates } from '../../../../src/db/kpi/read-roll-rates';
import { makeMoneyFloor, type MadeAccount, type MoneyFloor } from '../../../support/money-floor';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

/** A Monday; Jakarta is UTC+7, Jayapura UTC+9. */
const scope = (floor: MoneyFloor, over: Partial<KpiScope> = {}): KpiScope => ({
  creditorId: floor.floor.creditorId,
  campaignId: null,
  from: '2026-10-05',
  to: '2026-10-05',
  zone: 'Asia/Jakarta',
  now: new Date('2026-11-20T00:00:00Z'),
  ...over,
});

/** `numerator/denominator` of each group, by the group's values. */
async function figures(
  db: Database,
  asked: KpiScope,
  kpi: KpiName,
  by: readonly KpiDimension[] = [],
): Promise<Record<string, string>> {
  const { rows } = await readKpis(db, asked, { by, kpis: [kpi] });
  const keyOf = (row: KpiRow): string =>
    by.map((name) => row.group[name] ?? '-').join(' ') || 'all';
  return Object.fromEntries(
    rows.map((row) => [keyOf(row), `${row.numerator}/${row.denominator ?? ''}`]),
  );
}

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
    expect(await figures(db, scope(a), 'right_party_contact_rate')).toEqual({ all: '2/3' });
    const byHour = await figures(db, scope(a), 'right_party_contact_rate', ['hour']);
    expect(byHour).toEqual({ '0': '0/1', '9': '2/2', '23': '0/1', '14': '0/0' });
    // the same instants on other clocks: 16:59:59Z of the 4th is the 5th there, 16:59:59Z of the 5th the 6th
    const far = scope(a, { zone: 'Asia/Jayapura' });
    expect(await figures(db, far, 'right_party_contact_rate', ['hour'])).toEqual({
      ...{ '1': '1/1', '2': '0/1', '11': '2/2', '16': '0/0' },
    });
  });

  test('M1: by bucket, agent, creditor and campaign; two at once', async () => {
    const by = (...dimensions: KpiDimension[]) =>
      figures(db, scope(a), 'right_party_contact_rate', dimensions);
    expect(await by('bucket')).toEqual({ '1-10': '1/1', '31-60': '1/1', 'pre-due': '0/1' });
    expect(await by('agent')).toEqual({ [ani]: '2/3', [budi]: '0/0' });
    expect(await by('campaign')).toEqual({ [a.floor.campaignId]: '2/3', '-': '0/0' });
    expect(await by('creditor', 'hour')).toMatchObject({ [`${a.floor.creditorId} 9`]: '2/2' });
    const all = await figures(db, scope(a, { creditorId: null }), 'right_party_contact_rate', [
      'creditor',
    ]);
    expect(all).toEqual({ [a.floor.creditorId]: '2/3', [b.floor.creditorId]: '1/1' });
  });

  test('M1: promise rate: of talks both ways, without what was taken back', async () => {
    expect(await figures(db, scope(a), 'promise_rate', ['agent'])).toEqual({
      [ani]: '1/2',
      [budi]: '1/1',
    });
    expect(await figures(db, scope(a), 'promise_rate', ['hour'])).toEqual({
      '9': '1/2',
      '14': '1/1',
    });
  });

  test('M1: kept rate by value: at most what was promised, by the day on which it was due', async () => {
    expect(await figures(db, scope(a), 'kept_rate')).toEqual({});
    const due = scope(a, { from: '2026-10-09', to: '2026-10-09' });
    expect(await figures(db, due, 'kept_rate')).toEqual({ all: '800/1000' });
    expect(await figures(db, due, 'kept_rate', ['agent'])).toEqual({
      [ani]: '600/800',
      [budi]: '200/200',
    });
  });

  test('L7: kept within 30, 60 and 90 days, once the days are over', async () => {
    expect(await figures(db, scope(a), 'kept_rate_30_days')).toEqual({ all: '800/1000' });
    expect(await figures(db, scope(a), 'kept_rate_60_days')).toEqual({ all: '0/0' });
    const later = scope(a, { now: new Date('2027-01-05T00:00:00Z') });
    expect(await figures(db, later, 'kept_rate_90_days')).toEqual({ all: '800/1000' });
  });

  test('L7: what is compared of agents: kept of what was due, each account once', async () => {
    // Ani kept 600 of 1,000 and nothing of 4,000, Budi 200 of 500
    const { mixes, leftOut } = await readAgentMixes(db, scope(a), 30);
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
    expect((await readAgentMixes(db, scope(a), 60)).mixes).toEqual([]);
  });

  test('M7: causes by bucket, option accepted and kept', async () => {
    const rows = await readReasons(db, scope(a));
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
    const { rows } = await readKpis(db, scope(a), { by: [], kpis: [kpi] });
    expect(rows).toMatchObject([{ numerator: '2', denominator: '4', value: 5_000 }]);
    expect(await figures(db, scope(a), kpi, ['agent'])).toEqual({ [ani]: '1/4', [budi]: '1/0' });
  });

  test('M1: what a recovered unit costs: nothing is told without prices', async () => {
    const paid = await a.pay(first, 600, '2026-10-05T10:00:00Z');
    await a.pay(second, 100, '2026-10-05T17:00:00Z');
    await a.pay(third, 200, '2026-10-05T16:59:59Z');
    expect(await figures(db, scope(a), 'recovered', ['agent'])).toEqual({
      [ani]: '600/',
      [budi]: '200/',
    });
    const kpi = 'cost_per_recovered_unit';
    expect(await figures(db, scope(a), kpi)).toEqual({});
    await db.query(
      `insert into collection_policy (creditor_id, version, document, written_by)
       values ($1, 1, '{"figures":{"callCost":{"perAttemptMinor":"5","perTalkMinuteMinor":"20"}}}', 'test')`,
      [a.floor.creditorId],
    );
    // 4 dialed and 1 come in at 5, 3 talks of a minute at 20
    expect(await figures(db, scope(a), kpi)).toEqual({ all: '85/800' });
    await db.query('update payment set reversed_at = now() where id = $1', [paid]);
    expect(await figures(db, scope(a), kpi)).toEqual({ all: '85/200' });
    expect(await figures(db, scope(a), 'recovered')).toEqual({ all: '200/' });
  });

  test('M1: what cannot be cut so is named, not guessed', async () => {
    const { omitted } = await readKpis(db, scope(a), {
      by: ['agent'],
      kpis: ['penetration', 'promise_rate'],
    });
    expect(omitted).toEqual([{ kpi: 'penetration', dimensions: ['agent'] }]);
  });
});

describe('M1: figures of the book', () => {
  let c: MoneyFloor;
  let accounts: MadeAccount[];
  const days = (from: string, to: string): KpiScope => scope(c, { from, to });

  /** Five accounts on 28 September; 29 September to 1 October were not seen; seen again on 2 and 5 October. */
  beforeAll(async () => {
    c = await makeMoneyFloor(db);
    const agentId = await c.addAgent();
    const due = ['2026-09-25', '2026-09-10', '2026-09-28', '2026-08-20', '2026-09-01'];
    accounts = [];
    for (const dueDate of due) accounts.push(await c.addAccount({ dueDate, dueMinor: 100 }));
    const [cured, , , paid, closed] = accounts.map(({ id }) => id);
    const set = (id: string | undefined, what: string) =>
      db.query(`update account set ${what} where id = $1`, [id]);
    await set(closed, `blocked_reason = 'dispute'`);
    expect(await seeBookDay(db, () => '2026-09-28', 2)).toMatchObject({ finished: true });
    await set(cured, `due_date = '2026-10-25', amount_due_minor = 50`);
    await set(paid, `status = 'paid', amount_due_minor = 0`);
    await seeBookDay(db, () => '2026-10-02');
    await set(closed, `status = 'closed'`);
    await seeBookDay(db, () => '2026-10-05');
    await c.call({ account: accounts[1]!, agentId, at: '2026-10-01T03:00:00Z' });
    await c.pay(accounts[3]!, 100, '2026-09-30T03:00:00Z');
  });

  test('M1: roll rates from the first day that was seen to the last', async () => {
    const moves = (rows: Awaited<ReturnType<typeof readRollRates>>) =>
      rows.map(({ from, to, accounts: n }) => `${from} > ${to}: ${n}`);
    // 28 September: 3, 18, 0, 39 and 27 days past due; 2 October: paid up, 22, 4, paid, 31
    expect(moves(await readRollRates(db, days('2026-09-28', '2026-10-02')))).toEqual([
      '1-10 > pre-due: 1',
      '11-30 > 11-30: 1',
      '11-30 > 31-60: 1',
      '31-60 > paid: 1',
      'pre-due > 1-10: 1',
    ]);
    expect(moves(await readRollRates(db, days('2026-09-28', '2026-10-31')))).toContain(
      '11-30 > closed: 1',
    );
    // who had left the book before is not in it
    expect(await readRollRates(db, days('2026-10-01', '2026-10-05'))).toHaveLength(4);
  });

  test('M1: a day that nobody saw is absent', async () => {
    expect(await readRollRates(db, days('2026-09-28', '2026-10-01'))).toEqual([]);
    expect(await figures(db, days('2026-09-29', '2026-10-01'), 'cure_rate')).toEqual({});
    const { daysSeen } = await readKpis(db, days('2026-09-01', '2026-10-31'), { by: [], kpis: [] });
    expect(daysSeen).toEqual({ first: '2026-09-28', last: '2026-10-05', count: 3 });
  });

  test('M1: cure and recovery of what was past due', async () => {
    const month = days('2026-09-28', '2026-10-02');
    expect(await figures(db, month, 'cure_rate', ['bucket'])).toEqual({
      ...{ '1-10': '1/1', '11-30': '0/2', '31-60': '1/1' },
    });
    expect(await figures(db, month, 'recovery_rate')).toEqual({ all: '100/400' });
  });

  test('M2: penetration: people called of those who could be', async () => {
    // the disputed one never could; the paid one could on the first day
    expect(await figures(db, days('2026-09-28', '2026-10-02'), 'penetration')).toEqual({
      all: '1/4',
    });
    expect(await figures(db, days('2026-10-02', '2026-10-05'), 'penetration')).toEqual({
      all: '0/3',
    });
  });

  test('M1: a day is looked at once, by whoever goes on, and never after it is over', async () => {
    const rows = async () =>
      (await db.query('select * from account_day order by account_id, day')).rows;
    const before = await rows();
    expect(await seeBookDay(db, () => '2026-10-05')).toMatchObject({ looked: 0, finished: true });
    expect(await rows()).toEqual(before);
    // it dies after the first batch of two, and another goes on; the third finds that the day is over
    const days = ['2026-10-06', '2026-10-06', '2026-10-07'];
    const cut = await seeBookDay(db, () => days.shift() ?? '2026-10-07', 2);
    expect(cut).toEqual({ day: '2026-10-06', looked: 2, finished: false });
    const [one, two] = await Promise.all([
      seeBookDay(db, () => '2026-10-06', 2),
      seeBookDay(db, () => '2026-10-06', 2),
    ]);
    const { rows: all } = await db.query<{ n: number }>('select count(*)::int as n from account');
    expect(2 + one.looked + two.looked).toBe(all[0]?.n);
  });
});
