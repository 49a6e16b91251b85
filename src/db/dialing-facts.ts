import { RING_TIMEOUT_MS, type CampaignSettings } from '../domain/campaign-settings';
import type { DebtorPhone } from '../domain/phone-owner';
import { candidateZones } from '../domain/province-zone';
import type { Queryable } from './database';

/** What the gate looks at, read fresh under the debtor's lock. */
export interface DialingFacts {
  readonly account: {
    readonly id: string;
    readonly creditorId: string;
    readonly debtorId: string;
    readonly status: 'open' | 'paid' | 'closed';
    readonly blockedReason: string | null;
    readonly amountDueMinor: bigint;
    readonly currency: string;
    readonly nextAttemptAt: Date | null;
  };
  readonly campaign: CampaignFacts;
  readonly zones: readonly string[];
  /** The number to dial: the debtor's own, active, the one tried longest ago first. */
  readonly phone: DebtorPhone | null;
  /** Attempts on this person, all campaigns and creditors, that count; last 7 days. */
  readonly countedAttempts: readonly { readonly at: Date }[];
  /** Enabled trunks that the campaign may use, best first. */
  readonly trunks: readonly { readonly id: string; readonly host: string }[];
  /** The database's clock: the only one that decides. */
  readonly now: Date;
}

export interface CampaignFacts {
  readonly id: string;
  readonly creditorId: string;
  readonly state: string;
  readonly version: number;
  readonly rulePacks: readonly string[];
  readonly settings: CampaignSettings;
}

export const DEFAULT_RING_TIMEOUT_MS = RING_TIMEOUT_MS.usual;

type AccountRow = DialingFacts['account'] & {
  province: string | null;
  statedZone: string | null;
  now: Date;
};

/**
 * Facts for one account in one campaign. `asking`: the attempt that asks for itself; it does not
 * count against itself, and its number is the only one looked at.
 */
export async function readDialingFacts(
  db: Queryable,
  input: { accountId: string; campaignId: string; asking: { id: string; phoneId: string } | null },
): Promise<DialingFacts | null> {
  const account = await db.query<AccountRow>(
    `select a.id, a.creditor_id as "creditorId", a.debtor_id as "debtorId", a.status,
       a.blocked_reason as "blockedReason", a.amount_due_minor as "amountDueMinor", a.currency,
       a.next_attempt_at as "nextAttemptAt", d.province, d.stated_zone as "statedZone",
       clock_timestamp() as now
     from account a join debtor d on d.id = a.debtor_id where a.id = $1`,
    [input.accountId],
  );
  const row = account.rows[0];
  const campaign = await readCampaignFacts(db, input.campaignId);
  if (row === undefined || campaign === null) return null;
  const { province, statedZone, now, ...facts } = row;
  const phones = await db.query<DebtorPhone>(
    `select p.id, p.owner, p.e164 from phone p
     left join lateral (select max(t.created_at) as tried from attempt t
       where t.phone_id = p.id and t.debtor_id = p.debtor_id) last on true
     where p.debtor_id = $1 and p.owner = 'debtor' and p.status = 'active'
       and ($2::uuid is null or p.id = $2)
     order by last.tried nulls first, p.position limit 1`,
    [facts.debtorId, input.asking?.phoneId ?? null],
  );
  const attempts = await db.query<{ at: Date }>(
    `select coalesce(dialed_at, created_at) as at from attempt
     where debtor_id = $1 and created_at > now() - interval '7 days 1 hour'
       and (counted or state <> 'ended') and id is distinct from $2
     order by created_at`,
    [facts.debtorId, input.asking?.id ?? null],
  );
  const trunks = await db.query<{ id: string; host: string }>(
    `select id, host from trunk where enabled and ($1::uuid[] is null or id = any($1))
     order by priority, id`,
    [campaign.settings.trunkIds ?? null],
  );
  return {
    account: facts,
    campaign,
    trunks: trunks.rows,
    zones: candidateZones({ province, statedZone }),
    phone: phones.rows[0] ?? null,
    countedAttempts: attempts.rows,
    now,
  };
}

async function readCampaignFacts(db: Queryable, id: string): Promise<CampaignFacts | null> {
  const { rows } = await db.query<CampaignFacts>(
    `select id, creditor_id as "creditorId", state, version, rule_packs as "rulePacks", settings
     from campaign where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}
