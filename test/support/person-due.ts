import { one, type Database } from '../../src/db/database';
import type { Floor } from './floor';

export interface PersonDue {
  readonly accountId: string;
  readonly debtorId: string;
  readonly phoneId: string;
  readonly e164: string;
}

/** A person with one number, to be called in so many hours. */
export async function personDue(db: Database, floor: Floor, inHours = 1): Promise<PersonDue> {
  const { debtorId, accountIds } = await floor.addDebtor();
  const [accountId = ''] = accountIds;
  await db.query(
    `update account set next_attempt_at = now() + $2 * interval '1 hour' where id = $1`,
    [accountId, inHours],
  );
  const phone = await db.query<{ phoneId: string; e164: string }>(
    'select id as "phoneId", e164 from phone where debtor_id = $1',
    [debtorId],
  );
  return { accountId, debtorId, ...one(phone, 'phone') };
}
