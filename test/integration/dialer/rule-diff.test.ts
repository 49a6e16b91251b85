import { diffAccounts, diffDecisions } from '../../../dialer/rule-diff';
import type { RulePack } from '../../../dialer/compliance/rule-pack';
import { shippedPacks } from '../../../dialer/compliance/shipped/shipped-packs';
import { reserveNext } from '../../../dialer/reserve';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

/** A Monday, 10:00 WIB. */
const AT = '2026-11-30T03:00:00.000Z';

let test: TestDatabase;
let house: Floor;
let open: Floor;
beforeAll(async () => {
  test = await createTestDatabase();
  house = await makeFloor(test.db, { rulePacks: ['ID.POLICY.HOUSE'] });
  for (let i = 0; i < 3; i++) await house.addDebtor();
  await house.addDebtor();
  open = await makeFloor(test.db, { rulePacks: ['DEMO.OPEN'] });
  await open.addDebtor();
  await open.addReadyAgent();
  await reserveNext(makeGate(test.db), open.campaignId);
});
afterAll(() => test.drop());

function shipped(id: string): RulePack {
  const pack = shippedPacks.find((one) => one.id === id);
  if (pack === undefined) throw new Error(`no pack ${id}`);
  return pack;
}
const withRules = (pack: RulePack, rules: RulePack['rules']): RulePack => ({
  ...pack,
  version: pack.version + 1,
  rules,
});
const NEVER = { id: 'never', kind: 'minDpd', force: 'policy', cite: 'test', min: 9_999 } as const;

describe('accounts', () => {
  it('a stricter house pack denies the accounts of its creditors and campaigns alone', async () => {
    const before = shipped('ID.POLICY.HOUSE');
    const after = withRules(before, [...before.rules, NEVER]);
    const diff = await diffAccounts(test.db, { before, after }, { at: AT, limit: 100 });
    expect(diff).toMatchObject({ open: 5, sampled: 5, concerned: 4 });
    expect(diff.totals.permitsToDenials).toEqual(new Map([['never', 4]]));
    expect(diff.totals.persons).toBe(4);
  });

  it('a looser one permits whom its limits denied, when nothing else does', async () => {
    const before = shipped('DEMO.OPEN');
    const { accountIds } = await open.addDebtor();
    const after = withRules(before, [NEVER]);
    const at = new Date().toISOString();
    const diff = await diffAccounts(test.db, { before: after, after: before }, { at, limit: 100 });
    await test.db.query(`update account set status = 'closed' where id = any($1)`, [accountIds]);
    expect(diff.concerned).toBe(2);
    expect(diff.totals.denialsToPermits).toEqual(new Map([['never', 2]]));
  });

  it('the same version changes nothing, and a sample says that it is one', async () => {
    const before = shipped('ID.OJK.POJK22');
    const diff = await diffAccounts(test.db, { before, after: before }, { at: AT, limit: 2 });
    expect(diff).toMatchObject({ open: 5, sampled: 2 });
    expect([...diff.totals.permitsToDenials, ...diff.totals.denialsToPermits]).toEqual([]);
  });

  it('writes nothing', async () => {
    const count = async (): Promise<unknown> =>
      (
        await test.db.query(
          'select (select count(*) from decision), (select count(*) from attempt)',
          [],
        )
      ).rows;
    const before = await count();
    const pack = shipped('ID.POLICY.HOUSE');
    await diffAccounts(
      test.db,
      { before: pack, after: withRules(pack, []) },
      { at: AT, limit: 10 },
    );
    expect(await count()).toEqual(before);
  });
});

describe('decisions', () => {
  const range = (): { from: Date; to: Date } => ({
    from: new Date(Date.now() - 3_600_000),
    to: new Date(Date.now() + 60_000),
  });

  it('a permit that would have been a denial is found', async () => {
    const after = withRules(shipped('DEMO.OPEN'), [NEVER]);
    const diff = await diffDecisions(test.db, after, [], { ...range(), limit: 100 });
    expect(diff).toMatchObject({ cut: false, totals: { decided: 1, skipped: 0, persons: 1 } });
    expect(diff.totals.permitsToDenials).toEqual(new Map([['never', 1]]));
  });

  it('a limit says that it cut', async () => {
    await open.addDebtor();
    await open.addReadyAgent();
    await reserveNext(makeGate(test.db), open.campaignId);
    const after = shipped('DEMO.OPEN');
    const all = await diffDecisions(test.db, after, [], { ...range(), limit: 2 });
    expect(all).toMatchObject({ cut: false, totals: { decided: 2 } });
    const some = await diffDecisions(test.db, after, [], { ...range(), limit: 1 });
    expect(some).toMatchObject({ cut: true, totals: { decided: 1 } });
  });
});
