import { shownNumbers } from './campaign-document/caller-ids';
import { isOwnPackId } from './campaign-document/campaign-packs';
import { fieldText } from './campaign-document/field-text';
import type { CampaignSettings } from './campaign-settings';
import type { FieldProblem } from './field-problem';

/** What a campaign names, and what of it is there. */
export interface ReadinessFacts {
  readonly poolIds: readonly string[];
  readonly rulePacks: readonly string[];
  readonly knownRulePacks: readonly string[];
  readonly settings: CampaignSettings;
  readonly agentCount: number;
  /** With every skill that is asked for. */
  readonly skilledAgentCount: number;
  /** That agents of its pools have. */
  readonly agentSkills: readonly string[];
  readonly trunkCount: number;
  readonly callerIds: readonly string[];
  readonly missingTrunkIds: readonly string[];
  /** ISO 4217, of the creditor, and so of the cost limit. */
  readonly currency: string;
  /** What its enabled trunks bill in. */
  readonly trunkCurrencies: readonly { readonly id: string; readonly currency: string }[];
}

/** Why a campaign could not place a call; empty: it can start. */
export function checkCampaignReadiness(facts: ReadinessFacts): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (field: string, reason: string, accepted: string): void => {
    problems.push({ field, reason, accepted });
  };
  problems.push(...agentProblems(facts));
  const unknown = facts.rulePacks.filter((pack) => !facts.knownRulePacks.includes(pack));
  if (unknown.length > 0) {
    const known = facts.knownRulePacks.filter((pack) => !isOwnPackId(pack));
    add('rulePacks', `unknown: ${unknown.join(', ')}`, known.join(', '));
  }
  if (facts.missingTrunkIds.length > 0) {
    const reason = `not there or not enabled: ${facts.missingTrunkIds.join(', ')}`;
    add('settings.trunkIds', reason, 'ids of enabled trunks, or leave it out to use all');
  } else if (facts.trunkCount === 0) {
    add('settings.trunkIds', 'no trunk is enabled', 'at least one enabled trunk');
  }
  problems.push(...currencyProblems(facts));
  for (const { path, number } of shownNumbers(facts.settings)) {
    if (facts.trunkCount === 0 || facts.callerIds.includes(number)) continue;
    const accepted = `one of ${facts.callerIds.join(', ')}; leave it out to use the trunk's own`;
    add(fieldText(['settings', ...path]), 'none of its trunks may show it', accepted);
  }
  return problems;
}

/** There is no rate by which legs in another currency could be held against a cost limit. */
function currencyProblems({ settings, currency, trunkCurrencies }: ReadinessFacts): FieldProblem[] {
  if (settings.costCapMinor === undefined) return [];
  const others = trunkCurrencies.filter((trunk) => trunk.currency !== currency);
  if (others.length === 0) return [];
  const named = others.map((trunk) => `${trunk.id} (${trunk.currency})`).join(', ');
  const fitting = trunkCurrencies.filter((trunk) => trunk.currency === currency);
  const ids = fitting.map(({ id }) => id).join(', ') || `none yet`;
  return [
    {
      field: 'settings.trunkIds',
      reason: `the cost limit is in ${currency}, and it may call by trunks that bill otherwise: ${named}`,
      accepted: `ids of trunks that bill in ${currency}: ${ids}; or no settings.costCapMinor`,
    },
  ];
}

function agentProblems(facts: ReadinessFacts): FieldProblem[] {
  const accepted = 'at least one pool with an active agent';
  if (facts.poolIds.length === 0) {
    return [{ field: 'poolIds', reason: 'the campaign draws from no pool', accepted }];
  }
  if (facts.agentCount === 0) {
    return [{ field: 'poolIds', reason: 'no active agent stands in its pools', accepted }];
  }
  if (facts.skilledAgentCount > 0) return [];
  const wanted = facts.settings.skills?.join(', ') ?? '';
  const known = facts.agentSkills.join(', ') || 'none yet';
  return [
    {
      field: 'settings.skills',
      reason: `no active agent of its pools has all of: ${wanted}`,
      accepted: `skills that one of them has; among all: ${known}`,
    },
  ];
}
