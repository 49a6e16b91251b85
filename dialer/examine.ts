import { readAccountChoice, type CampaignChoice } from '../src/db/account-filter';
import { groupAccounts, type AccountGroup } from '../src/db/account-groups';
import type { Queryable } from '../src/db/database';
import type { CallAsked } from '../src/db/dialing-facts';
import { maxLookbackDays } from './compliance/stack';
import type { Gate } from './create-gate';
import { dpdEdges, readLikenesses, type Likeness } from './likeness';

/** Likenesses that are asked about one by one; beyond it the counts are estimates, and say so. */
const LIKENESSES = 400;

/** What is asked about: a campaign, and which accounts it takes. */
export interface Examined extends Pick<CallAsked, 'campaignId' | 'proposed'> {
  readonly choice: Pick<CampaignChoice, 'creditorId' | 'filter' | 'reminders'>;
}

/** Accounts by what the rules tell apart, with one of each likeness read. */
export interface Examination {
  readonly at: Date;
  readonly groups: readonly AccountGroup[];
  /** The counts are scaled up from a sample. */
  readonly isSample: boolean;
  readonly likenesses: ReadonlyMap<string, Likeness>;
}

/** Examines a campaign as it stands. */
export async function examine(gate: Gate, db: Queryable, campaignId: string): Promise<Examination> {
  const choice = await readAccountChoice(db, campaignId);
  if (choice === null) throw new Error(`campaign ${campaignId} is gone`);
  return examineChoice(gate, db, { campaignId, choice });
}

/** Examines what a campaign would take and obey. */
export async function examineChoice(
  gate: Pick<Gate, 'rules' | 'clock'>,
  db: Queryable,
  asked: Examined,
): Promise<Examination> {
  const { rows } = await db.query<{ at: Date }>('select clock_timestamp() as at', []);
  const at = rows[0]?.at ?? gate.clock();
  const binding = await gate.rules.bindingAt(db, at);
  const packs = binding.packs.map(({ pack }) => pack);
  const { groups, isSample } = await groupAccounts(db, asked.choice, {
    lookbackDays: maxLookbackDays(packs, 'collect'),
    dpdEdges: dpdEdges(packs),
  });
  const { campaignId, proposed } = asked;
  const campaign = { campaignId, ...(proposed === undefined ? {} : { proposed }) };
  const likenesses = await readLikenesses(gate, db, campaign, groups, LIKENESSES);
  return { at, groups, isSample, likenesses };
}
