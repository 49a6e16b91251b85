import type { Transaction } from '../src/db/database';
import { insertDecision } from '../src/db/decisions';
import { appendEvent } from '../src/db/events';
import { signDecision, type DecidingProgram } from './decision-record';
import type { GateDecision } from './gate-decision';
import type { Gathered } from './gather-facts';
import { keepShadow } from './shadow';

/** What was asked and what came of it. */
export interface Decided extends Gathered {
  readonly decision: GateDecision;
  readonly attemptId: string | null;
}

/** Keeps denials and tells of them. What becomes of the account is another matter. */
export async function keepDenials(
  gate: DecidingProgram,
  tx: Transaction,
  denials: readonly Decided[],
): Promise<void> {
  for (const denied of denials) await keepDenial(gate, tx, denied);
}

async function keepDenial(gate: DecidingProgram, tx: Transaction, decided: Decided): Promise<void> {
  const { facts, decision, sources, attemptId } = decided;
  const signed = signDecision(gate, sources, facts, decision, attemptId);
  insertDecision(tx, signed);
  keepShadow(tx, signed.id, decided);
  await appendEvent(tx, {
    type: 'attempt.refused',
    creditorId: facts.account.creditorId,
    campaignId: facts.campaign.id,
    payload: {
      accountId: facts.account.id,
      attemptId,
      stage: facts.stage,
      deniedBy: decision.deniedBy,
    },
  });
}

/** Refused for what has nothing to do with the account: nobody may be dialed here at the moment. */
const STOPPED = /^engine\.(kill_switch|clock_skew)$/;

export function isStopped(denials: readonly Decided[]): boolean {
  return STOPPED.test(denials[0]?.decision.deniedBy ?? '');
}

/** After a denial whose end is not known, look again in a day; soon when only we are not ready. */
const LOOK_AGAIN_MS = 24 * 3_600_000;
const NOT_READY_MS = 60_000;
/** Accounts that become callable at one instant come back within this span, not all at once. */
const SPREAD_MS = 60_000;

/** Refused for the state of the account or the campaign: the end of that state moves the account. */
const STANDING = /^engine\.(campaign_not_running|account_|hold_|other_creditor)/;
const NOT_READY = /^engine\.(no_trunk|kill_switch|clock_skew)/;

/**
 * Puts the account off until it may be called: the earliest instant over the numbers that were
 * asked about, spread by account.
 */
export async function postpone(tx: Transaction, denials: readonly Decided[]): Promise<void> {
  const [first] = denials;
  if (first === undefined) return;
  const { facts } = first;
  const deniedBy = first.decision.deniedBy ?? '';
  const { id } = facts.account;
  if (STANDING.test(deniedBy)) return;
  if (deniedBy === 'engine.no_dialable_phone') {
    // at a later look one number was asked about; the attempt's end has looked whether others are left
    if (facts.stage === 'reserve') await blockWithoutPhone(tx, id);
    return;
  }
  await tx.query('update account set next_attempt_at = $2, updated_at = now() where id = $1', [
    id,
    nextAttemptAt(id, new Date(facts.at), deniedBy, denials),
  ]);
}

/**
 * When an account that is like the one that was asked about may be called, by the same denials;
 * null: nobody can tell of another account.
 */
export function putOffUntil(accountId: string, denials: readonly Decided[]): Date | null {
  const [first] = denials;
  const deniedBy = first?.decision.deniedBy ?? '';
  if (first === undefined || STANDING.test(deniedBy)) return null;
  return nextAttemptAt(accountId, new Date(first.facts.at), deniedBy, denials);
}

function nextAttemptAt(
  accountId: string,
  at: Date,
  deniedBy: string,
  denials: readonly Decided[],
): Date {
  if (NOT_READY.test(deniedBy)) return new Date(at.getTime() + NOT_READY_MS);
  const allowed = denials.flatMap(({ decision: { nextAllowedAt } }) =>
    nextAllowedAt === null ? [] : [Date.parse(nextAllowedAt)],
  );
  if (allowed.length === 0) return new Date(at.getTime() + LOOK_AGAIN_MS);
  return new Date(Math.min(...allowed) + spreadMs(accountId));
}

/** 0 to 59 999 ms, the same each time: the end of the id is random. */
export function spreadMs(accountId: string): number {
  return Number.parseInt(accountId.slice(-8), 16) % SPREAD_MS;
}

async function blockWithoutPhone(tx: Transaction, accountId: string): Promise<void> {
  await tx.query(
    `update account set blocked_reason = 'no_dialable_phone', next_attempt_at = null,
       updated_at = now() where id = $1`,
    [accountId],
  );
}
