import { seeBookDay } from '../../../../src/db/book-days';
import type { Database } from '../../../../src/db/database';
import type { KpiScope } from '../../../../src/db/kpi/kpi-scope';
import { readKpis } from '../../../../src/db/kpi/read-kpis';
import { readRollRates } from '../../../../src/db/kpi/read-roll-rates';
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

describe('M1: figures of the book', () => {
  let c: MoneyFloor;
  let accounts: MadeAccount[];
  const days = (from: string, to: string): KpiScope => kpiScope(c, { from, to });

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
    expect(await kpiFigures(db, days('2026-09-29', '2026-10-01'), 'cure_rate')).toEqual({});
    const { daysSeen } = await readKpis(db, days('2026-09-01', '2026-10-31'), { by: [], kpis: [] });
    expect(daysSeen).toEqual({ first: '2026-09-28', last: '2026-10-05', count: 3 });
  });

  test('M1: cure and recovery of what was past due', async () => {
    const month = days('2026-09-28', '2026-10-02');
    expect(await kpiFigures(db, month, 'cure_rate', ['bucket'])).toEqual({
      ...{ '1-10': '1/1', '11-30': '0/2', '31-60': '1/1' },
    });
    expect(await kpiFigures(db, month, 'recovery_rate')).toEqual({ all: '100/400' });
  });

  test('M2: penetration: people called of those who could be', async () => {
    // the disputed one never could; the paid one could on the first day
    expect(await kpiFigures(db, days('2026-09-28', '2026-10-02'), 'penetration')).toEqual({
      all: '1/4',
    });
    expect(await kpiFigures(db, days('2026-10-02', '2026-10-05'), 'penetration')).toEqual({
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

  test('M1: collection effectiveness index: what came in of all that could have, in percent', async () => {
    const month = days('2026-09-28', '2026-10-02');
    const kpi = 'collection_effectiveness_index';
    // opening 500; closing 50 (current) + 100 + 100 + 100; 100 came in, so 50 of the first were given up:
    // (500 - 50 - 350) / (500 - 50 - 50)
    const { rows } = await readKpis(db, month, { by: [], kpis: [kpi] });
    expect(rows).toMatchObject([{ numerator: '100', denominator: '400', value: 25 }]);
    expect(await kpiFigures(db, month, kpi, ['bucket'])).toEqual({
      ...{ '1-10': '0/0', '11-30': '0/200', '31-60': '100/100', 'pre-due': '0/100' },
    });
    // one that came in between owes 40 and has paid 10; 5 were taken back, and 7 came on the last day
    const added = await c.addAccount({ dueDate: '2026-10-01', dueMinor: 40 });
    await db.query(
      `insert into account_day (account_id, day, creditor_id, debtor_id, status, selectable, due_date,
         due_minor, currency)
       select id, '2026-10-02', creditor_id, debtor_id, 'open', true, due_date, 40, currency
       from account where id = $1`,
      [added.id],
    );
    await c.pay(added, 10, '2026-10-01T16:59:59Z');
    await c.pay(added, 7, '2026-10-01T17:00:00Z');
    const back = await c.pay(added, 5, '2026-09-30T03:00:00Z');
    await db.query('update payment set reversed_at = now() where id = $1', [back]);
    expect(await kpiFigures(db, month, kpi)).toEqual({ all: '110/450' });
    await db.query(`update account set created_at = '2026-09-01' where creditor_id = $1`, [
      c.floor.creditorId,
    ]);
    expect(await kpiFigures(db, month, kpi, ['listAge'])).toEqual({ '8-30': '110/450' });
    // one look says nothing of what came in between
    expect(await kpiFigures(db, days('2026-10-02', '2026-10-02'), kpi)).toEqual({});
  });
});
