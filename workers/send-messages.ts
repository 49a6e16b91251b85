import { askMessage, type MessageAnswer } from '../dialer/ask-message';
import type { Gate } from '../dialer/create-gate';
import { lockFreeCall } from '../src/db/call-locks';
import { readCollectionPolicy } from '../src/db/collection-policies';
import { recordContact } from '../src/db/contacts';
import type { Transaction } from '../src/db/database';
import {
  CHANNEL_SECRET,
  listMessageChannels,
  type MessageChannel,
} from '../src/db/message-channels';
import {
  giveUpAnswers,
  recordAnswer,
  settleMessage,
  type GatewayAnswer,
} from '../src/db/message-results';
import {
  claimSend,
  listDueMessages,
  lockDueMessage,
  putOffMessage,
  readPastSends,
  readWayToPerson,
  type DueMessage,
  type PastSend,
} from '../src/db/message-sends';
import { unseal } from '../src/db/sealed-secret';
import type { MessagesPolicy } from '../src/domain/collection-policy/messages';
import type { DebtorPhone } from '../src/domain/phone-owner';
import type { Posted, PostSafely } from '../src/outbound/post-safely';
import { signatureHeaders } from '../src/outbound/sign-delivery';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** Of one turn, so that a new recap does not wait behind a long list for more than a few seconds. */
const AT_ONCE = 50;
/** No answer by then: it counts as sent. Longer than a request may take. */
const ANSWER_LIMIT_MS = MINUTE_MS;
/** A channel that is out of order is asked so many times. */
const TRIES_A_CHANNEL = 5;
const FIRST_PAUSE_MS = 30 * SECOND_MS;
/** A send that was refused and the next one are one contact when they follow each other so soon. */
const ONE_CONTACT_MS = 10 * MINUTE_MS;
const NO_CHANNEL_MS = 15 * MINUTE_MS;
const STOPPED_MS = MINUTE_MS;
const LOOK_AGAIN_MS = 60 * MINUTE_MS;

export interface MessageTools {
  readonly gate: Gate;
  readonly post: PostSafely;
  /** 32 bytes; opens the secrets. */
  readonly secretKey: Buffer;
  readonly clock: () => Date;
  readonly onSent?: (came: GatewayAnswer['kind']) => void;
  readonly onError: (error: unknown) => void;
}

/** A message in this process's hands. */
interface Claimed {
  readonly sendId: string;
  readonly secretSealed: Buffer;
  readonly message: DueMessage;
  readonly channel: MessageChannel;
  readonly to: DebtorPhone;
  readonly past: readonly PastSend[];
}

/** One turn: what is due is claimed, handed over and its answer kept. Resolves when all have answered. */
export function sendMessagesTurn(tools: MessageTools): () => Promise<number> {
  const { db } = tools.gate;
  return async () => {
    await giveUpAnswers(db, tools.clock());
    const due = await listDueMessages(db, tools.clock(), AT_ONCE);
    const sending: Promise<void>[] = [];
    for (const { id, accountId } of due) {
      const claimed = await db
        .transaction((tx) => claim(tools, tx, id, accountId))
        .catch((error: unknown) => {
          tools.onError(error);
          return null;
        });
      if (claimed !== null) sending.push(handOver(tools, claimed).catch(tools.onError));
    }
    await Promise.all(sending);
    return sending.length;
  };
}

/** Under every lock of a call to the person: what is counted is exact. Null: nothing is to be sent now. */
async function claim(
  tools: MessageTools,
  tx: Transaction,
  id: string,
  accountId: string,
): Promise<Claimed | null> {
  // somebody decides about this person: at the next turn
  if ((await lockFreeCall(tx, accountId)) === null) return null;
  const now = tools.clock();
  const message = await lockDueMessage(tx, id, now);
  if (message === null) return null;
  const { policy } = await readCollectionPolicy(tx, message.creditorId);
  if (policy.messages.off.includes(message.kind)) {
    await settleMessage(tx, id, { state: 'cancelled', cause: 'policy', now });
    return null;
  }
  if (now >= message.uselessAfter) {
    await settleMessage(tx, id, { state: 'expired', cause: 'useless_after', now });
    return null;
  }
  return claimByChannel(tools, tx, message, policy.messages);
}

