import { randomUUID } from 'node:crypto';
import { takeUpTransfer } from '../../../dialer/transfer-gate';
import { changeAgentState, lockAgentSession } from '../../../src/db/agent-sessions';
import type { Database } from '../../../src/db/database';
import { recordHoldReminder } from '../../../src/db/calls';
import { endOverdueTransfers, recordTransferEnded } from '../../../src/db/transfer-progress';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { InboundDesk } from '../../support/inbound-desk';
import { startApi, type Api } from '../../support/http-api';
import { dialTo, end } from '../../support/talk';

const OFFICE = '+622150009999';

describe('handing a talk on', () => {
  let api: Api;
  let db: Database;
  let floor: Floor;
  let key: string;
  let manager: string;
  let attemptId: string;
  let own: { agentId: string; sessionId: string };
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
    manager = await api.key('manager');
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    floor = await makeFloor(db);
    own = await floor.addReadyAgent();
    key = await api.key('agent', own.agentId);
    await floor.addDebtor({ phones: 2 });
    attemptId = await dialTo(db, floor, 'connected');
    api.jobs.length = 0;
  });

  const ask = (body: object, headers: Record<string, string> = {}) =>
    api.call(key, 'POST /v1/me/call/transfer', { body, headers });
  const row = async (sql: string, values: unknown[] = []): Promise<unknown> =>
    (await db.query(sql, values)).rows[0];
  const phoneOf = async (owner: string): Promise<string> => {
    const { rows } = await db.query<{ id: string }>(
      `select p.id from phone p join attempt t on t.debtor_id = p.debtor_id and t.phone_id <> p.id
       where t.id = $1 and p.owner = $2`,
      [attemptId, owner],
    );
    return rows[0]!.id;
  };
  const state = (sessionId: string) =>
    row('select state, attempt_id from agent_session where id = $1', [sessionId]);

  it('reminds the agent who has the call of a debtor who waits, and nobody once it is over', async () => {
    const heldSince = new Date('2026-11-22T05:00:00Z');
    const remind = () =>
      recordHoldReminder(db, { attemptId, callId: randomUUID(), heldSince, heldMs: 45_000 });
    await remind();
    await end(db, attemptId, 'connected');
    await remind();
    const { rows } = await db.query(
      `select agent_id, campaign_id is not null as of_campaign, payload->'heldMs' as held_ms
       from event where type = 'call.hold_reminded' and payload->>'attemptId' = $1`,
      [attemptId],
    );
    expect(rows).toEqual([{ agent_id: own.agentId, of_campaign: true, held_ms: 45_000 }]);
  });

  it('holds the colleague and tells the process that has the call, once', async () => {
    const colleague = await floor.addReadyAgent();
    const headers = { 'idempotency-key': randomUUID() };
    const body = { kind: 'attended', agentId: colleague.agentId, note: 'Asks for a plan' };
    const asked = await ask(body, headers);
    expect(asked.statusCode).toBe(202);
    expect(asked.json()).toMatchObject({ attemptId, target: 'agent', state: 'requested' });
    expect((await ask(body, headers)).body).toBe(asked.body);
    const { id: transferId } = asked.json() as { id: string };
    expect(api.jobs).toEqual([
      { sipInstanceId: floor.sipInstanceId, job: { name: 'transfer_call', transferId } },
    ]);
    expect(await state(colleague.sessionId)).toEqual({ state: 'reserved', attempt_id: attemptId });
    // the colleague sees whom and why before the phone is answered
    const theirs = await api.key('agent', colleague.agentId);
    expect((await api.call(theirs, 'GET /v1/me/call')).json()).toMatchObject({
      attemptId,
      transfer: { id: transferId, note: 'Asks for a plan', fromAgentId: own.agentId },
    });
    expect((await ask(body)).json()).toMatchObject({
      code: 'transfer_refused',
      refusal: 'transfer_open',
    });
    // only the one who has the call may hang up on the debtor: from a colleague it is a no
    api.jobs.length = 0;
    expect((await api.call(theirs, 'POST /v1/me/call/hang-up')).statusCode).toBe(202);
    expect(api.jobs[0]!.job).toMatchObject({ command: 'cancel_transfer' });
    const early = await api.call(key, 'POST /v1/me/call/complete-transfer');
    expect(early.json()).toMatchObject({
      code: 'invalid_transition',
      allowed: ['hang_up', 'hold', 'mute', 'unmute', 'cancel_transfer'],
    });
    const events = await db.query<{ agent_id: string }>(
      `select agent_id from event where type = 'call.transfer_changed' and payload->>'transferId' = $1`,
      [transferId],
    );
    expect(events.rows.map((one) => one.agent_id).sort()).toEqual(
      [own.agentId, colleague.agentId].sort(),
    );
    // the bell was lost: at its limit the talk goes on as it was
    await db.query(`update call_transfer set state_limit_at = now() - interval '1 minute'`);
    expect(await endOverdueTransfers(db, 'sweep')).toBe(1);
    expect(await state(colleague.sessionId)).toEqual({ state: 'ready', attempt_id: null });
    expect(await state(own.sessionId)).toMatchObject({ state: 'in_call' });
  });

  it('refuses a colleague who is not ready, oneself, and anything without a talk', async () => {
    const colleague = await floor.addReadyAgent();
    await db.transaction(async (tx) => {
      const session = await lockAgentSession(tx, colleague.sessionId);
      await changeAgentState(tx, session!, { to: 'paused', cause: 'lunch', actor: 'test' });
    });
    const body = { kind: 'blind', agentId: colleague.agentId };
    expect((await ask(body)).json()).toMatchObject({ code: 'agent_not_ready' });
    expect((await ask({ kind: 'blind', agentId: own.agentId })).json()).toMatchObject({
      refusal: 'to_self',
    });
    expect((await ask({ kind: 'blind' })).statusCode).toBe(400);
    await end(db, attemptId, 'connected');
    expect((await ask(body)).json()).toMatchObject({ code: 'invalid_transition', allowed: [] });
  });

  it('asks the rules about another number of the person, and keeps what they refuse', async () => {
    const phoneId = await phoneOf('debtor');
    const listed = await api.call(key, 'GET /v1/me/call/transfer-targets');
    expect(listed.json()).toMatchObject({ phones: [{ id: phoneId, owner: 'debtor' }] });
    await db.query(
      `insert into phone (debtor_id, e164, owner, position)
       select debtor_id, '+6281200088888', 'spouse', 9 from attempt where id = $1`,
      [attemptId],
    );
    const spouse = await phoneOf('spouse');
    expect((await ask({ kind: 'blind', phoneId: spouse })).json()).toMatchObject({
      code: 'call_denied',
      rule: 'engine.third_party',
    });
    expect(
      await row(
        `select denied_by, phone_id from decision where attempt_id = $1 and verdict = 'deny'`,
        [attemptId],
      ),
    ).toEqual({ denied_by: 'engine.third_party', phone_id: spouse });
    expect((await ask({ kind: 'blind', phoneId: randomUUID() })).json()).toMatchObject({
      code: 'unknown_reference',
    });
    expect((await ask({ kind: 'blind', phoneId })).statusCode).toBe(202);
  });

  it('goes to an office of this creditor alone, which is nobody’s phone', async () => {
    const offices = `/v1/creditors/${floor.creditorId}/office-numbers`;
    const list = (body: object, path = offices) => api.call(manager, `POST ${path}`, { body });
    const { e164 } = (await row('select e164 from phone limit 1')) as { e164: string };
    expect((await list({ name: 'Cabang', e164 })).json()).toMatchObject({ code: 'in_use' });
    const made = await list({ name: 'Cabang Blok M', e164: OFFICE });
    expect(made.statusCode).toBe(201);
    expect((await list({ name: 'Lain', e164: OFFICE })).json()).toMatchObject({
      code: 'already_exists',
    });
    const { id: officeNumberId } = made.json() as { id: string };
    const other = await makeFloor(db);
    const foreign = await list(
      { name: 'Cabang', e164: OFFICE },
      `/v1/creditors/${other.creditorId}/office-numbers`,
    );
    const { id: foreignId } = foreign.json() as { id: string };
    expect((await ask({ kind: 'blind', officeNumberId: foreignId })).json()).toMatchObject({
      code: 'unknown_reference',
      refusal: 'office_not_listed',
    });
    expect((await ask({ kind: 'blind', officeNumberId })).statusCode).toBe(202);
    expect((await api.call(manager, `DELETE ${offices}/${officeNumberId}`)).statusCode).toBe(200);
    expect((await api.call(manager, `GET ${offices}`)).json()).toEqual({ items: [] });
    expect((await api.call(manager, `DELETE ${offices}/${officeNumberId}`)).statusCode).toBe(404);
  });
});

