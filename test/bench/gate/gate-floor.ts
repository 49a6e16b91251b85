import type { Gate } from '../../../dialer/create-gate';
import { promote } from '../../../dialer/promote';
import type { Database } from '../../../src/db/database';
import { makeFloor } from '../../support/floor';

/** How many contacts a person of the ledger has, and over how many days they are spread. */
export interface Ledger {
  readonly events: number;
  readonly days: number;
}

/** A campaign with a ready agent and a due account for each of `size` calls. */
export interface GateFloor {
  readonly gate: Gate;
  readonly campaignId: string;
  readonly sipInstanceId: string;
  /** Everything as it was before the calls. */
  reset(): Promise<void>;
}

/**
 * Simulated people, so that it runs at every hour, under the house's limits. The contacts are
 * inbound: they are read and looked at by every rule, and no cap ever stops the call.
 */
export async function makeGateFloor(gate: Gate, size: number, ledger: Ledger): Promise<GateFloor> {
  const { db } = gate;
  const floor = await makeFloor(db, { rulePacks: ['DEMO.OPEN', 'ID.POLICY.HOUSE'] });
  for (let i = 0; i < size; i++) {
    await floor.addDebtor();
    await floor.addReadyAgent();
  }
  await db.query(
    `insert into contact (at, direction, outcome, debtor_id, account_ids, e164, creditor_id, source,
       external_id, recorded_by)
     select now() - (n * $3::float8 / $2) * interval '1 day' - interval '1 min', 'in', 'conversation',
       a.debtor_id, array[a.id], p.e164, a.creditor_id, 'bench', a.id || '-' || n, 'bench'
     from account a join phone p on p.debtor_id = a.debtor_id, generate_series(1, $2::int) n
     where a.creditor_id = $1`,
    [floor.creditorId, ledger.events, ledger.days],
  );
  await db.query('analyze');
  const { campaignId, sipInstanceId } = floor;
  return {
    gate,
    campaignId,
    sipInstanceId,
    reset: async () => {
      await reset(db, floor.creditorId);
      await makeReady(gate, campaignId, size);
    },
  };
}

/** What the scheduler's own loop does beside the dialing: the first look, by which accounts are selected. */
async function makeReady(gate: Gate, campaignId: string, size: number): Promise<void> {
  let ready = 0;
  for (let turn = 0; ready < size; turn++) {
    if (turn === size) throw new Error(`only ${ready} of ${size} accounts became ready`);
    ready += (await promote(gate, campaignId)).promoted;
  }
}

async function reset(db: Database, creditorId: string): Promise<void> {
  await db.query(
    'delete from open_attempt where debtor_id in (select debtor_id from account where creditor_id = $1)',
    [creditorId],
  );
  await db.query(
    `update attempt set state = 'ended', result = 'expired', counted = false, ended_at = now()
     where creditor_id = $1 and state <> 'ended'`,
    [creditorId],
  );
  await db.query(
    `update agent_session set state = 'ready', attempt_id = null, state_since = now()
     where agent_id in (select agent_id from attempt where creditor_id = $1)`,
    [creditorId],
  );
  await db.query('update account set next_attempt_at = now() where creditor_id = $1', [creditorId]);
}
