import type { Ordering } from '../domain/ordering';
import type { Queryable, Transaction } from './database';
import { RANK_FACTS } from './promotion';
import { CAMPAIGN_FILTER } from './selection';

/** An account that may be called now, ranked for its campaign. */
export interface ReadyAccount {
  readonly accountId: string;
  readonly rank: number;
  /** The rules let the person be called until then, facts as they were. */
  readonly goodUntil: Date;
  /** Of a right party now, 0 to 1. */
  readonly chance: number;
}

/** Makes accounts ready; one that is so already is ranked anew. */
export async function putReady(
  db: Queryable,
  campaign: { readonly campaignId: string; readonly campaignVersion: number },
  accounts: readonly ReadyAccount[],
): Promise<void> {
  if (accounts.length === 0) return;
  await db.query(
    `insert into ready_account (campaign_id, campaign_version, account_id, rank,
       good_until, chance)
     select $1, $2, * from unnest($3::uuid[], $4::float8[], $5::timestamptz[], $6::real[])
     on conflict (campaign_id, account_id) do update set campaign_version = excluded.campaign_version,
       rank = excluded.rank, good_until = excluded.good_until,
       chance = excluded.chance`,
    [
      campaign.campaignId,
      campaign.campaignVersion,
      accounts.map(({ accountId }) => accountId),
      accounts.map(({ rank }) => rank),
      accounts.map(({ goodUntil }) => goodUntil),
      accounts.map(({ chance }) => chance),
    ],
  );
}

/** A ready account that was taken, as it is now. */
export interface TakenAccount {
  readonly accountId: string;
  readonly campaignVersion: number;
  /** The campaign's own, as it was checked when it was written. */
  readonly ordering: Partial<Ordering> | null;
  /** As it was ranked. */
  readonly rank: number;
  readonly goodUntil: Date;
  readonly chance: number;
  /** Is it due still, and does the campaign take it? */
  readonly stands: boolean;
  /** Integer minor units, as text. */
  readonly amountDueMinor: string;
  readonly daysPastDue: number;
  readonly attemptCount: number;
  readonly promiseBroken: boolean;
  /** Null: not before somebody or something decides. */
  readonly dueAt: Date | null;
}

/**
 * Takes the best ready accounts of a campaign whose debtors nobody else is deciding about, with the
 * debtors locked; they are not ready any more once the transaction commits. The lock may have come
 * after somebody else's commit: whether they may be called is looked at again when the rest of the
 * call is locked.
 */
export async function takeReadyAccounts(
  tx: Transaction,
  campaignId: string,
  limit: number,
): Promise<TakenAccount[]> {
  const { rows } = await tx.query<TakenAccount>(
    `with taken as materialized (
       select r.account_id, r.rank, r.good_until, r.chance, a.debtor_id
       from ready_account r join account a on a.id = r.account_id
         join debtor d on d.id = a.debtor_id
       where r.campaign_id = $1
         and not exists (select from open_attempt o where o.debtor_id = a.debtor_id)
       order by r.rank desc, r.account_id limit $2
       for update of r skip locked
       for no key update of d skip locked),
     gone as (
       delete from ready_account r using taken t
       where r.campaign_id = $1 and r.account_id = t.account_id)
     select t.account_id as "accountId", t.rank, t.good_until as "goodUntil", t.chance,
       c.version as "campaignVersion", c.settings->'ordering' as ordering,
       t.good_until > now() and a.status = 'open' and a.blocked_reason is null
         and coalesce(a.next_attempt_at <= now(), false) and ${CAMPAIGN_FILTER} as stands,
       a.next_attempt_at as "dueAt", ${RANK_FACTS}
     from taken t join account a on a.id = t.account_id join campaign c on c.id = $1
     order by t.rank desc, t.account_id`,
    [campaignId, limit],
  );
  return rows;
}
