import { explainAccount, explainCampaign } from '../../../dialer/explain';
import { reserveNext } from '../../../dialer/reserve';
import { makeFloor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

describe('why', () => {
  it('counts what is dialable and names what stops the rest', async () => {
    const floor = await makeFloor(test.db);
    await floor.addDebtor();
    await floor.addDebtor({ owner: 'employer' });
    const held = await floor.addDebtor();
    await test.db.query(
      `update account set blocked_reason = 'dispute' where id = $1`,
      held.accountIds,
    );
    const later = await floor.addDebtor();
    await test.db.query(
      `update account set next_attempt_at = now() + interval '1 hour' where id = $1`,
      later.accountIds,
    );
    const why = await explainCampaign(makeGate(test.db), floor.campaignId);
    expect(why).toMatchObject({
      accounts: {
        total: 4,
        open: 4,
        notHeld: 3,
        withDialablePhone: 2,
        due: 1,
        personFree: 1,
      },
      holds: [{ reason: 'dispute', accounts: 1 }],
    });
    expect(why?.summary).toBe('No agent of the pools is signed in.');
  });

  it('says when the rules refuse every due account, and until when', async () => {
    const floor = await makeFloor(test.db, { rulePacks: ['ID.POLICY.HOUSE'] });
    const { accountIds, debtorId } = await floor.addDebtor();
    const { sessionId, agentId } = await floor.addReadyAgent();
    // three counted attempts within the hour; midnight in Jakarta would let them go
    const decision = await test.db.query<{ id: string }>(
      `insert into decision (stage, verdict, facts, record, expires_at,
         creditor_id, campaign_id, account_id, debtor_id)
       values ('reserve', 'allow', '{}', '{}', now(), $1, $2, $3, $4) returning id`,
      [floor.creditorId, floor.campaignId, accountIds[0], debtorId],
    );
    await test.db.query(
      `insert into attempt (creditor_id, campaign_id, campaign_version, account_id, debtor_id,
         phone_id, agent_id, agent_session_id, decision_id, state, result, ended_at, counted, dialed_at)
       select $1, $2, 1, $3, $4, (select id from phone where debtor_id = $4), $5, $6, $7,
         'ended', 'busy', now(), true, now() from generate_series(1, 3)`,
      [
        floor.creditorId,
        floor.campaignId,
        accountIds[0],
        debtorId,
        agentId,
        sessionId,
        decision.rows[0]?.id,
      ],
    );
    const why = await explainCampaign(makeGate(test.db), floor.campaignId);
    expect(why?.accounts).toMatchObject({ personFree: 1, selectable: 0 });
    expect(why?.refusedNow).toHaveLength(1);
    expect(why?.summary).toMatch(/^The rules refuse every due account/);
    expect(why?.nextSelectableAt?.getTime()).toBeGreaterThan(Date.now());
    const [account] = await explainAccount(makeGate(test.db), accountIds[0]!);
    expect(account?.failing.map(({ rule }) => rule)).toContain('id.house.attempts-a-day');
    expect(account?.localTimes).toHaveLength(1);
  });

  it('agrees with the scheduler: nothing stops it, and the next turn reserves', async () => {
    const floor = await makeFloor(test.db);
    await floor.addDebtor();
    await floor.addReadyAgent();
    const why = await explainCampaign(makeGate(test.db), floor.campaignId);
    expect(why?.summary).toBe('Nothing stops it: the next turn dials.');
    expect((await reserveNext(makeGate(test.db), floor.campaignId)).kind).toBe('reserved');
  });

  it('knows no campaign of that id', async () => {
    expect(
      await explainCampaign(makeGate(test.db), '00000000-0000-7000-8000-000000000000'),
    ).toBeNull();
  });
});
