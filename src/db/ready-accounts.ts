import type { OrderingWeights } from '../domain/campaign-document/ordering';
import {
  campaignCondition,
  parametersAfter,
  readAccountChoice,
  type CampaignChoice,
} from './account-filter';
import type { SessionHeld } from './agent-sessions';
import { LOCKED_NUMBERS, numberLocks, rememberLocked, type LockedAccount } from './call-locks';
import type { Queryable, Transaction } from './database';
import { armFor, settingsFor, type KeptArm } from './experiment-arm';
import { RANK_FACTS } from './promotion';
import { LOCK_READY_AGENT, lockReady } from './selection';

/** An account that may be called now, ranked for its campaign. */
export interface ReadyAccount {
  readonly accountId: string;
  readonly debtorId: string;
  readonly rank: number;
  /** The rules let the person be called until then, facts as they were. */
  readonly goodUntil: Date;
  /** Of a right party now, 0 to 1. */
  readonly chance: number;
}

/**
 * Of account `one`: the agent who has its broken promise to follow up, stands in the campaign's pools, and
 * is not kept from the person. Null: anybody's.
 */
const FOLLOWED_UP_BY = `(select ap.agent_id from task t
    join agent_pool ap on t.assignee = 'agent:' || ap.agent_id
    join campaign_pool cp on cp.pool_id = ap.pool_id and cp.campaign_id = $1
    join debtor d on d.id = t.debtor_id
  where t.account_id = one.account_id and t.kind = 'promise_broken' and t.done_at is null
    and not coalesce(d.kept_from_agent_id = ap.agent_id and d.kept_from_until > now(), false)
  order by t.due_at desc limit 1)`;

/**
 * Makes accounts ready, but for those whose person is being called; one that is ready already is
 * ranked anew.
 * @param askedAt what was written before was known when the gate was asked
 * @returns how many
 */
export async function putReady(
  db: Queryable,
  campaign: { readonly campaignId: string; readonly campaignVersion: number },
  askedAt: string,
  accounts: readonly ReadyAccount[],
): Promise<number> {
  if (accounts.length === 0) return 0;
  const { rowCount } = await db.query(
    `insert into ready_account as r (campaign_id, campaign_version, asked_at, account_id, rank,
       good_until, chance, kept_for_agent_id)
     select $1, $2, $3, account_id, rank, good_until, chance, ${FOLLOWED_UP_BY}
     from unnest($4::uuid[], $5::uuid[], $6::float8[], $7::timestamptz[], $8::real[])
       one (account_id, debtor_id, rank, good_until, chance)
     where not exists (select from open_attempt o where o.debtor_id = one.debtor_id)
     on conflict (campaign_id, account_id) do update set campaign_version = excluded.campaign_version,
       rank = excluded.rank, good_until = excluded.good_until, asked_at = excluded.asked_at,
       chance = excluded.chance, kept_for_agent_id = excluded.kept_for_agent_id,
       kept_since = case when r.kept_for_agent_id is distinct from excluded.kept_for_agent_id
         then excluded.kept_since else r.kept_since end`,
    [
      campaign.campaignId,
      campaign.campaignVersion,
      askedAt,
      accounts.map(({ accountId }) => accountId),
      accounts.map(({ debtorId }) => debtorId),
      accounts.map(({ rank }) => rank),
      accounts.map(({ goodUntil }) => goodUntil),
      accounts.map(({ chance }) => chance),
    ],
  );
  return rowCount ?? 0;
}

/** A ready account under lock, as it is now. */
export interface LockedReady {
  readonly campaignId: string;
  readonly accountId: string;
  readonly debtorId: string;
  readonly campaignVersion: number;
  /** The campaign's own, as it was checked when it was written; of a challenger's person the challenger's. */
  readonly ordering: Partial<OrderingWeights> | null;
  /** The experiment that the person is called under, and as which; null: none. */
  readonly experiment: KeptArm | null;
  /** The agent whose promise broke, and since when it waits for them (as JSON has it); null: anybody's. */
  readonly keptFor: { readonly agentId: string; readonly since: string } | null;
  /** As it was ranked. */
  readonly rank: number;
  readonly goodUntil: Date;
  readonly chance: number;
  /**
   * Is it due still, does the campaign take it, and was nobody who shares
   * a number with the person called since it was asked about?
   */
  readonly stands: boolean;
  /** Integer minor units, as text. */
  readonly amountDueMinor: string;
  readonly daysPastDue: number;
  readonly promiseBroken: boolean;
  /** Null: not before somebody or something decides. */
  readonly dueAt: Date | null;
}

