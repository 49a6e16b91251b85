import { claimForDialing } from '../../../dialer/gate';
import { runCampaignTurn } from '../../../dialer/campaign-loop';
import { sweep } from '../../../dialer/sweep';
import { takeBackRinging } from '../../../src/db/inbound-calls';
import type { Database } from '../../../src/db/database';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { startApi, type Api } from '../../support/http-api';

describe('a campaign in preview mode', () => {
  let api: Api;
  let db: Database;
  let floor: Floor;
  let agent: { agentId: string; sessionId: string };
  let key: string;
  const queue = {
    send: () => Promise.resolve(),
    discard: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    await db.query(`update campaign set state = 'paused'`, []);
    floor = await makeFloor(db, { settings: { mode: 'preview' } });
    agent = await floor.addReadyAgent();
    key = await api.key('agent', agent.agentId);
    api.jobs.length = 0;
  });

  const turn = () =>
    runCampaignTurn({
      gate: makeGate(db),
      queue,
      onError: (error) => {
        throw error as Error;
      },
    });
  const shown = async (by = key) => {
    const response = await api.call(by, 'GET /v1/me/preview');
    return response.statusCode === 404
      ? null
      : (response.json() as Record<string, unknown> & { id: string; accountId: string });
  };
  const decide = (action: string, body: object, by = key) =>
    api.call(by, `POST /v1/me/preview/${action}`, { body });
  const session = async () =>
    (
      await db.query(
        `select state, cause, pause_reason as "pauseReason", wanted from agent_session where id = $1`,
        [agent.sessionId],
      )
    ).rows[0];
  const due = async (accountId: string): Promise<number> =>
    (
      await db.query<{ ms: number }>(
        'select (extract(epoch from next_attempt_at - now()) * 1000)::float8 as ms from account where id = $1',
        [accountId],
      )
    ).rows[0]!.ms;

  it('shows the account, masked, and calls nobody until the agent does', async () => {
    const { accountIds } = await floor.addDebtor();
    expect(await turn()).toMatchObject({ shown: 1, reserved: 0 });
    expect(await session()).toMatchObject({ state: 'previewing' });
    const card = await shown();
    expect(card).toMatchObject({
      accountId: accountIds[0],
      amountDueMinor: '15000000',
      phone: expect.stringMatching(/\*|•|x/i) as string,
      figures: { decided: 0, isOverLimit: false },
    });
    const leftMs = Date.parse(String(card!.expiresAt)) - Date.parse(String(card!.shownAt));
    expect(leftMs).toBe(45_000);
    const { rows } = await db.query('select id from attempt where account_id = $1', [
      accountIds[0],
    ]);
    expect(rows).toEqual([]);

    const called = await decide('call', { previewId: card!.id });
    expect(called.statusCode).toBe(202);
    const { attemptId } = called.json() as { attemptId: string };
    expect(api.jobs).toEqual([
      { sipInstanceId: floor.sipInstanceId, job: { name: 'dial', attemptId } },
    ]);
    const attempt = await db.query(
      `select mode, state, choice->>'rank' is not null as ranked from attempt where id = $1`,
      [attemptId],
    );
    expect(attempt.rows[0]).toEqual({ mode: 'preview', state: 'reserved', ranked: true });
    const claim = { attemptId, sipInstanceId: floor.sipInstanceId };
    expect(await claimForDialing(makeGate(db), claim)).toMatchObject({ verdict: 'allow' });
    expect(
      (await decide('skip', { previewId: card!.id, reason: 'wrong_time' })).json(),
    ).toMatchObject({ code: 'preview_over' });
  });

  it('never shows one person to two agents, nor a person who may not be called', async () => {
    await floor.addDebtor({ accounts: 2 });
    const held = await floor.addDebtor();
    await db.query(
      `insert into hold (debtor_id, kind, reason, to_at, source, placed_by)
       values ($1, 'hardship', 'r', now() + interval '1 hour', 'test', 'test')`,
      [held.debtorId],
    );
    await floor.addReadyAgent();
    await Promise.all([turn(), turn()]);
    await turn();
    const { rows } = await db.query(
      `select count(*)::int as shown, count(distinct debtor_id)::int as people from preview
       where state = 'shown' and campaign_id = $1`,
      [floor.campaignId],
    );
    expect(rows).toEqual([{ shown: 1, people: 1 }]);
    const { rows: accounts } = await db.query<{ accountId: string }>(
      `select account_id as "accountId" from preview where state = 'shown' and campaign_id = $1`,
      [floor.campaignId],
    );
    const other = await floor.addReadyAgent();
    const manual = await api.call(await api.key('agent', other.agentId), 'POST /v1/me/calls', {
      body: accounts[0]!,
    });
    expect(manual.json()).toMatchObject({ code: 'person_in_call' });
  });

  it('asks the rules again at the call, and goes on to the next account when they refuse', async () => {
    const { debtorId } = await floor.addDebtor();
    await turn();
    const card = await shown();
    await db.query(
      `insert into hold (debtor_id, kind, reason, to_at, source, placed_by)
       values ($1, 'hardship', 'r', now() + interval '1 hour', 'test', 'test')`,
      [debtorId],
    );
    const refused = await decide('call', { previewId: card!.id });
    expect(refused.json()).toMatchObject({ code: 'call_denied', rule: 'santun.base.hold' });
    expect(await session()).toMatchObject({ state: 'ready', cause: 'preview_withdrawn' });
    const { rows } = await db.query(
      `select p.state, p.reason, (select count(*)::int from decision d where d.account_id = p.account_id
         and d.verdict = 'deny') as denials, (select count(*)::int from open_attempt
         where attempt_id = p.id) as held from preview p where p.id = $1`,
      [card!.id],
    );
    expect(rows).toEqual([{ state: 'withdrawn', reason: 'santun.base.hold', denials: 1, held: 0 }]);
  });

  it('lets it rest after a skip with a reason, and puts it off to an instant', async () => {
    const { accountIds } = await floor.addDebtor();
    await turn();
    const first = (await shown())!;
    expect((await decide('skip', { previewId: first.id, reason: 'other' })).statusCode).toBe(400);
    expect((await decide('skip', { previewId: first.id, reason: 'lazy' })).statusCode).toBe(400);
    const skipped = await decide('skip', { previewId: first.id, reason: 'known_to_me' });
    expect(skipped.json()).toMatchObject({ state: 'ready', cause: 'preview_skipped' });
    expect(await due(accountIds[0]!)).toBeGreaterThan(9 * 60_000);
    expect(await turn()).toMatchObject({ shown: 0 });

    await db.query('update account set next_attempt_at = now() where id = $1', [accountIds[0]]);
    expect(await turn()).toMatchObject({ shown: 1 });
    const second = (await shown())!;
    const reason = 'Employer says: back on Monday';
    const past = { previewId: second.id, at: new Date(Date.now() - 1_000).toISOString(), reason };
    expect((await decide('reschedule', past)).json()).toMatchObject({ errors: [{ field: 'at' }] });
    const at = new Date(Date.now() + 3 * 86_400_000).toISOString();
    expect((await decide('reschedule', { ...past, at })).statusCode).toBe(200);
    expect(await due(accountIds[0]!)).toBeGreaterThan(2.9 * 86_400_000);
  });

  it('gives the account back when the time is over, and pauses the agent', async () => {
    const { accountIds } = await floor.addDebtor();
    await turn();
    const card = (await shown())!;
    expect(await sweep(db, queue)).toMatchObject({ previewsEnded: 0 });
    await db.query(`update preview set expires_at = now() where id = $1`, [card.id]);
    expect(await sweep(db, queue)).toMatchObject({ previewsEnded: 1 });
    expect(await session()).toMatchObject({ state: 'paused', pauseReason: 'preview_timeout' });
    expect(await shown()).toBeNull();
    expect((await decide('call', { previewId: card.id })).json()).toMatchObject({
      code: 'preview_over',
    });
    const next = await floor.addReadyAgent();
    expect(await turn()).toMatchObject({ shown: 1 });
    expect(await shown(await api.key('agent', next.agentId))).toMatchObject({
      accountId: accountIds[0],
    });
  });

  it('takes it back from an agent who was lost, and from who calls us', async () => {
    const { debtorId } = await floor.addDebtor();
    await turn();
    await takeBackRinging(db, { debtorId, e164: null });
    expect(await shown()).toBeNull();
    await sweep(db, queue);
    expect(await session()).toMatchObject({ state: 'ready', cause: 'preview_withdrawn' });
    await turn();
    await db.query(`update agent_session set state = 'lost' where id = $1`, [agent.sessionId]);
    expect(await sweep(db, queue)).toMatchObject({ previewsEnded: 1 });
    const { rows } = await db.query(
      `select state, reason from preview where agent_id = $1 order by id`,
      [agent.agentId],
    );
    expect(rows).toEqual([
      { state: 'withdrawn', reason: 'inbound' },
      { state: 'withdrawn', reason: 'agent_lost' },
    ]);
  });

  it('a pause that is wanted meanwhile comes after the account, so nobody escapes one by it', async () => {
    await floor.addDebtor();
    await turn();
    const paused = await api.call(key, 'POST /v1/me/session/pause', { body: { reason: 'lunch' } });
    expect(paused.json()).toMatchObject({ state: 'previewing', wanted: 'paused' });
    const skipped = await decide('skip', { previewId: (await shown())!.id, reason: 'wrong_time' });
    expect(skipped.json()).toMatchObject({ state: 'paused', pauseReason: 'lunch' });
  });

  it('tells once who passes over more than a fifth of what is shown', async () => {
    const record = (state: string, n: number) =>
      db.query(
        `insert into preview (creditor_id, campaign_id, account_id, debtor_id, phone_id, agent_id,
           session_id, choice, state, expires_at, ended_at, attempt_id)
         select $1, $2, a.id, a.debtor_id, p.id, $3, $4, '{}', $5, now(), now(),
           case $5 when 'called' then new_id() end
         from account a join phone p on p.debtor_id = a.debtor_id, generate_series(1, $6)
         where a.creditor_id = $1`,
        [floor.creditorId, floor.campaignId, agent.agentId, agent.sessionId, state, n],
      );
    const told = async (): Promise<number> =>
      (
        await db.query<{ n: number }>(
          `select count(*)::int as n from event where type = 'agent.skips_exceeded' and agent_id = $1`,
          [agent.agentId],
        )
      ).rows[0]!.n;
    await floor.addDebtor();
    await record('called', 8);
    await record('skipped', 2);
    for (const expected of [1, 1]) {
      await db.query('update account set next_attempt_at = now() where creditor_id = $1', [
        floor.creditorId,
      ]);
      await turn();
      await decide('skip', { previewId: (await shown())!.id, reason: 'wrong_time' });
      expect(await told()).toBe(expected);
    }
    const supervisor = await api.key('supervisor');
    const figures = await api.call(supervisor, `GET /v1/agents/${agent.agentId}/preview-figures`);
    expect(figures.json()).toMatchObject({
      decided: 12,
      passedOver: 4,
      passedOverPercent: 33.3,
      isOverLimit: true,
      counts: { called: 8, skipped: 4 },
    });
    const list = await api.call(key, 'GET /v1/previews?state=skipped');
    expect((list.json() as { items: unknown[] }).items).toHaveLength(4);
  });
});
