import { learnOutcomes } from '../../../dialer/learn-outcomes';
import { planDocument } from '../../../dialer/plan-campaign';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { addPastDials, type PastDial } from '../../support/past-dials';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

let test: TestDatabase;
let floor: Floor;
let code: string;
beforeEach(async () => {
  test = await createTestDatabase();
  floor = await makeFloor(test.db);
  const { rows } = await test.db.query<{ code: string }>(
    'select code from creditor where id = $1',
    [floor.creditorId],
  );
  code = rows[0]!.code;
});
afterEach(() => test.drop());

/** The next Wednesday but this one: a day like others, ahead of every account. */
const DATE = ((): string => {
  const day = new Date(Date.now() + 7 * 3_600_000);
  do day.setUTCDate(day.getUTCDate() + 1);
  while (day.getUTCDay() !== 3);
  return day.toISOString().slice(0, 10);
})();
const plan = (more: object) =>
  planDocument(
    makeGate(test.db),
    { value: { format: 'santun-campaign/1', creditor: code, name: 'Rencana', ...more } },
    DATE,
  );
const REACHED = { result: 'connected', code: 'RPC_REFUSE' } as const;
const callable = (made: Awaited<ReturnType<typeof plan>>) =>
  made.schedule.hours
    .filter(({ dialable }) => dialable > 0)
    .map(({ zones, hour, dialable }) => `${zones} ${hour}: ${dialable}`);

it('tells who would be called, by hour and zone, before anything is kept', async () => {
  for (const province of ['ID-JK', 'ID-JK', 'ID-BA', 'ID-AC']) await floor.addDebtor({ province });
  const made = await plan({
    segments: [{ name: 'Bali', accounts: { province: ['ID-BA'] } }],
    callingHours: [{ days: ['wed'], from: '10:00', to: '12:00' }],
    courtesy: { pauses: [{ reason: 'Banjir', regions: ['ID-AC'], from: DATE, to: DATE }] },
  });
  expect(made).toMatchObject({
    campaignId: null,
    version: null,
    accounts: 4,
    segments: [
      { segment: 'Bali', accounts: 1 },
      { segment: null, accounts: 3 },
    ],
  });
  expect(callable(made)).toEqual([
    'Asia/Jakarta 10: 2',
    'Asia/Jakarta 11: 2',
    'Asia/Makassar 10: 1',
    'Asia/Makassar 11: 1',
  ]);
  expect(made.schedule.deniedAllDay).toEqual([{ rule: 'campaign.pause-1', accounts: 1 }]);
  expect(made.refusing).toContainEqual({
    rule: 'campaign.pause-1',
    pack: expect.stringMatching(/^CAMPAIGN\./) as string,
    force: 'policy',
    cite: 'courtesy, not law: Banjir',
  });
  // Bali is an hour ahead of the floor
  expect(made.calls.map(({ hour, floorHour, calls }) => [hour, floorHour, calls])).toEqual([
    [10, 10, 1],
    [11, 11, 1],
    [10, 9, 0.5],
    [11, 10, 0.5],
  ]);
  const { rows } = await test.db.query<{ n: number }>(
    `select count(*)::int as n from rule_pack_version where pack_id like 'CAMPAIGN.%'`,
  );
  expect(rows[0]!.n).toBe(0);
});

it('shows what the law would say of hours that the document leaves alone', async () => {
  await floor.addDebtor({ province: 'ID-JK' });
  const made = await plan({ rulePacks: ['ID.POLICY.HOUSE'] });
  const hours = made.schedule.hours.filter(({ dialable }) => dialable > 0).map(({ hour }) => hour);
  expect([hours.at(0), hours.at(-1)]).toEqual([8, 19]);
  const byNight = made.schedule.hours.find(({ hour }) => hour === 3)!.denied[0]!.rule;
  expect(made.refusing.find(({ rule }) => rule === byNight)?.force).not.toBe('policy');
});

