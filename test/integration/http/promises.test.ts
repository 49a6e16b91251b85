import { reserveNext } from '../../../dialer/reserve';
import { makePromise } from '../../../src/db/promises';
import { settleAccount } from '../../../src/db/settle-account';
import { talk } from '../../support/talk';
import { makeGate } from '../../support/gate';
import { endOf, inDays, PromiseFloor } from '../../support/promise-floor';

let desk: PromiseFloor;
beforeAll(async () => {
  desk = await PromiseFloor.open();
});
afterAll(() => desk.api.close());
beforeEach(() => desk.begin());

describe('promises to pay', () => {
  it('K3: silences the calls of its account until the end of its grace, and pays them free', async () => {
    const id = await desk.promised(5);
    expect(await desk.holds()).toEqual([{ to: endOf(inDays(6)), lifted: false }]);
    await desk.db.query('update account set next_attempt_at = now() where id = $1', [
      desk.accountId,
    ]);
    expect(await reserveNext(makeGate(desk.db), desk.floor.campaignId)).toMatchObject({
      kind: 'nothing_due',
    });
    const [denied] = await desk.query<{ record: string }>(
      `select record from decision where account_id = $1 order by id desc limit 1`,
      [desk.accountId],
    );
    expect(JSON.parse(denied!.record)).toMatchObject({
      ...{ deniedBy: 'santun.base.hold', failing: [{ inputs: { hold: 'promise' } }] },
    });

    await desk.pay(900_000);
    expect(await desk.state(id)).toBe('kept');
    expect((await desk.holds()).map(({ lifted }) => lifted)).toEqual([true]);
    expect(await desk.events('promise.kept')).toMatchObject([
      { promiseId: id, keptMinor: '900000', cause: 'payment.received', reason: 'paid' },
    ]);
    // whoever kept a promise has peace until the next day
    const [account] = await desk.query<{ at: Date }>(
      'select next_attempt_at as at from account where id = $1',
      [desk.accountId],
    );
    expect(account!.at).toEqual(new Date(endOf(inDays(0)).getTime() + 1));
  });

  it('K3: gives its place to a newer one, and its silence with it', async () => {
    const first = await desk.promised(3);
    await desk.letCall();
    const second = await desk.promised(6);
    expect(await desk.state(first)).toBe('superseded');
    expect(await desk.history(first)).toMatchObject({
      supersededBy: second,
      changes: [
        { from: null, to: 'open', reason: 'made', actor: `agent:${desk.agentId}` },
        { from: 'open', to: 'superseded', reason: 'newer_promise', cause: 'promise.made' },
      ],
    });
    expect(await desk.standing()).toEqual([endOf(inDays(7))]);
  });

  it('K3: is only proposed after two broken ones, and opens by a second person’s yes', async () => {
    for (const days of [-20, -10]) await desk.breakOne(days);
    const id = await desk.promised(3);
    expect(await desk.state(id)).toBe('proposed');
    expect(await desk.events('promise.made')).toMatchObject([
      { promiseId: id, state: 'proposed', reason: 'needs_approval' },
    ]);
    const yes = (key: string) =>
      desk.api.call(key, `POST /v1/promises/${id}/approve`, { body: {} });
    expect((await yes(desk.agent)).statusCode).toBe(403);
    const [first, again] = [await yes(desk.supervisor), await yes(desk.supervisor)];
    expect(first.json()).toMatchObject({ state: 'open' });
    expect(again.json()).toMatchObject({ state: 'open' });
    const other = await desk.api.key('supervisor');
    expect((await yes(other)).json()).toMatchObject({ code: 'invalid_transition' });
    const { changes } = await desk.history(id);
    expect(changes.map(({ to }) => to)).toEqual(['proposed', 'approved', 'open']);
    expect(changes[1]!.actor).toMatch(/^key:/);
    expect(await desk.standing()).toEqual([endOf(inDays(4))]);
  });

  it('K3: lets nobody approve what they proposed, and cancels what is refused or answered too late', async () => {
    for (const days of [-20, -10]) await desk.breakOne(days);
    const id = await desk.promised(3, desk.supervisor);
    const yes = await desk.api.call(desk.supervisor, `POST /v1/promises/${id}/approve`, {
      body: {},
    });
    expect(yes.json()).toMatchObject({ code: 'second_person_needed' });
    const other = await desk.api.key('supervisor');
    const no = await desk.api.call(other, `POST /v1/promises/${id}/reject`, {
      body: { note: 'Belum ada penghasilan' },
    });
    expect(no.json()).toMatchObject({ state: 'cancelled', decidedReason: 'approval_refused' });
    expect(no.json().changes.at(-1)).toMatchObject({ note: 'Belum ada penghasilan' });
    expect((await desk.holds()).every(({ lifted }) => lifted)).toBe(true);

    await desk.db.query('update account set next_attempt_at = now() where id = $1', [
      desk.accountId,
    ]);
    await desk.db.query(`update agent_session set state = 'ready', attempt_id = null`);
    const late = await desk.promised(3);
    await desk.judgeAt(new Date(Date.now() + 1.1 * 86_400_000));
    expect(await desk.history(late)).toMatchObject({
      ...{ state: 'cancelled', decidedReason: 'approval_late' },
    });
  });

  it('K3: is cancelled by a supervisor with a reason, while it waits', async () => {
    const id = await desk.promised(4);
    const cancel = (body: object) =>
      desk.api.call(desk.supervisor, `POST /v1/promises/${id}/cancel`, { body });
    expect((await cancel({ reason: 'because' })).statusCode).toBe(400);
    const done = await cancel({ reason: 'debtor_asked', note: 'Jatuh sakit' });
    expect(done.json()).toMatchObject({ state: 'cancelled', decidedReason: 'debtor_asked' });
    expect((await cancel({ reason: 'debtor_asked', note: 'Jatuh sakit' })).statusCode).toBe(200);
    expect((await cancel({ reason: 'made_in_error' })).json()).toMatchObject({
      code: 'invalid_transition',
    });
    expect((await desk.holds()).every(({ lifted }) => lifted)).toBe(true);
    expect(await desk.events('promise.cancelled')).toHaveLength(1);
    const list = await desk.api.call(
      desk.supervisor,
      `GET /v1/promises?accountId=${desk.accountId}&state=cancelled&dueFrom=${inDays(4)}&dueTo=${inDays(4)}`,
    );
    expect(list.json().items).toMatchObject([{ id }]);
    const none = await desk.api.call(
      desk.supervisor,
      `GET /v1/promises?accountId=${desk.accountId}&dueFrom=${inDays(5)}`,
    );
    expect(none.json().items).toEqual([]);
  });

  it('K3: holds the instalments of a plan beside each other, and judges each', async () => {
    const [plan] = await desk.query<{ id: string }>('select new_id() as id');
    const ids: string[] = [];
    await desk.db.transaction(async (tx) => {
      await settleAccount(tx, { accountId: desk.accountId, cause: 'test', actor: 'test' });
      const [subject] = (
        await tx.query<{ creditorId: string; accountId: string; debtorId: string }>(
          `select creditor_id as "creditorId", id as "accountId", debtor_id as "debtorId"
           from account where id = $1`,
          [desk.accountId],
        )
      ).rows;
      for (const number of [1, 2, 3]) {
        const made = await makePromise(
          tx,
          { ...subject!, attemptId: null },
          {
            ...{ amountMinor: 500_000n, currency: 'IDR', dueDate: inDays(number * 7) },
            ...{ method: 'virtual_account', agreementId: plan!.id, number },
          },
          'test',
        );
        ids.push(made.id);
      }
      await settleAccount(tx, {
        accountId: desk.accountId,
        cause: 'agreement.accepted',
        actor: 'test',
      });
    });
    // the agreement keeps its own silence
    expect(await desk.standing()).toEqual([]);
    await desk.pay(500_000);
    expect(await Promise.all(ids.map((id) => desk.state(id)))).toEqual(['kept', 'open', 'open']);
    await desk.judgeAt(new Date(endOf(inDays(15)).getTime() + 1_000));
    expect(await Promise.all(ids.map((id) => desk.state(id)))).toEqual(['kept', 'broken', 'open']);
    expect(await desk.tasks()).toMatchObject([{ assignee: 'role:supervisor', isOpen: true }]);
  });

  it('K3: warns of a date on which the person has no money, and takes the promise all the same', async () => {
    const today = new Date(`${inDays(0)}T00:00:00Z`).getUTCDay();
    await desk.query(
      `insert into payday (debtor_id, kind, day, source, recorded_by)
       select debtor_id, 'weekly', $2, 'stated', 'test' from account where id = $1`,
      [desk.accountId, today === 0 ? 7 : today],
    );
    const promise = { amountMinor: '1000000', method: 'virtual_account' };
    const record = async (dueDate: string) => {
      const attemptId = await talk(desk.db, desk.floor);
      const body = { code: 'RPC_PTP', rootCause: 'salary_late', promise: { ...promise, dueDate } };
      return desk.api.call(desk.agent, `POST /v1/attempts/${attemptId}/outcome`, { body });
    };
    const warned = await record(inDays(5));
    expect(warned.statusCode).toBe(201);
    expect(warned.json()).toMatchObject({
      promise: { state: 'open' },
      warnings: [{ field: 'promise.dueDate', code: 'no_money_expected' }],
    });
  });
});
