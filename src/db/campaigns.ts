import type { AccountFilter } from '../domain/campaign-document/account-filter';
import type { CampaignParts, CampaignSettings } from '../domain/campaign-settings';
import {
  commandCampaign,
  type CampaignCommand,
  type CampaignState,
} from '../domain/campaign-state';
import { recordAudit } from './audit';
import { one, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export interface Campaign {
  readonly id: string;
  readonly creditorId: string;
  readonly name: string;
  readonly state: CampaignState;
  readonly stateSince: Date;
  /** Grows with every edit; an attempt keeps the version that it was decided under. */
  readonly version: number;
  readonly poolIds: string[];
  /** All that it puts on the law and the creditor's: named, courtesy, its own hours. */
  readonly rulePacks: string[];
  readonly filter: AccountFilter;
  readonly settings: CampaignSettings;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = `id, creditor_id as "creditorId", name, state, state_since as "stateSince", version,
  rule_packs as "rulePacks", filter, settings, created_at as "createdAt",
  updated_at as "updatedAt",
  coalesce((select array_agg(pool_id order by pool_id) from campaign_pool
    where campaign_id = campaign.id), '{}')::text[] as "poolIds"`;

/** Who writes a campaign, and why; every write is a version. */
export interface CampaignWrite extends CampaignParts {
  readonly actor: string;
  /** In the author's words. */
  readonly reason: string;
}

/** @param input with all packs: those that follow from hours and courtesy too */
export async function insertCampaign(
  tx: Transaction,
  input: CampaignWrite & { readonly id: string; readonly creditorId: string },
): Promise<Campaign> {
  await tx.query(
    `insert into campaign (id, creditor_id, name, rule_packs, filter, settings)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      input.id,
      input.creditorId,
      input.name,
      input.rulePacks,
      JSON.stringify(input.filter),
      JSON.stringify(input.settings),
    ],
  );
  await setPools(tx, input.id, input.poolIds);
  return recordChange(tx, input.id, { before: null, cause: 'created', ...input });
}

export async function findCampaign(db: Queryable, id: string): Promise<Campaign | null> {
  const { rows } = await db.query<Campaign>(`select ${COLUMNS} from campaign where id = $1`, [id]);
  return rows[0] ?? null;
}

/** The campaign, locked until the transaction ends; null when there is none. */
export async function lockCampaign(tx: Transaction, id: string): Promise<Campaign | null> {
  const { rows } = await tx.query<Campaign>(
    `select ${COLUMNS} from campaign where id = $1 for update`,
    [id],
  );
  return rows[0] ?? null;
}

/** The creditor's campaign of that name; null: there is none. */
export async function findCampaignByName(
  db: Queryable,
  creditorId: string,
  name: string,
): Promise<Campaign | null> {
  const { rows } = await db.query<Campaign>(
    `select ${COLUMNS} from campaign where creditor_id = $1 and name = $2`,
    [creditorId, name],
  );
  return rows[0] ?? null;
}

/** The creditor's campaign of that name, locked until the transaction ends; null: there is none. */
export async function lockCampaignByName(
  tx: Transaction,
  creditorId: string,
  name: string,
): Promise<Campaign | null> {
  const { rows } = await tx.query<Campaign>(
    `select ${COLUMNS} from campaign where creditor_id = $1 and name = $2 for update`,
    [creditorId, name],
  );
  return rows[0] ?? null;
}

export async function listCampaigns(
  db: Queryable,
  filter: { readonly creditorId: string | null; readonly state: CampaignState | null },
  page: PageRequest,
): Promise<Page<Campaign>> {
  const { rows } = await db.query<Campaign>(
    `select ${COLUMNS} from campaign
     where ($1::uuid is null or id < $1) and ($2::uuid is null or creditor_id = $2)
       and case when $3::text is null then state <> 'archived' else state = $3 end
     order by id desc limit $4`,
    [page.beforeId, filter.creditorId, filter.state, pageFetch(page)],
  );
  return toPage(rows, page);
}

/**
 * Changes what a locked campaign does: version n + 1.
 * @throws TransitionError when it may not be edited in its state.
 */
export async function updateCampaign(
  tx: Transaction,
  campaign: Campaign,
  input: CampaignWrite,
): Promise<Campaign> {
  const to = commandCampaign(campaign.state, 'edit');
  await tx.query(
    `update campaign set name = $2, rule_packs = $3, filter = $4, settings = $5,
       version = version + 1, state = $6, updated_at = now(),
       state_since = case when state = $6 then state_since else now() end
     where id = $1`,
    [
      campaign.id,
      input.name,
      input.rulePacks,
      JSON.stringify(input.filter),
      JSON.stringify(input.settings),
      to,
    ],
  );
  await setPools(tx, campaign.id, input.poolIds);
  return recordChange(tx, campaign.id, { before: campaign, cause: 'edited', ...input });
}

/**
 * Carries out a person's command on a locked campaign.
 * @throws TransitionError naming the commands that would be possible.
 */
export async function moveCampaign(
  tx: Transaction,
  campaign: Campaign,
  command: Exclude<CampaignCommand, 'edit'>,
  actor: string,
): Promise<Campaign> {
  const to = commandCampaign(campaign.state, command);
  await tx.query(
    'update campaign set state = $2, state_since = now(), updated_at = now() where id = $1',
    [campaign.id, to],
  );
  return recordChange(tx, campaign.id, { before: campaign, actor, cause: command, reason: null });
}

async function setPools(
  tx: Transaction,
  campaignId: string,
  poolIds: readonly string[],
): Promise<void> {
  await tx.query('delete from campaign_pool where campaign_id = $1', [campaignId]);
  await tx.query('insert into campaign_pool (campaign_id, pool_id) select $1, unnest($2::uuid[])', [
    campaignId,
    poolIds,
  ]);
}

const AUDIT_ACTIONS = {
  created: 'campaign.created',
  edited: 'campaign.edited',
  validate: 'campaign.validated',
  start: 'campaign.started',
  pause: 'campaign.paused',
  finish: 'campaign.finished',
  archive: 'campaign.archived',
} as const;

/** What a person decides of a campaign. */
function auditView(campaign: Campaign): Record<string, unknown> {
  const { name, state, version, poolIds, rulePacks, filter, settings } = campaign;
  return { name, state, version, poolIds, rulePacks, filter, settings };
}

async function recordChange(
  tx: Transaction,
  id: string,
  change: {
    readonly before: Campaign | null;
    readonly actor: string;
    readonly cause: keyof typeof AUDIT_ACTIONS;
    readonly reason: string | null;
  },
): Promise<Campaign> {
  const from = change.before?.state ?? null;
  const campaign = one(
    await tx.query<Campaign>(`select ${COLUMNS} from campaign where id = $1`, [id]),
    `campaign ${id}`,
  );
  await tx.query(
    `insert into campaign_event (campaign_id, version, from_state, to_state, actor, cause)
     values ($1, $2, $3, $4, $5, $6)`,
    [id, campaign.version, from, campaign.state, change.actor, change.cause],
  );
  await recordAudit(tx, {
    creditorId: campaign.creditorId,
    actor: change.actor,
    action: AUDIT_ACTIONS[change.cause],
    subject: 'campaign',
    subjectId: id,
    before: change.before === null ? null : auditView(change.before),
    after: auditView(campaign),
    reason: change.reason,
  });
  await appendEvent(tx, {
    type: 'campaign.state_changed',
    creditorId: campaign.creditorId,
    campaignId: id,
    payload: {
      campaignId: id,
      from,
      to: campaign.state,
      version: campaign.version,
      cause: change.cause,
    },
  });
  return campaign;
}

/** What a campaign can rest on when it starts. */
export interface CampaignReadiness {
  /** Active agents in its pools. */
  readonly agentCount: number;
  /** Of them, with every skill that it asks for. */
  readonly skilledAgentCount: number;
  /** Skills that any of them has. */
  readonly agentSkills: string[];
  /** Enabled trunks: those it names, or all. */
  readonly trunkCount: number;
  /** Caller IDs of those trunks. */
  readonly callerIds: string[];
  /** Trunks that it names and that are not there or not enabled. */
  readonly missingTrunkIds: string[];
  /** ISO 4217, of its cost limit. */
  readonly currency: string;
  /** Of those trunks, with what they bill in. */
  readonly trunkCurrencies: { readonly id: string; readonly currency: string }[];
}

export async function loadReadiness(db: Queryable, campaign: Campaign): Promise<CampaignReadiness> {
  return one(
    await db.query<CampaignReadiness>(
      `with usable as (
         select id, caller_ids, cost_currency from trunk where enabled and ($2::uuid[] is null or id = any($2))),
       own as (
         select a.skills from agent a where a.active and exists (select from agent_pool ap
           join campaign_pool cp on cp.pool_id = ap.pool_id
           where ap.agent_id = a.id and cp.campaign_id = $1))
       select
         (select count(*)::int from own) as "agentCount",
         (select count(*)::int from own where skills @> $3::text[]) as "skilledAgentCount",
         (select coalesce(array_agg(distinct s order by s), '{}') from own, unnest(skills) s)
           as "agentSkills",
         (select count(*)::int from usable) as "trunkCount",
         (select coalesce(array_agg(distinct c), '{}') from usable, unnest(caller_ids) c)
           as "callerIds",
         (select currency from creditor where id = $4) as currency,
         (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'currency', cost_currency) order by id), '[]')
           from usable) as "trunkCurrencies",
         (select coalesce(array_agg(t.id::text), '{}') from unnest($2::uuid[]) t(id)
           where t.id not in (select id from usable)) as "missingTrunkIds"`,
      [
        ...[campaign.id, campaign.settings.trunkIds ?? null, campaign.settings.skills ?? []],
        campaign.creditorId,
      ],
    ),
    'campaign readiness',
  );
}
