import { createHash } from 'node:crypto';
import { recordAudit } from '../../../../src/db/audit';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

const CHANGE = {
  creditorId: null,
  actor: 'key:0190a1b2',
  action: 'trunk.changed',
  subject: 'trunk',
  subjectId: 'trunk-1',
  before: { maxChannels: 10 },
  after: { maxChannels: 4, nothing: undefined },
  reason: 'fewer lines at the carrier',
};

describe('recordAudit', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('keeps who, what, before, after and why, with the hash of exactly that text', async () => {
    const { db } = database;
    const id = await db.transaction((tx) => recordAudit(tx, CHANGE));
    const { rows } = await db.query<{ at: Date; record: string; record_sha256: Buffer }>(
      'select at, record, record_sha256 from audit_entry where id = $1',
      [id],
    );
    const row = rows[0]!;
    expect(JSON.parse(row.record)).toEqual({
      id,
      at: row.at.toISOString(),
      creditorId: null,
      who: 'key:0190a1b2',
      what: { action: 'trunk.changed', subject: 'trunk', id: 'trunk-1' },
      before: { maxChannels: 10 },
      after: { maxChannels: 4 },
      why: 'fewer lines at the carrier',
    });
    expect(row.record_sha256).toEqual(createHash('sha256').update(row.record).digest());
  });

  it('goes with the change that it tells of', async () => {
    const { db } = database;
    const failing = db.transaction(async (tx) => {
      await recordAudit(tx, { ...CHANGE, subjectId: 'trunk-2' });
      throw new Error('the change failed');
    });
    await expect(failing).rejects.toThrow('the change failed');
    const { rowCount } = await db.query(`select 1 from audit_entry where subject_id = 'trunk-2'`);
    expect(rowCount).toBe(0);
  });

  it('is never changed', async () => {
    const { db } = database;
    const id = await db.transaction((tx) => recordAudit(tx, CHANGE));
    await expect(
      db.query(`update audit_entry set actor = 'nobody' where id = $1`, [id]),
    ).rejects.toThrow('kept as it was written');
    await expect(db.query('delete from audit_entry where id = $1', [id])).rejects.toThrow(
      'kept as it was written',
    );
  });
});
