import { firstIdAt, newId } from '../../../../src/db/new-id';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

describe('first_id_at', () => {
  it.each(['Asia/Jayapura', 'America/New_York'])(
    'is what the program says it is, server in %s',
    async (zone) => {
      const instants = [
        ...['1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00.000Z', '2024-02-29T23:59:59.999Z'],
        ...['2026-03-01T00:00:00.000Z', '2026-03-29T01:30:00.001Z', '9999-12-31T23:59:59.999Z'],
        ...Array.from({ length: 500 }, (_, i) =>
          new Date((i * 123_456_789_012) % 4e12).toISOString(),
        ),
      ];
      const { rows } = await test.db.transaction(async (tx) => {
        await tx.query(`select set_config('timezone', $1, true)`, [zone]);
        return tx.query<{ id: string }>(
          `select first_id_at(at) as id from unnest($1::timestamptz[]) with ordinality t(at, n) order by n`,
          [instants],
        );
      });
      expect(rows.map(({ id }) => id)).toEqual(instants.map((at) => firstIdAt(new Date(at))));
    },
  );

  it('has no id of its instant below it, whoever made it, and none from before above', async () => {
    const { rows } = await test.db.query<{ own: boolean; given: boolean; before: boolean }>(
      `with made as materialized (select new_id() as id, now() as since from generate_series(1, 1000))
       select bool_and(id >= first_id_at(since)) as own,
         bool_and(id < first_id_at(clock_timestamp() + interval '1 ms')) as before,
         bool_and($1::uuid >= first_id_at($2)) and bool_and($1 < first_id_at($2::timestamptz + interval '1 ms')) as given
       from made`,
      [newId(new Date(1_772_323_200_000)), new Date(1_772_323_200_000)],
    );
    expect(rows).toEqual([{ own: true, given: true, before: true }]);
  });

  it('lets the planner see through it', async () => {
    const { rows } = await test.db.query<Record<string, string>>(
      `explain select 1 from decision where id >= first_id_at('2026-03-01T00:00:00Z')`,
    );
    expect(JSON.stringify(rows)).toContain(firstIdAt(new Date('2026-03-01T00:00:00Z')));
  });
});
