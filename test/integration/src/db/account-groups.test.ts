import { groupAccounts } from '../../../../src/db/account-groups';
import { makeFloor, type Floor } from '../../../support/floor';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

const RULES = { lookbackDays: 8, dpdEdges: [90] };

let test: TestDatabase;
let floor: Floor;
beforeAll(async () => {
  test = await createTestDatabase();
  floor = await makeFloor(test.db);
});
afterAll(() => test.drop());

describe('accounts of a campaign by what the rules can tell apart', () => {
  it('are few groups however many they are', async () => {
    await test.db.query(
      `with one as (
         insert into debtor (name, province)
         select 'Orang', (array['ID-JK', 'ID-BA', 'ID-PA'])[1 + i % 3] from generate_series(1, 3000) i
         returning id),
       numbers as (
         insert into phone (debtor_id, e164, owner, line)
         select id, '+62813' || lpad((row_number() over ())::text, 8, '0'), 'debtor', 'mobile' from one)
       insert into account (creditor_id, debtor_id, external_id, currency, amount_due_minor, due_date, content_hash)
       select $1, id, id::text, 'IDR', 100, current_date - (40 + 100 * (row_number() over () % 2))::int, '' from one`,
      [floor.creditorId],
    );
    const { groups } = await groupAccounts(
      test.db,
      { creditorId: floor.creditorId, filter: {} },
      RULES,
    );
    // three provinces, within and beyond 90 days past due
    expect(groups.map(({ accounts }) => accounts)).toEqual([500, 500, 500, 500, 500, 500]);
    expect(new Set(groups.map(({ likeness }) => likeness)).size).toBe(6);
    expect(groups[0]).toMatchObject({ open: true, dialable: true, due: true, free: true });
  });

  it.each([
    [
      'a hold',
      `insert into hold (debtor_id, kind, reason, source, placed_by)
       values ($1, 'dispute', 'r', 's', 'p')`,
    ],
    [
      'a hold on the number',
      `insert into hold (e164, kind, reason, source, placed_by)
       select e164, 'wrong_number', 'r', 's2', 'p' from phone where debtor_id = $1`,
    ],
    [
      'a wish',
      `insert into contact_preference (debtor_id, kind, days, from_clock, to_clock, source, recorded_by)
       values ($1, 'refused', '{1}', '08:00', '12:00', 's', 'p')`,
    ],
    [
      'a contact',
      `insert into contact (at, direction, outcome, debtor_id, source, recorded_by)
       values (now(), 'in', 'conversation', $1, 's', 'p')`,
    ],
    [
      'a shared number',
      `insert into phone (debtor_id, e164, owner)
       select (select min(id::text)::uuid from debtor where id <> $1), e164, 'debtor' from phone where debtor_id = $1`,
    ],
  ])('a person with %s is like nobody else', async (_what, sql) => {
    const { debtorId, accountIds } = await floor.addDebtor();
    await test.db.query(sql, [debtorId]);
    const { groups } = await groupAccounts(
      test.db,
      { creditorId: floor.creditorId, filter: {} },
      RULES,
    );
    const mine = groups.find(({ accountId }) => accountId === accountIds[0]);
    expect(mine?.accounts).toBe(1);
    expect(mine?.likeness).toContain(debtorId);
  });

  it('tells blocked, waiting, unreachable and closed ones apart', async () => {
    const add = async (sql: string): Promise<string> => {
      const { accountIds } = await floor.addDebtor({ province: 'ID-BT' });
      await test.db.query(sql, accountIds);
      return accountIds[0] ?? '';
    };
    const blocked = await add(`update account set blocked_reason = 'dispute' where id = $1`);
    const later = await add(
      `update account set next_attempt_at = '2099-01-01T00:00:00Z' where id = $1`,
    );
    const paid = await add(`update account set status = 'paid' where id = $1`);
    const silent = await add(
      `update phone set status = 'invalid' where debtor_id = (select debtor_id from account where id = $1)`,
    );
    const { groups } = await groupAccounts(
      test.db,
      { creditorId: floor.creditorId, filter: {} },
      RULES,
    );
    const of = (id: string) => groups.find(({ accountId }) => accountId === id);
    expect(of(blocked)).toMatchObject({ blockedReason: 'dispute', open: true });
    expect(of(later)).toMatchObject({ due: false, nextDueAt: new Date('2099-01-01T00:00:00Z') });
    expect(of(paid)).toMatchObject({ open: false, likeness: null });
    expect(of(silent)).toMatchObject({ dialable: false, likeness: null });
  });
});
