import { readShadowReport } from '../../../src/db/shadow-comparisons';
import { findRulePackVersion } from '../../../src/db/rule-packs';
import { claimForDialing } from '../../../dialer/gate';
import { reserveNext } from '../../../dialer/reserve';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { ALWAYS_SHUT, approvePack, proposePack } from '../../support/rule-versions';

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

const reserve = async (floor: Floor) => {
  await floor.addDebtor();
  await floor.addReadyAgent();
  return reserveNext(makeGate(test.db), floor.campaignId);
};
const report = async (packId: string, version: number) => {
  const row = await findRulePackVersion(test.db, packId, version);
  if (row === null) throw new Error('no version');
  return readShadowReport(test.db, row);
};

describe('a version in shadow', () => {
  it('is compared at every look and decides nothing', async () => {
    const floor = await makeFloor(test.db);
    await proposePack(test.db, 'DEMO.OPEN', 2, [ALWAYS_SHUT], new Date(Date.now() - 60_000));
    const reserved = await reserve(floor);
    if (reserved.kind !== 'reserved') throw new Error(reserved.kind);
    const { attemptId, sipInstanceId } = reserved;
    const claimed = await claimForDialing(makeGate(test.db), { attemptId, sipInstanceId });
    expect(claimed.verdict).toBe('allow');
    const found = await report('DEMO.OPEN', 2);
    expect(found).toMatchObject({
      decisionsCompared: 2,
      differing: 2,
      permitToDenial: 2,
      denialToPermit: 0,
      otherReasons: 0,
    });
    expect(found.rules).toEqual([
      expect.objectContaining({ rule: 'test.shut', newlyFailing: 2, noLongerFailing: 0 }),
    ]);
    const { rows } = await test.db.query('select id from decision order by id desc');
    expect(found.rules[0]?.sampleDecisionIds).toEqual(rows.map((row) => row.id as string));
    expect(found.days).toBeGreaterThan(0);
  });

  it('is a difference, and no more, when it cannot be evaluated', async () => {
    const floor = await makeFloor(test.db);
    const broken = { ...ALWAYS_SHUT, windows: null };
    await proposePack(test.db, 'DEMO.OPEN', 2, [broken as never], new Date(Date.now() - 1_000));
    expect((await reserve(floor)).kind).toBe('reserved');
    expect((await report('DEMO.OPEN', 2)).rules[0]?.rule).toBe('engine.shadow_failed');
  });

  it('counts what it agrees with', async () => {
    const floor = await makeFloor(test.db);
    await proposePack(test.db, 'DEMO.OPEN', 2, [], new Date());
    expect((await reserve(floor)).kind).toBe('reserved');
    expect(await report('DEMO.OPEN', 2)).toMatchObject({
      decisionsCompared: 1,
      differing: 0,
      rules: [],
    });
  });

  it('tells of denials that it would lift', async () => {
    await proposePack(test.db, 'TEST.SHUT', 1, [ALWAYS_SHUT]);
    await approvePack(test.db, 'TEST.SHUT', 1);
    const floor = await makeFloor(test.db, { rulePacks: ['DEMO.OPEN', 'TEST.SHUT'] });
    await proposePack(test.db, 'TEST.SHUT', 2, [], new Date());
    expect((await reserve(floor)).kind).toBe('nothing_due');
    expect(await report('TEST.SHUT', 2)).toMatchObject({
      decisionsCompared: 1,
      denialToPermit: 1,
      rules: [expect.objectContaining({ rule: 'test.shut', noLongerFailing: 1 })],
    });
  });

  it('is not compared with calls that it has nothing to do with', async () => {
    const floor = await makeFloor(test.db);
    await proposePack(test.db, 'TEST.SHUT', 1, [ALWAYS_SHUT], new Date());
    expect((await reserve(floor)).kind).toBe('reserved');
    expect((await report('TEST.SHUT', 1)).decisionsCompared).toBe(0);
  });

  it('ends its comparison when it binds', async () => {
    const floor = await makeFloor(test.db);
    await proposePack(test.db, 'DEMO.OPEN', 2, [], new Date(Date.now() - 60_000));
    await reserve(floor);
    await approvePack(test.db, 'DEMO.OPEN', 2);
    await reserve(floor);
    const bound = await findRulePackVersion(test.db, 'DEMO.OPEN', 2);
    expect(await report('DEMO.OPEN', 2)).toMatchObject({
      decisionsCompared: 1,
      until: bound?.bindsFrom,
    });
  });
});
