import type { AutoStopVerdict } from '../domain/auto-stop';
import type { KillScope, StandingSwitch } from '../domain/kill-switch';
import { TransitionError } from '../domain/transition-error';
import { recordAudit } from './audit';
import type { Queryable, Transaction } from './database';
import { appendEvent } from './events';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export interface KillSwitch extends StandingSwitch {
  readonly reason: string;
  /** The rule that pulled it and what it saw; null: a person did. */
  readonly automatic: Omit<AutoStopVerdict, 'reason'> | null;
  /** What rings within its reach is cancelled as well. */
  readonly cancelRinging: boolean;
  readonly pulledBy: string;
  readonly pulledAt: Date;
  readonly releasedAt: Date | null;
  readonly releasedBy: string | null;
  readonly releaseReason: string | null;
}

const COLUMNS = `id, scope, scope_id as "scopeId", reason, automatic,
  cancel_ringing as "cancelRinging", pulled_by as "pulledBy", pulled_at as "pulledAt",
  released_at as "releasedAt", released_by as "releasedBy", release_reason as "releaseReason"`;

/** What a switch of one scope stops. */
export interface KillTarget {
  readonly scope: KillScope;
  readonly scopeId: string | null;
}

/** Whose it is; null: there is no such creditor, campaign or trunk. */
async function findKillTarget(
  db: Queryable,
  { scope, scopeId }: KillTarget,
): Promise<{ readonly creditorId: string | null } | null> {
  const { rows } = await db.query<{ creditorId: string | null }>(
    `select null::uuid as "creditorId" where $1 = 'all'
     union all select id from creditor where $1 = 'creditor' and id = $2
     union all select creditor_id from campaign where $1 = 'campaign' and id = $2
     union all select null from trunk where $1 = 'trunk' and id = $2`,
    [scope, scopeId],
  );
  return rows[0] ?? null;
}

