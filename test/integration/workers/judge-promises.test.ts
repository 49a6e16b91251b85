import { runCampaignTurn } from '../../../dialer/campaign-loop';
import { promote } from '../../../dialer/promote';
import { reserveNext } from '../../../dialer/reserve';
import { endAttempt } from '../../../src/db/attempts';
import { makeGate } from '../../support/gate';
import { endOf, inDays, PromiseFloor } from '../../support/promise-floor';
import { dialTo, end } from '../../support/talk';

const DAY = 86_400_000;
let desk: PromiseFloor;
beforeAll(async () => {
  desk = await PromiseFloor.open();
});
afterAll(() => desk.api.close());
beforeEach(() => desk.begin());

describe('promises, as money and time decide them', () => {
  it('K4: decides at once when money comes, reopens when it goes, breaks once when the grace is over', async () => {
    const id = await desk.promised(2);
    const graceUntil = endOf(inDays(3));
    await desk.pay(400_000);
    expect(await desk.state(id)).toBe('partially_kept');
    const rest = await desk.pay(600_000);
    expect(await desk.state(id)).toBe('kept');
    await desk.takeBack(rest);
    expect(await desk.state(id)).toBe('partially_kept');
    expect(await desk.events('promise.reopened')).toMatchObject([
      { promiseId: id, state: 'partially_kept', cause: 'payment.reversed' },
    ]);
    expect(await desk.standing()).toEqual([graceUntil]);

    expect(await desk.judgeAt(graceUntil)).toEqual({ accounts: 0, failed: 0 });
    const after = new Date(graceUntil.getTime() + 1_000);
    // two workers at once, and one more later
    await Promise.all([desk.judgeAt(after), desk.judgeAt(after)]);
    expect(await desk.judgeAt(after)).toEqual({ accounts: 0, failed: 0 });
    expect(await desk.events('promise.broken')).toMatchObject([
      { promiseId: id, reason: 'payment_reversed', cause: 'promise.due', keptMinor: '400000' },
    ]);
    const { changes } = await desk.history(id);
    expect(changes.map(({ to, actor }) => [to, actor])).toEqual([
      ['open', `agent:${desk.agentId}`],
      ['partially_kept', 'test'],
      ['kept', 'test'],
      ['partially_kept', 'test'],
      ['broken', 'workers'],
    ]);
    await desk.settle('again', after);
    expect((await desk.history(id)).changes).toHaveLength(5);
  });

  it('K4: comes to the same in whatever order payments and reversals are settled', async () => {
    const outcomes = new Set<string>();
    const orders = [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ];
    for (const order of orders) {
      await desk.begin();
      const id = await desk.promised(2);
      const [{ madeAt }] = (await desk.query<{ madeAt: Date }>(
        'select created_at as "madeAt" from promise where id = $1',
        [id],
      )) as [{ madeAt: Date }];
      const amounts = [300_000, 500_000, 450_000];
      for (const index of order) {
        const payment = await desk.pay(
          amounts[index]!,
          new Date(madeAt.getTime() + 1_000 * (index + 1)),
        );
        if (index !== 1) continue;
        await desk.db.query('update payment set reversed_at = clock_timestamp() where id = $1', [
          payment,
        ]);
        await desk.settle('payment.reversed');
      }
      await desk.judgeAt(new Date(Date.now() + 5 * DAY));
      const [end] = await desk.query(
        `select state, kept_minor::text as kept, decided_reason from promise where id = $1`,
        [id],
      );
      outcomes.add(JSON.stringify(end));
    }
    expect([...outcomes]).toEqual([
      JSON.stringify({ state: 'broken', kept: '750000', decided_reason: 'payment_reversed' }),
    ]);
  });

  it('K4: takes a statement that nothing is due any more for the promise kept', async () => {
    const id = await desk.promised(4);
    await desk.db.query(
      'update account set stated_minor = 0, stated_at = clock_timestamp() where id = $1',
      [desk.accountId],
    );
    await desk.settle('import.finished');
    expect(await desk.history(id)).toMatchObject({ state: 'kept', decidedReason: 'nothing_due' });
    // a new bill is another debt
    await desk.db.query(
      'update account set stated_minor = 5000000, stated_at = clock_timestamp() where id = $1',
      [desk.accountId],
    );
    await desk.settle('import.finished', new Date(Date.now() + 30 * DAY));
    expect(await desk.state(id)).toBe('kept');
  });

  it('K6: gives a broken one to the agent who took it, makes the account due, and closes with the talk', async () => {
    const id = await desk.promised(1);
    const after = new Date(endOf(inDays(2)).getTime() + 1_000);
    await desk.judgeAt(after);
    const [task] = await desk.tasks();
    expect(task).toMatchObject({ assignee: `agent:${desk.agentId}`, isOpen: true });
    // by the evening of a working day, where the office is
    const dueDay = new Date(task!.dueAt.getTime() + 7 * 3_600_000);
    expect(dueDay.toISOString().slice(11)).toBe('23:59:59.999Z');
    expect([0, 6]).not.toContain(dueDay.getUTCDay());
    expect(task!.dueAt.getTime()).toBeGreaterThan(after.getTime());
    const [account] = await desk.query<{ at: Date; blocked: string | null }>(
      'select next_attempt_at as at, blocked_reason as blocked from account where id = $1',
      [desk.accountId],
    );
    // not on the evening of its last day: that is over
    expect(account).toEqual({ at: after, blocked: null });
    expect((await desk.holds()).every(({ lifted }) => lifted)).toBe(true);
    await desk.db.query('update account set next_attempt_at = now() where id = $1', [
      desk.accountId,
    ]);
    const attemptId = await dialTo(desk.db, desk.floor, 'connected');
    const card = await desk.api.call(desk.agent, 'GET /v1/me/call');
    expect(card.json()).toMatchObject({
      brokenPromise: { promiseId: id, amountMinor: '1000000', keptMinor: '0', dueDate: inDays(1) },
      promiseHorizonDays: 14,
    });
    await end(desk.db, attemptId, 'connected');
    const body = { code: 'RPC_REFUSE', rootCause: 'income_lost' };
    await desk.api.call(desk.agent, `POST /v1/attempts/${attemptId}/outcome`, { body });
    expect(await desk.tasks()).toMatchObject([{ isOpen: false, result: 'talked_about' }]);
    expect(await desk.state(id)).toBe('broken');
  });

  it('K6, G10: keeps its account 30 s for the agent who took it, then anyone, and serves that agent first', async () => {
    await desk.promised(1);
    await desk.judgeAt(new Date(endOf(inDays(2)).getTime() + 1_000));
    const { accountIds } = await desk.floor.addDebtor();
    const other = await desk.floor.addReadyAgent();
    const gate = makeGate(desk.db);
    const ready = (at: string, agentId: string) =>
      desk.db.query(
        `update agent_session set state = 'ready', attempt_id = null, state_since = ${at}
         where agent_id = $1`,
        [agentId],
      );
    // the other has been ready for longer; what broke is worth more
    const begin = async (own: 'ready' | 'paused' | 'offline') => {
      await desk.db.query(
        `update account set next_attempt_at = now(), amount_due_minor = 100 where id = $1`,
        [accountIds[0]],
      );
      await desk.db.query('update account set next_attempt_at = now() where id = $1', [
        desk.accountId,
      ]);
      await desk.db.query('delete from ready_account');
      await desk.db.query('delete from promotion');
      await ready(`now() - interval '1 hour'`, other.agentId);
      await ready('now()', desk.agentId);
      if (own === 'ready') return;
      await desk.db.query(
        `update agent_session set state = $2, ended_at = case $2 when 'offline' then now() end
         where agent_id = $1`,
        [desk.agentId, own],
      );
    };
    const taken = async (agentId: string) => {
      const [row] = await desk.query<{ id: string; accountId: string; keptFor: string | null }>(
        `select id, account_id as "accountId", choice->'keptFor'->>'agentId' as "keptFor"
         from attempt where agent_id = $1 order by id desc limit 1`,
        [agentId],
      );
      return row;
    };
    const release = async () => {
      for (const agentId of [desk.agentId, other.agentId]) {
        const attempt = await taken(agentId);
        if (attempt === undefined) continue;
        await desk.db.transaction((tx) =>
          endAttempt(tx, attempt.id, { result: 'expired', cause: 'test', actor: 'test' }),
        );
      }
    };
    const queue = {
      send: () => Promise.resolve(),
      discard: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const onError = (error: unknown): never => {
      throw error;
    };

    await begin('ready');
    await promote(gate, desk.floor.campaignId);
    // other floors of these tests may be served as well
    await runCampaignTurn({ gate, queue, onError });
    const kept = { accountId: desk.accountId, keptFor: desk.agentId };
    expect(await taken(desk.agentId)).toMatchObject(kept);
    expect(await taken(other.agentId)).toMatchObject({ accountId: accountIds[0], keptFor: null });
    const proof = await desk.api.call(
      desk.supervisor,
      `GET /v1/attempts/${(await taken(desk.agentId))!.id}/proof`,
    );
    expect(proof.json()).toMatchObject({ choice: { keptFor: { agentId: desk.agentId } } });
    await release();

    // that agent is on the floor: others are given what is worth less, and nothing when that is gone
    await begin('paused');
    expect((await reserveNext(gate, desk.floor.campaignId)).kind).toBe('reserved');
    expect((await taken(other.agentId))!.accountId).toBe(accountIds[0]);
    await release();
    await desk.db.query('update account set next_attempt_at = null where id = $1', accountIds);
    await ready(`now()`, other.agentId);
    expect((await reserveNext(gate, desk.floor.campaignId)).kind).toBe('nothing_due');
    await desk.db.query(`update ready_account set kept_since = now() - interval '31 seconds'`);
    expect((await reserveNext(gate, desk.floor.campaignId)).kind).toBe('reserved');
    // whose it was is told, though another has it now
    expect(await taken(other.agentId)).toMatchObject(kept);
    await release();

    await begin('offline');
    expect((await reserveNext(gate, desk.floor.campaignId)).kind).toBe('reserved');
    expect((await taken(other.agentId))!.accountId).toBe(desk.accountId);
  });

  it('K6: asks a supervisor when that agent works no more, and nobody when news shows it was kept', async () => {
    const id = await desk.promised(1);
    await desk.db.query('update agent set active = false where id = $1', [desk.agentId]);
    await desk.judgeAt(new Date(endOf(inDays(2)).getTime() + 1_000));
    expect(await desk.tasks()).toMatchObject([{ assignee: 'role:supervisor', isOpen: true }]);
    await desk.pay(1_000_000);
    expect(await desk.state(id)).toBe('kept');
    expect(await desk.tasks()).toMatchObject([{ isOpen: false, result: 'kept' }]);
  });

  it('K5: reminds the day before and on the day, of what is left, and no more once it came', async () => {
    const id = await desk.promised(3);
    const messages = () =>
      desk.query<{ at: Date; body: string; state: string }>(
        `select send_at as at, body_id as body, state from message where subject_id = $1 order by state, send_at`,
        [id],
      );
    const before = await messages();
    expect(before.map(({ at, state: of }) => [at.toISOString(), of])).toEqual([
      [`${inDays(2)}T03:00:00.000Z`, 'queued'],
      [`${inDays(3)}T02:00:00.000Z`, 'queued'],
    ]);
    expect(before[0]!.body).toContain('Pinjaman Contoh: kami mengingatkan janji Anda membayar');
    expect(before[0]!.body).toContain('Rp10.000 besok');
    await desk.pay(400_000);
    const anew = await messages();
    expect(anew.map(({ state: of }) => of)).toEqual(['cancelled', 'cancelled', 'queued', 'queued']);
    expect(anew[3]!.body).toContain('Rp6.000 hari ini');
    await desk.pay(600_000);
    expect((await messages()).map(({ state: of }) => of)).toEqual(Array(4).fill('cancelled'));
    await desk.settle();
    expect(await messages()).toHaveLength(4);
  });
});
