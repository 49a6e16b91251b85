import type { Database } from '../../src/db/database';
import { makeFloor, type Floor } from './floor';

export interface SharedFloor {
  readonly campaignIds: string[];
  readonly sipInstanceId: string;
  /** Makes every account due again, whatever the gate has said of it. */
  hurry(): Promise<void>;
}

/**
 * Several creditors with two campaigns each. Every person owes all of them, and most persons stand
 * in pairs behind one telephone number.
 */
export async function makeSharedFloor(
  db: Database,
  size: {
    readonly creditors: number;
    readonly numbers: number;
    readonly agents: number;
    readonly rulePacks: readonly string[];
  },
): Promise<SharedFloor> {
  const floors: Floor[] = [];
  for (let i = 0; i < size.creditors; i++) {
    floors.push(await makeFloor(db, { rulePacks: [...size.rulePacks] }));
  }
  const [first] = floors;
  if (first === undefined) throw new Error('no creditor');
  const { rows } = await db.query<{ id: string }>(
    `insert into campaign (creditor_id, name, state, rule_packs)
     select creditor_id, 'Kedua', 'running', rule_packs from campaign where id = any($1) returning id`,
    [floors.map(({ campaignId }) => campaignId)],
  );
  const campaignIds = [...floors.map(({ campaignId }) => campaignId), ...rows.map(({ id }) => id)];
  // every agent works for every campaign
  await db.query(
    `insert into campaign_pool (campaign_id, pool_id)
     select id, $2 from unnest($1::uuid[]) id on conflict do nothing`,
    [campaignIds, first.poolId],
  );
  for (let i = 0; i < size.agents; i++) await first.addReadyAgent();
  for (let i = 0; i < size.numbers; i++) {
    // every third person has the number alone
    for (const tail of i % 3 === 2 ? ['a'] : ['a', 'b']) {
      const { debtorId } = await first.addDebtor({ phones: 1 });
      await db.query(`update phone set e164 = $2 where debtor_id = $1`, [
        debtorId,
        `+62812111${String(i).padStart(5, '0')}`,
      ]);
      await db.query(
        `insert into account (creditor_id, debtor_id, external_id, currency, amount_due_minor,
           due_date, content_hash)
         select id, $2, $3, 'IDR', 100, '2026-10-01', '' from unnest($1::uuid[]) id`,
        [floors.slice(1).map(({ creditorId }) => creditorId), debtorId, `S-${i}-${tail}`],
      );
    }
  }
  return {
    campaignIds,
    sipInstanceId: first.sipInstanceId,
    hurry: async () => {
      await db.query('update account set next_attempt_at = now() where next_attempt_at > now()');
    },
  };
}
