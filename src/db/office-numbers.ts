import type { Attempt } from './attempt';
import { one, type Queryable, type Transaction } from './database';

/** An office of a creditor that a talk may be handed to. */
export interface OfficeNumber {
  readonly id: string;
  readonly creditorId: string;
  readonly name: string;
  readonly e164: string;
  readonly createdAt: Date;
  /** Null: on the list. */
  readonly retiredAt: Date | null;
}

const COLUMNS = `id, creditor_id as "creditorId", name, e164, created_at as "createdAt",
  retired_at as "retiredAt"`;

/** @throws the database's error when the number is on the list of this creditor already. */
export async function insertOfficeNumber(
  tx: Transaction,
  office: Pick<OfficeNumber, 'creditorId' | 'name' | 'e164'>,
): Promise<OfficeNumber> {
  const inserted = await tx.query<OfficeNumber>(
    `insert into office_number (creditor_id, name, e164) values ($1, $2, $3) returning ${COLUMNS}`,
    [office.creditorId, office.name, office.e164],
  );
  return one(inserted, 'new office');
}

/** Is the number stored as somebody's phone, whoever's it is? */
export async function isSomebodysPhone(db: Queryable, e164: string): Promise<boolean> {
  const { rowCount } = await db.query('select from phone where e164 = $1 limit 1', [e164]);
  return rowCount === 1;
}

/** Those on the list of a creditor, by name. */
export async function listOfficeNumbers(
  db: Queryable,
  creditorId: string,
): Promise<OfficeNumber[]> {
  const { rows } = await db.query<OfficeNumber>(
    `select ${COLUMNS} from office_number where creditor_id = $1 and retired_at is null
     order by name, id`,
    [creditorId],
  );
  return rows;
}

/** Takes an office off the list. @returns it, or null when it is not on it. */
export async function retireOfficeNumber(
  tx: Transaction,
  office: { readonly officeNumberId: string; readonly creditorId: string },
): Promise<OfficeNumber | null> {
  const { rows } = await tx.query<OfficeNumber>(
    `update office_number set retired_at = now()
     where id = $1 and creditor_id = $2 and retired_at is null returning ${COLUMNS}`,
    [office.officeNumberId, office.creditorId],
  );
  return rows[0] ?? null;
}

/** An office as a transfer finds it; null: there is none of this id. */
export async function findOffice(
  db: Queryable,
  office: { readonly officeNumberId: string; readonly creditorId: string },
): Promise<{ id: string; e164: string; isListed: boolean; isSomebodys: boolean } | null> {
  const { rows } = await db.query<{
    id: string;
    e164: string;
    isListed: boolean;
    isSomebodys: boolean;
  }>(
    `select id, e164, creditor_id = $2 and retired_at is null as "isListed",
       exists (select from phone p where p.e164 = office_number.e164) as "isSomebodys"
     from office_number where id = $1`,
    [office.officeNumberId, office.creditorId],
  );
  return rows[0] ?? null;
}

/**
 * The trunks that an office is dialed by in the talk of an attempt, best first: those of its permit; of a
 * call that came in, the one it came by and then all that campaigns of the creditor use.
 */
export async function readTrunksForOffice(
  db: Queryable,
  attempt: Pick<Attempt, 'id' | 'direction' | 'creditorId' | 'trunkId'>,
): Promise<string[]> {
  const { id, direction, creditorId, trunkId } = attempt;
  const { rows } = await (direction === 'out'
    ? db.query<{ trunkIds: string[] }>(
        `select d.record::jsonb->'trunkIds' as "trunkIds" from decision d
         where d.id = (select coalesce(invite_decision_id, decision_id) from attempt where id = $1)`,
        [id],
      )
    : db.query<{ trunkIds: string[] }>(
        `select array(select t.id::text from trunk t where t.enabled
           and (t.id = $1 or exists (select from campaign c
             where c.creditor_id = $2 and c.state not in ('draft', 'archived')
               and (c.settings->'trunkIds' is null or c.settings->'trunkIds' ? t.id::text)))
           order by t.id = $1 desc, t.priority, t.name) as "trunkIds"`,
        [trunkId, creditorId],
      ));
  return rows[0]?.trunkIds ?? [];
}
