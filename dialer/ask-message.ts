import type { Queryable } from '../src/db/database';
import type { PhoneRow, ProposedCampaign } from '../src/db/dialing-facts';
import type { WayToPerson } from '../src/db/message-sends';
import { clockSkewMs, MAX_CLOCK_SKEW_MS } from '../src/domain/clock-skew';
import { switchThatStops } from '../src/domain/kill-switch';
import type { MessageKind } from '../src/domain/message-kind';
import { asksForMoney, bindsMessage, messageFacts } from '../src/domain/message-rules';
import type { MessageChannelKind } from '../src/domain/message-state';
import type { DebtorPhone } from '../src/domain/phone-owner';
import { evaluate } from './compliance/evaluate';
import type { Gate } from './create-gate';
import type { RuleSources } from './decision-record';
import type { GateFacts } from './gate-facts';
import { gatherCall, gatherFacts, type Call } from './gather-facts';

/** A message that would leave now, by one channel. */
export interface MessageAsked {
  readonly accountId: string;
  readonly creditorId: string;
  readonly kind: MessageKind;
  readonly channel: MessageChannelKind;
  /** By whose rules, and where the person was reached last. */
  readonly way: WayToPerson;
  /** Where it would be handed over is this machine: simulated people alone live there. */
  readonly isLoopback: boolean;
  readonly answersWait: boolean;
  /** Entries of the ledger that are this message's own, and do not count against it. */
  readonly ownContactIds: readonly string[];
}

/** On what the answer rests; kept beside the send. */
export interface MessageDecision extends RuleSources {
  readonly verdict: 'allow' | 'deny';
  readonly deniedBy: string | null;
  readonly at: string;
  readonly zones: readonly string[];
  readonly localTimes: readonly string[];
  readonly nextAllowedAt: string | null;
}

export type MessageAnswer =
  | { readonly kind: 'allowed'; readonly to: DebtorPhone; readonly decision: MessageDecision }
  | {
      readonly kind: 'refused';
      readonly deniedBy: string;
      /** Null: nobody can tell. */
      readonly nextAllowedAt: Date | null;
      /** By a hold: when that is lifted, messages are woken. */
      readonly isHeld: boolean;
    };

const UNTOLD = { nextAllowedAt: null, isHeld: false } as const;

/**
 * May this message be sent now, and to which of the debtor's own numbers? The very rules of calls, over
 * the same facts and the same ledger. Under the locks of a call what it counts is exact. Writes nothing.
 */
export async function askMessage(
  gate: Gate,
  db: Queryable,
  asked: MessageAsked,
): Promise<MessageAnswer> {
  const { accountId, creditorId, way } = asked;
  // a person who was never called is asked about as the creditor's own rules say
  const campaignId = way.campaignId ?? creditorId;
  const proposed: ProposedCampaign = {
    ...{ id: campaignId, creditor_id: creditorId, version: 1, rule_packs: [], settings: {} },
    state: 'running',
  };
  const call = await gatherCall(gate, db, {
    ...{ accountId, campaignId, purpose: 'collect', phoneId: null },
    ...{ stage: 'invite', mode: 'manual', attemptId: null },
    ...(way.campaignId === null ? { proposed } : {}),
  });
  if (call === null) throw new Error(`account ${accountId} is gone while locked`);
  const stopped = stop(call, asked);
  if (stopped !== null) return { kind: 'refused', deniedBy: stopped, ...UNTOLD };
  const denials: MessageAnswer[] = [];
  for (const phone of numbers(call, asked)) {
    const answer = await askNumber(db, call, phone, asked);
    if (answer.kind === 'allowed') return answer;
    denials.push(answer);
  }
  return earliest(denials);
}

/** What no rule pack can lift. */
function stop({ row, clock }: Call, { kind }: MessageAsked): string | null {
  const { status, amountDueMinor } = row.account;
  if (switchThatStops(row.switches) !== null) return 'engine.kill_switch';
  const skewMs = clockSkewMs({
    askedAtMs: Date.parse(clock.askedAt),
    databaseAtMs: row.at.getTime(),
    answeredAtMs: Date.parse(clock.answeredAt),
  });
  if (skewMs > MAX_CLOCK_SKEW_MS) return 'engine.clock_skew';
  if (!asksForMoney(kind)) return null;
  if (status !== 'open') return `engine.account_${status}`;
  return amountDueMinor === '0' ? 'engine.nothing_due' : null;
}

/** The debtor's own working numbers, the one where the person was reached last before the others. */
function numbers({ row }: Call, { channel, way }: MessageAsked): (PhoneRow & DebtorPhone)[] {
  return row.phones
    .flatMap((phone) => (phone.owner === 'debtor' ? [{ ...phone, owner: phone.owner }] : []))
    .filter(({ line }) => channel === 'voice' || line !== 'fixed')
    .sort((a, b) => Number(b.id === way.phoneId) - Number(a.id === way.phoneId));
}

async function askNumber(
  db: Queryable,
  call: Call,
  phone: PhoneRow & DebtorPhone,
  asked: MessageAsked,
): Promise<MessageAnswer> {
  const { facts, rules, sources } = await gatherFacts(db, call, phone);
  const { kind, channel, ownContactIds, answersWait } = asked;
  if (!asked.isLoopback && rules.packs.some((pack) => pack.simulatedOnly === true)) {
    return { kind: 'refused', deniedBy: 'engine.simulated_people_only', ...UNTOLD };
  }
  const packs = rules.packs.map((pack) => ({
    ...pack,
    rules: pack.rules.filter((rule) => bindsMessage(kind, rule, answersWait)),
  }));
  const events = facts.events.filter(({ id }) => id === undefined || !ownContactIds.includes(id));
  const said = messageFacts(facts.call, { kind, channel });
  const decision = evaluate(packs, rules.calendars, said, events, facts.at);
  const { verdict, deniedBy, nextAllowedAt } = decision;
  if (verdict === 'deny') {
    return {
      kind: 'refused',
      deniedBy: deniedBy ?? 'engine.rules',
      nextAllowedAt: nextAllowedAt === null ? null : new Date(nextAllowedAt),
      isHeld: packs.some(({ rules: of }) =>
        of.some(({ id, kind: its }) => its === 'hold' && id === deniedBy),
      ),
    };
  }
  const { id, owner, e164 } = phone;
  return { kind: 'allowed', to: { id, owner, e164 }, decision: kept(decision, facts, sources) };
}

function kept(
  decision: ReturnType<typeof evaluate>,
  { at }: GateFacts,
  sources: RuleSources,
): MessageDecision {
  const { zones, localTimes, nextAllowedAt } = decision;
  return { ...sources, verdict: 'allow', deniedBy: null, at, zones, localTimes, nextAllowedAt };
}

/** Of several denials, that of the number which may be written to first. */
function earliest(denials: readonly MessageAnswer[]): MessageAnswer {
  const at = (one: MessageAnswer): number =>
    one.kind === 'refused' ? (one.nextAllowedAt?.getTime() ?? Infinity) : Infinity;
  const [first] = denials.toSorted((a, b) => at(a) - at(b));
  return first ?? { kind: 'refused', deniedBy: 'engine.no_dialable_phone', ...UNTOLD };
}
