import { randomUUID } from 'node:crypto';
import { one, openDatabase } from '../../../src/db/database';
import { claimForDialing, lookAtLease } from '../../../dialer/gate';
import { reserveNext } from '../../../dialer/reserve';
import { pullKillSwitch, releaseKillSwitch } from '../../../src/db/kill-switches';
import { openCustomerLeg, readPermit, takeInviteSlot } from '../../../src/db/trunk-routing';
import { chooseTrunk } from '../../../sip/trunks/trunk-queue';
import { addOfficeNumber } from '../../support/add-office-number';
import { alterKept } from '../../support/alter-kept';
import { makeFloor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

jest.setTimeout(30_000);

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await addOfficeNumber(database.db, any.phoneId);
});
afterEach(() => database.drop());

const addTrunk = async (name: string, set: Record<string, unknown> = {}): Promise<string> => {
  const inserted = await database.db.query<{ id: string }>(
    `insert into trunk (name, host, caller_ids, priority, calls_per_second, max_channels, enabled)
     values ($1, 'sbc.example', $2, $3, $4, $5, $6) returning id`,
    [
      name,
      set.callerIds ?? ['+622150000001'],
      set.priority ?? 1,
      set.callsPerSecond ?? 10,
      set.maxChannels ?? 30,
      set.enabled ?? true,
    ],
  );
  return one(inserted, 'trunk').id;
};
const any = { trunkIds: null, callerIds: [], tried: [], phoneId: randomUUID() };

test('slots are a tenth of a second apart at ten a second, whichever process asks', async () => {
  const id = await addTrunk('a');
  const { url } = database;
  const other = openDatabase({ url, maxConnections: 4, onIdleError: () => undefined });
  const slots = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      takeInviteSlot(n % 2 === 0 ? database.db : other, id, 5_000),
    ),
  );
  // what it took and did not use has passed by then: nothing is left to be given back
  await other.close();
  const waits = slots
    .map((slot) => (slot.kind === 'granted' ? slot.waitMs : NaN))
    .sort((a, b) => a - b);
  expect(waits[0]).toBeLessThanOrEqual(1);
  // the eighth leaves seven intervals after the first, less what asking took
  expect(waits[7]).toBeGreaterThan(400);
  expect(waits[7]).toBeLessThanOrEqual(700);
});

test('a wait that is too long takes nothing', async () => {
  const id = await addTrunk('a', { callsPerSecond: 0.1 });
  expect((await takeInviteSlot(database.db, id, 1_500)).kind).toBe('granted');
  expect((await takeInviteSlot(database.db, id, 1_500)).kind).toBe('too_long');
  const first = await database.db.query('select next_invite_at from trunk');
  await takeInviteSlot(database.db, id, 1_500);
  expect((await database.db.query('select next_invite_at from trunk')).rows).toEqual(first.rows);
});

test('idle time is not saved up for a burst', async () => {
  const id = await addTrunk('a', { callsPerSecond: 1 });
  await database.db.query(`update trunk set next_invite_at = now() - interval '1 hour'`);
  expect(await takeInviteSlot(database.db, id, 1_500)).toEqual({ kind: 'granted', waitMs: 0 });
  const second = await takeInviteSlot(database.db, id, 1_500);
  expect(second.kind === 'granted' && second.waitMs).toBeGreaterThan(500);
});

test('a trunk that has come up takes calls slowly, and its whole rate a minute later', async () => {
  const id = await addTrunk('a', { callsPerSecond: 61 });
  const gapMs = async (upForS: number): Promise<number> => {
    await database.db.query(
      `insert into trunk_health (trunk_id, warm_from) values ($1, now() - $2 * interval '1 s')
       on conflict (trunk_id) do update set warm_from = excluded.warm_from`,
      [id, upForS],
    );
    // a slot that is not there yet: from it to the next is the interval, however slow this machine is
    const { rows } = await database.db.query<{ from: Date }>(
      `update trunk set next_invite_at = date_trunc('second', now()) + interval '10 s'
       where id = $1 returning next_invite_at as "from"`,
      [id],
    );
    await takeInviteSlot(database.db, id, 60_000);
    const next = await database.db.query<{ ms: number }>(
      `select extract(epoch from next_invite_at - $2)::float8 * 1000 as ms from trunk where id = $1`,
      [id, rows[0]!.from],
    );
    return next.rows[0]!.ms;
  };
  // one a second at first; after half a minute half of the way; then all
  const first = await gapMs(0);
  expect(first).toBeLessThanOrEqual(1_000);
  expect(first).toBeGreaterThan(300);
  const half = await gapMs(30);
  expect(half).toBeLessThanOrEqual(1_000 / 31 + 0.1);
  expect(half).toBeGreaterThan(1_000 / 61 + 0.1);
  expect(await gapMs(61)).toBeCloseTo(1_000 / 61, 1);
});

