import { explainCampaign, type CampaignWhy } from '../../../dialer/explain';
import { explainAccount } from '../../../dialer/explain-account';
import { reserveNext } from '../../../dialer/reserve';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { dialTo, end } from '../../support/talk';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const why = async (floor: Floor): Promise<CampaignWhy> => {
  const told = await explainCampaign(makeGate(test.db), floor.campaignId);
  if (told === null) throw new Error('no campaign');
  return told;
};
const counts = ({ waterfall }: CampaignWhy): number[] =>
  waterfall.steps.map(({ accounts }) => accounts);

/** So many attempts of a campaign that nobody answered, one after the other. */
async function attempts(floor: Floor, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await floor.addReadyAgent();
    await end(test.db, await dialTo(test.db, floor, 'ringing'), 'no_answer');
    await test.db.query(
      `update account set next_attempt_at = now(), blocked_reason = null where creditor_id = $1`,
      [floor.creditorId],
    );
  }
}

describe('why a campaign dials, or does not', () => {
  it('counts who passes each step, and names what stops the rest', async () => {
    const floor = await makeFloor(test.db);
    await floor.addDebtor();
    await floor.addDebtor({ owner: 'employer' });
    const held = await floor.addDebtor();
    await test.db.query(
      `update account set blocked_reason = 'dispute' where id = $1`,
      held.accountIds,
    );
    const objecting = await floor.addDebtor();
    await test.db.query(
      `insert into hold (debtor_id, kind, reason, source, placed_by)
       values ($1, 'cease', 'letter', 'test', 'test')`,
      [objecting.debtorId],
    );
    const later = await floor.addDebtor();
    await test.db.query(
      `update account set next_attempt_at = now() + interval '1 hour' where id = $1`,
      later.accountIds,
    );
    const paid = await floor.addDebtor();
    await test.db.query(`update account set status = 'paid' where id = $1`, paid.accountIds);
    const told = await why(floor);
    //                          total open phone window caps held cooling free
    expect(counts(told)).toEqual([6, 5, 4, 4, 4, 2, 1, 1]);
    expect(told.waterfall).toMatchObject({ selectable: 1, examined: 4 });
    expect(told.waterfall.steps.every(({ estimated }) => !estimated)).toBe(true);
    expect(told.blocked).toEqual([{ reason: 'dispute', accounts: 1 }]);
    expect(told.refusedNow).toEqual([
      { deniedBy: expect.stringContaining('hold') as unknown, accounts: 1 },
    ]);
    expect(told.summary).toEqual({
      id: 'Tidak ada petugas dari pool kampanye yang masuk.',
      en: 'No agent of the pools is signed in.',
    });
    expect(told.nextSelectableAt).toEqual(told.at);
  });

  it('says that a limit is reached, and when the next account becomes selectable', async () => {
    const floor = await makeFloor(test.db);
    const { accountIds } = await floor.addDebtor({ province: 'ID-JK' });
    await attempts(floor, 3);
    await floor.addReadyAgent();
    const told = await why(floor);
    expect(counts(told)).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
    expect(told.summary.en).toBe(
      'Every debtor has reached a limit of attempts (demo.attempts-a-day).',
    );
    // the limit is by local dates: it ends at midnight in Jakarta, 17:00 UTC
    expect(told.nextSelectableAt?.toISOString()).toMatch(/T17:00:00\.000Z$/);
    expect(told.nextSelectableAccountId).toBe(accountIds[0]);
    expect((await reserveNext(makeGate(test.db), floor.campaignId)).kind).toBe('nothing_due');
  });

  it('waits for the account that is due first', async () => {
    const floor = await makeFloor(test.db);
    const [, sooner] = [await floor.addDebtor(), await floor.addDebtor()];
    await test.db.query(
      `update account set next_attempt_at = now() + case when id = $1 then interval '1 hour'
         else interval '3 hours' end where creditor_id = $2`,
      [sooner.accountIds[0], floor.creditorId],
    );
    const told = await why(floor);
    expect(told.nextSelectableAccountId).toBe(sooner.accountIds[0]);
    expect((told.nextSelectableAt?.getTime() ?? 0) - told.at.getTime()).toBeGreaterThan(3_500_000);
    expect((told.nextSelectableAt?.getTime() ?? 0) - told.at.getTime()).toBeLessThan(3_700_000);
  });

  it('names a kill switch that stops it, over its last trunk as well', async () => {
    const floor = await makeFloor(test.db);
    await floor.addDebtor();
    const put = (scope: string, scopeId: string): Promise<unknown> =>
      test.db.query(
        `insert into kill_switch (scope, scope_id, reason, pulled_by)
         values ($1, $2, 'complaints', 'test')`,
        [scope, scopeId],
      );
    const { rows } = await test.db.query<{ id: string }>(
      `insert into trunk (name, host, caller_ids)
         values ('why-1', '127.0.0.1', '{+622100003}'), ('why-2', '127.0.0.1', '{+622100003}')
         returning id`,
    );
    const [first, second] = rows.map(({ id }) => id);
    if (first === undefined || second === undefined) throw new Error('two trunks');
    await test.db.query('update campaign set settings = $2 where id = $1', [
      floor.campaignId,
      JSON.stringify({ trunkIds: [first, second] }),
    ]);
    await put('trunk', first);
    expect((await why(floor)).floor.killSwitches).toEqual([]);
    await put('trunk', second);
    expect((await why(floor)).summary.en).toBe(
      'A kill switch (trunk) is pulled, no call leaves until it is released: complaints',
    );
    await test.db.query(
      'update kill_switch set released_at = now(), released_by = $1, release_reason = $1',
      ['test'],
    );
    await put('campaign', floor.campaignId);
    const told = await why(floor);
    expect(told.floor.killSwitches).toEqual([
      expect.objectContaining({ scope: 'campaign', reason: 'complaints' }),
    ]);
    expect(told.summary).toEqual({
      id: 'Sakelar henti (campaign) ditarik, tidak ada panggilan sampai dilepas: complaints',
      en: 'A kill switch (campaign) is pulled, no call leaves until it is released: complaints',
    });
  });

  it('agrees with the scheduler: nothing stops it, and the next turn reserves', async () => {
    const floor = await makeFloor(test.db);
    await floor.addDebtor();
    await floor.addReadyAgent();
    expect((await why(floor)).summary.en).toBe('Nothing stops it: the next turn dials.');
    expect((await reserveNext(makeGate(test.db), floor.campaignId)).kind).toBe('reserved');
    expect(counts(await why(floor))).toEqual([1, 1, 1, 1, 1, 1, 1, 0]);
  });

  it('knows no campaign of that id', async () => {
    const nobody = '00000000-0000-7000-8000-000000000000';
    expect(await explainCampaign(makeGate(test.db), nobody)).toBeNull();
  });
});

