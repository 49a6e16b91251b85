import { unpackPerson } from '../../../dialer/best-time/person-model';
import { judgeDue } from '../../../dialer/judge-due';
import { learnOutcomes } from '../../../dialer/learn-outcomes';
import { rebuildModels, replayChoice } from '../../../dialer/rebuild-models';
import { one } from '../../../src/db/database';
import { listChoices } from '../../../src/db/moment-choices';
import { recordOutcome } from '../../../src/db/outcomes';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { addHistory, addPastDials, type PastDial } from '../../support/past-dials';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { end, dialTo, talk } from '../../support/talk';

let test: TestDatabase;
let floor: Floor;
beforeEach(async () => {
  test = await createTestDatabase();
  floor = await makeFloor(test.db);
  // what is tested is the model, unless a test puts somebody into the group
  await test.db.query('update creditor set control_share = 0');
});
afterEach(() => test.drop());

const learn = () => learnOutcomes(makeGate(test.db));
async function learnAll(): Promise<number> {
  let lessons = 0;
  for (;;) {
    const report = await learn();
    if (report.lessons === 0) return lessons;
    lessons += report.lessons;
  }
}
const nextAttemptAt = async (accountId: string): Promise<Date | null> =>
  one(
    await test.db.query<{ at: Date | null }>(
      'select next_attempt_at as at from account where id = $1',
      [accountId],
    ),
    'account',
  ).at;
const count = async (table: string): Promise<number> =>
  one(await test.db.query<{ n: number }>(`select count(*)::int as n from ${table}`), table).n;

describe('learning from outcomes', () => {
  it('learns a dial once, and moves the account in the same transaction', async () => {
    await floor.addReadyAgent();
    const { debtorId, accountIds } = await floor.addDebtor();
    const attemptId = await dialTo(test.db, floor, 'ringing');
    await end(test.db, attemptId, 'no_answer');
    expect(await learn()).toEqual({ lessons: 1, chosen: 1 });
    expect(await learn()).toEqual({ lessons: 0, chosen: 0 });
    const person = one(
      await test.db.query<{ state: Buffer }>(
        'select state from best_time_person where debtor_id = $1',
        [debtorId],
      ),
      'person',
    );
    expect(unpackPerson(person.state).attempts).toMatchObject([{ kind: 'nobody' }]);
    expect(person.state.length).toBe(10);
    const [choice] = await listChoices(test.db, accountIds[0] ?? '', 10);
    expect(choice).toMatchObject({ basis: 'no_data', accountId: accountIds[0], learntSeq: '1' });
    expect(await nextAttemptAt(accountIds[0] ?? '')).toEqual(choice?.chosen);
  });

  it('leaves a callback where the person named it, and blocked accounts alone', async () => {
    await floor.addReadyAgent();
    const { accountIds } = await floor.addDebtor();
    const attemptId = await talk(test.db, floor);
    const callbackAt = new Date(Date.now() + 30 * 3_600_000);
    await test.db.transaction((tx) =>
      recordOutcome(tx, {
        attemptId,
        onlyAgentId: null,
        actor: 'test',
        input: { code: 'RPC_CALLBACK', rootCause: null, note: null, callbackAt, promise: null },
      }),
    );
    expect(await learn()).toEqual({ lessons: 1, chosen: 0 });
    // left to the callback until its ten minutes are over
    const ends = new Date(callbackAt.getTime() + 600_000);
    expect(await nextAttemptAt(accountIds[0] ?? '')).toEqual(ends);
    const [accountId = ''] = accountIds;
    const judged = await judgeDue(makeGate(test.db), floor.campaignId, [accountId]);
    expect(judged.get(accountId)?.waitsUntil).toBeNull();
    expect(await nextAttemptAt(accountId)).toEqual(ends);
  });

  it('learns nothing from what says nothing', async () => {
    const { debtorId, accountIds } = await floor.addDebtor();
    const [accountId = ''] = accountIds;
    const dial = { at: new Date(Date.now() - 3_600_000), accountId, debtorId };
    await addPastDials(test.db, floor, [
      { ...dial, result: 'network_failure', code: 'UNREACHABLE' },
      { ...dial, result: 'unknown', code: 'UNKNOWN' },
    ]);
    expect((await learn()).lessons).toBe(2);
    expect(await count('best_time_evidence')).toBe(0);
    expect(await count('best_time_task')).toBe(0);
  });

  it('is done by one of many, each dial once', async () => {
    await addHistory(test.db, floor, { people: 10, hoursUtc: [2, 3, 4], reachedAtUtc: 3 });
    const learnt = await Promise.all(Array.from({ length: 4 }, learnAll));
    expect(learnt.reduce((sum, n) => sum + n, 0)).toBe(30);
    expect(await count('best_time_evidence')).toBe(30);
  });
});

