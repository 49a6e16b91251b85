import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import fc from 'fast-check';
import { runCampaignTurn } from '../../../dialer/campaign-loop';
import { choose, dropStale, type Choice } from '../../../dialer/choose-account';
import { claimForDialing } from '../../../dialer/gate';
import { promote, promoteRunning } from '../../../dialer/promote';
import { reserveNext } from '../../../dialer/reserve';
import { rankOf } from '../../../dialer/select/rank';
import { endAttempt } from '../../../src/db/attempts';
import { lockReadyAccounts, rankAnew } from '../../../src/db/ready-accounts';
import { repeat } from '../../../src/main/repeat';
import { eventually } from '../../support/eventually';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { makeSharedFloor } from '../../support/shared-floor';

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

const count = async (from: string): Promise<number> => {
  const { rows } = await test.db.query<{ n: number }>(`select count(*)::int as n from ${from}`);
  return rows[0]?.n ?? -1;
};
const set = (accountIds: readonly string[], change: string): Promise<unknown> =>
  test.db.query(`update account set ${change} where id = any($1)`, [accountIds]);
const onError = (error: unknown): never => {
  throw error;
};
const queue = {
  send: () => Promise.resolve(),
  discard: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** Who would be next; nothing is taken. */
const next = (floor: Floor): Promise<string | null> =>
  test.db.transaction(async (tx) => {
    for (;;) {
      const [ready] = await lockReadyAccounts(tx, floor.campaignId, 1);
      if (ready === undefined) return null;
      const chosen = choose(ready);
      if (chosen.kind === 'chosen') return ready.accountId;
      if (chosen.kind === 'stale') await dropStale(tx, floor.campaignId);
      else rankAnew(tx, ready, chosen.choice.rank);
    }
  });

describe('twenty campaigns on two selectors', () => {
  const selectors: ChildProcess[] = [];
  afterEach(() => {
    for (const selector of selectors.splice(0)) selector.kill('SIGKILL');
  });

  it('take nobody twice, and leave nobody out', async () => {
    const floor = await makeSharedFloor(test.db, {
      creditors: 10,
      numbers: 24,
      agents: 50,
      rulePacks: ['DEMO.OPEN'],
    });
    expect(floor.campaignIds).toHaveLength(20);
    // one number each: who shares one may be called once the other's call is over
    await test.db.query(`update phone set e164 = '+628123' || lpad(n::text, 7, '0')
      from (select id, row_number() over () as n from phone) own where own.id = phone.id`);
    const support = join(__dirname, '../../support');
    const hook = join(support, 'typescript-hook.cjs');
    const outputs = [0, 1].map(() => {
      const args = ['-r', hook, join(support, 'run-selector.ts'), test.url];
      const selector = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
      selectors.push(selector);
      let said = '';
      selector.stdout.on('data', (data: Buffer) => (said += data.toString()));
      return () => said;
    });
    const persons = await count('debtor');
    expect(persons).toBeLessThan(50);
    await eventually('everybody is called', 60_000, async () =>
      (await count('attempt')) === persons ? true : null,
    );
    for (const selector of selectors) {
      const ended = once(selector, 'exit');
      selector.stdin?.end();
      await ended;
    }
    expect(await count('attempt')).toBe(persons);
    expect(await count('(select distinct debtor_id from attempt) person')).toBe(persons);
    const reserved = outputs.map((said) => Number(/reserved (\d+)/.exec(said())?.[1]));
    expect(reserved.reduce((sum, n) => sum + n, 0)).toBe(persons);
    for (const n of reserved) expect(n).toBeGreaterThan(0);
    expect(await count('(select distinct campaign_id from attempt) campaign')).toBeGreaterThan(10);
  }, 90_000);
});

describe('what happens to an account', () => {
  it('changes the next choice at once when it is worth less, blocked or not due any more', async () => {
    const floor = await makeFloor(test.db);
    const people = [];
    for (let i = 0; i < 4; i++) people.push((await floor.addDebtor()).accountIds);
    const [first, second, third, fourth] = people as [string[], string[], string[], string[]];
    const since = `next_attempt_at = '2026-11-01T00:00:00Z'`;
    await set(first, `${since}, amount_due_minor = 900000000000`);
    await set(second, `${since}, amount_due_minor = 80000000000`);
    await set(third, `${since}, amount_due_minor = 7000000000`);
    await set(fourth, `${since}, amount_due_minor = 600000000`);
    await promote(makeGate(test.db), floor.campaignId);
    expect(await next(floor)).toBe(first[0]);
    await set(first, 'amount_due_minor = 1');
    expect(await next(floor)).toBe(second[0]);
    await set(second, `blocked_reason = 'promise_open', next_attempt_at = null`);
    expect(await next(floor)).toBe(third[0]);
    await set(third, `next_attempt_at = now() + interval '4 hours'`);
    expect(await next(floor)).toBe(fourth[0]);
    await set(fourth, `status = 'paid'`);
    expect(await next(floor)).toBe(first[0]);
  });

  it('is chosen within a second of becoming due, also from a transaction that ends late', async () => {
    const floor = await makeFloor(test.db);
    const { accountIds } = await floor.addDebtor();
    await set(accountIds, `next_attempt_at = now() + interval '1 day'`);
    const gate = makeGate(test.db);
    const promotions = repeat(100, () => promoteRunning(gate, onError), onError);
    try {
      await eventually('the first promotion', 5_000, async () =>
        (await count('promotion')) === 1 ? true : null,
      );
      expect(await next(floor)).toBeNull();
      await test.db.transaction(async (tx) => {
        await tx.query('update account set next_attempt_at = now() where id = any($1)', [
          accountIds,
        ]);
        // the head passes the instant meanwhile
        await tx.query('select pg_sleep(0.3)', []);
      });
      const fromMs = Date.now();
      expect(await eventually('the account', 5_000, () => next(floor), 20)).toBe(accountIds[0]);
      expect(Date.now() - fromMs).toBeLessThan(1_000);
    } finally {
      await promotions.stop();
    }
  });

  it('makes the person’s other accounts a new question once the person was called', async () => {
    const floor = await makeFloor(test.db);
    const { accountIds } = await floor.addDebtor({ accounts: 2 });
    await floor.addReadyAgent();
    const gate = makeGate(test.db);
    await promote(gate, floor.campaignId);
    expect(await count('ready_account')).toBe(2);
    const reserved = await reserveNext(gate, floor.campaignId);
    if (reserved.kind !== 'reserved') throw new Error(reserved.kind);
    const { attemptId } = reserved;
    await claimForDialing(gate, { attemptId, sipInstanceId: floor.sipInstanceId });
    await test.db.transaction((tx) =>
      endAttempt(tx, attemptId, { result: 'no_answer', cause: 'test', actor: 'test' }),
    );
    expect(await count('ready_account')).toBe(1);
    expect(await next(floor)).toBeNull();
    expect(await count('ready_account')).toBe(0);
    await promote(gate, floor.campaignId);
    expect(accountIds).toContain(await next(floor));
  });
});

it('keeps with each attempt what its rank can be computed from again', async () => {
  const floor = await makeFloor(test.db, { settings: { ordering: { amountDue: 3 } } });
  for (let i = 0; i < 3; i++) {
    const { accountIds } = await floor.addDebtor();
    await set(accountIds, `amount_due_minor = ${10 ** (5 + i)}`);
    await floor.addReadyAgent();
  }
  await runCampaignTurn({ gate: makeGate(test.db), queue, onError });
  const { rows } = await test.db.query<{ choice: Choice; bytes: number; ready: number | null }>(
    'select choice, pg_column_size(choice) as bytes from attempt',
  );
  expect(rows).toHaveLength(3);
  for (const { choice, bytes } of rows) {
    const { ordering, facts, ...rank } = choice;
    expect(ordering.amountDue).toBe(3);
    expect(rankOf(ordering, facts)).toEqual(rank);
    expect(bytes).toBeLessThan(500);
  }
});

it('clears away what is ready for a campaign that is done', async () => {
  const floor = await makeFloor(test.db);
  await floor.addDebtor();
  await promoteRunning(makeGate(test.db), onError);
  expect(await count('ready_account')).toBe(1);
  await test.db.query(`update campaign set state = 'done' where id = $1`, [floor.campaignId]);
  await promoteRunning(makeGate(test.db), onError);
  expect(await count('ready_account')).toBe(0);
});

/** What a rule may know of a person before anybody is chosen. */
const PERSON = fc.record({
  accounts: fc.integer({ min: 1, max: 3 }),
  province: fc.constantFrom('ID-JK', 'ID-BA', 'ID-PA', null),
  trouble: fc.constantFrom(
    ...['none', 'none', 'none', 'none', 'held', 'called', 'no_number', 'refuses', 'shared'],
  ),
});
const TROUBLE: Readonly<Record<string, string>> = {
  held: `insert into hold (debtor_id, kind, reason, source, placed_by)
    values ($1, 'dispute', 'r', 's', 'p')`,
  called: `insert into contact (at, direction, outcome, debtor_id, e164, source, recorded_by)
    select now() - n * interval '1 minute', 'out', 'conversation', $1, e164, 's', 'p'
    from phone, generate_series(1, 9) n where debtor_id = $1`,
  no_number: `update phone set status = 'invalid' where debtor_id = $1`,
  refuses: `insert into contact_preference
      (debtor_id, kind, days, from_clock, to_clock, source, recorded_by)
    values ($1, 'refused', '{1,2,3,4,5,6,7}', '00:01', '23:59', 's', 'p')`,
  shared: `update phone set e164 = '+6281200009999' where debtor_id = $1`,
};

describe('selection against the gate', () => {
  it('returns nobody whom the gate refuses for what was known before: fewer than one of a hundred', async () => {
    const gate = makeGate(test.db);
    let misses = 0;
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(PERSON, { minLength: 20, maxLength: 30 }), async (people) => {
        await test.db.query(`update campaign set state = 'done'`);
        await test.db.query(`update agent_session set state = 'paused' where state = 'ready'`);
        const floor = await makeFloor(test.db, { rulePacks: ['DEMO.OPEN', 'ID.POLICY.HOUSE'] });
        for (const { trouble, ...person } of people) {
          const { debtorId } = await floor.addDebtor(person);
          const sql = TROUBLE[trouble];
          if (sql !== undefined) await test.db.query(sql, [debtorId]);
          await floor.addReadyAgent();
        }
        // a call of each turn ends before the next: the second account of a person comes up, and again
        for (let turn = 0; turn < 3; turn++) {
          while ((await promote(gate, floor.campaignId)).promoted > 0);
          const report = await runCampaignTurn({ gate, queue, onError });
          taken += report.reserved;
          misses += report.misses;
          await endAll(floor);
        }
      }),
      { numRuns: 8, endOnFailure: true },
    );
    expect(taken).toBeGreaterThan(60);
    expect(misses / taken).toBeLessThan(0.01);
  }, 120_000);

  async function endAll(floor: Floor): Promise<void> {
    const gate = makeGate(test.db);
    const { rows } = await test.db.query<{ id: string }>(
      `select id from attempt where campaign_id = $1 and state <> 'ended'`,
      [floor.campaignId],
    );
    for (const { id } of rows) {
      // an INVITE left: it counts for the caps
      await claimForDialing(gate, { attemptId: id, sipInstanceId: floor.sipInstanceId });
      await test.db.transaction((tx) =>
        endAttempt(tx, id, { result: 'no_answer', cause: 'test', actor: 'test' }),
      );
    }
  }
});
