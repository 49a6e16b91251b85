import { randomUUID } from 'node:crypto';
import type { CreditorScope } from '../../../../src/db/creditor-scope';
import { openDatabase, type Database, type Queryable } from '../../../../src/db/database';
import { makeFloor } from '../../../support/floor';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

let database: TestDatabase;
let owner: Database;
let a: CreditorScope;
let b: CreditorScope;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = database.db;
  const scopeOf = async (people: number): Promise<CreditorScope> => {
    const floor = await makeFloor(owner);
    for (let n = 0; n < people; n++) await floor.addDebtor();
    return { keyId: randomUUID(), creditorIds: [floor.creditorId] };
  };
  a = await scopeOf(2);
  b = await scopeOf(3);
});
afterAll(() => database.drop());

const COUNT = 'select count(*)::int as n from account where $1::int is not null';
const seen = async (db: Queryable): Promise<number> =>
  (await db.query<{ n: number }>(COUNT, [1])).rows[0]!.n;
const roleOf = async (db: Queryable): Promise<string> =>
  (await db.query<{ role: string }>('select current_user as role')).rows[0]!.role;

/** A pool of one connection: whatever was left on it, the next one has it. */
async function onOneConnection(work: (db: Database) => Promise<void>): Promise<void> {
  const db = openDatabase({ url: database.url, maxConnections: 1, onIdleError: () => undefined });
  try {
    await work(db);
  } finally {
    await db.close();
  }
}

describe('a scoped database', () => {
  it('sees the accounts of its creditors, in a statement, a transaction and a session', async () => {
    const both = { ...a, creditorIds: [...a.creditorIds, ...b.creditorIds] };
    expect(await seen(owner)).toBe(5);
    expect(await seen(owner.scopedTo(a))).toBe(2);
    expect(await seen(owner.scopedTo(both))).toBe(5);
    expect(await seen(owner.scopedTo({ ...a, creditorIds: [] }))).toBe(0);
    expect(await owner.scopedTo(b).transaction(seen)).toBe(3);
    await owner.scopedTo(a).session(async (session) => {
      expect([await seen(session), await session.transaction(seen)]).toEqual([2, 2]);
    });
    expect(() => owner.scopedTo(a).scopedTo(b)).toThrow(/not changed/);
  });

  it('leaves nothing on the connection, however a statement ends', async () => {
    await onOneConnection(async (db) => {
      const scoped = db.scopedTo(a);
      const user = await roleOf(db);
      const untouched = async (): Promise<void> => {
        expect([await roleOf(db), await seen(db), await seen(scoped)]).toEqual([user, 5, 2]);
      };
      await untouched();
      await expect(scoped.query('select 1 / $1::int', [0])).rejects.toThrow(/division/);
      await untouched();
      await expect(scoped.query('select * from api_key')).rejects.toThrow(/permission denied/);
      await untouched();
      const failing = scoped.transaction(async (tx) => {
        await tx.query('select 1 / $1::int', [0]);
      });
      await expect(failing).rejects.toThrow(/division/);
      await untouched();
      const thrown = scoped.transaction(() => Promise.reject(new Error('given up')));
      await expect(thrown).rejects.toThrow('given up');
      await untouched();
      // cancelled, as by the limit of a statement's time
      const slow = scoped.transaction(async (tx) => {
        await tx.query(`set local statement_timeout = '20ms'`);
        await tx.query('select pg_sleep(5)');
      });
      await expect(slow).rejects.toThrow(/statement timeout/);
      await untouched();
      const dying = scoped.query('select pg_terminate_backend(pg_backend_pid())');
      await expect(dying).rejects.toThrow();
      await untouched();
    });
  });

  it('keeps keys apart that ask at once', async () => {
    const asked = Array.from({ length: 60 }, (_, n) => {
      const db = [owner, owner.scopedTo(a), owner.scopedTo(b)][n % 3]!;
      const answer = n % 2 === 0 ? seen(db) : db.transaction(seen);
      return n % 7 === 0 ? db.query('select 1 / $1::int', [0]).catch(() => answer) : answer;
    });
    const answers = await Promise.all(asked);
    expect(answers).toEqual(answers.map((_, n) => [5, 2, 3][n % 3]));
  });

  it('goes past the scope for one statement, and comes back', async () => {
    await owner.scopedTo(a).transaction(async (tx) => {
      const [before, whole, after] = [seen(tx), seen(tx.unscoped), seen(tx)];
      expect([tx.isScoped, await before, await whole, await after]).toEqual([true, 2, 5, 2]);
    });
    const failing = owner.scopedTo(a).transaction(async (tx) => {
      await tx.unscoped.query('select 1 / $1::int', [0]).catch(() => undefined);
      await seen(tx);
    });
    await expect(failing).rejects.toThrow(/division/);
    await owner.transaction(async (tx) => {
      expect([tx.isScoped, await seen(tx.unscoped)]).toEqual([false, 5]);
    });
  });
});