describe('the history', () => {
  it('builds the models again, the same to the last bit, and mends one that was changed', async () => {
    await addHistory(test.db, floor, {
      people: 12,
      hoursUtc: [2, 6, 11],
      reachedAtUtc: 11,
      weeks: 2,
    });
    await learnAll();
    const persons = 12;
    const groups = 2;
    expect(await rebuildModels(test.db, { dryRun: true })).toEqual({
      persons,
      groups,
      differing: 0,
    });
    await test.db.query(
      `update best_time_person set state = '\\x0100'
       where debtor_id = (select debtor_id from best_time_person order by 1 limit 1)`,
    );
    expect(await rebuildModels(test.db, { dryRun: false })).toMatchObject({ differing: 1 });
    expect(await rebuildModels(test.db, { dryRun: true })).toMatchObject({ differing: 0 });
  });

  it('decides each choice again as it was decided', async () => {
    const people = await addHistory(test.db, floor, {
      people: 12,
      hoursUtc: [2, 6, 11],
      reachedAtUtc: 11,
    });
    await learnAll();
    await judgeDue(
      makeGate(test.db),
      floor.campaignId,
      people.map(({ accountId }) => accountId),
    );
    const [first] = people;
    const kept = await listChoices(test.db, first?.accountId ?? '', 10);
    expect(kept.map(({ basis }) => basis)).toContain('model');
    for (const { id } of kept) expect(await replayChoice(test.db, id)).toEqual({ same: true });
    expect(await replayChoice(test.db, first?.accountId ?? '')).toBeNull();
  });
});

describe('an account that is due', () => {
  /** 18–19 in Jakarta is when people answer; caps leave one attempt a week. */
  async function teach(): Promise<void> {
    await test.db.query(`update campaign set rule_packs = '{}'`);
    await test.db.query(`update creditor set rule_packs = '{ID.POLICY.HOUSE}'`);
    await addHistory(test.db, floor, {
      people: 10,
      hoursUtc: [2, 4, 6, 8, 11],
      reachedAtUtc: 11,
      weeks: 2,
    });
    await learnAll();
  }
  const judge = async (accountIds: readonly string[]) =>
    judgeDue(makeGate(test.db), floor.campaignId, accountIds);
  const jakarta = (at: Date): { hour: number; weekday: number } => {
    const wall = new Date(at.getTime() + 7 * 3_600_000);
    return { hour: wall.getUTCHours(), weekday: wall.getUTCDay() };
  };

  it('waits for a lawful moment, and then is not chosen for again', async () => {
    await teach();
    const { accountIds } = await floor.addDebtor();
    const [accountId = ''] = accountIds;
    const first = (await judge([accountId])).get(accountId);
    expect(first?.basis).toBe('model');
    expect(first?.chance).toBeGreaterThan(0);
    const due = await nextAttemptAt(accountId);
    if (first?.waitsUntil !== null) {
      expect(due).toEqual(first?.waitsUntil);
      const { hour, weekday } = jakarta(due ?? new Date(0));
      expect(weekday).not.toBe(0);
      expect(hour).toBeGreaterThanOrEqual(8);
      expect(hour).toBeLessThan(20);
    }
    const again = (await judge([accountId])).get(accountId);
    expect(again?.waitsUntil).toBeNull();
    expect(await nextAttemptAt(accountId)).toEqual(due);
    expect(await listChoices(test.db, accountId, 10)).toHaveLength(1);
  });

  it('is in neutral order for who objects to profiling, and the choice says so', async () => {
    await teach();
    const { debtorId, accountIds } = await floor.addDebtor();
    const [accountId = ''] = accountIds;
    await test.db.query(
      `insert into profiling_objection (debtor_id, objects, reason, recorded_by)
       values ($1, true, 'asked in a call', 'test')`,
      [debtorId],
    );
    expect((await judge([accountId])).get(accountId)).toMatchObject({
      basis: 'objection',
      standing: 0.5,
      score: null,
    });
    expect(await listChoices(test.db, accountId, 10)).toMatchObject([
      { basis: 'objection', score: null, parts: null },
    ]);
  });

  it('is dialed at a random lawful moment in the control group', async () => {
    await teach();
    await test.db.query('update creditor set control_share = 0.5');
    const accountIds: string[] = [];
    for (let n = 0; n < 40; n++) accountIds.push(...(await floor.addDebtor()).accountIds);
    const judged = await judge(accountIds);
    const control = accountIds.filter((id) => judged.get(id)?.basis === 'control');
    expect(control.length).toBeGreaterThan(8);
    expect(control.length).toBeLessThan(32);
    const hours = new Set<number>();
    for (const id of control) {
      const waitsUntil = judged.get(id)?.waitsUntil;
      if (waitsUntil instanceof Date) hours.add(jakarta(waitsUntil).hour);
    }
    expect(hours.size).toBeGreaterThan(4);
    // for good: nobody changes groups
    const again = await judge(accountIds);
    for (const id of accountIds) expect(again.get(id)?.basis).toBe(judged.get(id)?.basis);
  });

  it('learns the hour at which a person answers', async () => {
    await teach();
    const { debtorId, accountIds } = await floor.addDebtor();
    const [accountId = ''] = accountIds;
    const dialed = (days: number, hour: number): PastDial => {
      const at = new Date(Date.now() - days * 86_400_000);
      at.setUTCHours(hour, 20, 0, 0);
      const about = { at, accountId, debtorId };
      return hour === 3
        ? { ...about, result: 'connected', code: 'RPC_REFUSE' }
        : { ...about, result: 'no_answer', code: 'NO_ANSWER' };
    };
    const dials = [dialed(20, 3), dialed(17, 8), dialed(13, 3), dialed(10, 8), dialed(6, 3)];
    await addPastDials(test.db, floor, dials);
    await learnAll();
    const [choice] = await listChoices(test.db, accountId, 1);
    expect(choice?.basis).toBe('model');
    expect(choice?.parts?.['person']).toBeGreaterThan(0);
    const sum = Object.values(choice?.parts ?? {}).reduce((total, part) => total + part, 0);
    expect(sum).toBeCloseTo(choice?.score ?? NaN, 5);
  });
});
