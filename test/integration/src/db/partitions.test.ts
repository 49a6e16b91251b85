import { newId } from '../../../../src/db/new-id';
import {
  createPartitions,
  listPartitions,
  readPartitionHealth,
} from '../../../../src/db/partitions';
import { makeSigner, makeSubject, insertSignedDecision } from '../../../support/signed-decisions';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

/** The first instant of the month so many after this one, UTC. */
const month = (after: number): Date => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + after, 1));
};
const named = (after: number): string => month(after).toISOString().slice(0, 7);
const table = (name: string, after: number): string => `${name}_${named(after).replace('-', '_')}`;

async function holds(name: string): Promise<number> {
  const { rows } = await test.db.query<{ rows: number }>(
    `select count(*)::int as rows from ${name}`,
  );
  return rows[0]?.rows ?? -1;
}

describe('months of the tables that grow', () => {
  it('are there after a migration: this one and the next two of every table, in their bounds', async () => {
    const partitions = await listPartitions(test.db);
    const tables = new Set(partitions.map((partition) => partition.table));
    expect([...tables]).toEqual(
      expect.arrayContaining([
        ...['agent_session_event', 'attempt', 'attempt_event', 'call', 'call_leg', 'contact'],
        ...['decision', 'event', 'ledger_entry', 'outcome', 'shadow_comparison'],
      ]),
    );
    for (const name of tables) {
      const months = partitions.filter((partition) => partition.table === name);
      expect(months.map((partition) => partition.month)).toEqual([0, 1, 2].map(named));
    }
    expect(await readPartitionHealth(test.db)).toEqual({ monthsAhead: 2, strays: [] });
    expect(await createPartitions(test.db)).toEqual({ created: [], busy: [] });
  });

  it('take a row in the last millisecond of one and in the first of the next', async () => {
    const signer = await makeSigner(test.db);
    const subject = await makeSubject(test.db);
    for (const at of [month(1).getTime() - 1, month(1).getTime()]) {
      await insertSignedDecision(test.db, signer, subject, new Date(at));
    }
    expect(await holds(table('decision', 0))).toBe(1);
    expect(await holds(table('decision', 1))).toBe(1);
  });

  it('lose nothing when one was not made: told, kept as it was written, and taken over', async () => {
    const signer = await makeSigner(test.db);
    const subject = await makeSubject(test.db);
    await test.db.query(`drop table ${table('decision', 2)}`);
    await test.db.query(`drop table ${table('event', 2)}`);
    const id = await insertSignedDecision(test.db, signer, subject, month(2));
    await test.db.query(`insert into event (at, type, payload) values ($1, 'x', '{}')`, [month(2)]);
    expect(await readPartitionHealth(test.db)).toEqual({
      monthsAhead: 1,
      strays: [
        { table: 'decision', rows: 1 },
        { table: 'event', rows: 1 },
      ],
    });
    await expect(test.db.query('delete from decision where id = $1', [id])).rejects.toThrow(
      'is kept as it was written',
    );
    const queued = await holds('ledger_queue');
    // two workers at once
    const [one, other] = await Promise.all([createPartitions(test.db), createPartitions(test.db)]);
    expect([...one.created, ...other.created]).toEqual([
      { table: 'decision', month: named(2) },
      { table: 'event', month: named(2) },
    ]);
    expect(await readPartitionHealth(test.db)).toEqual({ monthsAhead: 2, strays: [] });
    expect(await holds(table('decision', 2))).toBe(1);
    expect(await holds(table('event', 2))).toBe(1);
    // moved, not written anew: it waits for the ledger once
    expect(await holds('ledger_queue')).toBe(queued);
    await expect(test.db.query('delete from decision where id = $1', [id])).rejects.toThrow(
      'is kept as it was written',
    );
  });

  it('are made later when a lock is taken, and nobody waits long behind it', async () => {
    await test.db.query(`drop table ${table('attempt_event', 2)}`);
    const made = await test.db.transaction(async (tx) => {
      await tx.query('select from attempt_event_default');
      return createPartitions(test.db);
    });
    expect(made).toEqual({ created: [], busy: [{ table: 'attempt_event', month: named(2) }] });
    expect((await createPartitions(test.db)).created).toHaveLength(1);
  });

  it('can be made for the past, for what was imported of it', async () => {
    await test.db.query(
      `insert into contact (at, direction, outcome, debtor_id, source, recorded_by)
       values ('2024-02-29T23:59:59.999Z', 'in', 'conversation', $1, 'test', 'test')`,
      [newId(new Date())],
    );
    expect((await readPartitionHealth(test.db)).strays).toEqual([]);
    expect((await createPartitions(test.db, '2024-02')).created).toContainEqual({
      ...{ table: 'contact', month: '2024-02' },
    });
    expect(await holds('contact_2024_02')).toBe(1);
    expect(await holds('contact_default')).toBe(0);
  });

  it('keep what is kept as it was written from truncate: the table, its months, later ones too', async () => {
    await createPartitions(test.db, '2024-03');
    const { rows } = await test.db.query<{ name: string }>(
      `select distinct tgrelid::regclass::text as name from pg_trigger
       where tgname in ('kept', 'kept_row') and tgtype & 11 = 11 order by 1`,
    );
    const names = rows.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        ...['audit_entry', 'ledger_root', 'rule_pack_version', 'agreement', 'ledger_entry'],
        ...[
          'ledger_entry_default',
          'ledger_entry_2024_03',
          table('decision', 2),
          'contact_2024_02',
        ],
      ]),
    );
    for (const name of names) {
      await expect(test.db.query(`truncate ${name} cascade`)).rejects.toThrow(
        'is kept as it was written',
      );
    }
  });
});