test('by priority, then the next; never one that was tried, is off, or may not show the number', async () => {
  const off = await addTrunk('off', { enabled: false });
  const second = await addTrunk('second', { priority: 2, callerIds: ['+622150000009'] });
  const first = await addTrunk('first');
  const choose = async (wishes: object): Promise<string> => {
    const choice = await chooseTrunk(database.db, { ...any, ...wishes });
    return choice.kind === 'chosen' ? choice.trunk.id : choice.reason;
  };
  expect(await choose({})).toBe(first);
  expect(await choose({ tried: [first] })).toBe(second);
  expect(await choose({ tried: [first, second] })).toBe('no_trunk');
  expect(await choose({ callerIds: ['+622150000009'] })).toBe(second);
  expect(await choose({ trunkIds: [off] })).toBe('no_trunk');
  expect(await choose({ callerIds: ['+622159999999'] })).toBe('no_trunk');
  // the first number that a trunk may show; of a number whose trunk was tried, the next
  const numbers = ['+622159999999', '+622150000009', '+622150000001'];
  expect(await choose({ callerIds: numbers })).toBe(second);
  expect(await choose({ callerIds: numbers, tried: [second] })).toBe(first);
});

test('by the number that is called: routes, their priorities, and the numbers shown on them', async () => {
  const { db } = database;
  const floor = await makeFloor(db);
  await db.query(`update trunk set enabled = false`);
  const onNet = await addTrunk('on-net', {
    priority: 9,
    callerIds: ['+622150000001', '+6281100000001'],
  });
  const rest = await addTrunk('rest', { callerIds: ['+622150000001'] });
  await db.query(
    `insert into trunk_route (trunk_id, prefixes, caller_ids, priority)
     values ($1, '{telkomsel}', '{+6281100000001}', 0)`,
    [onNet],
  );
  const { debtorId } = await floor.addDebtor();
  const phone = one(
    await db.query<{ id: string }>('select id from phone where debtor_id = $1', [debtorId]),
    'phone',
  );
  const choose = () => chooseTrunk(db, { ...any, phoneId: phone.id });
  // +62812…: Telkomsel's
  expect(await choose()).toMatchObject({ trunk: { id: onNet, callerIds: ['+6281100000001'] } });
  await db.query(`update phone set e164 = '+6281700001234' where id = $1`, [phone.id]);
  expect(await choose()).toMatchObject({ trunk: { id: rest, callerIds: ['+622150000001'] } });
  // what a group takes, each of its trunks takes
  const group = one(
    await db.query<{ id: string }>(`insert into trunk_group (name) values ('g') returning id`),
    'group',
  );
  await db.query('update trunk set group_id = $1 where id = $2', [group.id, onNet]);
  await db.query(
    `insert into trunk_route (group_id, prefixes, priority) values ($1, '{xl,axis}', 0)`,
    [group.id],
  );
  expect(await choose()).toMatchObject({ trunk: { id: onNet } });
});

test('a slow trunk is passed over for a faster one, and said to be busy when it is the only one', async () => {
  const slow = await addTrunk('slow', { callsPerSecond: 0.1 });
  expect(await chooseTrunk(database.db, any)).toMatchObject({ trunk: { id: slow } });
  expect(await chooseTrunk(database.db, any)).toEqual({ kind: 'none', reason: 'trunk_busy' });
  const fast = await addTrunk('fast', { priority: 9 });
  expect(await chooseTrunk(database.db, any)).toMatchObject({ trunk: { id: fast } });
});

/** An attempt of the pack for simulated people, which holds for the trunk on loopback alone. */
const reserveSimulated = async () => {
  const floor = await makeFloor(database.db);
  await floor.addDebtor();
  await floor.addReadyAgent();
  const reserved = await reserveNext(makeGate(database.db), floor.campaignId);
  if (reserved.kind !== 'reserved') throw new Error(reserved.kind);
  const { rows } = await database.db.query<{ id: string }>(
    `select id from trunk where host = '127.0.0.1'`,
  );
  return { ...floor, attemptId: reserved.attemptId, loopbackId: rows[0]!.id };
};

