import { explainBestTime } from '../../../dialer/explain-best-time';
import { learnOutcomes } from '../../../dialer/learn-outcomes';
import { rebuildModels } from '../../../dialer/rebuild-models';
import { readCall } from '../../../src/db/read-call';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { addPastDials } from '../../support/past-dials';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

const DAY_MS = 86_400_000;

let test: TestDatabase;
let floor: Floor;
let debtorId: string;
let accountId: string;
/** As the creditor lists them. */
let phones: string[];
beforeEach(async () => {
  test = await createTestDatabase();
  floor = await makeFloor(test.db);
  const added = await floor.addDebtor({ phones: 3 });
  ({ debtorId } = added);
  accountId = added.accountIds[0] ?? '';
  const { rows } = await test.db.query<{ id: string }>(
    'select id from phone where debtor_id = $1 order by position',
    [debtorId],
  );
  phones = rows.map(({ id }) => id);
});
afterEach(() => test.drop());

/** Dials of the past, of one of the numbers each, learnt from. */
async function dialed(dials: readonly { days: number; phone: number; reached: boolean }[]) {
  for (const { days, phone, reached } of dials) {
    const at = new Date(Date.now() - days * DAY_MS);
    const about = { at, accountId, debtorId };
    const end = reached
      ? ({ ...about, result: 'connected', code: 'RPC_REFUSE' } as const)
      : ({ ...about, result: 'no_answer', code: 'NO_ANSWER' } as const);
    await addPastDials(test.db, floor, [end]);
    await test.db.query(
      'update attempt set phone_id = $1 where id = (select id from attempt order by created_at desc limit 1)',
      [phones[phone]],
    );
  }
  while ((await learnOutcomes(makeGate(test.db))).lessons > 0);
}

async function asked(settings: Record<string, unknown> = {}): Promise<number[]> {
  await test.db.query('update campaign set settings = $1', [JSON.stringify(settings)]);
  const { campaignId } = floor;
  const call = { accountId, campaignId, purpose: 'collect', phoneId: null } as const;
  const found = await readCall(test.db, { ...call, attemptId: null }, 0);
  return (found?.row.phones ?? []).map(({ id }) => phones.indexOf(id));
}
async function explained() {
  const question = { accountId, campaignId: floor.campaignId };
  const found = await explainBestTime(makeGate(test.db), test.db, question);
  return found?.numbers ?? [];
}
const order = async (): Promise<number[]> =>
  (await explained()).map(({ phoneId }) => phones.indexOf(phoneId));

it('asks first about the number on which the person was reached', async () => {
  await dialed([
    { days: 9, phone: 0, reached: false },
    { days: 8, phone: 1, reached: true },
    { days: 2, phone: 1, reached: false },
  ]);
  expect(await asked()).toEqual([1, 2, 0]);
  expect(await order()).toEqual([1, 2, 0]);
  const [best] = await explained();
  expect(best).toMatchObject({ dials: 2, rightParty: 1 });
  expect(best?.score).toBeGreaterThan(1);
  // a document may have it otherwise
  expect(await asked({ phones: { order: 'least_recent' } })).toEqual([2, 0, 1]);
  expect(await asked({ phones: { order: 'listed' } })).toEqual([0, 1, 2]);
});

it('takes turns while nobody was reached, and passes on when the plan says so', async () => {
  await dialed([{ days: 3, phone: 0, reached: false }]);
  expect(await asked()).toEqual([1, 2, 0]);
  await dialed([{ days: 2, phone: 1, reached: false }]);
  expect(await asked()).toEqual([2, 0, 1]);
  await dialed([{ days: 1, phone: 2, reached: true }]);
  expect(await asked()).toEqual([2, 0, 1]);
  await dialed([{ days: 0.1, phone: 2, reached: false }]);
  expect(await asked()).toEqual([2, 0, 1]);
  const retry = { no_answer: { afterMinutes: 60, nextPhone: true } };
  // all were in vain last: scores decide again; the one never dialed since would go first
  expect(await asked({ retry })).toEqual([2, 0, 1]);
});

it('has the same order in SQL as the pure function, whatever was dialed', async () => {
  for (let round = 0; round < 4; round++) {
    await dialed([
      { days: 20 - 4 * round, phone: round % 3, reached: round % 2 === 1 },
      { days: 18 - 4 * round, phone: (round * 2) % 3, reached: false },
    ]);
    expect(await asked()).toEqual(await order());
  }
  await rebuildModels(test.db, { dryRun: false });
  expect(await asked()).toEqual(await order());
});

it('knows nothing of the numbers of who objects to profiling', async () => {
  await dialed([
    { days: 9, phone: 0, reached: false },
    { days: 8, phone: 1, reached: true },
  ]);
  await test.db.query(
    `insert into profiling_objection (debtor_id, objects, reason, recorded_by)
     values ($1, true, 'asked in a call', 'test')`,
    [debtorId],
  );
  expect(await asked()).toEqual([2, 0, 1]);
  expect(await order()).toEqual([2, 0, 1]);
  expect((await explained()).map(({ score }) => score)).toEqual([1, 1, 1]);
});
