import type { Database } from '../../../src/db/database';
import { learnKeepingDay } from '../../../workers/learn-keeping';
import { alterKept } from '../../support/alter-kept';
import { inDays, pay } from '../../support/agreed-floor';
import { AgreementDesk } from '../../support/agreement-desk';
import { startApi, type Api } from '../../support/http-api';

interface Offer {
  readonly kind: string;
  readonly keeping: { readonly verdict: string; readonly chance: number | null };
}

describe('chances of options', () => {
  let api: Api;
  let db: Database;
  let desk: AgreementDesk;
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
    desk = await AgreementDesk.open(api);
  });
  afterAll(() => api.close());

  const learn = (day: string) => learnKeepingDay(db, () => day);
  const keepingOf = async (kind: string): Promise<Offer['keeping'] | undefined> =>
    ((await desk.ask()).json().allowed as Offer[]).find((each) => each.kind === kind)?.keeping;
  const report = async () =>
    (await api.call(desk.supervisor, `GET /v1/creditors/${desk.floor.creditorId}/keeping`)).json();
  /** Promises of the talk's account that were due long ago; all of what was due then. */
  const promised = (count: number, state: string) =>
    alterKept(
      db,
      `with p as (insert into promise (creditor_id, account_id, debtor_id, attempt_id, amount_minor, currency,
           due_date, method, state, proposed_by, grace_until, decided_at, created_at)
         select creditor_id, id, debtor_id, new_id(), 5000, 'IDR', current_date - 40, 'bank_transfer', $3, 'test',
           now() - interval '39 days', now() - interval '39 days', now() - interval '45 days'
         from account, generate_series(1, $2::int) where id = $1 returning creditor_id, account_id, attempt_id)
       insert into statement (creditor_id, account_id, attempt_id, debt)
       select creditor_id, account_id, attempt_id, '{"bucket": "11-30", "dueMinor": "5000"}' from p`,
      [desk.accountId, count, state],
    );
  /** As if it had been made so many days ago. */
  const backdate = async (agreementId: string, days: number) => {
    await alterKept(
      db,
      `update agreement set accepted_at = accepted_at - $2 * interval '1 day', terms = case kind when 'deferment'
         then terms || jsonb_build_object('until', ((terms->>'until')::date - $2::int)::text) else terms end
       where id = $1`,
      [agreementId, days],
    );
    await alterKept(
      db,
      `update promise set due_date = due_date - $2::int, grace_until = grace_until - $2 * interval '1 day'
       where agreement_id = $1`,
      [agreementId, days],
    );
  };

  it('c9: learns once a day what a creditor’s people keep, and tells it of each option', async () => {
    const kept = { verdict: 'insufficient_data', chance: null, n: 0, nOfKind: 0 };
    expect(await keepingOf('pay_full')).toMatchObject(kept);
    const plan = await desk.agree('plan');
    await backdate(plan.id, 200);
    await alterKept(db, `update agreement set state = 'broken', broken_at = $2 where id = $1`, [
      ...[plan.id, `${inDays(-150)}T00:00:00Z`],
    ]);
    await promised(45, 'kept');
    await promised(15, 'broken');
    await desk.beginTalk();
    const deferment = await desk.agree('deferment', { reason: 'sakit' });
    await backdate(deferment.id, 60);
    await pay(db, desk.floor, desk.accountId, 100_000_000, 50 * 24 * 60);
    // fresh ones are not judged yet, however they went
    await desk.beginTalk();
    await desk.agree('settlement');

    expect(await learn('2026-11-01')).toMatchObject({ finished: true });
    expect(await learn('2026-11-01')).toMatchObject({ looked: 0, finished: true });
    const told = await report();
    expect(told).toMatchObject({ day: '2026-11-01', n: 62, kept: 46 });
    // (46 + 10) / (62 + 20)
    expect(told.usual).toBeCloseTo(56 / 82, 9);
    const kinds = Object.fromEntries(
      (
        told.factors as { factor: string; values: { value: string; n: number; kept: number }[] }[]
      )[0]!.values.map(({ value, n, kept: of }) => [value, [n, of]]),
    );
    expect(kinds).toEqual({ pay_full: [60, 45], plan: [1, 0], deferment: [1, 1] });

    await desk.beginTalk();
    const full = await keepingOf('pay_full');
    expect(full).toMatchObject({ verdict: 'foretold', n: 62, nOfKind: 60 });
    expect(full?.chance).toBeGreaterThan(0.6);
    expect(full?.chance).toBeLessThan(0.8);
    expect(await keepingOf('plan')).toMatchObject({ verdict: 'insufficient_data', nOfKind: 1 });
    // nothing new was learned: no second row; what was learned is kept as it was
    await learn('2026-11-02');
    expect((await report()).day).toBe('2026-11-01');
    await expect(db.query(`update keeping_model set cells = '[]'`)).rejects.toThrow();
    await expect(db.query(`update offer set keeping_chance = 1`)).rejects.toThrow(/not changed/);
  });

  it('c9: holds what was foretold against what came, in the report of the month as well', async () => {
    const { chance } = (await keepingOf('pay_full')) ?? {};
    await alterKept(
      db,
      `with p as (insert into promise (creditor_id, account_id, debtor_id, attempt_id, amount_minor, currency,
           due_date, method, state, proposed_by, grace_until, decided_at)
         select creditor_id, id, debtor_id, $2, 100000000, 'IDR', current_date, 'bank_transfer', 'kept', 'test',
           now(), now() from account where id = $1 returning creditor_id, account_id, attempt_id)
       insert into statement (creditor_id, account_id, attempt_id, debt)
       select creditor_id, account_id, attempt_id, '{"bucket": "11-30", "dueMinor": "100000000"}' from p
       on conflict (attempt_id) do nothing`,
      [desk.accountId, desk.attemptId],
    );
    const { calibration } = await report();
    expect(calibration).toMatchObject({ n: 1, expected: chance, observed: 1 });
    expect(calibration.verdict).toBe('insufficient_data');
    const path = `GET /v1/reports/option-parity?month=${inDays(0).slice(0, 7)}&creditorId=${desk.floor.creditorId}`;
    const parity = (await api.call(desk.supervisor, path)).json();
    expect(parity.calibration).toEqual(calibration);
    expect(parity.differences).toEqual([]);
    // a chance of its own for one of two with the same facts would be found
    const before = (await desk.ask()).json();
    await desk.beginTalk();
    const other = (await desk.ask()).json();
    expect(other.factsHash).toBe(before.factsHash);
    expect((await api.call(desk.supervisor, path)).json().differences).toEqual([]);
    await alterKept(
      db,
      `update offer set keeping_chance = 0.9 where option_set_id = $1 and kind = 'pay_full'`,
      [other.id],
    );
    expect((await api.call(desk.supervisor, path)).json().differences).toMatchObject([
      { factsHash: other.factsHash, variants: 2 },
    ]);
  });

  it('c9: foretells nothing of who objects to profiling, and learns nothing from them', async () => {
    await desk.beginTalk();
    const { rows } = await db.query<{ id: string }>(
      'select debtor_id as id from account where id = $1',
      [desk.accountId],
    );
    const body = { debtorId: rows[0]!.id, objects: true, reason: 'asked' };
    await api.call(desk.supervisor, 'POST /v1/profiling-objections', { body });
    expect(await keepingOf('pay_full')).toMatchObject({ verdict: 'objected', chance: null, n: 0 });
  });
});
