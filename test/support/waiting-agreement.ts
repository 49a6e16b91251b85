import { createHash } from 'node:crypto';
import { one, type Database } from '../../src/db/database';

/** A deferment that waits for a second person, straight in the database. @returns its id */
export async function keepWaitingAgreement(db: Database, accountId: string): Promise<string> {
  const terms = {
    ...{ kind: 'deferment', amountMinor: '5000000', from: '2026-11-20', until: '2026-11-27' },
    ...{ checkInOn: '2026-11-25', interestMinor: '0', reason: 'sakit', hasEvidence: false },
  };
  const [textId, textEn] = ['Penundaan.', 'Deferment.'];
  const hash = createHash('sha256').update(`${textId}\n${textEn}`).digest('hex');
  const { id } = one(
    await db.query<{ id: string }>(
      `insert into agreement (creditor_id, account_id, debtor_id, kind, currency, terms,
         policy_version, zone, text_id, text_en, text_hash, made_by, state, state_reason)
       select creditor_id, id, debtor_id, 'deferment', 'IDR', $2, 0, 'Asia/Jakarta', $3, $4, $5, 'test',
         'pending_approval', 'needs_approval'
       from account where id = $1 returning id`,
      [accountId, JSON.stringify(terms), textId, textEn, hash],
    ),
    'new agreement',
  );
  await db.query(
    `insert into agreement_approval (creditor_id, agreement_id, needs_role, asked_by, limit_at)
     select creditor_id, id, 'supervisor', 'test', now() + interval '1 day' from agreement where id = $1`,
    [id],
  );
  return id;
}
