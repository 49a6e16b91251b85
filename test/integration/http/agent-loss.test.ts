import { sweep } from '../../../dialer/sweep';
import { markUnreached } from '../../../src/db/agent-reach';
import { findAgentSession } from '../../../src/db/agent-sessions';
import { recordEnded } from '../../../src/db/calls';
import type { Database } from '../../../src/db/database';
import { makeFloor, type Floor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';
import { dialTo } from '../../support/talk';

describe('loss is two signals', () => {
  let api: Api;
  let db: Database;
  let floor: Floor;
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
    floor = await makeFloor(db);
  });
  afterAll(() => api.close());

  const lose = (agentId: string, cause: string) =>
    markUnreached(db, { agentId, sipInstanceId: floor.sipInstanceId, to: 'lost', cause });
  const beat = async (agentId: string): Promise<void> => {
    const key = await api.key('agent', agentId);
    expect((await api.call(key, 'POST /v1/me/heartbeat')).json()).toEqual({ everyMs: 5_000 });
  };
  const silence = (agentId: string) =>
    db.query(`update agent_app set seen_at = now() - interval '16 s' where agent_id = $1`, [
      agentId,
    ]);
  const stateOf = async (sessionId: string) => (await findAgentSession(db, sessionId))?.state;
  const queue = {
    send: () => Promise.resolve(),
    discard: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };

  it.each([
    ['without an app', null, 'softphone_gone', 'lost'],
    ['with the app there', 'there', 'softphone_gone', 'connecting'],
    ['with the app silent', 'silent', 'softphone_silent', 'lost'],
    ['with the app there, its credentials revoked', 'there', 'credentials_ended', 'lost'],
  ] as const)('a softphone that is gone %s', async (_what, app, cause, expected) => {
    const { agentId, sessionId } = await floor.addReadyAgent();
    if (app !== null) await beat(agentId);
    if (app === 'silent') await silence(agentId);
    await lose(agentId, cause);
    expect(await stateOf(sessionId)).toBe(expected);
  });

  it('is waited for as long as the app is there', async () => {
    const { agentId, sessionId } = await floor.addReadyAgent();
    await beat(agentId);
    await lose(agentId, 'softphone_gone');
    await db.query(
      `update agent_session set state_limit_at = now() - interval '1 min' where id = $1`,
      [sessionId],
    );
    await sweep(db, queue);
    expect(await stateOf(sessionId)).toBe('connecting');
    await silence(agentId);
    await sweep(db, queue);
    expect(await stateOf(sessionId)).toBe('lost');
  });

  it.each([
    [true, 'wrap_up'],
    [false, 'lost'],
  ])('in a talk that broke: app there %s, then %s', async (isThere, expected) => {
    const { agentId, sessionId } = await floor.addReadyAgent();
    await floor.addDebtor();
    const attemptId = await dialTo(db, floor, 'connected');
    if (isThere) await beat(agentId);
    const agent = { to: 'lost', cause: 'softphone_gone' } as const;
    const broken = { result: 'connected', cause: 'agent_lost', actor: 'test' } as const;
    await recordEnded(db, { attemptId, ...broken, agent });
    expect(await stateOf(sessionId)).toBe(expected);
  });

  it('an app that is silent pauses nobody in a call', async () => {
    const { agentId, sessionId } = await floor.addReadyAgent();
    await floor.addDebtor();
    await beat(agentId);
    await dialTo(db, floor, 'connected');
    await silence(agentId);
    await sweep(db, queue);
    expect(await stateOf(sessionId)).toBe('in_call');
  });
});
