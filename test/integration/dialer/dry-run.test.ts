import { checkCall } from '../../../dialer/check';
import { shippedCalendars } from '../../../dialer/compliance/shipped/shipped-calendars';
import { withoutEffect } from '../../../dialer/dry-run';
import { explainCampaign } from '../../../dialer/explain';
import { previewSchedule } from '../../../dialer/preview';
import { reserveNext } from '../../../dialer/reserve';
import { makeFloor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

/** Rows of every table. */
async function rowCounts(): Promise<Record<string, string>> {
  const { rows } = await test.db.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
  );
  const counts: Record<string, string> = {};
  for (const { name } of rows) {
    const counted = await test.db.query<{ n: string }>(`select count(*)::text as n from "${name}"`);
    counts[name] = counted.rows[0]?.n ?? '';
  }
  return counts;
}

const DAY_MS = 86_400_000;
const dayAhead = (days: number): string =>
  new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const weekday = (date: string): number => new Date(date).getUTCDay();
const ahead = Array.from({ length: 60 }, (_, index) => dayAhead(index + 3));
const offDays = new Set(shippedCalendars.flatMap(({ entries }) => Object.keys(entries)));
/** The next of each that is no day off; on a Sunday the law of Indonesia lets nobody call. */
const MONDAY = ahead.find((date) => weekday(date) === 1 && !offDays.has(date))!;
const SUNDAY = ahead.find((date) => weekday(date) === 0)!;

describe('asking without effect', () => {
  it('gives the certificate that the gate then signs, and writes nothing', async () => {
    const floor = await makeFloor(test.db);
    const { accountIds } = await floor.addDebtor();
    await floor.addReadyAgent();
    const gate = makeGate(test.db);
    const before = await rowCounts();
    const asked = {
      accountId: accountIds[0]!,
      campaignId: floor.campaignId,
      purpose: 'collect',
      phoneId: null,
    } as const;
    const checked = await checkCall(gate, asked, null);
    await checkCall(gate, asked, new Date(Date.now() + 3 * DAY_MS));
    await explainCampaign(gate, floor.campaignId);
    await previewSchedule(gate, floor.campaignId, MONDAY);
    expect(await rowCounts()).toEqual(before);
    expect((await reserveNext(gate, floor.campaignId)).kind).toBe('reserved');
    const { rows } = await test.db.query<{ record: string }>(
      'select record from decision where account_id = $1',
      accountIds,
    );
    const live = JSON.parse(rows[0]?.record ?? '{}') as Record<string, unknown>;
    const { words, ...certificate } = checked!.certificate;
    expect(words.en.verdict).toMatch(/^A call is allowed/);
    // all but what is drawn, and what follows from the instant
    const bound = ['id', 'at', 'attemptId', 'expiresAt', 'localTimes', 'factsSha256'];
    for (const field of bound) Reflect.deleteProperty(live, field);
    expect(certificate).toMatchObject(live);
    expect(Object.keys(certificate).sort()).toEqual(
      [...Object.keys(live), ...bound.filter((field) => field !== 'id')].sort(),
    );
  });

  it('cannot write, even if it tried', async () => {
    const gate = makeGate(test.db);
    const write = withoutEffect(gate, (db) => db.query(`insert into pool (name) values ('x')`));
    await expect(write).rejects.toThrow('read-only transaction');
  });

  it('names the numbers that would be refused before one is permitted', async () => {
    const floor = await makeFloor(test.db);
    const { accountIds, debtorId } = await floor.addDebtor({ phones: 2 });
    await test.db.query(
      `insert into hold (e164, kind, reason, source, placed_by)
       select e164, 'wrong_number', 'said so', 'test', 'test' from phone
       where debtor_id = $1 order by position limit 1`,
      [debtorId],
    );
    const checked = await checkCall(
      makeGate(test.db),
      {
        accountId: accountIds[0]!,
        campaignId: floor.campaignId,
        purpose: 'collect',
        phoneId: null,
      },
      null,
    );
    expect(checked?.certificate.verdict).toBe('allow');
    expect(checked?.refusedNumbers).toHaveLength(1);
    expect(checked?.refusedNumbers[0]?.failing.map(({ kind }) => kind)).toEqual(['hold']);
  });
});

describe('the preview of a date', () => {
  it('tells by zone and hour who becomes dialable, and which rule denies the rest', async () => {
    const floor = await makeFloor(test.db, { rulePacks: ['ID.POLICY.HOUSE'] });
    for (const province of ['ID-JK', 'ID-JK', 'ID-PA']) await floor.addDebtor({ province });
    const blocked = await floor.addDebtor();
    await test.db.query(
      `update account set blocked_reason = 'dispute' where id = $1`,
      blocked.accountIds,
    );
    const held = await floor.addDebtor();
    await test.db.query(
      `insert into hold (debtor_id, kind, reason, source, placed_by)
       values ($1, 'cease', 'letter', 'test preview', 'test')`,
      [held.debtorId],
    );
    const made = await previewSchedule(makeGate(test.db), floor.campaignId, MONDAY);
    expect(made).toMatchObject({ accounts: 4, examined: 4, dialable: 3, date: MONDAY });
    expect(made?.deniedAllDay).toEqual([
      { rule: expect.stringContaining('hold') as unknown, accounts: 1 },
    ]);
    const hour = (zones: string, at: number) =>
      made?.hours.find((one) => one.zones === zones && one.hour === at);
    expect(hour('Asia/Jakarta', 7)).toMatchObject({ becomeDialable: 0, dialable: 0 });
    expect(hour('Asia/Jakarta', 7)?.denied).toContainEqual({
      rule: expect.stringContaining('window') as unknown,
      accounts: 2,
    });
    expect(hour('Asia/Jakarta', 8)).toMatchObject({ becomeDialable: 2, dialable: 2 });
    expect(hour('Asia/Jayapura', 8)).toMatchObject({ becomeDialable: 1, dialable: 1 });
    expect(hour('Asia/Jakarta', 20)?.dialable).toBe(0);
    const sunday = await previewSchedule(makeGate(test.db), floor.campaignId, SUNDAY);
    expect(sunday?.dialable).toBe(0);
    expect(sunday?.deniedAllDay).toContainEqual({
      rule: expect.stringContaining('window') as unknown,
      accounts: 3,
    });
  });

  it('is of tomorrow when no date is named, and knows no other campaign', async () => {
    const floor = await makeFloor(test.db);
    await floor.addDebtor({ province: 'ID-JK' });
    const tomorrow = new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Jakarta' }).format(
      Date.now() + 86_400_000,
    );
    const made = await previewSchedule(makeGate(test.db), floor.campaignId, null);
    expect(made?.date).toBe(tomorrow);
    const nobody = '00000000-0000-7000-8000-000000000000';
    expect(await previewSchedule(makeGate(test.db), nobody, null)).toBeNull();
  });
});
