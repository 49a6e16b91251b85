import { runCampaignTurn } from '../../../dialer/campaign-loop';
import { createGate, type Gate } from '../../../dialer/create-gate';
import { explainCampaign } from '../../../dialer/explain';
import { claimForDialing } from '../../../dialer/gate';
import { reserveNext } from '../../../dialer/reserve';
import { pullKillSwitch, releaseKillSwitch, type KillTarget } from '../../../src/db/kill-switches';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate, TEST_SIGNER } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

jest.setTimeout(30_000);

let test: TestDatabase;
let floor: Floor;
beforeEach(async () => {
  test = await createTestDatabase();
  floor = await makeFloor(test.db);
  for (let i = 0; i < 4; i++) await floor.addDebtor();
  for (let i = 0; i < 2; i++) await floor.addReadyAgent();
});
afterEach(() => test.drop());

const queue = {
  send: () => Promise.resolve(),
  discard: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
const onError = (error: unknown): void => {
  throw error;
};
const turn = (gate: Gate = makeGate(test.db)) => runCampaignTurn({ gate, queue, onError });
const pull = (target: KillTarget) =>
  test.db.transaction((tx) =>
    pullKillSwitch(tx, { ...target, reason: 'uji', cancelRinging: false, actor: 'key:1' }),
  );
const count = async (sql: string): Promise<number> =>
  (await test.db.query<{ n: number }>(`select count(*)::int as n from ${sql}`)).rows[0]!.n;
const due = () => count('account where next_attempt_at <= now()');
const ready = () => count(`agent_session where state = 'ready'`);
/** A gate whose process has its clock this far ahead of the database's. */
const gateWithClock = (aheadMs: number): Gate =>
  createGate({
    db: test.db,
    signer: TEST_SIGNER,
    engine: 'test',
    clock: () => new Date(Date.now() + aheadMs),
  });

describe('under a kill switch', () => {
  it('a turn asks nothing: no decision, no account moved, every agent ready', async () => {
    const all = await pull({ scope: 'all', scopeId: null });
    expect(await turn()).toMatchObject({ reserved: 0, denials: 0 });
    expect(await count('decision')).toBe(0);
    expect([await due(), await ready()]).toEqual([4, 2]);
    await test.db.transaction((tx) =>
      releaseKillSwitch(tx, { id: all!.killSwitch.id, reason: 'beres', actor: 'key:1' }),
    );
    expect(await turn()).toMatchObject({ reserved: 2 });
  });

  it('only the campaign, creditor or trunks within its reach are stopped', async () => {
    const other = await makeFloor(test.db);
    const { rows } = await test.db.query<{ id: string }>(
      `insert into trunk (name, host, caller_ids, priority)
       values ('lain', '127.0.0.1', '{+622100002}', 2) returning id`,
    );
    const first = await test.db.query<{ id: string }>(`select id from trunk where name = 't'`);
    await pull({ scope: 'campaign', scopeId: other.campaignId });
    await pull({ scope: 'creditor', scopeId: other.creditorId });
    await pull({ scope: 'trunk', scopeId: first.rows[0]!.id });
    expect(await turn()).toMatchObject({ reserved: 2 });
    const permits = await test.db.query<{ trunkIds: unknown }>(
      `select (record::jsonb)->'trunkIds' as "trunkIds" from decision where verdict = 'allow'`,
    );
    expect(permits.rows).toEqual([{ trunkIds: [rows[0]!.id] }, { trunkIds: [rows[0]!.id] }]);
    await pull({ scope: 'trunk', scopeId: rows[0]!.id });
    await floor.addReadyAgent();
    expect(await turn()).toMatchObject({ reserved: 0, denials: 0 });
  });

  it('the gate itself says no, once for all accounts, and puts none off', async () => {
    await pull({ scope: 'creditor', scopeId: floor.creditorId });
    expect(await reserveNext(makeGate(test.db), floor.campaignId)).toEqual({
      kind: 'nothing_due',
      denials: 1,
    });
    expect(await count(`decision where denied_by = 'engine.kill_switch'`)).toBe(1);
    expect([await due(), await ready()]).toEqual([4, 2]);
  });
});

describe.each([-1_600, 1_600])('with a clock %i ms off the database’s', (aheadMs) => {
  it('a scheduler dials nothing and says why; the one beside it goes on', async () => {
    const report = await turn(gateWithClock(aheadMs));
    expect(report.reserved).toBe(0);
    // what the metric santun_gate_denials_total counts
    expect(report.denials).toBeGreaterThan(0);
    const denials = await test.db.query<{ deniedBy: string; skewMs: number }>(
      `select denied_by as "deniedBy",
         ((record::jsonb)->'failing'->0->'inputs'->>'skewMs')::int as "skewMs" from decision`,
    );
    expect(denials.rows).toHaveLength(report.denials);
    for (const { deniedBy, skewMs } of denials.rows) {
      expect(deniedBy).toBe('engine.clock_skew');
      expect(skewMs).toBeGreaterThan(1_000);
      expect(skewMs).toBeLessThanOrEqual(1_600);
    }
    expect([await count('attempt'), await due(), await ready()]).toEqual([0, 4, 2]);
    const why = await explainCampaign(makeGate(test.db), floor.campaignId);
    expect(why?.denials).toMatchObject([{ deniedBy: 'engine.clock_skew' }]);
    expect(await turn()).toMatchObject({ reserved: 2 });
  });

  it('a sip role claims nothing', async () => {
    const reserved = await reserveNext(makeGate(test.db), floor.campaignId);
    if (reserved.kind !== 'reserved') throw new Error('not reserved');
    const { attemptId, sipInstanceId } = reserved;
    const gate = gateWithClock(aheadMs);
    expect(await claimForDialing(gate, { attemptId, sipInstanceId })).toMatchObject({
      verdict: 'deny',
      deniedBy: 'engine.clock_skew',
    });
    expect(await count(`attempt where state = 'ended' and not counted`)).toBe(1);
    expect(await ready()).toBe(2);
  });
});

it('a clock less than a second off is no reason', async () => {
  expect(await turn(gateWithClock(700))).toMatchObject({ reserved: 2 });
});
