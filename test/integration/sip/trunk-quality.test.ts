import { figuresOfLegs } from '../../../sip/outcome/leg-quality';
import { settledSpan } from '../../../sip/trunks/quality-watch';
import { endCallerIdRest, listCallerIds } from '../../../src/db/caller-ids';
import { newId } from '../../../src/db/new-id';
import { measureTrunks } from '../../../src/db/trunk-quality';
import { listUsableTrunks } from '../../../src/db/trunk-routing';
import { makeFloor } from '../../support/floor';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

jest.setTimeout(30_000);

let database: TestDatabase;
let trunkId: string;
beforeEach(async () => {
  database = await createTestDatabase();
  await makeFloor(database.db);
  const { rows } = await database.db.query<{ id: string }>('select id from trunk');
  trunkId = rows[0]!.id;
  await database.db.query('insert into trunk_health (trunk_id) values ($1)', [trunkId]);
});
afterEach(() => database.drop());

interface Leg {
  readonly status: number | null;
  readonly rang?: boolean;
  /** Answered, and over after so long, ms; null: still going on. */
  readonly talkMs?: number | null;
  readonly callerId?: string;
}
const addLegs = async (at: Date, count: number, leg: Leg): Promise<void> => {
  const { status, rang = true, talkMs } = leg;
  const after = (ms: number): Date => new Date(at.getTime() + ms);
  const answeredAt = talkMs === undefined ? null : after(9_000);
  const endedAt =
    talkMs === undefined ? after(9_000) : talkMs === null ? null : after(9_000 + talkMs);
  await database.db.query(
    `insert into call_leg (call_id, kind, trunk_id, sip_call_id, invited_at, ringing_at, answered_at,
       ended_at, sip_status, caller_id)
     select id, 'customer', $2, 'x', $3, $4, $5, $6, $7, $8 from unnest($1::uuid[]) id`,
    [
      Array.from({ length: count }, () => newId(after(-200))),
      ...[trunkId, at, rang ? after(2_000) : null, answeredAt, endedAt, status],
      leg.callerId ?? null,
    ],
  );
};
const state = async () => {
  const { rows } = await database.db.query(
    `select quality_alarms as alarms, weight_factor as factor from trunk_health`,
  );
  return rows[0];
};
const types = async () => {
  const { rows } = await database.db.query<{ type: string }>(
    `select type from event where type like 'trunk.%' order by id`,
  );
  return rows.map(({ type }) => type);
};

test('five minutes are counted once, and a trunk that does worse than its week weighs less', async () => {
  const { db } = database;
  const from = settledSpan(new Date());
  const at = new Date(from.getTime() + 60_000);
  const before = new Date(from.getTime() - 86_400_000);
  await db.query(
    `insert into trunk_quality (trunk_id, from_at, seizures, answered, effective, short, rung,
       post_dial_delay_ms) values ($1, $2, 10000, 4000, 9800, 200, 8000, 16000000)`,
    [trunkId, before],
  );
  await addLegs(at, 9, { status: 200, talkMs: 60_000 });
  await addLegs(at, 3, { status: 200, talkMs: 5_000 });
  await addLegs(at, 2, { status: 200, talkMs: null });
  await addLegs(at, 21, { status: 486 });
  await addLegs(at, 25, { status: 487 });
  await addLegs(at, 30, { status: 503, rang: false });
  await addLegs(at, 10, { status: null, rang: false });
  // ended by us before anything rang, and outside of the five minutes
  await addLegs(at, 7, { status: 487, rang: false });
  await addLegs(new Date(from.getTime() - 1), 5, { status: 503, rang: false });
  const measured = await Promise.all([1, 2, 3].map(() => measureTrunks(db, from, figuresOfLegs)));
  expect(measured.filter(Boolean)).toHaveLength(1);
  const { rows } = await db.query('select * from trunk_quality where from_at = $1', [from]);
  expect(rows).toEqual([
    {
      ...{ trunk_id: trunkId, from_at: from, seizures: 100, answered: 14, effective: 60 },
      ...{ short: 3, rung: 60, post_dial_delay_ms: 120_000n },
    },
  ]);
  expect(await state()).toEqual({
    factor: 0.35,
    alarms: [
      { figure: 'answer_seizure_ratio', recent: 0.14, usual: 0.4 },
      { figure: 'network_effectiveness', recent: 0.6, usual: 0.98 },
    ],
  });
  expect(await types()).toEqual(['trunk.quality_dropped']);

  // the next five minutes are good again
  const next = new Date(from.getTime() + 300_000);
  await addLegs(next, 20, { status: 200, talkMs: 60_000 });
  await addLegs(next, 20, { status: 486 });
  expect(await measureTrunks(db, next, figuresOfLegs)).toBe(true);
  expect(await state()).toEqual({ factor: 1, alarms: [] });
  expect(await types()).toEqual(['trunk.quality_dropped', 'trunk.quality_recovered']);
});

test('a number that people answer less rests, the others do not; a person may end it', async () => {
  const { db } = database;
  const [good, bad] = ['+622150000001', '+622150000002'];
  await db.query(`update trunk set caller_ids = $1`, [[good, bad]]);
  const from = settledSpan(new Date());
  await db.query(
    `insert into caller_id_hour select n, $2::timestamptz - interval '2 days', 1000, 400, 20
     from unnest($1::text[]) n`,
    [[good, bad], from],
  );
  const at = new Date(from.getTime() + 60_000);
  for (const [callerId, answered] of [
    [good, 38],
    [bad, 12],
  ] as const) {
    await addLegs(at, answered, { status: 200, talkMs: 60_000, callerId });
    await addLegs(at, 100 - answered, { status: 486, callerId });
    // says nothing of the number
    await addLegs(at, 50, { status: 503, rang: false, callerId });
  }
  await measureTrunks(db, from, figuresOfLegs);
  const list = await listCallerIds(db, new Date());
  expect(list).toMatchObject([
    { e164: good, trunkIds: [trunkId], recent: { calls: 100, answered: 38, short: 0 }, rest: null },
    {
      ...{ e164: bad, recent: { calls: 100, answered: 12 }, usual: { calls: 1000, answered: 400 } },
      rest: { alarms: [{ figure: 'answer_rate', recent: 0.12, usual: 0.38 }] },
    },
  ]);
  const { fromAt, untilAt } = list[1]!.rest!;
  expect(untilAt.getTime() - fromAt.getTime()).toBe(7 * 86_400_000);
  expect(await listUsableTrunks(db, null)).toMatchObject([{ restingCallerIds: [bad] }]);

  // it rests already: nothing is told twice
  await addLegs(new Date(at.getTime() + 300_000), 40, { status: 486, callerId: bad });
  await measureTrunks(db, new Date(from.getTime() + 300_000), figuresOfLegs);
  const change = { e164: bad, reason: 'the operator took the label off', actor: 'test' };
  const ended = [1, 2].map(() => db.transaction((tx) => endCallerIdRest(tx, change)));
  expect((await Promise.all(ended)).sort()).toEqual([false, true]);
  expect(await listUsableTrunks(db, null)).toMatchObject([{ restingCallerIds: [] }]);
  const { rows } = await db.query<{ type: string }>(
    `select type from event where type like 'caller_id.%' order by id`,
  );
  expect(rows.map(({ type }) => type)).toEqual(['caller_id.rested', 'caller_id.returned']);
});