describe('the role of bound keys', () => {
  it('may not log in, owns nothing, and without a scope sees nothing', async () => {
    const { rows } = await owner.query(
      `select rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, (select count(*)::int from pg_class
         where relowner = r.oid) as owned from pg_roles r where rolname = 'santun_creditor'`,
    );
    const no = { rolcanlogin: false, rolsuper: false, rolbypassrls: false, rolcreaterole: false };
    expect(rows).toEqual([{ ...no, owned: 0 }]);
    await owner.transaction(async (tx) => {
      await tx.query('set local role santun_creditor');
      expect(await seen(tx)).toBe(0);
    });
  });

  it('reaches no table but through policies, and no month but through its table', async () => {
    const { rows } = await owner.query<{ table: string; fault: string }>(
      `with reached as (
         select c.oid, c.relname, c.relrowsecurity, c.relispartition from pg_class c
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
           and (has_any_column_privilege('santun_creditor', c.oid, 'select, insert, update')
             or has_table_privilege('santun_creditor', c.oid, 'delete, truncate')))
       select relname as "table", case when relispartition then 'a month' when not relrowsecurity
         then 'no row security' else 'no policy' end as fault
       from reached r where relispartition or not relrowsecurity
         or not exists (select from pg_policy p where p.polrelid = r.oid)`,
    );
    expect(rows).toEqual([]);
  });

  it('sees no more in a month that is made later', async () => {
    const decision = await owner.query<{ made: boolean }>(
      `select create_partition('decision', '2031-01-01') as made`,
    );
    expect(decision.rows).toEqual([{ made: true }]);
    const scoped = owner.scopedTo(a);
    await expect(scoped.query('select from decision_2031_01')).rejects.toThrow(/permission denied/);
    const insert = `insert into decision (id, stage, verdict, denied_by, record, facts, creditor_id,
        campaign_id, account_id, debtor_id)
      values (first_id_at('2031-01-15'), 'reserve', 'deny', 'x', '{}', '{}', $1, $2, $2, $2) returning id`;
    await owner.query(insert, [b.creditorIds[0], randomUUID()]);
    const { rowCount } = await scoped.query('select from decision');
    expect(rowCount).toBe(0);
    expect((await owner.scopedTo(b).query('select from decision')).rowCount).toBe(1);
  });

  it('writes nothing of another creditor', async () => {
    const scoped = owner.scopedTo(a);
    const [creditorOfB] = b.creditorIds;
    const theirs = await scoped.query(`update campaign set name = 'x' where creditor_id = $1`, [
      creditorOfB,
    ]);
    expect(theirs.rowCount).toBe(0);
    const given = scoped.query('update campaign set creditor_id = $1', [creditorOfB]);
    await expect(given).rejects.toThrow(/row-level security/);
    const made = scoped.query(`insert into campaign (creditor_id, name) values ($1, 'x')`, [
      creditorOfB,
    ]);
    await expect(made).rejects.toThrow(/row-level security/);
    for (const table of ['decision', 'attempt', 'ledger_entry', 'api_key_creditor']) {
      await expect(scoped.query(`delete from ${table}`)).rejects.toThrow(/permission denied/);
    }
  });
});