/**
 * The best ready accounts of campaign `$1` that nobody else is deciding about, as {@link LockedReady}, locked
 * with their debtors. The lock may have come after somebody else's commit: whether they may be called is
 * looked at again when the rest of the call is locked.
 * @param takes the campaign's condition on `a`, `d`
 * @param account the clause that locks the account, after its debtor: whoever holds it is waited for
 */
const lockBest = (takes: string, limit: number, condition = 'true', account = ''): string => `
  select c.id as "campaignId", a.id as "accountId", a.debtor_id as "debtorId", r.rank,
    r.good_until as "goodUntil", r.chance, c.version as "campaignVersion",
    ${settingsFor('a.debtor_id')}->'ordering' as ordering, ${armFor('a.debtor_id')} as experiment,
    case when r.kept_for_agent_id is not null then jsonb_build_object(
      'agentId', r.kept_for_agent_id, 'since', r.kept_since) end as "keptFor",
    r.good_until > now() and a.status = 'open' and a.blocked_reason is null
      and coalesce(a.next_attempt_at <= now(), false) and ${takes}
      and coalesce(d.last_called_at <= r.asked_at, true) as stands,
    a.next_attempt_at as "dueAt", ${RANK_FACTS}
  from ready_account r join account a on a.id = r.account_id join debtor d on d.id = a.debtor_id
    join campaign c on c.id = r.campaign_id
  where r.campaign_id = $1 and ${condition}
    -- no anti-join: while most people are in calls the planner would expect that hardly any account
    -- remains, and sort them all instead of walking the ranks
    and not coalesce((select true from open_attempt o where o.debtor_id = a.debtor_id), false)
  -- the number itself: of a parameter the planner would assume that it takes a tenth of all
  order by r.rank desc, r.account_id limit ${limit}
  for update of r skip locked
  for no key update of d skip locked ${account}`;

/** A campaign's choice, and the statement that takes its locks by it. */
interface KnownChoice extends CampaignChoice {
  readonly lockNext: { readonly text: string; readonly values: unknown[] };
}

/** By campaign: it is another one only in another version, which every statement tells. */
const choices = new Map<string, KnownChoice>();

async function choiceOf(db: Queryable, campaignId: string): Promise<KnownChoice | null> {
  const known = choices.get(campaignId);
  if (known !== undefined) return known;
  const read = await readAccountChoice(db, campaignId);
  if (read === null) return null;
  const choice = { ...read, lockNext: lockNextBy(campaignId, read, null) };
  choices.set(campaignId, choice);
  return choice;
}

/** @param limit a whole number */
export async function lockReadyAccounts(
  tx: Transaction,
  campaignId: string,
  limit: number,
): Promise<LockedReady[]> {
  const choice = await choiceOf(tx, campaignId);
  if (choice === null) return [];
  const { values, parameter } = parametersAfter(campaignId);
  const { rows } = await tx.query<LockedReady>(
    lockBest(campaignCondition(choice, parameter), limit),
    values,
  );
  if (rows.every(({ campaignVersion }) => campaignVersion === choice.version)) return rows;
  choices.delete(campaignId);
  return lockReadyAccounts(tx, campaignId, limit);
}

/** What a reservation is made of, locked. */
export interface LockedNext<T> {
  /** Ready, so that a process holds the softphone. */
  readonly session: SessionHeld & { readonly sipInstanceId: string };
  /** The best account that nobody else has; null: none is ready. Its call is locked if it stands. */
  readonly ready: (LockedReady & LockedAccount) | null;
  /** What was read of {@link LOCKED_ACCOUNT}. */
  readonly read: T;
}

/** How long an account waits for the agent whose promise broke, from the moment it could be dialed. */
export const KEPT_FOR_SECONDS = 30;

/**
 * After a conflict another agent calls; after a broken promise the agent who took it, if on the floor. One
 * scalar of `agent`, so that the ranks are walked as before.
 */
const MAY_GO_TO_AGENT = `not coalesce(
  (d.kept_from_agent_id = (select "agentId" from agent) and d.kept_from_until > now())
  or (r.kept_for_agent_id <> (select "agentId" from agent)
    and r.kept_since > now() - interval '${KEPT_FOR_SECONDS} s'
    and exists (select from agent_session s
      where s.agent_id = r.kept_for_agent_id and s.ended_at is null)), false)`;
const IS_KEPT_FOR_AGENT = `r.kept_for_agent_id = (select "agentId" from agent)`;

