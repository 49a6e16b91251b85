import { DEFAULT_WRAP_UP_LIMIT_MS } from '../src/db/agent-sessions';
import { claimAttempt, endAttempt, lockAttempt, type OutboundAttempt } from '../src/db/attempts';
import { lockCall } from '../src/db/call-locks';
import type { Transaction } from '../src/db/database';
import { insertDecision, readPermit } from '../src/db/decisions';
import type { DialingRow, PhoneRow } from '../src/db/dialing-facts';
import { DEFAULT_RING_TIMEOUT_MS } from '../src/domain/campaign-settings';
import { locatePhone, type CallablePhone } from '../src/domain/phone-owner';
import { callerIdOrder } from './caller-id-order';
import { recordingMode, type RecordingMode } from './compliance/recording-mode';
import type { Gate } from './create-gate';
import { signDecision } from './decision-record';
import { keepDenials, postpone, type Decided } from './deny';
import { decideCall } from './gate-decision';
import type { GateStage } from './gate-facts';
import { gatherCall, gatherFacts } from './gather-facts';
import { permitFault } from './permit-fault';
import { keepShadow } from './shadow';

export type { Gate } from './create-gate';

export interface Denied {
  readonly verdict: 'deny';
  readonly attemptId: string;
  readonly deniedBy: string;
}

/** The agent may be rung for the call. */
export interface Leased {
  readonly verdict: 'allow';
  /** The only trunks that the call may leave by, best first; never empty. */
  readonly trunkIds: readonly string[];
  /** E.164, the one to be shown first; empty: the trunk's own. */
  readonly callerIds: readonly string[];
}

/** The call may be placed: the caller must do so now, or end the attempt. */
export interface Claimed extends Leased {
  readonly attemptId: string;
  readonly callId: string;
  readonly campaignId: string;
  readonly creditorId: string;
  readonly agentSessionId: string;
  readonly agentId: string;
  readonly phone: CallablePhone;
  readonly ringTimeoutMs: number;
  /** No ringing after this instant: the hours close; null: not within two days. */
  readonly ringUntil: Date | null;
  readonly wrapUpLimitMs: number;
  /** What the rules say of recording the talk; null: nothing. */
  readonly recordingMode: RecordingMode | null;
}

export type LeaseResult = Leased | Denied;
export type ClaimResult = Claimed | Denied;

interface Looking {
  readonly attemptId: string;
  readonly sipInstanceId: string;
}

/**
 * Asked by the sip role when it takes up a reserved attempt, before the agent's phone rings: the
 * second look, with fresh facts. What was picked up late or may no longer be called is given back,
 * account and agent with it.
 */
export function lookAtLease(gate: Gate, input: Looking): Promise<LeaseResult> {
  return gate.db.transaction(async (tx) => {
    const looked = await look(gate, tx, input, 'lease');
    if ('verdict' in looked) return looked;
    const signed = sign(gate, looked.decided);
    insertDecision(tx, signed);
    keepShadow(tx, signed.id, looked.decided);
    return leased(looked);
  });
}

/**
 * Asked by the sip role right before the INVITE: the last look, with fresh facts. On `allow` the
 * attempt is `dialing` and counts; the caller must place the call or end the attempt. Of several
 * callers one wins; the others, and any redelivery, get a denial that changes nothing.
 */
export function claimForDialing(gate: Gate, input: Looking): Promise<ClaimResult> {
  return gate.db.transaction(async (tx) => {
    const looked = await look(gate, tx, input, 'invite');
    if ('verdict' in looked) return looked;
    return claim(gate, tx, looked, input.sipInstanceId);
  });
}

/** A look that ended in a permit, everything still locked. */
interface Permitted {
  readonly attempt: OutboundAttempt;
  readonly row: DialingRow;
  readonly phone: CallablePhone;
  readonly decided: Decided;
}

