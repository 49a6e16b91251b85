import { listCampaignsOfAccount, listDecisionsBefore } from '../src/db/why';
import type { Gate } from './create-gate';
import { certificateOf, type Certificate } from './certificate';
import { dryRun, withoutEffect } from './dry-run';

export interface AccountWhy {
  readonly accountId: string;
  /** The instant asked about. */
  readonly at: Date;
  /** In the past the account, its campaigns and the trunks are those of now, all else is of then. */
  readonly when: 'past' | 'now' | 'future';
  /** In each campaign of its creditor that is not done. */
  readonly campaigns: readonly {
    readonly campaignId: string;
    readonly campaignName: string;
    readonly inAttempt: boolean;
    readonly dueAt: Date | null;
    readonly certificate: Certificate;
  }[];
  /** What the gate did decide about this account, the latest before the instant first. */
  readonly decided: readonly {
    readonly decisionId: string;
    readonly at: Date;
    readonly stage: string;
    readonly verdict: string;
    readonly deniedBy: string | null;
  }[];
}

/** Decisions shown beside the answer. */
const DECIDED = 10;

/** May this account be called at an instant, in which campaign, and if not, why. @param at null: now */
export function explainAccount(
  gate: Gate,
  accountId: string,
  at: Date | null,
): Promise<AccountWhy> {
  return withoutEffect(gate, async (db) => {
    const now = gate.clock();
    const campaigns: AccountWhy['campaigns'][number][] = [];
    for (const campaign of await listCampaignsOfAccount(db, accountId)) {
      const { campaignId } = campaign;
      const asked = { accountId, campaignId, purpose: 'collect', phoneId: null } as const;
      const answer = await dryRun(gate, db, asked, at);
      if (answer === null) continue;
      campaigns.push({ ...campaign, certificate: certificateOf(gate, answer.decided) });
    }
    return {
      accountId,
      at: at ?? now,
      when: at === null ? 'now' : at < now ? 'past' : 'future',
      campaigns,
      decided: await listDecisionsBefore(db, accountId, at ?? now, DECIDED),
    };
  });
}