/** @param ownOf that agent, and what is kept for them alone; null: whoever is ready */
function lockNextBy(
  campaignId: string,
  choice: CampaignChoice,
  ownOf: string | null,
): KnownChoice['lockNext'] {
  const { values, parameter } = parametersAfter(campaignId);
  const agent =
    ownOf === null
      ? LOCK_READY_AGENT
      : lockReady(`and agent_session.agent_id = ${parameter(ownOf)}`);
  const text = `with agent as materialized (${agent}),
       ready as materialized (${lockBest(
         campaignCondition(choice, parameter),
         1,
         `exists (select from agent) and ${MAY_GO_TO_AGENT}
           ${ownOf === null ? '' : `and ${IS_KEPT_FOR_AGENT}`}`,
         'for no key update of a',
       )}),
       taken as materialized (select "accountId" as id, "debtorId" as debtor_id from ready
         where stands and "campaignVersion" = ${parameter(choice.version)}),
       ${numberLocks('null')}
     select agent.id, agent."agentId", agent.state, agent."sipInstanceId", agent."attemptId",
       ready.*, ${LOCKED_NUMBERS} as numbers, ${rememberLocked('(select id from taken)')}
     from agent left join ready on true`;
  return { text, values };
}

/**
 * A ready agent of the campaign's pools, the best ready account with its debtor, and the rest of its
 * call, in this order: whoever finds no agent holds no account from those who have one. Whether the
 * account may be called is read by another statement: a lock may have come after somebody else's
 * commit.
 * @param ownOf that agent, and the best of what is kept for them; null: whoever is ready
 * @param readLocked sends that statement, of {@link LOCKED_ACCOUNT}: right behind, not a round trip later
 */
export async function lockNext<T>(
  tx: Transaction,
  { campaignId, ownOf }: { readonly campaignId: string; readonly ownOf: string | null },
  readLocked: () => Promise<T>,
): Promise<LockedNext<T> | null> {
  const choice = await choiceOf(tx, campaignId);
  if (choice === null) return null;
  const { text, values } = ownOf === null ? choice.lockNext : lockNextBy(campaignId, choice, ownOf);
  const [{ rows }, read] = await Promise.all([
    tx.query<LockedNext<T>['session'] & ((LockedReady & LockedAccount) | { accountId: null })>(
      text,
      values,
    ),
    readLocked(),
  ]);
  const [row] = rows;
  if (row === undefined) return null;
  if (row.accountId === null) return { session: row, ready: null, read };
  if (row.campaignVersion === choice.version) return { session: row, ready: row, read };
  choices.delete(campaignId);
  return lockNext(tx, { campaignId, ownOf }, readLocked);
}

/** An agent who is ready, and a campaign in which something is kept for them. */
export interface OwnFollowUp {
  readonly campaignId: string;
  readonly agentId: string;
}

/** Agents who are ready, where the account of a promise that they took waits for them. */
export async function listOwnFollowUps(
  db: Queryable,
  campaignIds: readonly string[],
): Promise<OwnFollowUp[]> {
  const { rows } = await db.query<OwnFollowUp>(
    `select distinct r.campaign_id as "campaignId", r.kept_for_agent_id as "agentId"
     from ready_account r join agent_session s on s.agent_id = r.kept_for_agent_id
     where r.kept_for_agent_id is not null and s.state = 'ready' and r.campaign_id = any($1)
     order by 2, 1`,
    [campaignIds],
  );
  return rows;
}

/** Clears away what is ready for campaigns that are done, a part at a time. */
export async function clearDone(db: Queryable): Promise<void> {
  await db.query(
    `delete from ready_account where ctid = any(array(
       select r.ctid from campaign c join ready_account r on r.campaign_id = c.id
       where c.state in ('done', 'archived') limit 5000))`,
  );
}

/** Is anything ready for the campaign, whoever holds it at the moment? */
export async function hasReady(db: Queryable, campaignId: string): Promise<boolean> {
  const { rowCount } = await db.query('select from ready_account where campaign_id = $1 limit 1', [
    campaignId,
  ]);
  return rowCount === 1;
}

/** Takes accounts out of what is ready; no answer is waited for. */
export function dropReady(
  tx: Transaction,
  campaignId: string,
  accountIds: readonly string[],
): void {
  tx.send('delete from ready_account where campaign_id = $1 and account_id = any($2)', [
    campaignId,
    accountIds,
  ]);
}

/** Sends a ready account back in line. */
export function rankAnew(
  tx: Transaction,
  { campaignId, accountId }: Pick<LockedReady, 'campaignId' | 'accountId'>,
  rank: number,
): void {
  tx.send('update ready_account set rank = $3 where campaign_id = $1 and account_id = $2', [
    campaignId,
    accountId,
    rank,
  ]);
}
