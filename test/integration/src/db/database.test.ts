import { Socket } from 'node:net';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await test.db.query('create table note (n int primary key)');
});
beforeEach(() => test.db.query('delete from note'));
afterAll(() => test.drop());

const INSERT = 'insert into note values ($1)';
const kept = async (): Promise<number[]> =>
  (await test.db.query<{ n: number }>('select n from note order by n')).rows.map(({ n }) => n);

describe('a statement that nobody waits for', () => {
  it('is committed with the rest, in the order in which it was sent', async () => {
    const seen = await test.db.transaction(async (tx) => {
      tx.send(INSERT, [1]);
      tx.send(INSERT, [2]);
      return (await tx.query('select n from note')).rowCount;
    });
    expect(seen).toBe(2);
    expect(await kept()).toEqual([1, 2]);
  });

  it('takes everything back when it fails, and its error is the one that is thrown', async () => {
    const work = test.db.transaction(async (tx) => {
      await tx.query(INSERT, [1]);
      tx.send(INSERT, [1]);
      tx.send(INSERT, [2]);
      return 'done';
    });
    await expect(work).rejects.toMatchObject({ code: '23505' });
    expect(await kept()).toEqual([]);
  });

  it('is told of before what failed because of it', async () => {
    const work = test.db.transaction(async (tx) => {
      tx.send(INSERT, [1]);
      tx.send(INSERT, [1]);
      await tx.query(INSERT, [3]);
    });
    await expect(work).rejects.toMatchObject({ code: '23505' });
    expect(await kept()).toEqual([]);
  });

  it('is taken back when the work throws', async () => {
    const work = test.db.transaction((tx) => {
      tx.send(INSERT, [1]);
      return Promise.reject(new Error('changed my mind'));
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await kept()).toEqual([]);
  });

  it('leaves the connection fit for the next', async () => {
    for (let i = 0; i < 30; i++) {
      const failing = test.db.transaction(async (tx) => {
        tx.send(INSERT, ['no number']);
        await tx.query('select 1 / 0', []);
      });
      await expect(failing).rejects.toMatchObject({ code: '22P02' });
    }
    await test.db.transaction((tx) => tx.query(INSERT, [7]));
    expect(await kept()).toEqual([7]);
  });
});

it('sees in one transaction what was committed between two statements that left together', async () => {
  // the second waits for the lock of another, and the third, sent with it, must see what that one did
  const other = test.db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock(7)', []);
    waiting = test.db.transaction(async (tx2) => {
      const [, { rowCount }] = await Promise.all([
        tx2.query('select pg_advisory_xact_lock(7)', []),
        tx2.query('select n from note', []),
      ]);
      return rowCount;
    });
    await tx.query(INSERT, [1]);
  });
  let waiting: Promise<number | null> | undefined;
  await other;
  expect(await waiting).toBe(1);
});

it('sends what leaves together by one system call', async () => {
  await test.db.query(INSERT, [1]);
  const sends = [
    jest.spyOn(Socket.prototype, '_writev' as 'write'),
    jest.spyOn(Socket.prototype, '_write' as 'write'),
  ];
  try {
    await test.db.transaction(async (tx) => {
      tx.send(INSERT, [2]);
      await tx.query('select n from note', []);
      tx.send(INSERT, [3]);
      tx.send(INSERT, [4]);
    });
    // the begin with the first two, the commit with the last two
    expect(sends.flatMap((spy) => spy.mock.calls)).toHaveLength(2);
  } finally {
    for (const spy of sends) spy.mockRestore();
  }
  expect(await kept()).toEqual([1, 2, 3, 4]);
});

it('ends a transaction whose connection is cut, with its error, and goes on with another', async () => {
  const cut = test.db.transaction(async (tx) => {
    tx.send(INSERT, [1]);
    const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid', []);
    await test.db.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    tx.send(INSERT, [2]);
    await tx.query(INSERT, [3]);
  });
  await expect(cut).rejects.toThrow();
  expect(await kept()).toEqual([]);
});

it('gives a session of its own what no pooled connection keeps: temporary tables', async () => {
  const held = await test.db.session(async (session) => {
    await session.query('create temporary table mine (n int)');
    await session.query('insert into mine values (1)');
    return (await session.query('select * from mine')).rowCount;
  });
  expect(held).toBe(1);
  await expect(test.db.query('select * from mine')).rejects.toMatchObject({ code: '42P01' });
});
