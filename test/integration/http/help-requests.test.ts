import { sweep } from '../../../dialer/sweep';
import type { Database } from '../../../src/db/database';
import { EventStream } from '../../support/event-stream';
import { makeFloor, type Floor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';
import { dialTo, end } from '../../support/talk';

describe('an agent who asks for help', () => {
  let api: Api;
  let db: Database;
  let floor: Floor;
  let agent: { agentId: string; sessionId: string };
  let key: string;
  let supervisor: string;
  const queue = {
    send: () => Promise.resolve(),
    discard: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
    supervisor = await api.key('supervisor');
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    floor = await makeFloor(db);
    agent = await floor.addReadyAgent();
    key = await api.key('agent', agent.agentId);
    await floor.addDebtor();
  });

  const ask = (body: object = { reason: 'threat' }) =>
    api.call(key, 'POST /v1/me/call/help', { body });
  const toldOf = async (id: string) => {
    const { rows } = await db.query<{ type: string; escalation: number; cause: string }>(
      `select type, (payload->>'escalation')::int as escalation, payload->>'cause' as cause
       from event where payload->>'helpRequestId' = $1 order by id`,
      [id],
    );
    return rows.map(({ type, escalation, cause }) => [type, escalation, cause]);
  };

  it('reaches supervisors, with the call and the pools', async () => {
    expect((await ask()).json()).toMatchObject({ code: 'no_call' });
    const attemptId = await dialTo(db, floor, 'connected');
    expect((await ask({ reason: 'other' })).statusCode).toBe(400);
    const stream = await EventStream.open(`${api.url}/v1/events`, supervisor);
    try {
      const asked = await ask();
      expect(asked.statusCode).toBe(201);
      // what others write on the same server may hold back what came before
      const isCry = ({ event }: { readonly event: string | null }): boolean =>
        event === 'agent.help_requested';
      await stream.until(({ events }) => events.some(isCry));
      const told = stream.events.find(isCry);
      const { rows } = await db.query<{ id: string }>('select id from call where attempt_id = $1', [
        attemptId,
      ]);
      expect(told!.data).toMatchObject({
        ...{ agentId: agent.agentId, attemptId, callId: rows[0]!.id, reason: 'threat' },
        ...{ state: 'open', escalation: 0, poolIds: [floor.poolId] },
      });
      // pressed twice: the same cry
      expect((await ask()).json()).toMatchObject({ id: (asked.json() as { id: string }).id });
    } finally {
      stream.close();
    }
  });

  it('is told of again when nobody comes, until one accepts, and once', async () => {
    await dialTo(db, floor, 'connected');
    const { id } = (await ask()).json() as { id: string };
    expect(await sweep(db, queue)).toMatchObject({ helpRequestsTended: 0 });
    for (const expected of [1, 0]) {
      if (expected === 1)
        await db.query('update help_request set escalates_at = now() where id = $1', [id]);
      expect(await sweep(db, queue)).toMatchObject({ helpRequestsTended: expected });
    }
    const path = `POST /v1/help-requests/${id}/accept`;
    expect((await api.call(key, path)).statusCode).toBe(403);
    expect((await api.call(supervisor, path)).json()).toMatchObject({
      state: 'accepted',
      escalation: 1,
    });
    expect((await api.call(await api.key('supervisor'), path)).json()).toMatchObject({
      code: 'invalid_transition',
      allowed: ['ended'],
    });
    await db.query('update help_request set escalates_at = null where id = $1', [id]);
    expect(await sweep(db, queue)).toMatchObject({ helpRequestsTended: 0 });
    expect((await api.call(key, 'DELETE /v1/me/call/help')).json()).toMatchObject({
      state: 'ended',
      cause: 'withdrawn',
    });
    expect(await toldOf(id)).toEqual([
      ['agent.help_requested', 0, 'asked'],
      ['agent.help_requested', 1, 'unanswered'],
      ['agent.help_changed', 1, 'accepted'],
      ['agent.help_changed', 1, 'withdrawn'],
    ]);
    const { rows } = await db.query(
      `select action from audit_entry where subject_id = $1 order by id`,
      [id],
    );
    expect(rows).toEqual([
      { action: 'help.asked' },
      { action: 'help.accepted' },
      { action: 'help.ended' },
    ]);
  });

  it('is over with the call', async () => {
    const attemptId = await dialTo(db, floor, 'connected');
    const { id } = (await ask()).json() as { id: string };
    await end(db, attemptId, 'connected');
    expect(await sweep(db, queue)).toMatchObject({ helpRequestsTended: 1 });
    const list = await api.call(supervisor, `GET /v1/help-requests?poolId=${floor.poolId}`);
    expect(list.json()).toMatchObject({ items: [{ id, state: 'ended', cause: 'call_over' }] });
  });
});
