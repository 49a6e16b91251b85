import { lockAttempt, type Attempt } from '../src/db/attempts';
import { lockCall } from '../src/db/call-locks';
import type { Queryable, Transaction } from '../src/db/database';
import { insertDecision } from '../src/db/decisions';
import { findDialingCampaign } from '../src/db/inbound-lookup';
import { findOffice, readTrunksForOffice } from '../src/db/office-numbers';
import {
  closeTransfer,
  lockTransfer,
  moveLockedTransfer,
  type Transfer,
} from '../src/db/transfers';
import type { CallMode } from '../src/domain/call-mode';
import { DEFAULT_RING_TIMEOUT_MS } from '../src/domain/campaign-settings';
import { officePhone, type CallablePhone } from '../src/domain/phone-owner';
import { callerIdOrder } from './caller-id-order';
import type { Gate } from './create-gate';
import { signDecision } from './decision-record';
import { keepDenials, type Decided } from './deny';
import { decideCall } from './gate-decision';
import { gatherCall, gatherFacts } from './gather-facts';
import { keepShadow } from './shadow';

/** One number may be dialed now, beside the talk that is handed on to it. */
export interface TransferPermit {
  readonly phone: CallablePhone;
  /** Best first; never empty. */
  readonly trunkIds: readonly string[];
  /** E.164, the one to be shown first; empty: the trunk's own. */
  readonly callerIds: readonly string[];
  readonly ringTimeoutMs: number;
  /** No ringing after this instant; null: not within two days, or an office. */
  readonly ringUntil: Date | null;
}

/** What the gate says of handing a talk on to another number of the person. */
export interface TransferLook {
  readonly decided: Decided;
  readonly deniedBy: string | null;
  readonly permit: TransferPermit | null;
}

/**
 * By which campaign's rules another number is dialed in a talk: those of the call, or, of a call that came
 * in, those of the campaign that dials the account. Null: nobody knows who calls, or no campaign does.
 */
async function campaignOf(
  tx: Queryable,
  attempt: Attempt,
): Promise<{ accountId: string; campaignId: string; mode: CallMode } | null> {
  if (attempt.direction === 'out') return attempt;
  const { accountId } = attempt;
  const campaignId = accountId === null ? null : await findDialingCampaign(tx, accountId);
  if (accountId === null || campaignId === null) return null;
  return { accountId, campaignId, mode: 'manual' };
}

/**
 * Asks about another number of the person, whose talk's attempt is locked: the facts as they are now,
 * and the rules of any INVITE; the talk itself does not count against it. A third person's number is
 * refused as it always is. Writes nothing. Null: no campaign's rules could be asked.
 */
export async function lookAtTransfer(
  gate: Gate,
  tx: Transaction,
  attempt: Attempt,
  phoneId: string,
): Promise<TransferLook | null> {
  const dialed = await campaignOf(tx, attempt);
  if (dialed === null) return null;
  const { accountId, campaignId, mode } = dialed;
  const asked = { accountId, campaignId, phoneId, mode, purpose: 'collect' } as const;
  const [, call] = await Promise.all([
    lockCall(tx, { accountId, phoneId }),
    gatherCall(gate, tx, { ...asked, stage: 'invite', attemptId: attempt.id }),
  ]);
  if (call === null) throw new Error(`attempt ${attempt.id} without account or campaign`);
  const found = call.row.phones[0] ?? null;
  const gathered = await gatherFacts(tx, call, found);
  const decision = decideCall(gathered.facts, gathered.rules);
  const decided = { ...gathered, decision, attemptId: attempt.id };
  if (decision.verdict === 'deny' || found?.owner !== 'debtor') {
    return { decided, deniedBy: decision.deniedBy ?? 'engine.third_party', permit: null };
  }
  const { settings } = call.row.campaign;
  const { account, debtor } = call.row;
  const permit = {
    phone: { id: found.id, owner: found.owner, e164: found.e164 },
    trunkIds: decision.trunkIds,
    callerIds: callerIdOrder(settings, { debtorId: account.debtorId, province: debtor.province }),
    ringTimeoutMs: settings.ringTimeoutMs ?? DEFAULT_RING_TIMEOUT_MS,
    ringUntil: decision.mayCallUntil === null ? null : new Date(decision.mayCallUntil.at),
  };
  return { decided, deniedBy: null, permit };
}

