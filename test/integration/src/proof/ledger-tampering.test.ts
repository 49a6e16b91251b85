import { newId } from '../../../../src/db/new-id';
import { alterKept } from '../../../support/alter-kept';
import { makeSmallLedger, verifyText, type SmallLedger } from '../../../support/small-ledger';

/** With the database's own rights and no trigger in the way: a new export shows what was done. */
describe('an intruder in the database', () => {
  let ledger: SmallLedger;
  beforeEach(async () => {
    ledger = await makeSmallLedger();
  });
  afterEach(() => ledger.drop());

  const where = (seq: number): string =>
    `${ledger.chain}, entry ${seq}, record ${ledger.ids[seq]!}: `;

  async function problems(facts = false): Promise<string> {
    const report = await verifyText(await ledger.exported({ facts }), { mode: 'roots' });
    return report.problems.join('\n');
  }

  it('who changes a record is found', async () => {
    await alterKept(
      ledger.db,
      `update decision set record = replace(record, '"deny"', '"allow"') where id = $1`,
      [ledger.ids[2]],
    );
    expect(await problems()).toContain(
      `${where(2)}its record is not what ${ledger.signer.keyId} signed`,
    );
  });

  it('who changes a record in the open day is found', async () => {
    await alterKept(
      ledger.db,
      `update decision set record = replace(record, '"deny"', '"allow"') where id = $1`,
      [ledger.ids[7]],
    );
    expect(await problems()).toContain(
      `${where(7)}its record is not what ${ledger.signer.keyId} signed`,
    );
  });

  it('who changes a column that queries read is found', async () => {
    await alterKept(ledger.db, `update decision set denied_by = 'ID.HOUSE.gap' where id = $1`, [
      ledger.ids[2],
    ]);
    expect(await problems()).toContain(
      `${where(2)}its row in the database says something else in deniedBy`,
    );
  });

  it('who changes the facts is found, with or without them in the file', async () => {
    await alterKept(
      ledger.db,
      `update decision set facts = replace(facts, 'person', 'persen') where id = $1`,
      [ledger.ids[2]],
    );
    expect(await problems()).toContain(
      `${where(2)}its row in the database says something else in factsSha256`,
    );
    expect(await problems(true)).toContain(
      `${where(2)}its facts are not those that it was decided on`,
    );
  });

  it('who deletes an entry is found', async () => {
    const id = ledger.ids[7]!;
    await alterKept(ledger.db, 'delete from ledger_entry where subject_id = $1', [id]);
    expect(await problems()).toContain('entry 7 is missing before entry 8');
    expect(await problems()).toContain(`decision ${id} is in no chain`);
  });

  it('who deletes a decision is found', async () => {
    await alterKept(ledger.db, 'delete from decision where id = $1', [ledger.ids[1]]);
    expect(await problems()).toContain(
      `${ledger.chain}, entry 1: its decision is gone from the database`,
    );
  });

  it('who writes a decision around the ledger is found', async () => {
    await alterKept(
      ledger.db,
      `insert into decision select (json_populate_record(d, json_build_object('id', $2::text))).*
       from decision d where id = $1`,
      [ledger.ids[7], newId(new Date('2026-11-22T05:00:00Z'))],
    );
    expect(await problems()).toMatch(/: decision [0-9a-f-]{36} is in no chain$/m);
  });

  it.each([
    ['long before', '2024-02-29T05:00:00Z'],
    ['long after', '2099-01-01T00:00:00Z'],
  ])('who gives such a decision an id of %s its instant is found', async (_when, idAt) => {
    const id = newId(new Date(idAt));
    await alterKept(
      ledger.db,
      `insert into decision select (json_populate_record(d, json_build_object('id', $2::text))).*
       from decision d where id = $1`,
      [ledger.ids[7], id],
    );
    expect(await problems()).toContain(`decision ${id} is in no chain`);
  });
});
