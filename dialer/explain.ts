import {
  countDenials,
  countFunnel,
  countHolds,
  listDueAccountIds,
  nextDueAt,
  readCampaignFloor,
  type AccountFunnel,
  type CampaignFloor,
} from '../src/db/why';
import { answer } from './ask';
import type { Gate } from './create-gate';
import type { GateDecision } from './gate-decision';
import { gatherCall, type Call } from './gather-facts';

/** Due accounts that are asked about one by one; beyond it the counts are of this sample. */
const SAMPLE = 500;

export interface CampaignWhy {
  readonly campaignId: string;
  readonly at: Date;
  /** One sentence: what stops the dialing now, or that nothing does. */
  readonly summary: string;
  readonly floor: CampaignFloor;
  readonly accounts: AccountFunnel & { readonly selectable: number; readonly sampled: number };
  readonly holds: readonly { readonly reason: string; readonly accounts: number }[];
  /** What the rule packs say of the due accounts at this instant. */
  readonly refusedNow: readonly { readonly deniedBy: string; readonly accounts: number }[];
  /** Denials written in the last 24 h. */
  readonly denials: readonly {
    readonly deniedBy: string;
    readonly decisions: number;
    readonly accounts: number;
  }[];
  /** When the next account that is not selectable now may become so; null: unknown. */
  readonly nextSelectableAt: Date | null;
}

/** What is dialable in a campaign, what is not, and why. Null: no such campaign. */
export async function explainCampaign(gate: Gate, campaignId: string): Promise<CampaignWhy | null> {
  const { db } = gate;
  const floor = await readCampaignFloor(db, campaignId);
  if (floor === null) return null;
  const funnel = await countFunnel(db, campaignId);
  const ids = await listDueAccountIds(db, campaignId, SAMPLE);
  const { selectable, refusedNow, soonest } = await sampleDue(gate, campaignId, ids);
  const nextAt = earliest([await nextDueAt(db, campaignId), soonest]);
  return {
    campaignId,
    at: new Date(),
    summary: summarise(floor, funnel, selectable, refusedNow[0]?.deniedBy ?? null),
    floor,
    accounts: { ...funnel, selectable, sampled: ids.length },
    holds: await countHolds(db, campaignId),
    refusedNow,
    denials: await countDenials(db, campaignId),
    nextSelectableAt: selectable > 0 ? new Date() : nextAt,
  };
}

const earliest = (instants: readonly (Date | null)[]): Date | null =>
  instants.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null);

/** Asks the gate about each due account; the campaign's own state is told elsewhere. */
async function sampleDue(
  gate: Gate,
  campaignId: string,
  accountIds: readonly string[],
): Promise<{ selectable: number; refusedNow: CampaignWhy['refusedNow']; soonest: Date | null }> {
  const refused = new Map<string, number>();
  let selectable = 0;
  let soonest: Date | null = null;
  for (const accountId of accountIds) {
    const call = await gatherCall(gate, gate.db, question(accountId, campaignId));
    if (call === null) continue;
    const { permit, denials } = await answer(gate.db, asIfRunning(call));
    if (permit !== null) {
      selectable += 1;
      continue;
    }
    const { deniedBy = null, nextAllowedAt = null } = denials[0]?.decision ?? {};
    refused.set(deniedBy ?? 'none', (refused.get(deniedBy ?? 'none') ?? 0) + 1);
    soonest = earliest([soonest, nextAllowedAt === null ? null : new Date(nextAllowedAt)]);
  }
  const refusedNow = [...refused]
    .map(([deniedBy, accounts]) => ({ deniedBy, accounts }))
    .sort((a, b) => b.accounts - a.accounts);
  return { selectable, refusedNow, soonest };
}

function summarise(
  floor: CampaignFloor,
  funnel: AccountFunnel,
  selectable: number,
  topRefusal: string | null,
): string {
  if (floor.state !== 'running') return `The campaign is ${floor.state}: only a running one dials.`;
  const signedIn = Object.entries(floor.agents).filter(([state]) => state !== 'offline');
  const stops: [boolean, string][] = [
    [floor.sipInstancesAlive === 0, 'No sip role is alive: start one.'],
    [floor.trunksEnabled === 0, 'No trunk is enabled.'],
    [signedIn.length === 0, 'No agent of the pools is signed in.'],
    [funnel.total === 0, 'No account matches the filter.'],
    [funnel.open === 0, 'Every account is paid or closed.'],
    [funnel.notHeld === 0, 'Every open account is held.'],
    [funnel.withDialablePhone === 0, 'No account has an active number of the debtor.'],
    [funnel.due === 0, 'No account is due for an attempt yet.'],
    [funnel.personFree === 0, 'Every due person is in an attempt right now.'],
    [selectable === 0, `The rules refuse every due account, most by ${topRefusal ?? 'none'}.`],
    [(floor.agents.ready ?? 0) === 0, 'No agent is ready: all are busy or paused.'],
  ];
  return stops.find(([applies]) => applies)?.[1] ?? 'Nothing stops it: the next turn dials.';
}

export interface AccountWhy extends GateDecision {
  readonly accountId: string;
  readonly campaignId: string;
  readonly campaignName: string;
  readonly inAttempt: boolean;
  readonly dueAt: Date | null;
}

const question = (accountId: string, campaignId: string) =>
  ({
    accountId,
    campaignId,
    purpose: 'collect',
    phoneId: null,
    stage: 'reserve',
    mode: 'progressive',
    attemptId: null,
  }) as const;

/** The campaign's own state is told in the summary: here only the accounts count. */
function asIfRunning(call: Call): Call {
  const { row } = call;
  return { ...call, row: { ...row, campaign: { ...row.campaign, state: 'running' } } };
}

/** The same for one account, in each campaign of its creditor that is not done. */
export async function explainAccount(gate: Gate, accountId: string): Promise<AccountWhy[]> {
  const { db } = gate;
  const { rows } = await db.query<{
    id: string;
    name: string;
    inAttempt: boolean;
    dueAt: Date | null;
  }>(
    `select c.id, c.name, a.next_attempt_at as "dueAt",
       exists (select 1 from open_attempt o where o.debtor_id = a.debtor_id) as "inAttempt"
     from account a join campaign c on c.creditor_id = a.creditor_id and c.state <> 'done'
     where a.id = $1 order by c.id`,
    [accountId],
  );
  const found: AccountWhy[] = [];
  for (const campaign of rows) {
    const call = await gatherCall(gate, db, question(accountId, campaign.id));
    if (call === null) continue;
    const { permit, denials } = await answer(db, call);
    const decided = permit ?? denials[0];
    if (decided === undefined) continue;
    found.push({
      accountId,
      campaignId: campaign.id,
      campaignName: campaign.name,
      inAttempt: campaign.inAttempt,
      dueAt: campaign.dueAt,
      ...decided.decision,
    });
  }
  return found;
}
