import type { AccountFilter, Bucket } from './account-filter';
import { PERCENT_METRICS } from './automatic-rule';
import { oneWayOfCallerIds } from './caller-ids';
import type { CampaignDocument } from './campaign-document';
import type { Finding } from './describe-issues';
import { canonicalJson } from '../canonical-json';
import { CHALLENGER_PARTS, challengerParts, spelledOut } from './experiment';

/** What only two fields together can tell. */
export function crossCheck(document: CampaignDocument): Finding[] {
  return [
    ...notDueInFilter(document.accounts ?? {}, ['accounts']),
    ...(document.segments ?? []).flatMap(({ accounts }, index) =>
      document.reminders === undefined
        ? notDueInFilter(accounts, ['segments', index, 'accounts'])
        : [],
    ),
    ...oneWayOfCallerIds(document.dialing ?? {}, ['dialing']),
    ...rulesThatCannotFire(document),
    ...experimentThatComparesNothing(document),
  ];
}

const PRE_DUE: Bucket = 'pre-due';

/** Nobody is called before the due date but as a reminder: a filter that asks for it takes nobody. */
function notDueInFilter(filter: AccountFilter, path: readonly PropertyKey[]): Finding[] {
  const found: Finding[] = [];
  const accepted =
    'days past due from 1; accounts not past due are called by reminders: {daysBeforeDue, accounts}';
  if (filter.bucket?.includes(PRE_DUE) === true) {
    const reason = 'asks for accounts that are not past due';
    found.push({ path: [...path, 'bucket', filter.bucket.indexOf(PRE_DUE)], reason, accepted });
  }
  if (filter.daysPastDue?.to !== undefined && filter.daysPastDue.to < 1) {
    const reason = 'takes only accounts that are not past due';
    found.push({ path: [...path, 'daysPastDue', 'to'], reason, accepted });
  }
  for (const branch of ['all', 'any'] as const) {
    for (const [index, inner] of (filter[branch] ?? []).entries()) {
      found.push(...notDueInFilter(inner, [...path, branch, index]));
    }
  }
  return found;
}

function rulesThatCannotFire({ rules = [] }: CampaignDocument): Finding[] {
  return rules.flatMap(({ when }, index): Finding[] => {
    const path = ['rules', index, 'when', 'value'];
    if (PERCENT_METRICS.includes(when.metric) && when.value > 100) {
      return [{ path, reason: 'is more than a percentage can be', accepted: '0 to 100' }];
    }
    if (when.is === 'below' && when.value === 0) {
      return [{ path, reason: 'is never below 0', accepted: '1 or more' }];
    }
    return [];
  });
}

function experimentThatComparesNothing({
  experiment,
  dialing,
  ...champion
}: CampaignDocument): Finding[] {
  if (experiment === undefined) return [];
  const { mode = 'progressive' } = dialing ?? {};
  if (mode !== 'progressive') {
    const reason = `compares calls that the program places, and mode is ${mode}`;
    return [{ path: ['experiment'], reason, accepted: 'mode progressive, or no experiment' }];
  }
  const path = ['experiment', 'challenger'];
  const { challenger } = experiment;
  const isSame =
    canonicalJson(spelledOut(champion)) ===
    canonicalJson(spelledOut({ ...champion, ...challengerParts(champion, challenger) }));
  if (!isSame) return [];
  const accepted = `other values in at least one of ${CHALLENGER_PARTS.join(', ')}`;
  return [{ path, reason: 'says nothing that the document does not say', accepted }];
}
