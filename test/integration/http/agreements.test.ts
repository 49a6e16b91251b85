import { createHash } from 'node:crypto';
import { findAgreementOfAttempt } from '../../../src/db/agreements';
import type { Database } from '../../../src/db/database';
import { inDays, pay } from '../../support/agreed-floor';
import { AgreementDesk, type Made, type Offered } from '../../support/agreement-desk';
import { startApi, type Api } from '../../support/http-api';
import { tendAgreements } from '../../../workers/tend-agreements';

describe('options and agreements', () => {
  let api: Api;
  let db: Database;
  let desk: AgreementDesk;
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
  });
  afterAll(() => api.close());
  const tend = () =>
    tendAgreements(db, (error) => {
      throw error;
    });
  beforeEach(async () => {
    desk = await AgreementDesk.open(api);
  });

  it('K7: asks for the ability before a plan, and offers all that is allowed, best first, and why', async () => {
    const blind = (await desk.ask({ rootCause: 'illness' })).json();
    expect(blind.refused).toContainEqual(
      expect.objectContaining({ kind: 'plan', reason: 'ability_not_told' }),
    );
    const told = (await desk.ask()).json();
    expect(told.allowed.map(({ kind }: Offered) => kind)).toEqual([
      ...['deferment', 'deferment', 'deferment', 'plan', 'plan'],
      ...['pay_part', 'reschedule', 'reschedule', 'settlement', 'pay_full'],
    ]);
    expect(told.allowed[3]).toMatchObject({
      rank: 4,
      terms: { instalmentsMinor: ['33333400', '33333400', '33333200'], firstInDays: 14 },
      said: { id: expect.stringMatching(/^Dicicil 3 kali sebulan sekali: Rp333\.334 mulai/) },
      strainPercent: 34,
      approval: null,
      // an agent offers by the reasons, not by what it costs the lender
      costMinor: null,
    });
    // told again it is the same reckoning; what was told of the ability is remembered
    expect((await desk.ask({ rootCause: 'illness' })).json()).toEqual(told);
    expect(
      (await desk.ask({ rootCause: 'forgot', ability: { incomeMinor: '-1' } })).statusCode,
    ).toBe(400);
    const [first] = told.allowed as Offered[];
    const refuse = `POST /v1/me/call/offers/${first!.offerId}/refuse`;
    for (let i = 0; i < 2; i++) {
      expect((await api.call(desk.key, refuse, { body: { why: 'mau cicil' } })).statusCode).toBe(
        200,
      );
    }
    const { rows } = await db.query(
      `select answer, refused_why as why, (select count(*)::int from event
         where type = 'offer.refused' and payload->>'offerId' = $1::text) as told from offer where id = $1::uuid`,
      [first!.offerId],
    );
    expect(rows).toEqual([{ answer: 'refused', why: 'mau cicil', told: 1 }]);
  });

  it('c9: offers two people with the same facts the same, and reports where it would not', async () => {
    const before = (await desk.ask()).json();
    const before1 = desk.key;
    await db.query(
      `update debtor set province = 'ID-JB' where id = (select debtor_id from account where id = $1)`,
      [desk.accountId],
    );
    await desk.beginTalk();
    expect(desk.key).not.toBe(before1);
    const other = (await desk.ask()).json();
    expect(other.factsHash).toBe(before.factsHash);
    const bare = (answer: { allowed: object[]; refused: object[] }): unknown => [
      answer.allowed.map((each) => ({ ...each, offerId: null })),
      answer.refused,
    ];
    expect(bare(other)).toEqual(bare(before));
    const month = inDays(0).slice(0, 7);
    const path = `GET /v1/reports/option-parity?month=${month}&creditorId=${desk.floor.creditorId}`;
    const report = (await api.call(desk.supervisor, path)).json();
    expect(report).toMatchObject({ month, reckonings: 2, facts: 1, compared: 1, differences: [] });
    expect(report.calibration).toMatchObject({ n: 0, verdict: 'insufficient_data' });
    // one who was offered less than the other would be found
    await db.transaction(async (tx) => {
      await tx.query('alter table offer disable trigger kept');
      await tx.query('delete from offer where option_set_id = $1 and rank = 1', [other.id]);
      await tx.query('alter table offer enable trigger kept');
    });
    expect((await api.call(desk.supervisor, path)).json().differences).toMatchObject([
      { factsHash: other.factsHash, variants: 2, persons: 2, agents: 2, reckonings: 2 },
    ]);
  });

  it('c9: shows the cost to the lender from the role on that the policy names', async () => {
    await desk.writePolicy({ costShownFrom: 'agent' });
    const costs = (await desk.ask())
      .json()
      .allowed.map((one: { costMinor: string }) => one.costMinor);
    expect(costs).toHaveLength(10);
    expect(costs.every((cost: unknown) => typeof cost === 'string' && /^\d+$/.test(cost))).toBe(
      true,
    );
  });

  it('c9: asks a supervisor for somebody whom no option fits', async () => {
    const nothing = { incomeMinor: '100', fixedCostMinor: '200', otherDebtsMinor: '0' };
    const answer = (await desk.ask({ rootCause: 'over_indebted', ability: nothing })).json();
    expect(answer.allowed).toEqual([]);
    const path = `GET /v1/tasks?kind=no_option_fits&accountId=${desk.accountId}`;
    expect((await api.call(desk.supervisor, path)).json().items).toMatchObject([
      { assignee: 'role:supervisor', attemptId: desk.attemptId, doneAt: null },
    ]);
  });

  it('K7, K21: makes a plan with its text, hash, promises, silence and recap at once', async () => {
    const plan = await desk.agree('plan');
    expect(plan).toMatchObject({ state: 'active', kind: 'plan', version: 1, policyVersion: 0 });
    expect(plan.terms.payments.map((each) => each.dueDate)[0]).toBe(inDays(14));
    const { text } = plan;
    expect(text.id).toContain('Tunggakan Rp1.000.000 dibayar dalam 3 angsuran:');
    expect(text.en).toContain('3 instalments');
    expect(text.en).toContain('telephone 157');
    expect(plan.textHash).toBe(createHash('sha256').update(`${text.id}\n${text.en}`).digest('hex'));
    const { rows: promises } = await db.query<{ number: number; amount: bigint; state: string }>(
      `select number, amount_minor as amount, state from promise where agreement_id = $1 order by number`,
      [plan.id],
    );
    expect(promises.map(({ amount }) => amount).reduce((a, b) => a + b)).toBe(100_000_000n);
    expect(promises).toHaveLength(3);
    expect(await desk.holds()).toContain('plan');
    const { rows } = await db.query<{ body: string; soon: boolean }>(
      `select body_id as body, send_at <= now() as soon from message
       where kind = 'recap' and subject_id = $1`,
      [plan.id],
    );
    expect(rows).toEqual([{ body: text.id, soon: true }]);
    expect(await findAgreementOfAttempt(db, desk.attemptId)).toMatchObject({
      kind: 'plan',
      id: plan.id,
    });
    // pressed twice
    const again = await desk.accept(plan.offerId);
    expect([again.statusCode, again.json().id]).toEqual([200, plan.id]);
    for (const change of [`text_id = 'lain'`, `terms = '{}'`, `policy_version = 9`]) {
      await expect(
        db.query(`update agreement set ${change} where id = $1`, [plan.id]),
      ).rejects.toThrow(/not changed/);
    }
    await expect(db.query('delete from agreement where id = $1', [plan.id])).rejects.toThrow(
      /not changed/,
    );
  });

  it('K8, K9, K10: says what stands in the way of an agreement, by field', async () => {
    const deferment = (await desk.offers()).filter(({ kind }) => kind === 'deferment');
    const refusal = async (offerId: string, more: object = {}) =>
      ((await desk.accept(offerId, more)).json() as { errors: { field: string }[] }).errors[0]
        ?.field;
    expect(await refusal(deferment[0]!.offerId)).toBe('reason');
    expect(await refusal(deferment[2]!.offerId, { reason: 'sakit' })).toBe('hasEvidence');
    expect(await refusal((await desk.offer('pay_full')).offerId)).toBe('offerId');
    const { offerId } = await desk.offer('plan');
    await pay(db, desk.floor, desk.accountId, 1_000);
    expect((await desk.accept(offerId)).json().errors).toMatchObject([
      { field: 'offerId', reason: 'what is owed has changed since' },
    ]);
    await desk.beginTalk();
    expect((await desk.accept(offerId)).statusCode).toBe(404);
  });

  it('K9: a deferment silences the account, asks how things are, and ends', async () => {
    const made = await desk.agree('deferment', { reason: 'dirawat di rumah sakit' });
    expect(made.terms).toMatchObject({
      from: inDays(0),
      until: inDays(7),
      checkInOn: inDays(5),
    });
    expect(await desk.holds()).toEqual(['deferment']);
    const tasks = `GET /v1/tasks?kind=check_in&accountId=${desk.accountId}`;
    expect((await api.call(desk.supervisor, tasks)).json().items).toMatchObject([
      { assignee: `agent:${desk.agentId}`, subjectId: made.id },
    ]);
    expect(await tend()).toMatchObject({ tended: 0 });
    await db.transaction(async (tx) => {
      await tx.query('alter table agreement disable trigger kept');
      await tx.query(
        `update agreement set terms = jsonb_set(terms, '{until}', to_jsonb($2::text)), next_check_at = now() where id = $1`,
        [made.id, inDays(-1)],
      );
      await tx.query('alter table agreement enable trigger kept');
    });
    expect(await tend()).toMatchObject({ tended: 1 });
    expect(await desk.stateOf(made.id)).toMatchObject({
      state: 'completed',
      stateReason: 'time_over',
      nextCheckAt: null,
    });
    expect(await desk.holds()).toEqual([]);
    expect((await api.call(desk.supervisor, `${tasks}&done=false`)).json().items).toEqual([]);
  });

  it('K8: made again it is the next version, by a second person, and the first gives its place', async () => {
    const first = await desk.agree('reschedule');
    expect(first.terms).toMatchObject({ fromDueDate: inDays(-20), feeMinor: '0' });
    const again = await desk.offer('plan');
    expect(again.approval).toBe('supervisor');
    const second = (await desk.accept(again.offerId)).json();
    expect(second).toMatchObject({
      state: 'pending_approval',
      version: 2,
      replacesId: first.id,
    });
    expect(await desk.stateOf(first.id)).toMatchObject({ state: 'active' });
    const { items } = (await api.call(desk.supervisor, 'GET /v1/approvals?open=true')).json();
    const approve = `POST /v1/approvals/${items[0].id}/approve`;
    const answer = await api.call(desk.supervisor, approve, { body: {} });
    expect(answer.json()).toMatchObject({
      approval: { state: 'approved' },
      agreement: { id: second.id, state: 'active', stateReason: 'approved' },
    });
    expect(await desk.stateOf(first.id)).toMatchObject({ state: 'superseded' });
    const list = (
      await api.call(desk.key, `GET /v1/agreements?accountId=${desk.accountId}`)
    ).json();
    expect(list.items.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    const { rows } = await db.query<{ n: number }>(
      `select count(*)::int as n from promise
       where agreement_id = $1 and ended_as = 'superseded'`,
      [first.id],
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  it('K8: its fee is owed as soon as it is agreed, in the text as in the debt, and goes when it is taken back', async () => {
    const body = { options: { reschedule: { freePer12Months: 0, feeMinor: '2500000' } } };
    const path = `PUT /v1/creditors/${desk.floor.creditorId}/collection-policy`;
    expect((await api.call(await api.key('manager'), path, { body })).statusCode).toBeLessThan(300);
    const debt = async () => {
      const read = await api.call(desk.supervisor, `GET /v1/accounts/${desk.accountId}/debt`);
      const { totalMinor, instalments } = read.json() as {
        totalMinor: string;
        instalments: { feeMinor: string }[];
      };
      return [totalMinor, instalments.map(({ feeMinor }) => feeMinor)];
    };
    const stated = { principalMinor: 80_000_000, daysPastDue: 20 };
    await desk.beginTalk(stated);
    const before = await debt();
    expect(before).toEqual(['80000000', ['0']]);
    const made = (await desk.agree('reschedule')) as Made & {
      terms: { payments: { amountMinor: string }[] };
      text: { en: string };
    };
    expect(made.terms).toMatchObject({ feeMinor: '2500000' });
    expect(await debt()).toEqual(['82500000', ['2500000']]);
    expect(made.text.en).toContain('That includes a fee of Rp25,000 for the change.');
    // what is promised pays the instalment and its fee
    const promised = BigInt(made.terms.payments[0]!.amountMinor);
    await pay(db, desk.floor, desk.accountId, Number(promised));
    expect(await desk.stateOf(made.id)).toMatchObject({ state: 'completed' });
    expect(await desk.owed()).toBe(0n);

    await desk.beginTalk(stated);
    const other = await desk.agree('reschedule');
    expect(await desk.owed()).toBe(82_500_000n);
    const cancel = `POST /v1/agreements/${other.id}/cancel`;
    await api.call(desk.supervisor, cancel, { body: { reason: 'salah orang' } });
    expect(await debt()).toEqual(before);
  });

  it('K10: cancelled by a supervisor, the account is open to calls again', async () => {
    const { id } = await desk.agree('settlement');
    const cancel = (by: string) =>
      api.call(by, `POST /v1/agreements/${id}/cancel`, {
        body: { reason: 'salah orang' },
      });
    expect((await cancel(desk.key)).statusCode).toBe(403);
    expect((await cancel(desk.supervisor)).json()).toMatchObject({ state: 'cancelled' });
    expect((await cancel(desk.supervisor)).statusCode).toBe(200);
    expect((await desk.holds()).filter((kind) => kind === 'plan')).toEqual([]);
    expect(await findAgreementOfAttempt(db, desk.attemptId)).toBeNull();
    expect(await desk.owed()).toBe(100_000_000n);
  });
});