describe('why an account is dialed, or is not', () => {
  const at = async (accountId: string, instant: string | null) => {
    const when = instant === null ? null : new Date(instant);
    return explainAccount(makeGate(test.db), accountId, when);
  };

  it('answers for an instant to come, by the law of the place', async () => {
    const floor = await makeFloor(test.db, { rulePacks: ['ID.POLICY.HOUSE'] });
    const { accountIds } = await floor.addDebtor({ province: 'ID-JK' });
    // a Sunday and a Monday in Jakarta
    const sunday = await at(accountIds[0]!, '2027-12-05T03:00:00Z');
    expect(sunday).toMatchObject({ when: 'future', campaigns: [{ campaignId: floor.campaignId }] });
    const [denied] = sunday.campaigns;
    expect(denied?.certificate).toMatchObject({
      verdict: 'deny',
      deniedBy: 'id.pojk22.62-2-f.window',
      zoneSource: 'province',
      localTimes: ['Sun 2027-12-05 10:00:00'],
      nextAllowedAt: '2027-12-06T01:00:00.000Z',
    });
    expect(denied?.certificate.words.id.reasons.join()).toContain('POJK 22/2023');
    const monday = await at(accountIds[0]!, '2027-12-06T03:00:00Z');
    expect(monday.campaigns[0]?.certificate.verdict).toBe('allow');
  });

  it('answers for the past with the holds and the ledger of then', async () => {
    const floor = await makeFloor(test.db);
    const { accountIds, debtorId } = await floor.addDebtor();
    const before = new Date();
    await attempts(floor, 3);
    await test.db.query(
      `insert into hold (debtor_id, kind, reason, source, placed_by)
       values ($1, 'cease', 'letter', 'test past', 'test')`,
      [debtorId],
    );
    const now = await at(accountIds[0]!, null);
    expect(now.when).toBe('now');
    expect(now.campaigns[0]?.certificate.failing.map(({ kind }) => kind)).toEqual(['hold', 'cap']);
    expect(now.decided.map(({ stage }) => stage)).toEqual(
      Array.from({ length: 3 }, () => ['invite', 'reserve']).flat(),
    );
    const then = await explainAccount(makeGate(test.db), accountIds[0]!, before);
    expect(then).toMatchObject({ when: 'past', decided: [] });
    expect(then.campaigns[0]?.certificate).toMatchObject({ verdict: 'allow', failing: [] });
    // lifted since, it stood in between
    const between = new Date();
    await test.db.query(
      `update hold set lifted_at = now(), lifted_by = 'test', lift_reason = 'settled' where debtor_id = $1`,
      [debtorId],
    );
    const lifted = await at(accountIds[0]!, null);
    expect(lifted.campaigns[0]?.certificate.failing.map(({ kind }) => kind)).toEqual(['cap']);
    const stood = await explainAccount(makeGate(test.db), accountIds[0]!, between);
    expect(stood.campaigns[0]?.certificate.failing.map(({ kind }) => kind)).toEqual([
      'hold',
      'cap',
    ]);
  });
});
