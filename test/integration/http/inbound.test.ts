import { learnOutcomes } from '../../../dialer/learn-outcomes';
import { reserveNext } from '../../../dialer/reserve';
import { sweep } from '../../../dialer/sweep';
import { recordEnded } from '../../../src/db/calls';
import { readLedger } from '../../../src/db/call-history';
import type { Database } from '../../../src/db/database';
import type { KnownCaller } from '../../../src/db/inbound-calls';
import { newId } from '../../../src/db/new-id';
import { openRecording } from '../../../src/db/recordings';
import { missInboundCall, type MissCause } from '../../../src/db/miss-inbound-call';
import { gatherEvidence } from '../../../workers/gather-evidence';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { InboundDesk, type CallingPerson } from '../../support/inbound-desk';
import { startApi, type Api } from '../../support/http-api';

describe('calls that came in', () => {
  let api: Api;
  let db: Database;
  let floor: Floor;
  let agentId: string;
  let agent: string;
  let supervisor: string;
  let desk: InboundDesk;
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
    supervisor = await api.key('supervisor');
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    floor = await makeFloor(db);
    ({ agentId } = await floor.addReadyAgent());
    agent = await api.key('agent', agentId);
    desk = await InboundDesk.open(db, floor);
  });

  const person = (): Promise<CallingPerson> => desk.person();
  const arrive = (caller: string | null, known: KnownCaller | null, matches = 0) =>
    desk.arrive(caller, known, matches);
  const talk = (callId: string, known: KnownCaller | null) => desk.talk(callId, known);
  const end = (attemptId: string) =>
    recordEnded(db, { attemptId, result: 'connected', cause: 'debtor_hung_up', actor: 'test' });
  const miss = (callId: string, cause: MissCause = 'no_agent') =>
    missInboundCall(db, { callId, cause, sipStatus: 480 });
  const get = async (key: string, path: string) => (await api.call(key, `GET ${path}`)).json();
  const ptp = {
    ...{ code: 'RPC_PTP', rootCause: 'forgot' },
    promise: {
      amountMinor: '5000000',
      dueDate: new Date(Date.now() + 4 * 86_400_000).toISOString().slice(0, 10),
      method: 'qris',
    },
  };

  it('are told to the agent as any call, end in an outcome, and count as no call of ours', async () => {
    const known = await person();
    const attemptId = await talk(await arrive(known.e164, known, 1), known);
    expect(await get(agent, '/v1/me/call')).toMatchObject({
      ...{ attemptId, direction: 'in', matches: 1, accountId: known.accountId },
      ...{ campaignId: null, mode: null, sessionState: 'in_call', state: 'connected' },
    });
    await end(attemptId);
    const recorded = await api.call(agent, `POST /v1/attempts/${attemptId}/outcome`, { body: ptp });
    expect(recorded.statusCode).toBe(201);
    const attempt = await get(supervisor, `/v1/attempts/${attemptId}`);
    expect(attempt).toMatchObject({ direction: 'in', result: 'connected', outcomeCode: 'RPC_PTP' });
    const found = (await get(supervisor, `/v1/attempts?direction=in&accountId=${known.accountId}`))
      .items as unknown[];
    expect(found).toHaveLength(1);
    const ledger = await readLedger(db, {
      ...{ debtorId: known.debtorId, e164: known.e164, phoneId: known.phoneId },
      ...{ since: new Date(Date.now() - 3_600_000), askingAttemptId: null },
    });
    expect(ledger).toMatchObject([
      { id: attemptId, direction: 'in', outcome: 'conversation', number: known.phoneId },
    ]);
    await learnOutcomes(makeGate(db));
    const { rows } = await db.query('select kind from best_time_evidence where attempt_id = $1', [
      attemptId,
    ]);
    expect(rows).toEqual([{ kind: 'right_party' }]);
  });

  it('c6: of a stranger who says "bukan saya" take the number off for all who have it, at once', async () => {
    const known = await person();
    const other = await makeFloor(db);
    const { debtorId } = await other.addDebtor({ phones: 0 });
    await db.query(`insert into phone (debtor_id, e164, owner) values ($1, $2, 'debtor')`, [
      ...[debtorId, known.e164],
    ]);
    await talk(await arrive(known.e164, null, 2), null);
    const before = performance.now();
    const body = { kind: 'wrong_party', claim: 'bukan saya' };
    const told = await api.call(agent, 'POST /v1/me/call/cases', { body });
    expect(told.statusCode).toBe(201);
    expect(performance.now() - before).toBeLessThan(1_000);
    const { rows } = await db.query('select status from phone where e164 = $1', [known.e164]);
    expect(rows).toEqual([{ status: 'doubtful' }, { status: 'doubtful' }]);
    await other.addReadyAgent();
    expect(await reserveNext(makeGate(db), other.campaignId)).toMatchObject({
      kind: 'nothing_due',
    });
  });

  it('from nobody’s number tell nothing until the agent says who it is', async () => {
    const known = await person();
    const attemptId = await talk(await arrive('+6281200077777', null, 2), null);
    const before = await get(agent, '/v1/me/call');
    expect(before).toMatchObject({
      ...{ attemptId, matches: 2, accountId: null, name: null, amountDueMinor: null },
      ...{ phone: '+62 8** **** 777', lastOutcomes: [], openPromise: null },
    });
    // the talk is recorded, whoever it is; whose it is told with the rest
    const recordingId = newId(new Date());
    await openRecording(db, { id: recordingId, attemptId, callId: newId(new Date()) });
    const recordingOfTalk = () => get(supervisor, `/v1/recordings/${recordingId}`);
    expect(await recordingOfTalk()).toMatchObject({ creditorId: floor.creditorId, debtorId: null });
    const identify = (accountExternalId: string) =>
      api.call(agent, 'POST /v1/me/call/identify', { body: { accountExternalId } });
    const wrong = await identify('tidak-ada');
    expect([wrong.statusCode, wrong.json().code]).toEqual([422, 'unknown_reference']);
    const said = await identify(known.externalId);
    expect(said.json()).toEqual({ attemptId, accountId: known.accountId });
    expect((await identify(known.externalId)).statusCode).toBe(200);
    const other = await person();
    expect((await identify(other.externalId)).json().code).toBe('caller_known');
    expect(await get(agent, '/v1/me/call')).toMatchObject({
      ...{ accountId: known.accountId, amountDueMinor: '15000000' },
    });
    expect(await recordingOfTalk()).toMatchObject({
      ...{ debtorId: known.debtorId, accountId: known.accountId },
    });
    // the person has the one open attempt that they may have
    const { rows } = await db.query('select attempt_id from open_attempt where debtor_id = $1', [
      known.debtorId,
    ]);
    expect(rows).toEqual([{ attempt_id: attemptId }]);
    await end(attemptId);
    const recorded = await api.call(agent, `POST /v1/attempts/${attemptId}/outcome`, { body: ptp });
    expect(recorded.statusCode).toBe(201);
    // from a number that is none of theirs, and in the ledger all the same
    const ledger = await readLedger(db, {
      ...{ debtorId: known.debtorId, e164: known.e164, phoneId: known.phoneId },
      ...{ since: new Date(Date.now() - 3_600_000), askingAttemptId: null },
    });
    expect(ledger).toMatchObject([{ direction: 'in', outcome: 'conversation' }]);
  });

  it('of somebody who stays unknown need no outcome, and one can be said in the wrap-up', async () => {
    const attemptId = await talk(await arrive(null, null), null);
    await end(attemptId);
    const outcome = await api.call(agent, `POST /v1/attempts/${attemptId}/outcome`, { body: ptp });
    expect([outcome.statusCode, outcome.json().code]).toEqual([409, 'caller_unknown']);
    const known = await person();
    await api.call(agent, 'POST /v1/me/call/identify', {
      body: { accountExternalId: known.externalId },
    });
    const { rows } = await db.query('select blocked_reason as r from account where id = $1', [
      known.accountId,
    ]);
    expect(rows).toEqual([{ r: 'outcome_missing' }]);
    await api.call(agent, `POST /v1/attempts/${attemptId}/outcome`, { body: ptp });

    const nobody = await talk(await arrive(null, null), null);
    await end(nobody);
    const ready = await api.call(agent, 'POST /v1/me/session/ready');
    expect(ready.json().state).toBe('ready');
  });

  it('that nobody took ask to be called, once a person, until somebody talked or said no', async () => {
    const known = await person();
    for (const cause of ['no_agent', 'caller_hung_up'] as const)
      expect(await miss(await arrive(known.e164, known, 1), cause)).toBe(true);
    const again = await arrive(known.e164, known, 1);
    await miss(again);
    expect(await miss(again)).toBe(false);
    // who is talked to meanwhile asks for nothing
    await miss(await arrive(known.e164, known, 1), 'person_in_call');
    const open = async () =>
      (await get(supervisor, `/v1/callback-requests?state=open&debtorId=${known.debtorId}`))
        .items as { id: string; calls: number; number: string }[];
    expect(await open()).toMatchObject([
      { calls: 3, accountId: known.accountId, creditorId: floor.creditorId },
    ]);
    // one message for calls in a row, to who is known; taken back once they are talked to
    const messages = async () =>
      (
        await db.query(
          `select state, subject_id = (select min(id::text)::uuid from inbound_call c
             where c.debtor_id = m.debtor_id) as "isOfFirst"
           from message m where kind = 'missed_call' and debtor_id = $1 and body_id like '%menelepon%'`,
          [known.debtorId],
        )
      ).rows;
    expect(await messages()).toEqual([{ state: 'queued', isOfFirst: true }]);
    const calls = (await get(supervisor, `/v1/inbound-calls?debtorId=${known.debtorId}`))
      .items as unknown[];
    expect(calls).toHaveLength(4);
    const attemptId = await talk(await arrive(known.e164, known, 1), known);
    await end(attemptId);
    await api.call(agent, `POST /v1/attempts/${attemptId}/outcome`, { body: ptp });
    expect(await open()).toEqual([]);
    expect(await messages()).toMatchObject([{ state: 'cancelled' }]);
  });

  it('are resolved by hand with a reason, once', async () => {
    await miss(await arrive('+6281200055555', null));
    const { items } = await get(supervisor, '/v1/callback-requests?state=open');
    const request = (items as { id: string; debtorId: string | null }[])[0]!;
    expect(request.debtorId).toBeNull();
    // whoever has this number: nobody writes to them
    const { rowCount } = await db.query(
      `select from message m join inbound_call c on c.id = m.subject_id
       where m.kind = 'missed_call' and c.debtor_id is null`,
    );
    expect(rowCount).toBe(0);
    const resolve = (state: string, reason: string) =>
      api.call(supervisor, `POST /v1/callback-requests/${request.id}/resolve`, {
        body: { state, reason },
      });
    const done = await resolve('dismissed', 'salah sambung');
    expect(done.json()).toMatchObject({ state: 'dismissed', resolution: 'salah sambung' });
    expect((await resolve('dismissed', 'salah sambung')).statusCode).toBe(200);
    expect((await resolve('done', 'dihubungi')).statusCode).toBe(409);
    // the number calls once more: that is another wish
    await miss(await arrive('+6281200055555', null));
    expect((await get(supervisor, '/v1/callback-requests?state=open')).items).toHaveLength(1);
  });

  it('are in the evidence of the person, taken or not', async () => {
    const known = await person();
    await miss(await arrive(known.e164, known, 1));
    const attemptId = await talk(await arrive(known.e164, known, 1), known);
    await end(attemptId);
    const gathered = await gatherEvidence(db, {
      scope: {
        debtorId: known.debtorId,
        ...{ from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 60_000) },
      },
      ...{ creditor: null, numbersShown: false, reason: 'test', madeBy: 'test' },
      ...{ madeAt: new Date(), engine: 'test' },
    });
    expect(gathered?.bundle).toMatchObject({
      attempts: [{ id: attemptId, direction: 'in', campaign: null, result: 'connected' }],
      contacts: [{ direction: 'in', outcome: 'no_answer', source: 'inbound_call' }],
      summary: { counted: 0, connected: 1 },
    });
  });

  it('of a process that died are missed by the sweep', async () => {
    const known = await person();
    const callId = await arrive(known.e164, known, 1);
    await db.query(`update sip_instance set state = 'dead' where id = $1`, [floor.sipInstanceId]);
    expect(await sweep(db, { send: () => Promise.resolve() } as never)).toMatchObject({
      callsMissed: 1,
    });
    const { rows } = await db.query('select state, cause from inbound_call where id = $1', [
      callId,
    ]);
    expect(rows).toEqual([{ state: 'missed', cause: 'sip_instance_dead' }]);
  });
});