test('a trunk that the permit does not hold for is not chosen, whatever its priority', async () => {
  await addTrunk('real carrier', { priority: 0 });
  const { attemptId, loopbackId, sipInstanceId } = await reserveSimulated();
  const lease = await lookAtLease(makeGate(database.db), { attemptId, sipInstanceId });
  expect(lease).toMatchObject({ verdict: 'allow', trunkIds: [loopbackId] });
});

test('a leg opens only for a claimed attempt whose permit still has time to run', async () => {
  const { attemptId, loopbackId, sipInstanceId } = await reserveSimulated();
  const claim = await claimForDialing(makeGate(database.db), { attemptId, sipInstanceId });
  if (claim.verdict !== 'allow') throw new Error(claim.deniedBy);
  const leg = { attemptId, callId: claim.callId, trunkId: loopbackId };
  expect(await openCustomerLeg(database.db, leg)).toEqual(expect.any(String));
  // Postgres was slow: the permit ran out between the claim and the INVITE
  await alterKept(
    database.db,
    `update decision set expires_at = now() - interval '1 ms' where expires_at is not null`,
  );
  expect(await openCustomerLeg(database.db, leg)).toBeNull();
  await alterKept(
    database.db,
    `update decision set expires_at = now() + interval '20 s' where expires_at is not null`,
  );
  await database.db.query(`update attempt set state = 'reserved'`);
  expect(await openCustomerLeg(database.db, leg)).toBeNull();
});

test('a channel is free when its call ends, or when the process that holds it falls silent', async () => {
  const { attemptId, loopbackId, sipInstanceId } = await reserveSimulated();
  await database.db.query('update trunk set max_channels = 1');
  const claim = await claimForDialing(makeGate(database.db), { attemptId, sipInstanceId });
  if (claim.verdict !== 'allow') throw new Error(claim.deniedBy);
  const open = () =>
    openCustomerLeg(database.db, { attemptId, callId: claim.callId, trunkId: loopbackId });
  const slot = async () => (await takeInviteSlot(database.db, loopbackId, 5_000)).kind;
  const alive = (sql: string) =>
    database.db.query(`update sip_instance set ${sql} where id = $1`, [sipInstanceId]);
  const leg = await open();
  expect([await open(), await slot()]).toEqual([null, 'channels_full']);
  // killed: nobody ended the leg, and nobody has buried the process yet
  await alive(`heartbeat_at = now() - interval '61 s'`);
  expect(await slot()).toBe('granted');
  await alive('heartbeat_at = now()');
  expect(await slot()).toBe('channels_full');
  await alive(`state = 'dead'`);
  expect(await slot()).toBe('granted');
  await alive(`state = 'alive'`);
  await database.db.query('update call_leg set ended_at = now() where id = $1', [leg]);
  expect(await open()).toEqual(expect.any(String));
});

test('a switch pulled after the claim still lets nothing leave, until it is released', async () => {
  const floor = await makeFloor(database.db);
  await floor.addDebtor();
  await floor.addReadyAgent();
  const { rows } = await database.db.query<{ id: string }>('select id from trunk');
  const trunkId = rows[0]!.id;
  const reserved = await reserveNext(makeGate(database.db), floor.campaignId);
  if (reserved.kind !== 'reserved') throw new Error('not reserved');
  const { attemptId, sipInstanceId } = reserved;
  const claim = await claimForDialing(makeGate(database.db), { attemptId, sipInstanceId });
  if (claim.verdict !== 'allow') throw new Error(claim.deniedBy);
  const open = () => openCustomerLeg(database.db, { attemptId, callId: claim.callId, trunkId });
  const { creditorId, campaignId } = floor;
  const targets = [
    { scope: 'all', scopeId: null, permit: 'kill_switch' },
    { scope: 'creditor', scopeId: creditorId, permit: 'kill_switch' },
    { scope: 'campaign', scopeId: campaignId, permit: 'kill_switch' },
    // the permit holds: another trunk may take the call
    { scope: 'trunk', scopeId: trunkId, permit: 'holds' },
  ] as const;
  for (const { scope, scopeId, permit } of targets) {
    const input = { scope, scopeId, reason: 'uji', cancelRinging: false, actor: 'key:1' };
    const pulled = await database.db.transaction((tx) => pullKillSwitch(tx, input));
    expect([scope, await open()]).toEqual([scope, null]);
    expect(await readPermit(database.db, { attemptId })).toBe(permit);
    const { id } = pulled!.killSwitch;
    await database.db.transaction((tx) =>
      releaseKillSwitch(tx, { id, reason: 'beres', actor: 'key:1' }),
    );
  }
  expect(await readPermit(database.db, { attemptId })).toBe('holds');
  expect(await open()).toEqual(expect.any(String));
});
