import { createHash } from 'node:crypto';
import { shippedPacks } from '../../../dialer/compliance/shipped/shipped-packs';
import { createRuleStore } from '../../../dialer/rule-store';
import type { Database, Queryable } from '../../../src/db/database';
import { approveVersion, insertProposedVersion, rejectVersion } from '../../../src/db/rule-packs';
import { canonicalJson } from '../../../src/domain/canonical-json';
import { installShippedRules } from '../../../src/main/install-shipped-rules';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

const PACK = 'ID.POLICY.CAPS';
const HOUR_MS = 3_600_000;
let test: TestDatabase;
let db: Database;
beforeEach(async () => {
  test = await createTestDatabase();
  db = test.db;
});
afterEach(() => test.drop());

async function propose(version: number, shadowFrom: Date | null = null): Promise<void> {
  const shipped = shippedPacks.find(({ id }) => id === PACK);
  const body = canonicalJson({ ...shipped, version });
  await db.transaction((tx) =>
    insertProposedVersion(tx, {
      packId: PACK,
      version,
      body,
      sha256: createHash('sha256').update(body).digest('hex'),
      changeReason: 'test',
      proposedBy: 'key:a',
      shadowFrom,
    }),
  );
}

const approve = (version: number, bindsFrom: Date | null = null) =>
  db.transaction((tx) => approveVersion(tx, { packId: PACK, version, by: 'key:b', bindsFrom }));

/**
 * Versions of the pack that bind, and that run in shadow, as the store sees them. An approval binds
 * from a microsecond on; the millisecond of our clock that it lies in began before it.
 */
async function seen(store = createRuleStore(), at = new Date(Date.now() + 1)) {
  const rules = await db.transaction((tx) => store.bindingAt(tx, at));
  const versions = (packs: typeof rules.packs) =>
    packs.filter(({ id }) => id === PACK).map(({ version }) => version);
  return { binding: versions(rules.packs), shadow: versions(rules.shadow) };
}

describe('what ships with the program', () => {
  it('binds from ever, each pack and calendar in its latest version', async () => {
    const rules = await createRuleStore().bindingAt(db, new Date('2024-01-01T00:00:00Z'));
    expect(rules.packs.map(({ id }) => id).sort()).toEqual(shippedPacks.map(({ id }) => id).sort());
    expect(rules.calendars.filter(({ id }) => id === 'ID').map((one) => one.revision)).toEqual([
      '2026-11',
    ]);
    for (const { sha256, pack } of rules.packs) {
      expect(createHash('sha256').update(canonicalJson(pack)).digest('hex')).toBe(sha256);
    }
    expect(rules.shadow).toEqual([]);
  });

  it('comes in once, whoever starts first', async () => {
    const again = await Promise.all([installShippedRules(db), installShippedRules(db)]);
    expect(again).toEqual([
      { added: [], taken: [] },
      { added: [], taken: [] },
    ]);
  });

  it('tells of a number that somebody else has taken', async () => {
    await db.query(`alter table rule_pack_version disable trigger user`);
    await db.query(`delete from rule_pack_version where pack_id = $1`, [PACK]);
    await db.query(`alter table rule_pack_version enable trigger user`);
    await db.query(
      `insert into rule_pack_version (pack_id, version, body, sha256, change_reason, proposed_by)
       values ($1, 1, '{}', '\\x00', 'test', 'key:a')`,
      [PACK],
    );
    expect(await installShippedRules(db)).toEqual({ added: [], taken: [`${PACK}@1`] });
  });
});

describe('a later version', () => {
  it('binds from the instant that was approved, not before', async () => {
    await propose(2);
    expect(await seen()).toEqual({ binding: [1], shadow: [] });
    const bindsFrom = new Date(Date.now() + HOUR_MS);
    await approve(2, bindsFrom);
    const store = createRuleStore();
    expect(await seen(store)).toEqual({ binding: [1], shadow: [] });
    // the same process, nothing changed but the time
    expect((await seen(store, bindsFrom)).binding).toEqual([2]);
    expect((await seen(store)).binding).toEqual([1]);
  });

  it('is seen by the next transaction after its approval', async () => {
    const store = createRuleStore();
    expect((await seen(store)).binding).toEqual([1]);
    await propose(2);
    await approve(2);
    expect((await seen(store)).binding).toEqual([2]);
  });

  it('runs in shadow until it binds or is rejected', async () => {
    await propose(2, new Date());
    await propose(3, new Date(Date.now() + HOUR_MS));
    const store = createRuleStore();
    expect((await seen(store)).shadow).toEqual([2]);
    expect((await seen(store, new Date(Date.now() + 2 * HOUR_MS))).shadow).toEqual([2, 3]);
    await db.transaction((tx) => rejectVersion(tx, { packId: PACK, version: 3, by: 'key:b' }));
    await approve(2);
    expect(await seen(store)).toEqual({ binding: [2], shadow: [] });
    expect((await seen(store, new Date(Date.now() + 2 * HOUR_MS))).shadow).toEqual([]);
  });

  it('costs one statement a decision while nothing changes', async () => {
    const store = createRuleStore();
    await store.bindingAt(db, new Date());
    const statements: string[] = [];
    const counting: Queryable = {
      query: (sql, values) => {
        statements.push(sql);
        return db.query(sql, values);
      },
    };
    for (let i = 0; i < 3; i++) await store.bindingAt(counting, new Date());
    expect(statements).toEqual(Array(3).fill('select revision from rules_revision'));
  });
});

describe('what was decided', () => {
  const change = (set: string) =>
    db.query(`update rule_pack_version set ${set} where pack_id = $1 and version = 2`, [PACK]);

  it('is never written over', async () => {
    await propose(2);
    await expect(change(`body = '{}'`)).rejects.toThrow('kept as it was written');
    await approve(2);
    await expect(change(`state = 'rejected', binds_from = null`)).rejects.toThrow('is decided');
    await expect(change(`binds_from = now() + interval '1 day'`)).rejects.toThrow('is decided');
    await expect(change(`decided_by = 'key:c'`)).rejects.toThrow('is decided');
    await change(`reviewed_by = 'Ratna Contoh', reviewed_at = now()`);
    await expect(change(`reviewed_by = 'Budi Contoh'`)).rejects.toThrow('is signed');
    await expect(db.query('delete from rule_pack_version')).rejects.toThrow('kept');
  });

  it('needs two people, in the database too', async () => {
    await propose(2);
    await expect(change(`state = 'approved', decided_by = 'key:a'`)).rejects.toThrow('check');
  });

  it('can be taken back as long as it does not bind yet', async () => {
    await propose(2);
    await approve(2, new Date(Date.now() + HOUR_MS));
    await db.transaction((tx) => rejectVersion(tx, { packId: PACK, version: 2, by: 'key:c' }));
    expect((await seen(createRuleStore(), new Date(Date.now() + 2 * HOUR_MS))).binding).toEqual([
      1,
    ]);
  });
});
