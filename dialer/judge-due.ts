import { readLearntSeq, readPortfolioState } from '../src/db/best-time-models';
import type { Queryable } from '../src/db/database';
import { applyChoices, type MomentChoice } from '../src/db/moment-choices';
import { readMomentFacts } from '../src/db/moment-facts';
import { countPlans, LATE_MS } from '../src/db/moment-load';
import {
  chanceNow,
  LEAST_DIALS,
  ORDINARY_STANDING,
  type ChanceNow,
} from './best-time/decide-moment';
import { NEW_GROUP, portfolioChance, type GroupModel } from './best-time/group-model';
import { unpackGroup } from './best-time/pack-group';
import type { Gate } from './create-gate';
import {
  choiceOf,
  chooseFor,
  countOnShelf,
  inquire,
  readShelf,
  type MomentInquiry,
} from './plan-moments';

/** What is known of an account that is due. */
export interface DueMoment extends ChanceNow {
  /** It waits for a better moment: its next attempt was moved there, and it is not due any more. */
  readonly waitsUntil: Date | null;
}

/**
 * The chance of a right party now, for accounts that are due, by account. Whoever has no moment of
 * their own yet (imported, put off by the gate, moved by hand) is given one first, and may have to
 * wait for it.
 */
export async function judgeDue(
  gate: Pick<Gate, 'db' | 'rules' | 'clock'>,
  campaignId: string,
  accountIds: readonly string[],
): Promise<Map<string, DueMoment>> {
  if (accountIds.length === 0) return new Map();
  const portfolio = await readPortfolio(gate.db, campaignId);
  if (portfolio.dials < LEAST_DIALS)
    return new Map(accountIds.map((id) => [id, unknownYet(portfolio)]));
  return gate.db.transaction(async (tx) => {
    const now = gate.clock();
    const binding = await gate.rules.bindingAt(tx, now);
    const facts = await readMomentFacts(tx, accountIds, campaignId);
    const shelf = await readShelf(tx, facts);
    const learntSeq = await readLearntSeq(tx);
    const moments = new Map<string, DueMoment>();
    const choices: MomentChoice[] = [];
    for (const one of facts) {
      const inquiry = inquire(one, shelf, binding, now.getTime());
      const plan = isPlanned(inquiry) ? null : planNow(inquiry, now, learntSeq);
      if (plan !== null) {
        choices.push(plan);
        countOnShelf(shelf, inquiry, new Date(plan.chosen));
      }
      const { groups, person, now: wallNow, hours } = inquiry.question;
      const chance = chanceNow(groups, person, wallNow, { ...inquiry.standing, hours });
      const waits = plan !== null && plan.chosen !== plan.earliest;
      moments.set(one.accountId, { ...chance, waitsUntil: waits ? new Date(plan.chosen) : null });
    }
    await countPlans(tx, await applyChoices(tx, choices));
    return moments;
  });
}

async function readPortfolio(db: Queryable, campaignId: string): Promise<GroupModel> {
  const state = await readPortfolioState(db, campaignId);
  return state === null ? NEW_GROUP : unpackGroup(state);
}

/** Nobody's habits are known: all are alike, and nothing has to be read of any of them. */
const unknownYet = (portfolio: GroupModel): DueMoment => ({
  basis: 'no_data',
  chance: portfolioChance(portfolio),
  standing: ORDINARY_STANDING,
  score: null,
  waitsUntil: null,
});

function isPlanned({ facts: { plannedFor, nextAttemptAt } }: MomentInquiry): boolean {
  return plannedFor !== null && plannedFor.getTime() === nextAttemptAt?.getTime();
}

/** Null: there is no moment to choose, and the gate says what is so. */
function planNow(inquiry: MomentInquiry, now: Date, learntSeq: string): MomentChoice | null {
  const chosen = chooseFor(inquiry);
  const due = inquiry.facts.nextAttemptAt;
  if (chosen.atMs === null || due === null) return null;
  const { basis } = chosen.decision;
  // in the last minutes of an hour the next one is now
  const isNow = chosen.slot !== null && chosen.slot.ms <= now.getTime() + LATE_MS;
  // in neutral order everybody is due at once, and the gate says who has to wait for the law
  const stays = isNow || basis === 'objection';
  const at = stays ? due : new Date(chosen.atMs);
  return choiceOf(inquiry, chosen, { earliest: due, chosen: at }, learntSeq);
}
