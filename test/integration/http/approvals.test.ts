import type { Database } from '../../../src/db/database';
import { inDays } from '../../support/agreed-floor';
import { AgreementDesk } from '../../support/agreement-desk';
import { EventStream } from '../../support/event-stream';
import { startApi, type Api } from '../../support/http-api';
import { end } from '../../support/talk';
import { tendAgreements } from '../../../workers/tend-agreements';

describe('K11: a second person', () => {
  let api: Api;
  let db: Database;
  let desk: AgreementDesk;
  let manager: string;
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
    manager = await api.key('manager');
  });
  afterAll(() => api.close());
  const tend = () =>
    tendAgreements(db, (error) => {
      throw error;
    });
  beforeEach(async () => {
    desk = await AgreementDesk.open(api);
  });

  /** Nothing of the penalty may be given up by the agent alone. */
  const SUPERVISED = {
    settlement: {
      matrix: [
        {
          buckets: ['11-30'],
          supervisor: { penaltyPercent: 50 },
          manager: { penaltyPercent: 50 },
        },
      ],
    },
  };
  const askForIt = async (
    options: object = SUPERVISED,
  ): Promise<{ id: string; approvalId: string }> => {
    await desk.writePolicy(options);
    const made = await desk.agree('settlement');
    expect(made.state).toBe('pending_approval');
    const { items } = (await api.call(desk.supervisor, 'GET /v1/approvals?open=true')).json();
    return { id: made.id, approvalId: items[0].id as string };
  };
  const decide = (by: string, approvalId: string, word: 'approve' | 'reject', body: object = {}) =>
    api.call(by, `POST /v1/approvals/${approvalId}/${word}`, { body });

  it('is told at once, answers in the call, and the agent hears of it', async () => {
    const stream = await EventStream.open(`${api.url}/v1/events`, desk.supervisor);
    try {
      const { id, approvalId } = await askForIt();
      await stream.until(({ events }) =>
        events.some(({ event }) => event === 'agreement.approval_requested'),
      );
      expect(await desk.holds()).toEqual(['plan']);
      expect((await decide(desk.key, approvalId, 'approve')).statusCode).toBe(403);
      const yes = (await decide(desk.supervisor, approvalId, 'approve')).json();
      expect(yes.agreement).toMatchObject({ id, state: 'active' });
      expect(yes.agreement.terms.payments).toMatchObject([
        { dueDate: inDays(7), amountMinor: '95000000' },
      ]);
      await stream.until(({ events }) =>
        events.some(({ event }) => event === 'agreement.approval_decided'),
      );
    } finally {
      stream.close();
    }
    const { rows } = await db.query<{ n: number }>(
      `select count(*)::int as n from event where agent_id = $1 and type like 'agreement.approval_%'`,
      [desk.agentId],
    );
    expect(rows).toEqual([{ n: 2 }]);
  });

  it('is a manager where the matrix says so, and never whoever asked', async () => {
    const { approvalId } = await askForIt({
      settlement: { matrix: [{ buckets: ['11-30'], manager: { penaltyPercent: 50 } }] },
    });
    expect((await decide(desk.supervisor, approvalId, 'approve')).json()).toMatchObject({
      code: 'forbidden',
      needsRole: 'manager',
    });
    await expect(
      db.query(
        `update agreement_approval set state = 'approved', decided_by = asked_by, decided_at = now() where id = $1`,
        [approvalId],
      ),
    ).rejects.toThrow(/check/);
    expect((await decide(manager, approvalId, 'approve')).statusCode).toBe(200);
    expect((await decide(manager, approvalId, 'approve')).statusCode).toBe(200);
    expect(
      (await decide(desk.supervisor, approvalId, 'reject', { reason: 'no' })).json(),
    ).toMatchObject({
      code: 'forbidden',
    });
  });

  it('what became of it is read by the agent in the call, and by no other', async () => {
    const now = async () => (await api.call(desk.key, 'GET /v1/me/call/agreement')).json();
    expect(await now()).toMatchObject({ status: 404 });
    const { id, approvalId } = await askForIt();
    expect(await now()).toMatchObject({
      agreement: { id, state: 'pending_approval' },
      approval: { state: 'asked', needsRole: 'supervisor', confirmBy: null },
    });
    await decide(desk.supervisor, approvalId, 'reject', { reason: 'terlalu dalam' });
    expect(await now()).toMatchObject({
      agreement: { state: 'cancelled' },
      approval: { state: 'rejected', reason: 'terlalu dalam' },
    });
    // the next thing that is agreed on takes its place, and needs nobody's word
    const made = await desk.agree('plan');
    expect(await now()).toMatchObject({
      agreement: { id: made.id, state: 'active' },
      approval: null,
    });
    await desk.beginTalk();
    expect(await now()).toMatchObject({ status: 404 });
  });

  it('who comes late finds a task, and a yes still makes it; the person was told when', async () => {
    const { id, approvalId } = await askForIt();
    await db.query('update agreement_approval set limit_at = now() where id = $1', [approvalId]);
    expect(await tend()).toMatchObject({ tended: 1 });
    expect(await tend()).toMatchObject({ tended: 0 });
    const tasks = `GET /v1/tasks?kind=approval_late&accountId=${desk.accountId}`;
    const [task] = (await api.call(desk.supervisor, tasks)).json().items;
    expect(task).toMatchObject({ subjectId: id, assignee: 'role:supervisor', doneAt: null });
    const { rows } = await db.query<{ confirmBy: string; local: string }>(
      `select payload->>'confirmBy' as "confirmBy",
         ((payload->>'confirmBy')::timestamptz at time zone 'Asia/Jakarta')::time::text as local
       from event where type = 'agreement.approval_late' and agent_id = $1`,
      [desk.agentId],
    );
    expect(rows).toEqual([{ confirmBy: task.dueAt, local: '17:00:00' }]);
    await end(db, desk.attemptId, 'connected');
    expect((await decide(desk.supervisor, approvalId, 'approve')).statusCode).toBe(200);
    expect(await desk.stateOf(id)).toMatchObject({ state: 'active' });
    const recap = await db.query(`select 1 from message where kind = 'recap' and subject_id = $1`, [
      id,
    ]);
    expect(recap.rowCount).toBe(1);
    expect((await api.call(desk.supervisor, `${tasks}&done=false`)).json().items).toEqual([]);
  });

  it('who says no ends it, and what nobody answers runs out', async () => {
    const refused = await askForIt();
    expect((await decide(desk.supervisor, refused.approvalId, 'reject')).statusCode).toBe(400);
    await decide(desk.supervisor, refused.approvalId, 'reject', { reason: 'terlalu dalam' });
    expect(await desk.stateOf(refused.id)).toMatchObject({
      state: 'cancelled',
      stateReason: 'approval_refused',
    });
    expect(await desk.holds()).toEqual([]);
    const left = (
      await desk.accept((await desk.offer('settlement', { rootCause: 'forgot' })).offerId)
    ).json();
    await db.query('update agreement set next_check_at = now() where id = $1', [left.id]);
    await tend();
    expect(await desk.stateOf(left.id as string)).toMatchObject({ state: 'expired' });
    expect(
      (await api.call(desk.supervisor, 'GET /v1/approvals?state=withdrawn')).json().items,
    ).toMatchObject([{ agreementId: left.id }]);
  });

  describe('that was refused', () => {
    let refused: { id: string; approvalId: string };
    let offerId: string;
    beforeEach(async () => {
      refused = await askForIt();
      ({ offerId } = (await desk.stateOf(refused.id)) as { offerId: string });
      await decide(desk.supervisor, refused.approvalId, 'reject', { reason: 'terlalu dalam' });
    });

    it('can be asked for again in the same talk, as an offer of its own', async () => {
      const again = await desk.offer('settlement');
      expect(again.offerId).not.toBe(offerId);
      // asked once more, they are the same offers
      expect((await desk.offer('settlement')).offerId).toBe(again.offerId);
      const made = (await desk.accept(again.offerId)).json();
      expect(made).toMatchObject({ state: 'pending_approval', offerId: again.offerId });
      const { items } = (await api.call(desk.supervisor, 'GET /v1/approvals?open=true')).json();
      expect(items).toMatchObject([{ agreementId: made.id, state: 'asked' }]);
      await decide(desk.supervisor, items[0].id as string, 'approve');
      expect(await desk.stateOf(made.id as string)).toMatchObject({ state: 'active' });
      expect(await desk.stateOf(refused.id)).toMatchObject({ state: 'cancelled' });
    });

    it('never comes into force by itself, and its own offer is spent', async () => {
      expect((await desk.accept(offerId)).json()).toMatchObject({
        errors: [{ field: 'offerId', reason: 'was accepted before, and that agreement is over' }],
      });
      const late = await decide(manager, refused.approvalId, 'approve');
      expect(late.json()).toMatchObject({ code: 'invalid_transition' });
      await db.query('update agreement set next_check_at = now() where id = $1', [refused.id]);
      await tend();
      await tend();
      expect(await desk.stateOf(refused.id)).toMatchObject({ state: 'cancelled' });
      expect(await desk.holds()).toEqual([]);
    });

    it('leaves the person free to want something else, or not to want it any more', async () => {
      const refuse = `POST /v1/me/call/offers/${offerId}/refuse`;
      const why = { body: { why: 'kalau begitu tidak jadi' } };
      expect((await api.call(desk.key, refuse, why)).statusCode).toBe(200);
      const plan = await desk.agree('plan');
      expect(plan.state).toBe('active');
    });
  });
});