it('says that it knows too little, then what is to be expected', async () => {
  for (let n = 0; n < 20; n++) await floor.addDebtor({ province: 'ID-JK' });
  const document = { rulePacks: ['DEMO.OPEN'] };
  expect((await plan(document)).forecast).toBeNull();
  const { agentId, sessionId } = await floor.addReadyAgent();
  // ten days of 30 calls between 9 and 12 in Jakarta; at 10 a third reaches the right party
  await test.db.query(
    `with calls as (
       select a.id as account_id, a.debtor_id, p.id as phone_id, n % 3 as slot,
         ((now() at time zone 'Asia/Jakarta')::date - 1 - n / 30 + time '09:00'
           + n % 3 * interval '1 hour' + n * interval '1 millisecond') at time zone 'Asia/Jakarta' as at, n
       from generate_series(0, 299) n
       join (select *, row_number() over (order by id) - 1 as k from account) a on a.k = n % 20
       join phone p on p.debtor_id = a.debtor_id),
     made as (
       insert into attempt (id, creditor_id, campaign_id, campaign_version, account_id, debtor_id,
         phone_id, agent_id, agent_session_id, decision_id, state, result, counted, created_at,
         dialed_at, answered_at, ended_at)
       select first_id_at(at), $1, $2, 1, account_id, debtor_id, phone_id, $3, $4, new_id(),
         'ended', case when slot = 1 and n % 9 = 1 then 'connected' else 'no_answer' end, true, at,
         at + interval '1 second', case when slot = 1 and n % 9 = 1 then at + interval '9 seconds' end,
         at + interval '60 seconds'
       from calls
       returning id, account_id, debtor_id, result, ended_at)
     insert into outcome (attempt_id, creditor_id, account_id, debtor_id, code, recorded_by, recorded_at)
     select id, $1, account_id, debtor_id, 'RPC_CALLBACK', 'test', ended_at + interval '30 seconds'
     from made where result = 'connected'`,
    [floor.creditorId, floor.campaignId, agentId, sessionId],
  );
  const made = await plan({
    ...document,
    callingHours: [{ days: ['wed'], from: '09:00', to: '12:00' }],
  });
  expect(made.seen.hours.map(({ hour, calls }) => [hour, calls])).toEqual([
    [9, 100],
    [10, 100],
    [11, 100],
  ]);
  const { forecast } = made;
  const rightParties = forecast!.hours.map(
    (one) => Math.round(one.rightParties.expected * 10) / 10,
  );
  // 20 accounts over three hours; an hour's own rate shrunk to that of all
  expect(forecast!.calls).toBeCloseTo(20);
  expect(rightParties[1]).toBeGreaterThan(3 * rightParties[0]!);
  expect(forecast!.rightParties.low).toBeLessThan(forecast!.rightParties.expected);
  expect(forecast!.agents.expected).toBe(1);
});

it('takes the chances of the people called, and says what their promises would bring', async () => {
  // 80 people who answered at ten in Jakarta, and at eighteen did not
  const dials: PastDial[] = [];
  for (let n = 0; n < 80; n++) {
    const { debtorId, accountIds } = await floor.addDebtor();
    for (const [place, daysBefore] of [14, 20, 21].entries()) {
      const at = new Date(Date.parse(DATE) - daysBefore * 86_400_000);
      const isReached = (n + place) % 3 === 0;
      at.setUTCHours(isReached ? 3 : 11, n % 60);
      const end = isReached ? REACHED : ({ result: 'no_answer', code: 'NO_ANSWER' } as const);
      dials.push({ at, debtorId, accountId: accountIds[0]!, ...end });
    }
  }
  await addPastDials(test.db, floor, dials);
  await test.db.query(`update account set next_attempt_at = now(), blocked_reason = null`);
  const document = {
    rulePacks: ['DEMO.OPEN'],
    callingHours: [{ days: ['wed'], from: '10:00', to: '19:00' }],
  };
  expect(await plan(document)).toMatchObject({
    cash: null,
    cashSeen: { currency: 'IDR', days: 90, buckets: [{ contacts: 80, promises: 0 }] },
  });
  while ((await learnOutcomes(makeGate(test.db))).lessons > 0);
  const chances = (await plan(document)).calls;
  const at = (hour: number) => chances.find((one) => one.hour === hour)!.rightPartyChance!;
  expect(at(10)).toBeGreaterThan(2 * at(18));

  // every other talk promised Rp 100,000 in three days; three of five were kept
  await test.db.query(
    `insert into promise (creditor_id, account_id, debtor_id, attempt_id, outcome_id, amount_minor,
       currency, due_date, method, state, created_at)
     select o.creditor_id, o.account_id, o.debtor_id, o.attempt_id, o.id, 10000000, 'IDR',
       (o.recorded_at at time zone 'Asia/Jakarta')::date + 3, 'transfer',
       case when n % 10 < 6 then 'kept' else 'broken' end, o.recorded_at
     from (select *, row_number() over (order by id) as n from outcome where code like 'RPC\\_%') o
     where n % 2 = 0`,
  );
  const { cash, forecast, cashSeen } = await plan(document);
  expect(cashSeen.buckets).toMatchObject([{ contacts: 80, promises: 40, kept: 24, broken: 16 }]);
  expect(cash!.days).toHaveLength(1);
  const due = new Date(`${DATE}T00:00:00Z`);
  due.setUTCDate(due.getUTCDate() + 3);
  expect(cash!.days[0]!.date).toBe(due.toISOString().slice(0, 10));
  const expected = forecast!.rightParties.expected * 0.5 * 10_000_000;
  expect(Math.abs(Number(cash!.promised.expected) / expected - 1)).toBeLessThan(0.15);
  expect(Math.abs(Number(cash!.paid!.expected) / expected - 0.6)).toBeLessThan(0.12);
  expect(BigInt(cash!.paid!.low)).toBeLessThan(BigInt(cash!.paid!.high));
});