async function claimByChannel(
  tools: MessageTools,
  tx: Transaction,
  message: DueMessage,
  policy: MessagesPolicy,
): Promise<Claimed | null> {
  const now = tools.clock();
  const past = await readPastSends(tx, message.id);
  const way = await readWayToPerson(tx, message);
  const wanted = policy.channels[message.kind];
  const usable = (await listMessageChannels(tx, message.creditorId)).filter(
    ({ enabled, channel }) =>
      enabled && (wanted?.includes(channel) ?? true) && !way.closedChannels.includes(channel),
  );
  const channels = stillOpen(usable, past);
  if (channels.length === 0) {
    await setAside(tx, message, past, now);
    return null;
  }
  const refusals: Extract<MessageAnswer, { kind: 'refused' }>[] = [];
  for (const channel of channels) {
    const answer = await askMessage(tools.gate, tx, {
      ...{ accountId: message.accountId, creditorId: message.creditorId, kind: message.kind },
      ...{ channel: channel.channel, way, isLoopback: isLoopback(channel.url) },
      ...{ answersWait: policy.answersWait, ownContactIds: past.map(({ contactId }) => contactId) },
    });
    if (answer.kind === 'allowed') return claimAllowed(tx, message, channel, past, answer, now);
    refusals.push(answer);
  }
  await waitForRules(tx, message, refusals, now);
  return null;
}

/** Those that may still take it, the least tried before the others. */
function stillOpen(
  channels: readonly MessageChannel[],
  past: readonly PastSend[],
): MessageChannel[] {
  const of = (id: string): readonly PastSend[] => past.filter(({ channelId }) => channelId === id);
  return channels
    .filter(({ id }) => of(id).length < TRIES_A_CHANNEL && !of(id).some(({ isFinal }) => isFinal))
    .sort((a, b) => of(a.id).length - of(b.id).length || a.priority - b.priority);
}

/** No channel at all: it waits, visible, until there is one. None left: somebody has to see to it. */
async function setAside(
  tx: Transaction,
  { id, uselessAfter }: DueMessage,
  past: readonly PastSend[],
  now: Date,
): Promise<void> {
  if (past.length > 0) {
    await settleMessage(tx, id, { state: 'failed', cause: 'no_channel_took_it', now });
    return;
  }
  const nextAt = earlier(new Date(now.getTime() + NO_CHANNEL_MS), uselessAfter);
  await putOffMessage(tx, id, { state: 'no_channel', cause: 'no_channel', nextAt });
}

async function claimAllowed(
  tx: Transaction,
  message: DueMessage,
  channel: MessageChannel,
  past: readonly PastSend[],
  { to, decision }: Extract<MessageAnswer, { kind: 'allowed' }>,
  now: Date,
): Promise<Claimed> {
  const contactId = await enterContact(tx, message, channel, to, past, now);
  const answerLimitAt = new Date(now.getTime() + ANSWER_LIMIT_MS);
  const claimed = { message, channel, phoneId: to.id, contactId, decision, now, answerLimitAt };
  const { id: sendId, secretSealed } = await claimSend(tx, claimed);
  return { sendId, secretSealed, message, channel, to, past };
}

/** The ledger's entry: limits of calls and messages count it from the commit on. */
async function enterContact(
  tx: Transaction,
  message: DueMessage,
  { channel }: MessageChannel,
  to: DebtorPhone,
  past: readonly PastSend[],
  now: Date,
): Promise<string> {
  const last = past.findLast(({ e164 }) => e164 === to.e164);
  if (last !== undefined && now.getTime() - last.claimedAt.getTime() < ONE_CONTACT_MS) {
    return last.contactId;
  }
  const { debtorId, accountId, creditorId } = message;
  const clock = await tx.query<{ at: Date }>('select clock_timestamp() as at');
  const written = await recordContact(
    tx,
    {
      ...{ at: (clock.rows[0]?.at ?? now).toISOString(), direction: 'out', place: 'mobile' },
      mode: channel === 'voice' ? 'prerecorded' : 'text',
      // a recorded voice may have been heard, or not
      outcome: channel === 'voice' ? 'unknown' : 'text',
      ...{ debtorId, accountIds: [accountId], number: to.e164, creditorId },
      source: 'message',
    },
    'messages',
  );
  if (written.kind === 'refused')
    throw new Error(`a message is no contact: ${written.problem.reason}`);
  return written.fact.id;
}

