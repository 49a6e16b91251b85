import type { Rule } from '../../../dialer/compliance/rule-pack';
import { reserveNext } from '../../../dialer/reserve';
import { createRuleStore } from '../../../dialer/rule-store';
import { watchCalendars } from '../../../dialer/watch-calendars';
import { releaseWaitingAccounts } from '../../../src/db/waiting-accounts';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { ALWAYS_SHUT, approvePack, bindCalendar, proposePack } from '../../support/rule-versions';

const HOLIDAY: Rule = {
  id: 'test.holiday',
  kind: 'holiday',
  force: 'policy',
  cite: 'test',
  calendar: 'TEST',
  types: ['company'],
};
const YEAR = new Date().getUTCFullYear();
const YEARS = [YEAR - 1, YEAR, YEAR + 1];
/** Today, whatever day it is where the person is. */
const aroundNow = [-1, 0, 1].map((days) =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10),
);

let test: TestDatabase;
let floor: Floor;
beforeEach(async () => {
  test = await createTestDatabase();
  await bindCalendar(test.db, 'TEST', '1', {
    years: YEARS,
    entries: Object.fromEntries(aroundNow.map((date) => [date, 'company' as const])),
  });
  await proposePack(test.db, 'TEST.RULES', 1, [HOLIDAY]);
  await approvePack(test.db, 'TEST.RULES', 1);
  // what the test has made binding itself held nobody back
  await releaseWaitingAccounts(test.db);
  floor = await makeFloor(test.db, { rulePacks: ['DEMO.OPEN', 'TEST.RULES'] });
  await floor.addReadyAgent();
});
afterEach(() => test.drop());

const turn = () => reserveNext(makeGate(test.db), floor.campaignId);
const waitsMs = async (accountId: string): Promise<number> => {
  const { rows } = await test.db.query<{ at: Date }>(
    'select next_attempt_at as at from account where id = $1',
    [accountId],
  );
  return (rows[0]?.at.getTime() ?? NaN) - Date.now();
};
/** An account that was denied and waits. */
async function waiting(): Promise<string> {
  const { accountIds } = await floor.addDebtor();
  expect(await turn()).toEqual({ kind: 'nothing_due', denials: 1 });
  const [accountId = ''] = accountIds;
  expect(await waitsMs(accountId)).toBeGreaterThan(3_600_000);
  return accountId;
}

describe('accounts that wait on a holiday', () => {
  it('are looked at again when the day is no holiday any more', async () => {
    await waiting();
    expect(await turn()).toEqual({ kind: 'nothing_due', denials: 0 });
    const cancelled = { type: 'company', status: 'cancelled' } as const;
    const entries = Object.fromEntries(aroundNow.map((date) => [date, cancelled]));
    await bindCalendar(test.db, 'TEST', '2', { years: YEARS, entries });
    expect(await releaseWaitingAccounts(test.db)).toBe(1);
    expect((await turn()).kind).toBe('reserved');
    expect(await releaseWaitingAccounts(test.db)).toBe(0);
  });

  it('wait on when it still is one', async () => {
    const accountId = await waiting();
    const entries = Object.fromEntries(aroundNow.map((date) => [date, 'company' as const]));
    await bindCalendar(test.db, 'TEST', '2', { years: YEARS, entries });
    expect(await releaseWaitingAccounts(test.db)).toBe(1);
    expect(await turn()).toEqual({ kind: 'nothing_due', denials: 1 });
    expect(await waitsMs(accountId)).toBeGreaterThan(3_600_000);
    expect(await releaseWaitingAccounts(test.db)).toBe(0);
  });

  it('are left alone until the revision binds', async () => {
    await waiting();
    const soon = new Date(Date.now() + 60_000);
    await bindCalendar(test.db, 'TEST', '2', { years: YEARS, entries: {} }, soon);
    expect(await releaseWaitingAccounts(test.db)).toBe(0);
  });

  it('are left alone when something else put them off since', async () => {
    const accountId = await waiting();
    await test.db.query(
      `update account set next_attempt_at = now() + interval '9 days' where id = $1`,
      [accountId],
    );
    await bindCalendar(test.db, 'TEST', '2', { years: YEARS, entries: {} });
    expect(await releaseWaitingAccounts(test.db)).toBe(0);
    expect(await waitsMs(accountId)).toBeGreaterThan(8 * 86_400_000);
  });

  it('are left alone by the revision of another calendar', async () => {
    await waiting();
    await bindCalendar(test.db, 'OTHER', '1', { years: YEARS, entries: {} });
    expect(await releaseWaitingAccounts(test.db)).toBe(0);
  });
});

describe('accounts that wait on a rule pack', () => {
  it('are looked at again when another version binds', async () => {
    await proposePack(test.db, 'TEST.RULES', 2, [ALWAYS_SHUT]);
    await approvePack(test.db, 'TEST.RULES', 2);
    await releaseWaitingAccounts(test.db);
    // shut for good: no next instant, it is looked at again in a day
    await waiting();
    await proposePack(test.db, 'TEST.RULES', 3, []);
    await approvePack(test.db, 'TEST.RULES', 3);
    expect(await releaseWaitingAccounts(test.db)).toBe(1);
    expect((await turn()).kind).toBe('reserved');
  });
});

describe('watchCalendars', () => {
  it('tells once a day of a year that is missing', async () => {
    const watch = (now: string) => watchCalendars(test.db, createRuleStore(), new Date(now));
    const before = `${YEAR + 1}-10-31T12:00:00Z`;
    const due = `${YEAR + 1}-11-01T12:00:00Z`;
    const ofTest = ({ toTell }: Awaited<ReturnType<typeof watch>>) =>
      toTell.filter(({ calendarId }) => calendarId === 'TEST');
    expect(ofTest(await watch(before))).toEqual([]);
    const gap = { calendarId: 'TEST', year: YEAR + 2, reason: 'missing' };
    const looks = await Promise.all([watch(due), watch(due)]);
    expect(looks.flatMap(ofTest)).toEqual([gap]);
    for (const { gaps } of looks) expect(gaps).toContainEqual(gap);
    const events = `select payload from event where type = 'calendar.year_missing'
      and payload->>'calendarId' = 'TEST'`;
    expect((await test.db.query(events)).rows).toEqual([{ payload: gap }]);
    await test.db.query(`update calendar_alarm set told_at = now() - interval '25 hours'`);
    expect(ofTest(await watch(due))).toEqual([gap]);
    expect((await test.db.query(events)).rows).toHaveLength(2);
  });

  it('says nothing of calendars that nobody reads', async () => {
    await test.db.query(`update campaign set rule_packs = '{DEMO.OPEN}'`);
    const { gaps } = await watchCalendars(
      test.db,
      createRuleStore(),
      new Date(`${YEAR + 3}-11-01T12:00:00Z`),
    );
    expect(gaps.map(({ calendarId }) => calendarId)).not.toContain('TEST');
  });
});
