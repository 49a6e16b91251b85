import type { Transaction } from '../src/db/database';
import { dropReady, hasReady, lockNext, rankAnew, type LockedNext } from '../src/db/ready-accounts';
import { gatherDue, sayOfDue, type Answer, type Permit } from './ask';
import { choose, dropStale, type Choice } from './choose-account';
import type { Gate } from './create-gate';
import { promote } from './promote';

const DENIALS_A_TURN = 50;
/** Looks that may find the best account stale, and drop it and others, before the turn gives up. */
const STALE_A_TURN = 20;
/** A rank that fell since it was computed sends an account back in line; so many times a turn. */
const FALLEN_A_TURN = 8;

/** A due account that may be called, and the ready agent for it; all of it locked. */
export interface Next {
  readonly session: LockedNext<unknown>['session'];
  readonly choice: Choice;
  readonly answer: Answer;
  readonly permit: Permit;
}

/** What is taken from: of a campaign all that is ready, or what is kept for one agent, who then gets it. */
interface From {
  readonly campaignId: string;
  readonly ownOf: string | null;
}

/** @param T what was done with the account */
export type Taken<T> =
  T | { readonly kind: 'no_agent' } | { readonly kind: 'nothing_due'; readonly denials: number };

/**
 * Takes the next due account of a campaign for a ready agent. Each account is decided about in one
 * transaction of its own, which locks agent, debtor, account and numbers in the house's order, then
 * reads facts and ledger, and then does with a permitted one what `use` does; or a denial is
 * written, and the account waits for its next allowed instant.
 * @param onMiss told of each account that was chosen, with an agent waiting, and then denied
 */
export async function takeNext<T extends { readonly kind: string }>(
  gate: Gate,
  from: From,
  use: (tx: Transaction, next: Next) => Promise<T>,
  onMiss: () => void,
): Promise<Taken<T>> {
  const { campaignId, ownOf } = from;
  let denials = 0;
  const seen = { stale: 0, fallen: 0 };
  for (let looked = false; denials < DENIALS_A_TURN && seen.stale < STALE_A_TURN;) {
    const mayFall = seen.fallen < FALLEN_A_TURN;
    const turn = await gate.db.transaction((tx) => takeOne(gate, tx, from, { use, mayFall }));
    if (turn === 'nothing_ready') {
      if (ownOf !== null) break;
      const { promoted, denials: refused } = await promote(gate, campaignId);
      denials += refused;
      // what others held for a moment, without an agent to give it to, is free by now
      const again = promoted > 0 || (!looked && (await hasReady(gate.db, campaignId)));
      if (!again) return { kind: 'nothing_due', denials };
      looked = true;
    } else if (turn === 'stopped') {
      return { kind: 'nothing_due', denials: denials + 1 };
    } else if (turn === 'denied') {
      denials += 1;
      onMiss();
    } else if (turn === 'stale' || turn === 'fallen') {
      seen[turn] += 1;
    } else {
      return turn;
    }
  }
  return { kind: 'nothing_due', denials };
}

type Turn<T> =
  | T
  | { readonly kind: 'no_agent' }
  | 'denied'
  | 'stopped'
  | 'nothing_ready'
  /** The best account was not to be called any more, or another took it. */
  | 'stale'
  | 'fallen';

/** @param mayFall an account that is worth less by now goes back in line */
async function takeOne<T>(
  gate: Gate,
  tx: Transaction,
  from: From,
  {
    use,
    mayFall,
  }: {
    readonly use: (tx: Transaction, next: Next) => Promise<T>;
    readonly mayFall: boolean;
  },
): Promise<Turn<T>> {
  const { campaignId } = from;
  const next = await lockNext(tx, from, () => gatherDue(gate, tx, campaignId));
  if (next === null) return { kind: 'no_agent' };
  const { session, ready, read } = next;
  if (ready === null) return 'nothing_ready';
  const chosen = choose(ready);
  if (chosen.kind === 'fallen' && mayFall) {
    rankAnew(tx, ready, chosen.choice.rank);
    return 'fallen';
  }
  const said = chosen.kind === 'stale' ? chosen : await sayOfDue(gate, tx, read, ready.numbers);
  if (chosen.kind === 'stale' || said.kind === 'stale') {
    if (from.ownOf === null) await dropStale(tx, campaignId);
    else dropReady(tx, campaignId, [ready.accountId]);
    return 'stale';
  }
  if (said.kind === 'denied') {
    if (said.isStopped) return 'stopped';
    dropReady(tx, campaignId, [ready.accountId]);
    return 'denied';
  }
  const { answer, permit } = said;
  return use(tx, { session, choice: chosen.choice, answer, permit });
}
