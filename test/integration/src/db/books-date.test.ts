import { DateTime } from 'luxon';
import { openDatabase, type Database } from '../../../../src/db/database';
import { makePromise } from '../../../../src/db/promises';
import { readCurrentCall } from '../../../../src/db/read/current-call';
import { booksDateAt } from '../../../../src/domain/books-date';
import { Cleanups } from '../../../support/cleanups';
import { makeFloor } from '../../../support/floor';
import { makeMoneyFloor } from '../../../support/money-floor';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';
import { dialTo } from '../../../support/talk';

// at any moment it is another date than in Jakarta in at least one of the two
describe.each(['Etc/GMT+12', 'Pacific/Kiritimati'])('a database whose zone is %s', (zone) => {
  const cleanups = new Cleanups();
  let database: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    database = await createTestDatabase();
    const name = new URL(database.url).pathname.slice(1);
    await database.db.query(`alter database ${name} set timezone to '${zone}'`);
    // a connection of before keeps the zone it began with
    db = openDatabase({ url: database.url, maxConnections: 5, onIdleError: () => undefined });
    cleanups.add({ close: () => database.drop() });
    cleanups.add(db);
  });
  afterAll(() => cleanups.run());
  const booksDay = (daysAgo: number): string =>
    DateTime.fromISO(booksDateAt(new Date())).minus({ days: daysAgo }).toFormat('yyyy-MM-dd');

  it('tells the agent the days past due by the books', async () => {
    expect((await db.query('show timezone')).rows).toEqual([{ TimeZone: zone }]);
    const floor = await makeFloor(db);
    const { agentId } = await floor.addReadyAgent();
    const { accountIds } = await floor.addDebtor();
    await db.query('update account set due_date = $2 where id = any($1)', [
      accountIds,
      booksDay(3),
    ]);
    await dialTo(db, floor, 'connected');
    expect(await readCurrentCall(db, agentId)).toMatchObject({
      ...{ dueDate: booksDay(3), daysPastDue: 3 },
    });
  });

  it.each([
    ['a day within', 364, 'proposed'],
    ['a day too old', 365, 'open'],
  ])('counts promises that broke on %s the policy’s year', async (_which, daysAgo, state) => {
    const money = await makeMoneyFloor(db);
    const dueDate = booksDay(daysAgo);
    const account = await money.addAccount({ dueDate, dueMinor: 10_000 });
    const at = new Date().toISOString();
    const broken = { account, dueDate, at, attemptId: null, amountMinor: 100, state: 'broken' };
    await money.promise(broken);
    await money.promise(broken);
    const subject = { ...account, accountId: account.id, attemptId: null };
    const promise = { amountMinor: 100n, currency: 'IDR', dueDate: booksDay(-1), method: 'qris' };
    const made = await db.transaction((tx) =>
      makePromise(tx, subject, { ...promise, method: 'qris' }, 'test'),
    );
    expect(made.state).toBe(state);
  });
});
