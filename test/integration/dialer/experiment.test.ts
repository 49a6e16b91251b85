import { armOf } from '../../../dialer/arm-of';
import { readExperimentReport } from '../../../dialer/experiment-report';
import { NEW_TEST, observe } from '../../../dialer/experiment/sequential-test';
import { findCampaign } from '../../../src/db/campaigns';
import type { Arm } from '../../../src/domain/campaign-document/experiment';
import {
  EXPERIMENT,
  makeExperimentFloor,
  type ExperimentFloor,
} from '../../support/experiment-floor';
import { addPastDials, type PastDial } from '../../support/past-dials';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

const DAY_MS = 86_400_000;
const LONG_AGO = new Date(Date.now() - 30 * DAY_MS);

let test: TestDatabase;
let floor: ExperimentFloor;
beforeEach(async () => {
  test = await createTestDatabase();
  floor = await makeExperimentFloor(test.db);
});
afterEach(() => test.drop());

const kept = async () => ({
  experiment: await floor.newest(),
  people: (await test.db.query('select * from experiment_person order by debtor_id')).rows,
});

it('calls each arm as it says, keeps the arm with the attempt, and counts people once', async () => {
  await floor.apply({ experiment: EXPERIMENT });
  const people = await floor.addPeople(3);
  const calls = await floor.busyCalls(6);
  for (const { debtorId, kept, ordering, place, minutes } of calls) {
    const arm = armOf(debtorId, EXPERIMENT);
    expect(kept).toEqual({ name: EXPERIMENT.name, arm });
    const isOther = arm === 'challenger';
    expect({ ordering, place, minutes }).toEqual({
      // what the challenger does not name is the champion's
      ordering: isOther
        ? { amountDue: 0, daysPastDue: 10, promise: 1, waiting: 1 }
        : { amountDue: 3, daysPastDue: 1, promise: 1, waiting: 1 },
      place: isOther ? 'work' : 'home',
      minutes: isOther ? 60 : 20,
    });
  }
  const reached = calls.find(({ debtorId }) => people.challenger.includes(debtorId))!;
  await test.db.query(`update outcome set code = 'RPC_REFUSE' where attempt_id = $1`, [reached.id]);
  // a second call of the same people
  await test.db.query(`update account set next_attempt_at = now() - interval '1 minute'`);
  await floor.busyCalls(2);

  expect(await floor.look()).toEqual([]);
  const arms = async () => (await readExperimentReport(test.db, await floor.newest())).arms;
  const early = await arms();
  expect([early.champion.persons, early.champion.counted]).toEqual([3, 0]);
  const before = await kept();
  expect(before.people).toHaveLength(6);

  const later = new Date(Date.now() + 7 * DAY_MS + 60_000);
  await Promise.all([floor.look(later), floor.look(later), floor.look(later)]);
  const after = await kept();
  const { champion, challenger } = await arms();
  expect(champion).toMatchObject({ persons: 3, counted: 3, succeeded: 0, percent: 0 });
  expect(challenger).toMatchObject({ persons: 3, counted: 3, succeeded: 1, percent: 33.3 });
  expect(champion.dials + challenger.dials).toBe(8);
  await floor.look(later);
  const again = await kept();
  expect(again.people).toEqual(after.people);
  expect(again.experiment.test).toEqual(after.experiment.test);
});

it('draws the same lots in the program and in the database', async () => {
  const { champion, challenger } = await floor.addPeople(20);
  const { rows } = await test.db.query<{ id: string }>(
    `select id from debtor where id = any($1) and share_of(id, 'experiment ' || $2) < 0.5`,
    [[...champion, ...challenger], EXPERIMENT.name],
  );
  expect(rows.map(({ id }) => id).sort()).toEqual([...challenger].sort());
});