export type TakenUp =
  | { readonly kind: 'agent'; readonly transfer: Transfer }
  | { readonly kind: 'outside'; readonly transfer: Transfer; readonly permit: TransferPermit }
  /** Not asked for any more, taken up already, or refused; the row says which. */
  | { readonly kind: 'none'; readonly cause: string };

/**
 * Asked by the sip role when it takes a transfer up, right before the other's phone rings. A number of
 * the person is looked at anew and the decision kept; an office must be on the creditor's list and
 * nobody's phone, and is dialed by the trunks that the attempt's own permit names; of a call that came in,
 * by the one it came by, else another of the creditor's. Of several callers one wins.
 */
export function takeUpTransfer(
  gate: Gate,
  input: {
    readonly transferId: string;
    readonly attemptId: string;
    readonly sipInstanceId: string;
  },
): Promise<TakenUp> {
  return gate.db.transaction(async (tx) => {
    const attempt = await lockAttempt(tx, input.attemptId);
    const transfer = await lockTransfer(tx, input.transferId);
    if (transfer?.state !== 'requested') return { kind: 'none', cause: 'taken_up' };
    const actor = `sip:${input.sipInstanceId}`;
    const refuse = async (cause: string): Promise<TakenUp> => {
      await closeTransfer(tx, transfer, { to: 'failed', cause, actor });
      return { kind: 'none', cause };
    };
    const isTalk = attempt?.state === 'connected' && attempt.agentLeftAt === null;
    if (!isTalk) return refuse('no_talk');
    const reach = (decisionId?: string): Promise<Transfer> => {
      const decided = decisionId === undefined ? {} : { decisionId };
      return moveLockedTransfer(tx, transfer, { to: 'reaching', cause: 'taken_up', ...decided });
    };
    if (transfer.target === 'agent') return { kind: 'agent', transfer: await reach() };
    if (transfer.phoneId !== null) {
      const look = await lookAtTransfer(gate, tx, attempt, transfer.phoneId);
      if (look === null) return refuse('no_campaign');
      const { decided, deniedBy, permit } = look;
      if (permit === null) {
        await keepDenials(gate, tx, [decided]);
        return refuse(deniedBy ?? 'denied');
      }
      return { kind: 'outside', permit, transfer: await reach(keep(gate, tx, decided)) };
    }
    const permit = await officePermit(tx, attempt, transfer.officeNumberId);
    if (permit === null) return refuse('office_not_listed');
    return { kind: 'outside', permit, transfer: await reach() };
  });
}

function keep(gate: Gate, tx: Transaction, decided: Decided): string {
  const { sources, facts, decision, attemptId } = decided;
  const signed = signDecision(gate, sources, facts, decision, attemptId);
  insertDecision(tx, signed);
  keepShadow(tx, signed.id, decided);
  return signed.id;
}

async function officePermit(
  tx: Transaction,
  attempt: Attempt,
  officeNumberId: string | null,
): Promise<TransferPermit | null> {
  const { creditorId } = attempt;
  const office =
    officeNumberId === null ? null : await findOffice(tx, { officeNumberId, creditorId });
  const phone = office && officePhone(office);
  if (phone === null) return null;
  return {
    phone,
    trunkIds: await readTrunksForOffice(tx, attempt),
    callerIds: [],
    ringTimeoutMs: DEFAULT_RING_TIMEOUT_MS,
    ringUntil: null,
  };
}
