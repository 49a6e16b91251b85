import { randomUUID } from 'node:crypto';
import { chooseTrunk } from '../../../sip/trunks/trunk-queue';
import { listActiveCampaigns } from '../../../src/db/selection';
import { claimDueProbes, recordTrunkSignal, takeTrial } from '../../../src/db/trunk-health';
import { updateTrunk } from '../../../src/db/trunk-settings';
import type { TrunkSignal } from '../../../src/domain/trunk-health';
import { addOfficeNumber } from '../../support/add-office-number';
import { makeFloor } from '../../support/floor';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

jest.setTimeout(30_000);

let database: TestDatabase;
let trunkId: string;
beforeEach(async () => {
  database = await createTestDatabase();
  await addOfficeNumber(database.db, any.phoneId);
  await makeFloor(database.db);
  const { rows } = await database.db.query<{ id: string }>('select id from trunk');
  trunkId = rows[0]!.id;
});
afterEach(() => database.drop());

const any = { trunkIds: null, callerIds: [], tried: [], phoneId: randomUUID() };
const silent: TrunkSignal = { by: 'call', kind: 'missed', reason: 'no_first_response' };
const heard: TrunkSignal = { by: 'call', kind: 'heard' };
const noAnswer: TrunkSignal = { by: 'options', kind: 'missed', reason: 'no_answer_to_options' };

const tell = async (...signals: TrunkSignal[]): Promise<void> => {
  for (const signal of signals) await recordTrunkSignal(database.db, trunkId, signal);
};
const events = async (): Promise<unknown[]> => {
  const { rows } = await database.db.query(
    `select type, payload from event where type like 'trunk.%' order by id`,
  );
  return rows;
};
const isStopped = async (): Promise<boolean | undefined> =>
  (await listActiveCampaigns(database.db))[0]?.isStopped;

test('one process asks a trunk at a time; one that dies with it loses it to another', async () => {
  const { db } = database;
  const [first, second] = [randomUUID(), randomUUID()];
  // first seen: asked an interval later
  expect(await claimDueProbes(db, first)).toEqual([]);
  await db.query('update trunk_health set next_probe_at = now()');
  const claims = await Promise.all([first, second].map((id) => claimDueProbes(db, id)));
  expect(claims.flat()).toEqual([{ trunkId, host: '127.0.0.1', port: 5060, transport: 'udp' }]);
  const [winner, loser] = claims[0]!.length === 1 ? [first, second] : [second, first];
  const told = (sipInstanceId: string) =>
    recordTrunkSignal(db, trunkId, noAnswer, { sipInstanceId, status: 0, roundTripMs: 4_000 });
  expect(await told(loser)).toBeNull();
  // the winner says nothing until its lease is over
  await db.query(`update trunk_health set next_probe_at = now() - interval '1 ms'`);
  expect(await claimDueProbes(db, loser)).toHaveLength(1);
  expect(await told(winner)).toBeNull();
  expect(await told(loser)).toMatchObject({ optionMisses: 1 });
  // its answer gives the trunk free, and sets when it is asked next
  expect(await told(loser)).toBeNull();
  expect(await claimDueProbes(db, winner)).toEqual([]);
});

test('a trunk that is down is not chosen, a campaign without another rests, and both are told', async () => {
  const { db } = database;
  await claimDueProbes(db, randomUUID());
  expect(await isStopped()).toBe(false);
  await tell(noAnswer, noAnswer, noAnswer);
  expect(await chooseTrunk(db, any)).toEqual({ kind: 'none', reason: 'no_trunk' });
  expect(await isStopped()).toBe(true);
  await db.query(`insert into trunk (name, host, caller_ids, priority)
    values ('spare', 'sbc.example', '{+622100001}', 9)`);
  expect(await chooseTrunk(db, any)).toMatchObject({ trunk: { host: 'sbc.example' } });
  expect(await isStopped()).toBe(false);
  await tell({ by: 'options', kind: 'heard' }, { by: 'options', kind: 'heard' });
  expect(await chooseTrunk(db, any)).toMatchObject({ trunk: { id: trunkId } });
  const payload = { trunkId, downBy: 'options', reason: 'no_answer_to_options' };
  expect(await events()).toEqual([
    { type: 'trunk.down', payload },
    { type: 'trunk.up', payload },
  ]);
});

test('half open: after the back-off one call of many tries it, and two good ones bring it back', async () => {
  const { db } = database;
  await claimDueProbes(db, randomUUID());
  await db.query('update trunk set calls_per_second = 1000');
  await tell(silent, silent, silent);
  expect(await chooseTrunk(db, any)).toEqual({ kind: 'none', reason: 'no_trunk' });
  expect(await takeTrial(db, trunkId)).toBe(false);
  await db.query(`update trunk_health set trial_at = now() - interval '1 ms'`);
  // with a trial due there is something to dial for
  expect(await isStopped()).toBe(false);
  const choices = await Promise.all(Array.from({ length: 6 }, () => chooseTrunk(db, any)));
  expect(choices.filter(({ kind }) => kind === 'chosen')).toHaveLength(1);
  expect(await isStopped()).toBe(true);
  await tell(heard);
  expect((await chooseTrunk(db, any)).kind).toBe('chosen');
  await tell(heard);
  const again = await Promise.all(Array.from({ length: 2 }, () => chooseTrunk(db, any)));
  expect(again[0]?.kind).toBe('chosen');
  expect((await events()).map((event) => (event as { type: string }).type)).toEqual([
    'trunk.down',
    'trunk.up',
  ]);
});

test('a lost OPTIONS neither puts the trial call off nor hastens it', async () => {
  const { db } = database;
  await claimDueProbes(db, randomUUID());
  await tell(silent, silent, silent);
  const trialAt = async () =>
    (await db.query<{ at: Date }>('select trial_at as at from trunk_health')).rows[0]?.at;
  const before = await trialAt();
  await tell(noAnswer, { by: 'options', kind: 'heard' });
  expect(before).toBeInstanceOf(Date);
  expect(await trialAt()).toEqual(before);
});

test('what was known of a trunk is forgotten when it is reached another way', async () => {
  const { db } = database;
  await claimDueProbes(db, randomUUID());
  await tell(noAnswer, noAnswer, noAnswer);
  await db.transaction((tx) => updateTrunk(tx, trunkId, { name: 'sama' }));
  expect((await chooseTrunk(db, any)).kind).toBe('none');
  await db.transaction((tx) => updateTrunk(tx, trunkId, { host: 'lain.example' }));
  expect((await chooseTrunk(db, any)).kind).toBe('chosen');
});