it('stops at the first look after the guard, tells it once, and calls everybody alike', async () => {
  await floor.apply({ experiment: EXPERIMENT });
  const people = await floor.addPeople(4);
  await floor.busyCalls(8);
  expect(await floor.look()).toEqual([]);
  // one is not enough, and those of the champion are not the challenger's
  await floor.complain(people.challenger[0]!);
  for (const debtorId of people.champion) await floor.complain(debtorId);
  expect(await floor.look()).toEqual([]);
  await floor.complain(people.challenger[1]!);
  const ends = (await Promise.all([floor.look(), floor.look(), floor.look()])).flat();
  const { campaignId } = floor;
  expect(ends).toEqual([{ campaignId, name: EXPERIMENT.name, state: 'guarded' }]);
  expect(await floor.look()).toEqual([]);
  const { rows } = await test.db.query<{ payload: object }>(
    `select payload from event where type = 'experiment.ended'`,
  );
  expect(rows).toMatchObject([
    {
      payload: {
        campaignId,
        state: 'guarded',
        arms: { champion: { complaints: 4 }, challenger: { persons: 4, complaints: 2 } },
      },
    },
  ]);
  const audit = await test.db.query(`select from audit_entry where action = 'experiment.ended'`);
  expect(audit.rowCount).toBe(1);

  await test.db.query(`update account set next_attempt_at = now() - interval '1 minute'`);
  const calls = await floor.busyCalls(2);
  expect(calls.map(({ debtorId }) => armOf(debtorId, EXPERIMENT))).toEqual([
    'challenger',
    'challenger',
  ]);
  for (const { kept, minutes, ordering } of calls) {
    expect([kept, minutes, ordering.amountDue]).toEqual([null, 20, 3]);
  }
});

/** People who were called weeks ago, one each minute; of each arm so many in ten were reached. */
async function addCounted(ofEach: number, inTen: Record<Arm, number>): Promise<void> {
  const people = await floor.addPeople(ofEach);
  const { rows } = await test.db.query<{ id: string; accountId: string }>(
    `select debtor_id as id, id as "accountId" from account`,
  );
  const accounts = new Map(rows.map(({ id, accountId }) => [id, accountId]));
  const dials = (['champion', 'challenger'] as const).flatMap((arm, offset) =>
    people[arm].map((debtorId, n): PastDial => {
      const at = new Date(LONG_AGO.getTime() + (2 * n + offset) * 60_000);
      const reached = n % 10 < inTen[arm];
      return {
        ...{ at, debtorId, accountId: accounts.get(debtorId) ?? '' },
        ...(reached
          ? { result: 'connected', code: 'RPC_REFUSE' }
          : { result: 'no_answer', code: 'NO_ANSWER' }),
      };
    }),
  );
  await addPastDials(test.db, floor, dials);
  await test.db.query('update outcome set recorded_at = $1', [LONG_AGO]);
  for (const arm of ['champion', 'challenger'] as const) {
    await test.db.query('update attempt set choice = $2 where debtor_id = any($1)', [
      people[arm],
      JSON.stringify({ experiment: { name: EXPERIMENT.name, arm } }),
    ]);
  }
  await test.db.query('update experiment set looked_at = $1', [LONG_AGO]);
}

it.each([
  ['won', { champion: 2, challenger: 8 }],
  ['lost', { champion: 8, challenger: 2 }],
] as const)('is %s by the metric, closed, and changes nothing by itself', async (state, inTen) => {
  const { campaign } = await floor.apply({ experiment: EXPERIMENT });
  await addCounted(60, inTen);
  expect(await floor.look()).toMatchObject([{ state }]);
  const { experiment, people } = await kept();
  expect(experiment).toMatchObject({ state, endedBy: 'scheduler' });
  const inOrder = (people as { arm: Arm; succeeded: boolean; first_dialed_at: Date }[]).sort(
    (a, b) => a.first_dialed_at.getTime() - b.first_dialed_at.getTime(),
  );
  // the kept test is the fold of what was counted
  expect(experiment.test).toEqual(
    inOrder.reduce((test, one) => observe(test, one, EXPERIMENT), NEW_TEST),
  );
  expect((await findCampaign(test.db, floor.campaignId))?.version).toBe(campaign.version);
  const { rows } = await test.db.query('select split from campaign');
  expect(rows).toEqual([{ split: null }]);
});

it('runs out of time on the day after its last, by the books', async () => {
  await floor.apply({ experiment: EXPERIMENT });
  // as time would: the definition itself cannot be changed
  await test.db.query('alter table experiment disable trigger kept');
  const endsOn = (day: string) =>
    test.db.query(
      `update experiment set definition = definition || jsonb_build_object('endsOn',
         ((now() at time zone 'Asia/Jakarta')::date + $1::int)::text)`,
      [day],
    );
  await endsOn('0');
  expect(await floor.look()).toEqual([]);
  await endsOn('-1');
  expect(await floor.look()).toMatchObject([{ state: 'out_of_time' }]);
});