describe('calls that came in', () => {
  let api: Api;
  let db: Database;
  let floor: Floor;
  let agent: string;
  let desk: InboundDesk;
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    floor = await makeFloor(db);
    const { agentId } = await floor.addReadyAgent();
    agent = await api.key('agent', agentId);
    desk = await InboundDesk.open(db, floor);
  });

  it('are handed on: to a colleague, to an office, to another number by the campaign’s rules', async () => {
    const known = await desk.person();
    const { rows } = await db.query<{ id: string }>(
      `insert into phone (debtor_id, e164, owner, position) values ($1, '+6281200077777', 'debtor', 9)
       returning id`,
      [known.debtorId],
    );
    const phoneId = rows[0]!.id;
    const office = await db.query<{ id: string }>(
      `insert into office_number (creditor_id, name, e164) values ($1, 'Cabang', '+622150007777')
       returning id`,
      [floor.creditorId],
    );
    const attemptId = await desk.talk(await desk.arrive(known.e164, known, 1), known);
    const { sipInstanceId } = floor;
    const listed = await api.call(agent, 'GET /v1/me/call/transfer-targets');
    expect(listed.json()).toMatchObject({ phones: [{ id: phoneId }], offices: [{}] });
    const ask = (body: object) =>
      api.call(agent, 'POST /v1/me/call/transfer', { body: { kind: 'blind', ...body } });
    const takenUp = async (body: object) => {
      const asked = await ask(body);
      expect(asked.statusCode).toBe(202);
      const { id: transferId } = asked.json() as { id: string };
      const ref = { transferId, attemptId, sipInstanceId };
      const taken = await takeUpTransfer(makeGate(db), ref);
      await recordTransferEnded(db, { ...ref, to: 'failed', cause: 'test', actor: 'test' });
      return taken;
    };
    const toNumber = await takenUp({ phoneId });
    expect(toNumber).toMatchObject({ kind: 'outside', permit: { phone: { id: phoneId } } });
    const kept = await db.query(
      `select d.verdict, d.campaign_id = $2 as "ofCampaign" from call_transfer x
       join decision d on d.id = x.decision_id where x.phone_id = $1`,
      [phoneId, floor.campaignId],
    );
    expect(kept.rows).toEqual([{ verdict: 'allow', ofCampaign: true }]);
    expect(await takenUp({ officeNumberId: office.rows[0]!.id })).toMatchObject({
      kind: 'outside',
      permit: { trunkIds: expect.arrayContaining([desk.trunkId]) as unknown },
    });
    const colleague = await floor.addReadyAgent();
    expect(await takenUp({ agentId: colleague.agentId })).toMatchObject({ kind: 'agent' });
    await db.query(`update account set status = 'closed' where id = $1`, [known.accountId]);
    expect((await ask({ phoneId })).json()).toMatchObject({ code: 'call_denied' });
  });

  it('are handed on to a colleague when nobody knows who calls, and to no number of anybody', async () => {
    const known = await desk.person();
    const attemptId = await desk.talk(await desk.arrive(null, null), null);
    const body = { kind: 'blind', phoneId: known.phoneId };
    expect((await api.call(agent, 'POST /v1/me/call/transfer', { body })).json()).toMatchObject({
      refusal: 'not_the_persons',
    });
    const colleague = await floor.addReadyAgent();
    const asked = await api.call(agent, 'POST /v1/me/call/transfer', {
      body: { kind: 'attended', agentId: colleague.agentId },
    });
    expect(asked.json()).toMatchObject({ attemptId, state: 'requested', target: 'agent' });
  });
});
