import { recordAudit } from '../src/db/audit';
import { lockCampaign, moveCampaign, type Campaign } from '../src/db/campaigns';
import type { Database, Transaction } from '../src/db/database';
import { appendEvent } from '../src/db/events';
import { readRuleFigures } from '../src/db/rule-figures';
import { insertFiring, listRuledCampaigns, readFirings, watchRule } from '../src/db/rule-firings';
import type { AutomaticRule, RuleAction } from '../src/domain/campaign-document/automatic-rule';
import { USUAL_SHARE } from '../src/domain/campaign-document/share';
import { figureOf, holds, isTimeToFire } from '../src/domain/rule-firing';
import { editCampaign } from './write-campaign';

export interface RulesReport {
  /** Rules that fired, dry runs included. */
  readonly fired: number;
}

/**
 * Looks at the automatic rules of every running campaign. Any number of processes may: the campaign is
 * locked, and figures and firings are read under the lock. What a rule does is a person's command or
 * an edit like any other: state machine, version, audit.
 */
export async function runAutomaticRules(options: {
  readonly db: Database;
  readonly onError: (error: unknown, context: Record<string, unknown>) => void;
}): Promise<RulesReport> {
  let fired = 0;
  for (const campaignId of await listRuledCampaigns(options.db)) {
    try {
      fired += await options.db.transaction((tx) => rulesOf(tx, campaignId));
    } catch (error) {
      // one campaign that cannot be looked at must not hide the others
      options.onError(error, { campaignId });
    }
  }
  return { fired };
}

async function rulesOf(tx: Transaction, campaignId: string): Promise<number> {
  let campaign = await lockCampaign(tx, campaignId);
  if (campaign === null) return 0;
  const seen = await readRuleFigures(tx, campaignId);
  let fired = 0;
  for (const rule of campaign.settings.rules ?? []) {
    // an earlier rule may have paused or finished it
    if (campaign.state !== 'running') break;
    const figure = figureOf(rule, seen);
    const since = await watchRule(tx, campaignId, rule, holds(rule, figure));
    if (since === null || figure === null || !changes(rule.then, campaign)) continue;
    const { now, firings } = await readFirings(tx, campaignId, rule.name);
    if (!isTimeToFire(rule, now, { holdsSince: since, firings })) continue;
    campaign = await fire(tx, campaign, rule, figure);
    fired += 1;
  }
  return fired;
}

/** Would the action change anything? One that says what is so already has nothing to do. */
function changes(action: RuleAction, { settings }: Campaign): boolean {
  switch (action.do) {
    case 'set_mode':
      return (settings.mode ?? 'progressive') !== action.mode;
    case 'set_share': {
      const { priority, weight } = settings.share ?? USUAL_SHARE;
      return priority !== action.priority || weight !== action.weight;
    }
    case 'pause':
    case 'finish':
    case 'notify':
      return true;
  }
}

async function fire(
  tx: Transaction,
  campaign: Campaign,
  rule: AutomaticRule,
  figure: number,
): Promise<Campaign> {
  const dryRun = rule.dryRun === true;
  const actor = `rule:${rule.name}`;
  const { metric, is, value, forSeconds } = rule.when;
  const shown = Math.round(figure * 100) / 100;
  const reason = `${metric} is ${shown}, ${is} ${value} for ${forSeconds} s`;
  const after = dryRun ? campaign : await act(tx, campaign, rule.then, { actor, reason });
  const firing = {
    campaignId: campaign.id,
    campaignVersion: campaign.version,
    rule: rule.name,
    figure,
    action: rule.then,
    dryRun,
    outcome: dryRun ? 'dry_run' : 'done',
  };
  await insertFiring(tx, firing);
  await recordAudit(tx, {
    creditorId: campaign.creditorId,
    actor,
    action: 'campaign.rule_fired',
    subject: 'campaign',
    subjectId: campaign.id,
    before: null,
    after: { ...firing, figure: shown },
    reason,
  });
  await appendEvent(tx, {
    type: 'campaign.rule_fired',
    creditorId: campaign.creditorId,
    campaignId: campaign.id,
    payload: { ...firing, figure: shown, reason },
  });
  return after;
}

function act(
  tx: Transaction,
  campaign: Campaign,
  action: RuleAction,
  by: { readonly actor: string; readonly reason: string },
): Promise<Campaign> {
  switch (action.do) {
    case 'pause':
    case 'finish':
      return moveCampaign(tx, campaign, action.do, by.actor);
    case 'set_mode': {
      const settings = { ...campaign.settings, mode: action.mode };
      return editCampaign(tx, campaign, { settings, ...by });
    }
    case 'set_share': {
      const { priority, weight } = action;
      const settings = { ...campaign.settings, share: { priority, weight } };
      return editCampaign(tx, campaign, { settings, ...by });
    }
    case 'notify':
      return Promise.resolve(campaign);
  }
}