/** Pulling and releasing take turns for one scope, until the transaction ends. */
async function lockKillTarget(tx: Transaction, { scope, scopeId }: KillTarget): Promise<void> {
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended('kill_switch:' || $1 || coalesce($2, ''), 0))`,
    [scope, scopeId],
  );
}

/** The same without waiting: false when somebody else has the turn. */
export async function tryLockKillTarget(
  tx: Transaction,
  { scope, scopeId }: KillTarget,
): Promise<boolean> {
  const { rows } = await tx.query<{ locked: boolean }>(
    `select pg_try_advisory_xact_lock(hashtextextended('kill_switch:' || $1 || coalesce($2, ''), 0))
       as locked`,
    [scope, scopeId],
  );
  return rows[0]?.locked === true;
}

export interface PullInput extends KillTarget {
  readonly reason: string;
  readonly cancelRinging: boolean;
  readonly actor: string;
  readonly automatic?: KillSwitch['automatic'];
}

/**
 * Stops all calls of a scope. Where a switch stands already that one is given back; of a second
 * pull only the wish to cancel what rings is added to it.
 * @returns null when there is no such creditor, campaign or trunk
 */
export async function pullKillSwitch(
  tx: Transaction,
  input: PullInput,
): Promise<{ readonly killSwitch: KillSwitch; readonly isNew: boolean } | null> {
  const target = await findKillTarget(tx, input);
  if (target === null) return null;
  await lockKillTarget(tx, input);
  const standing = await findStanding(tx, input);
  const isNew = standing === null;
  if (!isNew && (standing.cancelRinging || !input.cancelRinging))
    return { killSwitch: standing, isNew };
  const { rows } = isNew
    ? await tx.query<KillSwitch>(
        `insert into kill_switch (scope, scope_id, reason, automatic, cancel_ringing, pulled_by)
         values ($1, $2, $3, $4, $5, $6) returning ${COLUMNS}`,
        [
          input.scope,
          input.scopeId,
          input.reason,
          input.automatic ? JSON.stringify(input.automatic) : null,
          input.cancelRinging,
          input.actor,
        ],
      )
    : await tx.query<KillSwitch>(
        `update kill_switch set cancel_ringing = true where id = $1 returning ${COLUMNS}`,
        [standing.id],
      );
  const killSwitch = rows[0];
  if (killSwitch === undefined) throw new Error(`kill switch of ${input.scope} is gone`);
  await recordChange(tx, {
    killSwitch,
    before: standing,
    creditorId: target.creditorId,
    what: 'pulled',
    actor: input.actor,
    reason: input.reason,
  });
  return { killSwitch, isNew };
}

async function findStanding(tx: Transaction, target: KillTarget): Promise<KillSwitch | null> {
  const { rows } = await tx.query<KillSwitch>(
    `select ${COLUMNS} from kill_switch
     where released_at is null and scope = $1 and scope_id is not distinct from $2`,
    [target.scope, target.scopeId],
  );
  return rows[0] ?? null;
}

/**
 * Lets calls of the scope go on; null when there is no such switch.
 * @throws TransitionError when it was released before
 */
export async function releaseKillSwitch(
  tx: Transaction,
  input: { readonly id: string; readonly reason: string; readonly actor: string },
): Promise<KillSwitch | null> {
  const before = await findKillSwitch(tx, input.id);
  if (before === null) return null;
  // an automatic rule that is deciding about this scope at the moment comes before or after us
  await lockKillTarget(tx, before);
  const { rows } = await tx.query<KillSwitch>(
    `update kill_switch set released_at = clock_timestamp(), released_by = $2, release_reason = $3
     where id = $1 and released_at is null returning ${COLUMNS}`,
    [input.id, input.actor, input.reason],
  );
  const killSwitch = rows[0];
  if (killSwitch === undefined) throw new TransitionError('kill switch', 'released', 'release', []);
  const target = await findKillTarget(tx, killSwitch);
  const creditorId = target?.creditorId ?? null;
  const { actor, reason } = input;
  await recordChange(tx, { killSwitch, before, creditorId, what: 'released', actor, reason });
  return killSwitch;
}

async function recordChange(
  tx: Transaction,
  change: {
    readonly killSwitch: KillSwitch;
    readonly before: KillSwitch | null;
    readonly creditorId: string | null;
    readonly what: 'pulled' | 'released';
    readonly actor: string;
    readonly reason: string;
  },
): Promise<void> {
  const { killSwitch, before, creditorId, actor, reason } = change;
  const type = `kill_switch.${change.what}` as const;
  const { id, scope, scopeId, cancelRinging } = killSwitch;
  await recordAudit(tx, {
    creditorId,
    actor,
    action: type,
    subject: 'kill_switch',
    subjectId: id,
    before: before === null ? null : auditView(before),
    after: auditView(killSwitch),
    reason,
  });
  const rule = killSwitch.automatic?.rule ?? null;
  await appendEvent(tx, {
    type,
    creditorId,
    campaignId: scope === 'campaign' ? scopeId : null,
    payload: { killSwitchId: id, scope, scopeId, rule, cancelRinging },
  });
}

function auditView(killSwitch: KillSwitch) {
  const { scope, scopeId, automatic, cancelRinging, releasedAt } = killSwitch;
  return {
    scope,
    scopeId,
    cancelRinging,
    automatic: automatic === null ? null : { rule: automatic.rule, figures: automatic.figures },
    released: releasedAt !== null,
  };
}

export async function findKillSwitch(db: Queryable, id: string): Promise<KillSwitch | null> {
  const { rows } = await db.query<KillSwitch>(`select ${COLUMNS} from kill_switch where id = $1`, [
    id,
  ]);
  return rows[0] ?? null;
}

export async function listKillSwitches(
  db: Queryable,
  filter: { readonly active: boolean | null; readonly scope: KillScope | null },
  page: PageRequest,
): Promise<Page<KillSwitch>> {
  const { rows } = await db.query<KillSwitch>(
    `select ${COLUMNS} from kill_switch
     where ($1::uuid is null or id < $1) and ($2::boolean is null or (released_at is null) = $2)
       and ($3::text is null or scope = $3)
     order by id desc limit $4`,
    [page.beforeId, filter.active, filter.scope, pageFetch(page)],
  );
  return toPage(rows, page);
}

/** How many switches stand, by scope; a scope without one is not in it. */
export async function countStandingSwitches(
  db: Queryable,
): Promise<ReadonlyMap<KillScope, number>> {
  const { rows } = await db.query<{ scope: KillScope; count: number }>(
    `select scope, count(*)::int as count from kill_switch where released_at is null group by scope`,
  );
  return new Map(rows.map(({ scope, count }) => [scope, count]));
}
