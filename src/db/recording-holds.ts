import { recordAudit } from './audit';
import { one, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export const HOLD_SCOPES = ['person', 'account', 'recording'] as const;
export type HoldScope = (typeof HOLD_SCOPES)[number];

/** A legal hold: nothing within its reach is erased while it stands. */
export interface RecordingHold {
  readonly id: string;
  readonly scope: HoldScope;
  /** Of the person, account or recording. */
  readonly scopeId: string;
  /** Whose recordings; null: a person's at all creditors. */
  readonly creditorId: string | null;
  readonly reason: string;
  readonly placedBy: string;
  readonly placedAt: Date;
  readonly liftedAt: Date | null;
  readonly liftedBy: string | null;
  readonly liftReason: string | null;
}

const COLUMNS = `id, case when recording_id is not null then 'recording'
    when account_id is not null then 'account' else 'person' end as scope,
  coalesce(recording_id, account_id, debtor_id) as "scopeId", creditor_id as "creditorId", reason,
  placed_by as "placedBy", placed_at as "placedAt", lifted_at as "liftedAt",
  lifted_by as "liftedBy", lift_reason as "liftReason"`;

const TABLES: Readonly<Record<HoldScope, { readonly table: string; readonly column: string }>> = {
  person: { table: 'debtor', column: 'debtor_id' },
  account: { table: 'account', column: 'account_id' },
  recording: { table: 'recording', column: 'recording_id' },
};

/** Erasing and holding take turns until the transaction ends; erasures do not wait for each other. */
export async function lockRecordingHolds(
  tx: Transaction,
  as: 'holding' | 'erasing',
): Promise<void> {
  const lock = as === 'holding' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  await tx.query(`select ${lock}(hashtextextended('recording_hold', 0))`);
}

export interface HoldInput {
  readonly scope: HoldScope;
  readonly scopeId: string;
  /** Of a person's recordings those of one creditor; null: all. Of the rest it is their own. */
  readonly creditorId: string | null;
  readonly reason: string;
  readonly actor: string;
}

/**
 * From when this is committed nothing within reach begins to be erased. @returns null when there is no such thing
 */
export async function placeRecordingHold(
  tx: Transaction,
  input: HoldInput,
): Promise<RecordingHold | null> {
  const { scope, scopeId, reason, actor } = input;
  const { table, column } = TABLES[scope];
  await lockRecordingHolds(tx, 'holding');
  const { rows } = await tx.query<{ creditorId: string | null }>(
    `select ${scope === 'person' ? 'null::uuid' : 'creditor_id'} as "creditorId" from ${table}
     where id = $1`,
    [scopeId],
  );
  const [target] = rows;
  if (target === undefined) return null;
  const creditorId = target.creditorId ?? input.creditorId;
  const hold = one(
    await tx.query<RecordingHold>(
      `insert into recording_hold (${column}, creditor_id, reason, placed_by)
       values ($1, $2, $3, $4) returning ${COLUMNS}`,
      [scopeId, creditorId, reason, actor],
    ),
    'new hold',
  );
  await tell(tx, hold, { what: 'placed', actor, reason });
  return hold;
}

/** Keeps what was recorded in a talk, if anything was. @param attemptId null: no talk of ours */
export async function keepRecordingsOf(
  tx: Transaction,
  attemptId: string | null,
  reason: string,
  actor: string,
): Promise<void> {
  const { rows } = await tx.query<{ id: string }>(
    'select id from recording where attempt_id = $1',
    [attemptId],
  );
  for (const { id: scopeId } of rows) {
    await placeRecordingHold(tx, { scope: 'recording', scopeId, creditorId: null, reason, actor });
  }
}

/**
 * Null: there is no such hold. `refused`: it is another's, or everybody's, to lift. `lifted`: it was before.
 */
export async function liftRecordingHold(
  tx: Transaction,
  input: { readonly id: string; readonly reason: string; readonly actor: string },
): Promise<RecordingHold | 'refused' | 'lifted' | null> {
  const before = await findRecordingHold(tx, input.id);
  if (before === null) return null;
  const { rows } = await tx.query<RecordingHold>(
    `update recording_hold set lifted_at = clock_timestamp(), lifted_by = $2, lift_reason = $3
     where id = $1 and lifted_at is null returning ${COLUMNS}`,
    [input.id, input.actor, input.reason],
  );
  const [hold] = rows;
  if (hold === undefined) return before.liftedAt === null ? 'refused' : 'lifted';
  await tell(tx, hold, { what: 'lifted', ...input });
  return hold;
}

async function tell(
  tx: Transaction,
  { id, scope, scopeId, creditorId }: RecordingHold,
  how: { readonly what: 'placed' | 'lifted'; readonly actor: string; readonly reason: string },
): Promise<void> {
  const { what, actor, reason } = how;
  const view = { scope, scopeId, standing: what === 'placed' };
  await recordAudit(tx, {
    ...{ creditorId, actor, action: `recording_hold.${what}`, subject: 'recording_hold' },
    ...{ subjectId: id, before: what === 'placed' ? null : { ...view, standing: true } },
    ...{ after: view, reason },
  });
  const payload = { holdId: id, scope, scopeId };
  await appendEvent(tx, { type: `recording.hold_${what}`, creditorId, payload });
}

export async function findRecordingHold(db: Queryable, id: string): Promise<RecordingHold | null> {
  const { rows } = await db.query<RecordingHold>(
    `select ${COLUMNS} from recording_hold where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

export async function listRecordingHolds(
  db: Queryable,
  filter: { readonly scopeId: string | null; readonly standing: boolean | null },
  page: PageRequest,
): Promise<Page<RecordingHold>> {
  const { rows } = await db.query<RecordingHold>(
    `select ${COLUMNS} from recording_hold where ($1::uuid is null or id < $1)
       and ($2::uuid is null or $2 in (recording_id, account_id, debtor_id))
       and ($3::boolean is null or (lifted_at is null) = $3)
     order by id desc limit $4`,
    [page.beforeId, filter.scopeId, filter.standing, pageFetch(page)],
  );
  return toPage(rows, page);
}
