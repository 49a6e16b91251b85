import type { Database, Queryable, Transaction } from './database';
import { appendEvent } from './events';

/** A trunk at which each sip process registers. */
export interface RegisteringTrunk {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly username: string;
  /** See sealed-secret.ts. */
  readonly passwordSealed: Buffer;
}

export async function listRegisteringTrunks(db: Queryable): Promise<RegisteringTrunk[]> {
  const { rows } = await db.query<RegisteringTrunk>(
    `select id, host, port, transport, username, password_sealed as "passwordSealed"
     from trunk where enabled and auth = 'register' order by id`,
  );
  return rows;
}

/** Of one process at one trunk. */
export interface RegistrationRecord {
  readonly trunkId: string;
  readonly sipInstanceId: string;
  /** Null: the carrier does not keep our contact. */
  readonly registeredUntil: Date | null;
  readonly nextAt: Date;
  /** Null: no answer. */
  readonly sipStatus: number | null;
  /** Why the latest REGISTER failed; null: it did not. */
  readonly reason: string | null;
}

/**
 * Writes down what came of a REGISTER, with the event when this process has lost its place at the
 * carrier or got it back. One that fails from the beginning is lost, too.
 */
export function recordRegistration(db: Database, record: RegistrationRecord): Promise<void> {
  return db.transaction(async (tx) => {
    const { trunkId, sipInstanceId, registeredUntil } = record;
    const state = registeredUntil === null ? 'failed' : 'registered';
    const { rows } = await tx.query<{ state: string }>(
      `select state from trunk_registration where trunk_id = $1 and sip_instance_id = $2 for update`,
      [trunkId, sipInstanceId],
    );
    const before = rows[0]?.state ?? null;
    // the trunk may have been deleted meanwhile
    const { rowCount } = await tx.query(
      `insert into trunk_registration (trunk_id, sip_instance_id, state, registered_until, next_at,
         sip_status, reason)
       select id, $2, $3, $4, $5, $6, $7 from trunk where id = $1
       on conflict (trunk_id, sip_instance_id) do update set state = excluded.state,
         since = case when trunk_registration.state = excluded.state then trunk_registration.since
           else excluded.since end,
         registered_until = excluded.registered_until, next_at = excluded.next_at,
         sip_status = excluded.sip_status, reason = excluded.reason`,
      [
        ...[trunkId, sipInstanceId, state, registeredUntil, record.nextAt],
        ...[record.sipStatus, record.reason],
      ],
    );
    if (rowCount === 0) return;
    await forgetBuried(tx, trunkId);
    await tellOfChange(tx, record, before, state);
  });
}

/** Rows of processes that died; their contacts run out at the carrier. */
async function forgetBuried(tx: Transaction, trunkId: string): Promise<void> {
  await tx.query(
    `delete from trunk_registration r where r.trunk_id = $1
       and exists (select from sip_instance i where i.id = r.sip_instance_id and i.state = 'dead')`,
    [trunkId],
  );
}

async function tellOfChange(
  tx: Transaction,
  { trunkId, sipInstanceId, reason, sipStatus }: RegistrationRecord,
  before: string | null,
  state: 'registered' | 'failed',
): Promise<void> {
  if (state === 'failed' && before !== 'failed') {
    const payload = { trunkId, sipInstanceId, reason, sipStatus };
    await appendEvent(tx, { type: 'trunk.registration_lost', payload });
  } else if (state === 'registered' && before === 'failed') {
    const payload = { trunkId, sipInstanceId };
    await appendEvent(tx, { type: 'trunk.registration_restored', payload });
  }
}

/** The process has taken its contact back. */
export async function removeTrunkRegistration(
  db: Queryable,
  trunkId: string,
  sipInstanceId: string,
): Promise<void> {
  await db.query('delete from trunk_registration where trunk_id = $1 and sip_instance_id = $2', [
    trunkId,
    sipInstanceId,
  ]);
}

/** Of trunk `t`: we have to register there, and no process is. Until then no call would pass. */
export const IS_UNREGISTERED = `(t.auth = 'register' and not exists (
  select from trunk_registration r where r.trunk_id = t.id
    and r.registered_until > clock_timestamp()))`;

/** One process's place at a carrier, as it is shown. */
export interface TrunkRegistrationView {
  readonly sipInstanceId: string;
  readonly state: 'registered' | 'failed';
  readonly since: Date;
  readonly registeredUntil: Date | null;
  readonly nextAt: Date;
  readonly sipStatus: number | null;
  readonly reason: string | null;
}

/** By trunk, of the processes that are alive. */
export async function readTrunkRegistrations(
  db: Queryable,
  trunkIds: readonly string[],
): Promise<ReadonlyMap<string, TrunkRegistrationView[]>> {
  const { rows } = await db.query<TrunkRegistrationView & { trunkId: string }>(
    `select r.trunk_id as "trunkId", r.sip_instance_id as "sipInstanceId",
       case when r.registered_until > clock_timestamp() then 'registered' else 'failed' end as state,
       r.since, r.registered_until as "registeredUntil", r.next_at as "nextAt",
       r.sip_status as "sipStatus", r.reason
     from trunk_registration r join sip_instance i on i.id = r.sip_instance_id
     where r.trunk_id = any($1) and i.state <> 'dead' order by r.since, r.sip_instance_id`,
    [trunkIds],
  );
  const byTrunk = new Map<string, TrunkRegistrationView[]>();
  for (const { trunkId, ...view } of rows)
    byTrunk.set(trunkId, [...(byTrunk.get(trunkId) ?? []), view]);
  return byTrunk;
}
