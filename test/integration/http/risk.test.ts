import { seeBookDay } from '../../../src/db/book-days';
import { scoreRiskDay } from '../../../workers/score-risk';
import { startApi, type Api } from '../../support/http-api';
import { makeMoneyFloor, type MadeAccount, type MoneyFloor } from '../../support/money-floor';

let api: Api;
let supervisor: string;
let ours: MoneyFloor;
let theirs: MoneyFloor;

beforeAll(async () => {
  api = await startApi();
  supervisor = await api.key('supervisor');
  ours = await makeMoneyFloor(api.database.db);
  theirs = await makeMoneyFloor(api.database.db);
});
afterAll(() => api.close());

describe('risk', () => {
  let risky: MadeAccount;
  let unknown: MadeAccount;
  let elsewhere: MadeAccount;
  const score = (day: string, batch?: number) => scoreRiskDay(api.database.db, () => day, batch);
  const riskOf = async (debtorId: string, key = supervisor) =>
    (await api.call(key, `GET /v1/debtors/${debtorId}/risk`)).json();
  const rows = async (sql: string, ...values: unknown[]) =>
    (await api.database.db.query(sql, values)).rows;
  const breakPromise = (at: MoneyFloor, of: MadeAccount, dueDate: string) =>
    at.promise({
      ...{ account: of, attemptId: null, amountMinor: 100, dueDate, state: 'broken' },
      at: `${dueDate}T01:00:00Z`,
    });

  /** 9 October: 2 days past due at ours, two payments; at theirs the same person, 8 days and three broken promises. */
  beforeAll(async () => {
    risky = await ours.addAccount({ dueDate: '2026-10-07', dueMinor: 1_000 });
    unknown = await ours.addAccount({ dueDate: '2026-10-07', dueMinor: 1_000 });
    const { debtorId } = risky;
    elsewhere = await theirs.addAccount({ dueDate: '2026-10-01', dueMinor: 500, debtorId });
    for (const day of ['2026-08-25', '2026-09-25']) {
      await ours.pay(risky, 100, `${day}T03:00:00Z`);
    }
    await api.database.db.query(`update payment set reversed_at = now() where id = $1`, [
      await ours.pay(risky, 100, '2026-10-08T03:00:00Z'),
    ]);
    for (const day of ['2026-09-01', '2026-09-11', '2026-09-21'])
      await breakPromise(theirs, elsewhere, day);
    await score('2026-10-09', 2);
  });

  test('M3: points add up to the score, with reasons in two languages; a creditor’s own data alone', async () => {
    const { scores, words, objectsToProfiling } = await riskOf(risky.debtorId);
    expect(objectsToProfiling).toBe(false);
    expect(words.en).toContain('may object');
    const own = scores.find((one: { creditorId: string }) => one.creditorId === risky.creditorId);
    const other = scores.find(
      (one: { creditorId: string }) => one.creditorId === elsewhere.creditorId,
    );
    // base 540, 2 days past due, no promise broken or kept, paid 14 days ago; the rest is not known
    expect(own.parts.map(({ points }: { points: number }) => points)).toEqual([
      10, 5, 0, 12, 0, 0, 0,
    ]);
    expect(own).toMatchObject({ points: 567, state: 'scored', band: 'low', since: '2026-10-09' });
    // theirs: 8 days, three broken, never paid
    expect(other.parts.map(({ points }: { points: number }) => points)).toEqual([
      10, -36, 0, -10, 0, 0, 0,
    ]);
    expect(other).toMatchObject({ points: 504, band: 'high' });
    expect(other.reasons.map((one: { characteristic: string }) => one.characteristic)).toEqual([
      ...['brokenPromises', 'daysSincePayment'],
    ]);
    expect(other.reasons[0].words).toEqual({
      id: 'Janji bayar tidak ditepati dalam 180 hari: 3.',
      en: 'Promises broken within 180 days: 3.',
    });
    const bound = await api.boundKey('supervisor', ours.floor.creditorId);
    expect((await riskOf(risky.debtorId, bound)).scores).toEqual([own]);
  });

  test('M3: of whom too little is known nothing is foretold', async () => {
    const { scores } = await riskOf(unknown.debtorId);
    expect(scores).toMatchObject([
      { state: 'insufficient_data', points: null, probability: null, band: null },
    ]);
  });

  test('M3: once a day, by whoever goes on; a row only where something is news', async () => {
    const all = () => rows('select * from risk_score order by debtor_id, creditor_id, day');
    const before = await all();
    expect(await score('2026-10-09')).toMatchObject({ looked: 0, finished: true });
    await score('2026-10-10');
    expect(await all()).toEqual(before);
    const [one, two] = await Promise.all([score('2026-10-11', 1), score('2026-10-11', 1)]);
    expect([one.finished, two.finished]).toContain(true);
    expect(one.looked + two.looked).toBe(2);
    expect(await all()).toEqual(before);
    // what the days did to theirs: 11 days past due from 12 October on
    await score('2026-10-12');
    expect(await all()).toHaveLength(before.length + 1);
  });

  test('M4: a rise of the band is told with its reasons, at the creditor whose data it is; a person decides', async () => {
    const bound = await api.boundKey('supervisor', ours.floor.creditorId);
    const changes = () =>
      rows(
        `select creditor_id, payload from event where type = 'credit.risk.changed' and payload->>'day' = $1`,
        '2026-10-13',
      );
    for (const day of ['2026-10-01', '2026-10-02', '2026-10-03'])
      await breakPromise(ours, risky, day);
    await score('2026-10-13');
    const told = await changes();
    // 540 + 10 - 36 + 12
    expect(told).toMatchObject([
      {
        creditor_id: risky.creditorId,
        payload: {
          from: 'low',
          to: 'watch',
          points: 526,
          reasons: ['brokenPromises'],
          action: 'remind_early',
        },
      },
    ]);
    await score('2026-10-13');
    expect(await changes()).toEqual(told);
    const list = async (key: string) =>
      (await api.call(key, `GET /v1/risk/suggestions?state=open&debtorId=${risky.debtorId}`)).json()
        .items;
    const [open] = await list(bound);
    expect(open).toMatchObject({ toBand: 'watch', action: 'remind_early', state: 'open' });
    const foreign = await api.boundKey('supervisor', theirs.floor.creditorId);
    // what their own data say of the same person
    expect(await list(foreign)).toMatchObject([
      { creditorId: elsewhere.creditorId, action: 'review_terms' },
    ]);
    const decide = (key: string, decision: string) =>
      api.call(key, `POST /v1/risk/suggestions/${open.id}/decide`, {
        body: { decision, reason: 'spoke with them' },
      });
    expect((await decide(foreign, 'accepted')).statusCode).toBe(404);
    expect((await decide(bound, 'accepted')).json()).toMatchObject({ state: 'accepted' });
    expect((await decide(bound, 'accepted')).statusCode).toBe(200);
    expect((await decide(bound, 'declined')).json()).toMatchObject({ code: 'invalid_transition' });
    expect(await list(bound)).toEqual([]);
    // nothing followed
    expect(await rows('select * from task')).toEqual([]);
  });

  test('M3, M4: who objects has no score, at once and for good, and nothing is suggested', async () => {
    await api.database.db.query(`update account set due_date = '2026-07-01' where id = $1`, [
      risky.id,
    ]);
    await score('2026-10-14');
    const open = () =>
      rows(
        `select state from risk_suggestion where debtor_id = $1 and state = 'open'`,
        risky.debtorId,
      );
    expect(await open()).toHaveLength(2);
    const body = { debtorId: risky.debtorId, objects: true, reason: 'said so in a call' };
    expect((await api.call(supervisor, 'POST /v1/profiling-objections', { body })).statusCode).toBe(
      201,
    );
    expect(await riskOf(risky.debtorId)).toMatchObject({
      ...{ objectsToProfiling: true, scores: [] },
      words: { en: expect.stringContaining('objects to profiling') },
    });
    const path = `GET /v1/risk/suggestions?debtorId=${risky.debtorId}`;
    expect((await api.call(supervisor, path)).json().items).toEqual([]);
    await score('2026-10-15');
    expect(await open()).toEqual([]);
    expect(await rows('select * from risk_score where debtor_id = $1', risky.debtorId)).toEqual([]);
  });

  test('M3: calls that are answered no longer, and a plan that is behind, are seen', async () => {
    const { db } = api.database;
    const account = await ours.addAccount({ dueDate: '2026-10-10', dueMinor: 1_000 });
    const agentId = await ours.addAgent();
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    for (const days of [40, 45, 50, 55]) {
      await ours.call({ account, agentId, at: daysAgo(days), result: 'connected' });
      await ours.call({ account, agentId, at: daysAgo(days - 30) });
    }
    const [plan] = await rows(
      `insert into agreement (creditor_id, account_id, debtor_id, kind, currency, terms, policy_version, zone,
         text_id, text_en, text_hash, made_by, state, state_reason, active_at)
       values ($1, $2, $3, 'plan', 'IDR', '{}', 0, 'Asia/Jakarta', 'a', 'b',
         encode(sha256(convert_to(E'a\\nb', 'UTF8')), 'hex'), 'test', 'active', 'test', now()) returning id`,
      ...[account.creditorId, account.id, account.debtorId],
    );
    const due = { account, attemptId: null, amountMinor: 100, at: '2026-09-01T01:00:00Z' };
    const kept = await ours.promise({
      ...due,
      dueDate: '2026-10-08',
      state: 'kept',
      keptMinor: 100,
    });
    const open = await ours.promise({ ...due, dueDate: '2026-10-12', state: 'open' });
    await db.query(
      `update promise set agreement_id = $1, number = case when id = $2 then 1 else 2 end where id in ($2, $3)`,
      [plan?.id, kept, open],
    );
    await score('2026-10-16');
    const [{ parts }] = (await riskOf(account.debtorId)).scores;
    expect(parts).toMatchObject([
      { value: 6, points: 10 },
      { value: 0, points: 5 },
      { value: 1, points: 8 },
      { characteristic: 'daysSincePayment', value: null, points: -10 },
      { characteristic: 'paydayDriftDays', value: null, points: 0 },
      { characteristic: 'answerDecay', value: 1, points: -14 },
      {
        characteristic: 'planLateDays',
        value: 4,
        points: -8,
        words: { en: 'The payment plan is 4 days late.' },
      },
    ]);
  });

  test('M3: the report holds chances against what came, and the card is in sight', async () => {
    const { db } = api.database;
    const floor = await makeMoneyFloor(db);
    const made: MadeAccount[] = [];
    for (let i = 0; i < 4; i++)
      made.push(await floor.addAccount({ dueDate: '2026-07-20', dueMinor: 100 }));
    await seeBookDay(db, () => '2026-08-03');
    const facts = JSON.stringify({
      daysPastDue: 14,
      brokenPromises: 2,
      keptPromises: 0,
      payments: 0,
    });
    for (const [i, { debtorId, creditorId }] of made.entries()) {
      await db.query(
        `insert into risk_score (debtor_id, creditor_id, day, scorecard, facts, points, probability, band)
         values ($1, $2, '2026-08-03', 'late-payer/1', $3, 500, $4, 'high')`,
        [debtorId, creditorId, facts, i < 2 ? 0.25 : 0.75],
      );
    }
    // one of each pair pays what was due first, one of them all; the days after the horizon are seen late
    await db.query(`update account set due_date = '2026-08-20' where id = $1`, [made[0]!.id]);
    await db.query(`update account set status = 'paid' where id = $1`, [made[2]!.id]);
    await seeBookDay(db, () => '2026-09-04');
    const { creditorId } = floor.floor;
    const answer = (
      await api.call(supervisor, `GET /v1/risk/report?creditorId=${creditorId}`)
    ).json();
    // (0.25² + 0.75²) twice, of four
    expect(answer.calibration).toMatchObject({ n: 4, brier: 0.3125, expected: 0.5, observed: 0.5 });
    expect(answer.calibration.bins).toMatchObject([
      { from: 0.2, n: 2, observed: 0.5 },
      { from: 0.7, n: 2, observed: 0.5 },
    ]);
    expect(answer.calibration.verdict).toBe('insufficient_data');
    expect(answer.scorecard.characteristics.brokenPromises.bins).toContainEqual({
      upTo: 1,
      points: -12,
    });
    expect(answer.drift.verdict).toBe('insufficient_data');
    const all = (await api.call(supervisor, 'GET /v1/risk/report')).json();
    expect(all.day).toBe('2026-10-16');
    expect(all.people.insufficient_data).toBeGreaterThan(0);
  });
});