async function look(
  gate: Gate,
  tx: Transaction,
  input: Looking,
  stage: Exclude<GateStage, 'reserve'>,
): Promise<Permitted | Denied> {
  const attempt = await lockAttempt(tx, input.attemptId);
  if (attempt?.direction !== 'out') return refuse(input.attemptId, 'engine.unknown_attempt');
  if (attempt.state !== 'reserved') return refuse(attempt.id, 'engine.already_claimed');
  const actor = `sip:${input.sipInstanceId}`;
  const { accountId, campaignId, phoneId, purpose, mode } = attempt;
  const question = { accountId, campaignId, phoneId, purpose, mode, stage, attemptId: attempt.id };
  // one round trip, each statement with a snapshot of its own: what is read, the permit's time too, is
  // read when the locks are held, however long they were waited for
  const [, permit, call] = await Promise.all([
    lockCall(tx, { accountId, phoneId }),
    readPermit(tx, attempt),
    gatherCall(gate, tx, question),
  ]);
  const fault = permitFault(gate.signer.publicKey, attempt, permit);
  if (fault !== null) {
    await endAttempt(tx, attempt.id, { result: 'expired', cause: fault, actor });
    return refuse(attempt.id, `engine.${fault}`);
  }
  if (call === null) throw new Error(`attempt ${attempt.id} without account or campaign`);
  const found = call.row.phones[0] ?? null;
  const gathered = await gatherFacts(tx, call, found);
  const decision = decideCall(gathered.facts, gathered.rules);
  const decided = { ...gathered, decision, attemptId: attempt.id };
  const phone = found && callable(found, gathered.facts.locateConsentId);
  if (decision.verdict === 'deny' || phone === null) {
    const deniedBy = decision.deniedBy ?? 'engine.no_dialable_phone';
    await endAttempt(tx, attempt.id, { result: 'blocked_by_rule', cause: deniedBy, actor });
    await keepDenials(gate, tx, [decided]);
    if (purpose === 'collect') await postpone(tx, [decided]);
    return refuse(attempt.id, deniedBy);
  }
  return { attempt, row: call.row, phone, decided };
}

function refuse(attemptId: string, deniedBy: string): Denied {
  return { verdict: 'deny', attemptId, deniedBy };
}

/** The decision has said that this number may be called; the type says so from here on. */
function callable(phone: PhoneRow, locateConsentId: string | null): CallablePhone | null {
  const { id, owner, e164 } = phone;
  return owner === 'debtor' ? { id, owner, e164 } : locatePhone(phone, locateConsentId);
}

const sign = (gate: Gate, { sources, facts, decision, attemptId }: Decided) =>
  signDecision(gate, sources, facts, decision, attemptId);

function leased({ decided, row }: Permitted): Leased {
  const person = { debtorId: row.account.debtorId, province: row.debtor.province };
  const callerIds = callerIdOrder(row.campaign.settings, person);
  return { verdict: 'allow', trunkIds: decided.decision.trunkIds, callerIds };
}

async function claim(
  gate: Gate,
  tx: Transaction,
  permitted: Permitted,
  sipInstanceId: string,
): Promise<Claimed> {
  const { attempt, row, phone, decided } = permitted;
  const { settings } = row.campaign;
  const ringTimeoutMs = settings.ringTimeoutMs ?? DEFAULT_RING_TIMEOUT_MS;
  const decision = sign(gate, decided);
  insertDecision(tx, decision);
  keepShadow(tx, decision.id, decided);
  const callId = await claimAttempt(tx, attempt, {
    inviteDecisionId: decision.id,
    actor: `sip:${sipInstanceId}`,
    // for the sweep; the sip role's own limits end it before: the permit's 30 s for the last trunk
    // to be tried, twice its first response (32 s at most), the ring time, the CANCEL
    limitMs: ringTimeoutMs + 120_000,
    sipInstanceId,
  });
  const closing = decided.decision.mayCallUntil;
  return {
    ...leased(permitted),
    attemptId: attempt.id,
    callId,
    campaignId: attempt.campaignId,
    creditorId: attempt.creditorId,
    agentSessionId: attempt.agentSessionId,
    agentId: attempt.agentId,
    phone,
    ringTimeoutMs,
    ringUntil: closing === null ? null : new Date(closing.at),
    wrapUpLimitMs: settings.wrapUpLimitMs ?? DEFAULT_WRAP_UP_LIMIT_MS,
    recordingMode: recordingMode(decided.rules.packs, decided.facts.call, decided.facts.at),
  };
}