/** Until the first of its channels may be used, but not longer than anybody is helped by it. */
async function waitForRules(
  tx: Transaction,
  { id, uselessAfter }: DueMessage,
  refusals: readonly Extract<MessageAnswer, { kind: 'refused' }>[],
  now: Date,
): Promise<void> {
  const [first] = refusals;
  const cause = first?.deniedBy ?? 'engine.rules';
  const allowed = refusals.flatMap(({ nextAllowedAt }) => nextAllowedAt?.getTime() ?? []);
  // a hold's end is known, and its lift wakes what waits for it; other things change without a word
  const isHeld = refusals.every((refusal) => refusal.isHeld);
  const pauseMs = /^engine\.(kill_switch|clock_skew)$/.test(cause) ? STOPPED_MS : LOOK_AGAIN_MS;
  const lookAgainMs = isHeld ? uselessAfter.getTime() : now.getTime() + pauseMs;
  const soonest = Math.min(lookAgainMs, ...allowed);
  const nextAt = new Date(Math.max(soonest, now.getTime() + SECOND_MS));
  await putOffMessage(tx, id, { state: 'queued', cause, nextAt: earlier(nextAt, uselessAfter) });
}

const earlier = (a: Date, b: Date): Date => (a < b ? a : b);

function isLoopback(url: string): boolean {
  return /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/.test(new URL(url).hostname);
}

async function handOver(tools: MessageTools, claimed: Claimed): Promise<void> {
  const { gate, clock, onSent } = tools;
  const answer = answerOf(await postMessage(tools, claimed));
  const now = clock();
  const tries = claimed.past.filter(({ channelId }) => channelId === claimed.channel.id).length;
  // another channel goes at once: the turn picks the one that was tried least
  const pauseMs = tries === 0 ? 0 : FIRST_PAUSE_MS * 2 ** (tries - 1);
  const retryAt = new Date(now.getTime() + pauseMs);
  await gate.db.transaction((tx) => recordAnswer(tx, claimed.sendId, answer, { now, retryAt }));
  onSent?.(answer.kind);
}

function postMessage(tools: MessageTools, claimed: Claimed): Promise<Posted> {
  const { sendId, message, channel, to, secretSealed } = claimed;
  const { language, accountReference, debtorReference, kind, uselessAfter } = message;
  const body = JSON.stringify({
    ...{ id: sendId, messageId: message.id, channel: channel.channel, kind, language },
    // addresses of mail are in the creditor's own books
    to: channel.channel === 'email' ? null : to.e164,
    ...{ debtorReference, accountReference, text: message.body[language], uselessAfter },
    receipts: `/v1/message-channels/${channel.id}/receipts`,
  });
  const timestamp = Math.floor(tools.clock().getTime() / SECOND_MS);
  const secret = unseal(tools.secretKey, CHANNEL_SECRET, secretSealed);
  return tools.post({
    url: channel.url,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'santun',
      ...signatureHeaders({ id: sendId, timestamp, body }, [secret]),
    },
    body,
  });
}

/** Statuses by which a gateway says that it has done nothing, and may later. */
const LATER = new Set([408, 425, 429, 503]);

function answerOf(posted: Posted): GatewayAnswer {
  if (posted.kind === 'failed') {
    const { reason: failure, mayHaveArrived } = posted;
    return mayHaveArrived
      ? { kind: 'unknown', failure }
      : { kind: 'refused', failure, isFinal: false };
  }
  const { status, body } = posted;
  const failure = `it answered ${status.toString()}`;
  if (status >= 200 && status < 300) {
    return saysFailed(body)
      ? { kind: 'refused', failure: 'it answered that it failed', isFinal: true }
      : { kind: 'accepted', gatewayMessageId: gatewayIdOf(body) };
  }
  if (LATER.has(status)) return { kind: 'refused', failure, isFinal: false };
  if (status < 500) return { kind: 'refused', failure, isFinal: true };
  return { kind: 'unknown', failure };
}

const saysFailed = (body: string): boolean => memberOf(body, 'status') === 'failed';

function gatewayIdOf(body: string): string | null {
  const id = memberOf(body, 'id');
  return typeof id === 'string' ? id.slice(0, 200) : null;
}

/** An answer need not be JSON. */
function memberOf(body: string, name: 'status' | 'id'): unknown {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null
      ? Object.entries(parsed).find(([key]) => key === name)?.[1]
      : null;
  } catch {
    return null;
  }
}
