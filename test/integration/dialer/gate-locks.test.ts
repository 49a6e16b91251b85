import { askDue } from '../../../dialer/ask';
import { promote } from '../../../dialer/promote';
import { reserveNext } from '../../../dialer/reserve';
import { findAgentSession } from '../../../src/db/agent-sessions';
import { lockFreeCall } from '../../../src/db/call-locks';
import { eventually } from '../../support/eventually';
import { makeFloor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

const one = async <T extends object>(sql: string, values: unknown[]): Promise<T> => {
  const { rows } = await test.db.query<T & Record<string, unknown>>(sql, values);
  return rows[0] as T;
};

it('sees what was committed while it waited for the last of its locks', async () => {
  const floor = await makeFloor(test.db);
  const { accountIds } = await floor.addDebtor();
  const gate = makeGate(test.db);
  await promote(gate, floor.campaignId);
  const { sessionId } = await floor.addReadyAgent();
  let reserving: ReturnType<typeof reserveNext> | undefined;
  await test.db.transaction(async (tx) => {
    // a payment, say: it takes the account without the person
    await tx.query(
      `update account set next_attempt_at = now() + interval '1 day' where id = $1`,
      accountIds,
    );
    reserving = reserveNext(gate, floor.campaignId);
    await eventually('the gate to wait', 5_000, async () => {
      const { rowCount } = await test.db.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rowCount === 1 || null;
    });
  });
  expect(await reserving).toEqual({ kind: 'nothing_due', denials: 0 });
  expect(await one('select count(*)::int as n from ready_account', [])).toEqual({ n: 0 });
  expect(
    await one('select count(*)::int as n from decision where account_id = $1', accountIds),
  ).toEqual({ n: 0 });
  expect(await findAgentSession(test.db, sessionId)).toMatchObject({ state: 'ready' });
});

it('asks about no number that it has not locked', async () => {
  const floor = await makeFloor(test.db);
  const { accountIds, debtorId } = await floor.addDebtor();
  const accountId = accountIds[0]!;
  const gate = makeGate(test.db);
  const asked = await test.db.transaction(async (tx) => {
    const locked = await lockFreeCall(tx, accountId);
    expect(locked?.numbers).toHaveLength(1);
    // one that came right before the person was locked
    await tx.query(
      `insert into phone (debtor_id, e164, owner, position)
       values ($1, '+6281200007777', 'debtor', 9)`,
      [debtorId],
    );
    return askDue(gate, tx, floor.campaignId, locked!);
  });
  expect(asked).toEqual({ kind: 'stale' });
});
