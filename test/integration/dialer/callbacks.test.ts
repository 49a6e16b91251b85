import { claimForDialing } from '../../../dialer/gate';
import { serveCallbacks } from '../../../dialer/serve-callbacks';
import { changeAgentState, lockAgentSession } from '../../../src/db/agent-sessions';
import { endAttempt } from '../../../src/db/attempts';
import { findCallback, type Callback } from '../../../src/db/callbacks';
import type { Database } from '../../../src/db/database';
import { recordOutcome } from '../../../src/db/outcomes';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { startApi, type Api } from '../../support/http-api';
import { talk } from '../../support/talk';

describe('callbacks', () => {
  let api: Api;
  let db: Database;
  let floor: Floor;
  let own: { agentId: string; sessionId: string };
  let accountId: string;
  let callbackId: string;
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
  });
  afterAll(() => api.close());

  const serve = () => serveCallbacks(makeGate(db));
  const read = async (): Promise<Callback> => (await findCallback(db, callbackId))!;
  /** As if it had been agreed for then. */
  const dueSince = (minutes: number) =>
    db.query(
      `update callback set at = clock_timestamp() - $2 * interval '1 minute' where id = $1`,
      [...[callbackId, minutes]],
    );
  const pause = () =>
    db.transaction(async (tx) => {
      const session = await lockAgentSession(tx, own.sessionId);
      await changeAgentState(tx, session!, { to: 'paused', cause: 'lunch', actor: 'test' });
    });
  const end = (attemptId: string, result: 'no_answer' | 'expired') =>
    db.transaction((tx) => endAttempt(tx, attemptId, { result, cause: 'test', actor: 'test' }));
  const row = async (sql: string, values: unknown[]): Promise<Record<string, unknown>> =>
    (await db.query<Record<string, unknown>>(sql, values)).rows[0]!;

  beforeEach(async () => {
    // what earlier tests left must not be served here
    await db.query(`update callback set at = now() + interval '1 day' where state = 'due'`);
    floor = await makeFloor(db);
    own = await floor.addReadyAgent();
    accountId = (await floor.addDebtor()).accountIds[0]!;
    const attemptId = await talk(db, floor);
    await db.transaction((tx) =>
      recordOutcome(tx, {
        ...{ attemptId, onlyAgentId: null, actor: `agent:${own.agentId}` },
        input: {
          ...{ code: 'RPC_CALLBACK', rootCause: null, note: null, promise: null },
          callbackAt: new Date(Date.now() + 3_600_000),
        },
      }),
    );
    callbackId = (await row('select id from callback where attempt_id = $1', [attemptId]))
      .id as string;
  });

  it('waits for the agent who agreed it, whoever else is ready, and is kept by the call', async () => {
    await floor.addReadyAgent();
    expect(await serve()).toEqual({ reserved: [], missed: 0, denials: 0 });
    await pause();
    await dueSince(1);
    expect((await serve()).reserved).toEqual([]);
    await db.transaction(async (tx) => {
      const session = await lockAgentSession(tx, own.sessionId);
      await changeAgentState(tx, session!, { to: 'ready', cause: 'back', actor: 'test' });
    });
    const [reserved] = (await serve()).reserved;
    const { attemptId, sipInstanceId } = reserved!;
    expect(await row('select mode, agent_id from attempt where id = $1', [attemptId])).toEqual({
      mode: 'callback',
      agent_id: own.agentId,
    });
    expect(await read()).toMatchObject({ state: 'offered', keptAttemptId: attemptId });
    expect((await serve()).reserved).toEqual([]);
    expect(await claimForDialing(makeGate(db), { attemptId, sipInstanceId })).toMatchObject({
      verdict: 'allow',
    });
    await end(attemptId, 'no_answer');
    expect(await read()).toMatchObject({ state: 'done', cause: 'dialed' });
  });

  it('looks past those that wait for a busy agent, and rests while every trunk is down', async () => {
    await dueSince(1);
    const busy = await floor.addReadyAgent();
    await db.query(`update agent_session set state = 'paused' where id = $1`, [busy.sessionId]);
    for (let i = 0; i < 60; i++) await floor.addDebtor();
    await db.query(
      `insert into callback (creditor_id, campaign_id, account_id, debtor_id, attempt_id, phone_id,
         agent_id, at, cause, changed_by)
       select b.creditor_id, b.campaign_id, a.id, a.debtor_id, b.attempt_id, p.id, $2,
         b.at - interval '1 minute', 'test', 'test'
       from callback b, account a join phone p on p.debtor_id = a.debtor_id
       where b.id = $1 and a.creditor_id = b.creditor_id and a.id <> b.account_id`,
      [callbackId, busy.agentId],
    );
    await db.query(
      `insert into trunk_health (trunk_id, state, down_by, reason) select id, 'down', 'options', 'test'
       from trunk`,
    );
    expect((await serve()).reserved).toEqual([]);
    await db.query('delete from trunk_health');
    const [reserved] = (await serve()).reserved;
    expect(await read()).toMatchObject({ state: 'offered', keptAttemptId: reserved!.attemptId });
  });

  it('goes to the team after five minutes, and waits again when nothing was dialed', async () => {
    const colleague = await floor.addReadyAgent();
    await pause();
    await dueSince(6);
    const [reserved] = (await serve()).reserved;
    expect(await row('select agent_id from attempt where id = $1', [reserved!.attemptId])).toEqual({
      agent_id: colleague.agentId,
    });
    await end(reserved!.attemptId, 'expired');
    expect(await read()).toMatchObject({ state: 'due', cause: 'not_dialed', keptAttemptId: null });
    expect((await serve()).reserved).toHaveLength(1);
  });

  it('that nobody could take is missed, told, kept, and made up for by the next call', async () => {
    await pause();
    await dueSince(11);
    // the account was left to it until now
    await db.query(`update account set next_attempt_at = $2 where id = $1`, [
      ...[accountId, new Date((await read()).at.getTime() + 600_000)],
    ]);
    expect(await serve()).toMatchObject({ missed: 1 });
    expect(await read()).toMatchObject({ state: 'missed', cause: 'no_agent' });
    const told = await row(
      `select agent_id from event where type = 'callback.missed' and payload->>'callbackId' = $1`,
      [callbackId],
    );
    expect(told).toEqual({ agent_id: own.agentId });
    const due = await row('select next_attempt_at <= now() as due from account where id = $1', [
      accountId,
    ]);
    expect(due).toEqual({ due: true });
    await floor.addReadyAgent();
    const attemptId = await talk(db, floor);
    expect(await read()).toMatchObject({
      state: 'done',
      cause: 'made_up_for',
      keptAttemptId: attemptId,
    });
  });

  it('passes the gate: refused, it is tried when the rules allow it, if that is in time', async () => {
    const hold = (until: string) =>
      db.query(
        `insert into hold (debtor_id, kind, reason, to_at, source, placed_by)
         select debtor_id, 'hardship', 'r', now() + $2::interval, 'test', 'test' from callback where id = $1`,
        [callbackId, until],
      );
    await dueSince(1);
    await hold('2 minutes');
    expect(await serve()).toMatchObject({ reserved: [], denials: 1 });
    const waiting = await read();
    expect(waiting).toMatchObject({ state: 'due', cause: 'santun.base.hold' });
    expect(waiting.notBefore!.getTime()).toBeGreaterThan(Date.now());
    // one refusal, and not one each second
    expect(await serve()).toMatchObject({ denials: 0 });
    await hold('1 hour');
    await db.query('update callback set not_before = null where id = $1', [callbackId]);
    expect(await serve()).toMatchObject({ reserved: [], missed: 1 });
    expect(await read()).toMatchObject({ state: 'missed', cause: 'santun.base.hold' });
  });

  it('is listed for its agent and for supervisors, and moved with a reason', async () => {
    const mine = await api.key('agent', own.agentId);
    const other = await api.key('agent', (await floor.addReadyAgent()).agentId);
    const supervisor = await api.key('supervisor');
    const at = new Date(Date.now() + 7_200_000).toISOString();
    const move = (key: string, body: object) =>
      api.call(key, `POST /v1/callbacks/${callbackId}/move`, { body });
    expect((await api.call(mine, 'GET /v1/callbacks')).json()).toMatchObject({
      items: [{ id: callbackId, state: 'due', agentId: own.agentId }],
    });
    expect((await api.call(other, 'GET /v1/callbacks')).json()).toMatchObject({ items: [] });
    expect((await move(other, { at, reason: 'r' })).statusCode).toBe(404);
    expect((await move(mine, { at: '2020-01-01T00:00:00Z', reason: 'r' })).json()).toMatchObject({
      errors: [{ field: 'at' }],
    });
    const moved = await move(supervisor, { at, reason: 'Asked for the afternoon' });
    expect(moved.statusCode).toBe(201);
    expect(moved.json()).toMatchObject({ at, state: 'due', agentId: own.agentId });
    expect(await read()).toMatchObject({
      state: 'moved',
      movedTo: (moved.json() as { id: string }).id,
    });
    expect((await move(supervisor, { at, reason: 'r' })).json()).toMatchObject({
      code: 'invalid_transition',
      allowed: [],
    });
    const account = await row('select next_attempt_at from account where id = $1', [accountId]);
    expect(account.next_attempt_at).toEqual(new Date(Date.parse(at) + 600_000));
  });
});
