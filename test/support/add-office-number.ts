import type { Database } from '../../src/db/database';

/** A number that can be dialed and is nobody's: an office of a creditor of its own. */
export async function addOfficeNumber(db: Database, id: string): Promise<void> {
  await db.query(
    `with bank as (insert into creditor (code, name) values ('kantor', 'Kantor') returning id)
     insert into office_number (id, creditor_id, name, e164)
     select $1, id, 'Cabang', '+622150000100' from bank`,
    [id],
  );
}
