import { judgeDue } from '../../../dialer/judge-due';
import { learnOutcomes } from '../../../dialer/learn-outcomes';
import { replayChoice } from '../../../dialer/rebuild-models';
import { one } from '../../../src/db/database';
import { keepAsPlanned, listChoices } from '../../../src/db/moment-choices';
import { countPlans, LATE_MS, lookAtFloors } from '../../../src/db/moment-load';
import { bindPack, capRule } from '../../support/bind-pack';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { addHistory } from '../../support/past-dials';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

let test: TestDatabase;
let floor: Floor;
beforeEach(async () => {
  test = await createTestDatabase();
  floor = await makeFloor(test.db);
  await test.db.query('update creditor set control_share = 0');
});
afterEach(() => test.drop());

async function learnAll(): Promise<void> {
  while ((await learnOutcomes(makeGate(test.db))).lessons > 0);
}
const nextAttemptAt = async (accountId: string): Promise<Date | null> =>
  one(
    await test.db.query<{ at: Date | null }>(
      'select next_attempt_at as at from account where id = $1',
      [accountId],
    ),
    'account',
  ).at;

describe('hours that many are planned for', () => {
  const HOUR_MS = 3_600_000;
  /** Since 1970; its last minutes belong to the next one. */
  const hourOf = (at: Date | null): number =>
    Math.floor(((at?.getTime() ?? 0) + LATE_MS) / HOUR_MS);
  const people = 24;

  /** All are due, and nothing is planned. */
  async function planNothing(): Promise<void> {
    await test.db.query('delete from best_time_plan');
    await test.db.query('delete from moment_load');
    await test.db.query(`update account set next_attempt_at = date_trunc('milliseconds', now())`);
  }

  /** Everybody is reached at 18 in Jakarta; the rules leave one attempt a week. */
  async function teach(): Promise<string[]> {
    await test.db.query(`update campaign set rule_packs = '{}'`);
    await bindPack(test.db, 'TEST.ONE', [capRule('test.one-a-week', 'person', 1, 7)]);
    await test.db.query(`update creditor set rule_packs = '{ID.POLICY.HOUSE,TEST.ONE}'`);
    const known = await addHistory(test.db, floor, {
      people,
      hoursUtc: [2, 4, 6, 8, 11],
      reachedAtUtc: 11,
    });
    await learnAll();
    await planNothing();
    return known.map(({ accountId }) => accountId);
  }

  /** One agent in every hour of the last week, whose calls take half an hour each. */
  async function seeAgent(): Promise<void> {
    await test.db.query(`update attempt set ended_at = created_at + interval '30 minutes'`);
    await test.db.query(
      `insert into floor_hour (creditor_id, hour, agents, looks, looked_at)
       select $1, hour, 60, 60, hour from generate_series(date_trunc('hour', now()) - interval '7 days',
         date_trunc('hour', now()) - interval '1 hour', interval '1 hour') hour`,
      [floor.creditorId],
    );
  }

  /** The most that are planned for one hour. */
  async function judged(accountIds: readonly string[]): Promise<number> {
    await judgeDue(makeGate(test.db), floor.campaignId, accountIds);
    const hours = new Map<number, number>();
    for (const id of accountIds) {
      const hour = hourOf(await nextAttemptAt(id));
      hours.set(hour, (hours.get(hour) ?? 0) + 1);
    }
    const { rows } = await test.db.query<{ hour: Date; planned: number }>(
      'select hour, planned from moment_load where planned > 0',
    );
    const counted = new Map(rows.map(({ hour, planned }) => [hour.getTime() / HOUR_MS, planned]));
    expect(counted).toEqual(hours);
    return Math.max(...hours.values());
  }

  it('are left to those whom no other suits, once it is known what agents can place', async () => {
    const accountIds = await teach();
    const crowd = await judged(accountIds);
    await planNothing();
    await seeAgent();
    const levelled = await judged(accountIds);
    expect(levelled).toBeLessThan(crowd);
    let crowded = 0;
    for (const accountId of accountIds) {
      const [choice] = await listChoices(test.db, accountId, 1);
      const question = choice?.question as { crowded: number[] };
      if (question.crowded.length > 0) crowded += 1;
      expect(await replayChoice(test.db, choice?.id ?? '')).toEqual({ same: true });
    }
    expect(crowded).toBeGreaterThan(0);
  });

  it('change nothing while there is room', async () => {
    const accountIds = await teach();
    await judged(accountIds);
    const before = await Promise.all(accountIds.map(nextAttemptAt));
    await planNothing();
    await seeAgent();
    await test.db.query('update floor_hour set agents = agents * 1000');
    await judged(accountIds);
    const after = await Promise.all(accountIds.map(nextAttemptAt));
    expect(after.map(hourOf)).toEqual(before.map(hourOf));
  });

  it('are counted once when a plan is made anew', async () => {
    await floor.addReadyAgent();
    const { accountIds } = await floor.addDebtor();
    const [accountId = ''] = accountIds;
    const plan = async (at: Date): Promise<void> => {
      await test.db.query('update account set next_attempt_at = $2 where id = $1', [accountId, at]);
      await test.db.transaction(async (tx) => {
        await countPlans(tx, await keepAsPlanned(tx, [accountId]));
      });
    };
    const ahead = (hours: number): Date =>
      new Date((Math.floor(Date.now() / HOUR_MS) + hours) * HOUR_MS);
    await plan(ahead(3));
    await plan(ahead(9));
    await plan(ahead(9));
    const { rows } = await test.db.query(
      `select planned, extract(epoch from hour - date_trunc('hour', now()))::int / 3600 as ahead
       from moment_load where planned <> 0`,
    );
    expect(rows).toEqual([{ planned: 1, ahead: 9 }]);
  });

  it('know the agents who are there, once a minute however many ask', async () => {
    await floor.addReadyAgent();
    await floor.addReadyAgent();
    await Promise.all([1, 2, 3].map(() => lookAtFloors(test.db)));
    const look = async () =>
      one(
        await test.db.query<{ agents: number; looks: number }>(
          'select agents, looks from floor_hour',
        ),
        'hour',
      );
    expect(await look()).toEqual({ agents: 2, looks: 1 });
    await test.db.query(`update floor_hour set looked_at = now() - interval '1 minute'`);
    await lookAtFloors(test.db);
    expect(await look()).toEqual({ agents: 4, looks: 2 });
  });
});
