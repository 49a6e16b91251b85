import { readLearntSeq } from '../src/db/best-time-models';
import { applyChoices, type MomentChoice } from '../src/db/moment-choices';
import { readMomentFacts } from '../src/db/moment-facts';
import { chanceNow, type ChanceNow } from './best-time/decide-moment';
import type { Gate } from './create-gate';
import { choiceOf, chooseFor, inquire, readShelf, type MomentInquiry } from './plan-moments';

/** What is known of an account that is due. */
export interface DueMoment extends ChanceNow {
  /** It waits for a better moment: its next attempt was moved there, and it is not due any more. */
  readonly waitsUntil: Date | null;
}

/** A moment that begins within this time is now. */
const NOW_MS = 60_000;

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
      if (plan !== null && plan.basis !== 'no_data') choices.push(plan);
      const { groups, person, now: wallNow, hours } = inquiry.question;
      const chance = chanceNow(groups, person, wallNow, { ...inquiry.standing, hours });
      const waits = plan !== null && plan.chosen !== plan.earliest;
      moments.set(one.accountId, { ...chance, waitsUntil: waits ? new Date(plan.chosen) : null });
    }
    await applyChoices(tx, choices);
    return moments;
  });
}

function isPlanned({ facts: { plannedFor, nextAttemptAt } }: MomentInquiry): boolean {
  return plannedFor !== null && plannedFor.getTime() === nextAttemptAt?.getTime();
}

/** Null: there is no moment to choose, and the gate says what is so. */
function planNow(inquiry: MomentInquiry, now: Date, learntSeq: string): MomentChoice | null {
  const chosen = chooseFor(inquiry);
  const due = inquiry.facts.nextAttemptAt;
  if (chosen.atMs === null || due === null) return null;
  // now is the moment: it stays where it is
  const stays = chosen.slot !== null && chosen.slot.ms <= now.getTime() + NOW_MS;
  const at = stays ? due : new Date(chosen.atMs);
  return choiceOf(inquiry, chosen, { earliest: due, chosen: at }, learntSeq);
}
