import type { Database } from '../src/db/database';
import { queueWebhooks } from '../src/db/queue-webhooks';
import { unseal } from '../src/db/sealed-secret';
import {
  claimDeliveries,
  recordDelivered,
  recordFailed,
  type ClaimedDelivery,
  type Tried,
} from '../src/db/webhook-deliveries';
import { WEBHOOK_SECRET } from '../src/db/webhooks';
import { CLOUD_EVENT_TYPE, toCloudEvent } from '../src/domain/cloud-event';
import type { PostSafely } from '../src/outbound/post-safely';
import { signatureHeaders } from '../src/outbound/sign-delivery';

/** Deliveries that one process has in hand at once, and of them to one receiver. */
const IN_HAND = 64;
const IN_HAND_OF_ONE = 8;

export interface WebhookDelivery {
  /** Takes the outbox's news and starts what is due; does not wait for receivers. */
  turn(): Promise<void>;
  /** Until nothing is in hand, and nothing was due when the last came back. */
  settled(): Promise<void>;
  /** Starts nothing more and waits for what is in hand. */
  stop(): Promise<void>;
}

export interface DeliveryTools {
  readonly db: Database;
  readonly post: PostSafely;
  /** 32 bytes; opens the secrets. */
  readonly secretKey: Buffer;
  readonly clock: () => Date;
  /** In [0, 1). */
  readonly random: () => number;
  /** Told of each try: its failure, and whether it was the last. */
  readonly onTried?: (came: 'delivered' | 'failed' | 'dead') => void;
  /** Must not throw. */
  readonly onError: (error: unknown) => void;
}

/** Sends events to the creditors' webhooks: at least once, and those of a person in their order. */
export function webhookDelivery(tools: DeliveryTools): WebhookDelivery {
  const inHand = new Map<string, { readonly of: string; readonly done: Promise<void> }>();
  let isStopped = false;
  let claiming: Promise<void> = Promise.resolve();

  const busy = (): string[] => {
    const counts = new Map<string, number>();
    for (const { of } of inHand.values()) counts.set(of, (counts.get(of) ?? 0) + 1);
    return [...counts].filter(([, count]) => count >= IN_HAND_OF_ONE).map(([id]) => id);
  };
  const claim = async (): Promise<void> => {
    if (isStopped || inHand.size >= IN_HAND) return;
    const limits = { total: IN_HAND - inHand.size, perSubscription: IN_HAND_OF_ONE, busy: busy() };
    for (const claimed of await claimDeliveries(tools.db, tools.clock(), limits)) {
      const done = deliver(tools, claimed)
        .catch(tools.onError)
        .then(() => {
          inHand.delete(claimed.id);
          // what waited behind it goes now
          return next();
        });
      inHand.set(claimed.id, { of: claimed.subscriptionId, done });
    }
  };
  /** One claim after the other: two at once would take more than may be in hand. */
  const next = (): Promise<void> => (claiming = claiming.then(claim).catch(tools.onError));
  const settled = async (): Promise<void> => {
    do {
      await claiming;
      await Promise.all([...inHand.values()].map(({ done }) => done));
    } while (inHand.size > 0);
  };
  return {
    turn: async () => {
      await queueWebhooks(tools.db);
      await next();
    },
    settled,
    stop: () => {
      isStopped = true;
      return settled();
    },
  };
}

async function deliver(tools: DeliveryTools, claimed: ClaimedDelivery): Promise<void> {
  const { db, clock, random, onTried } = tools;
  const tried = await tryOnce(tools, claimed);
  if (tried.failure === null && tried.status !== null) {
    await recordDelivered(db, claimed, tried.status, clock());
    onTried?.('delivered');
    return;
  }
  const isDead = await recordFailed(db, claimed, tried, { now: clock(), random: random() });
  onTried?.(isDead ? 'dead' : 'failed');
}

async function tryOnce(tools: DeliveryTools, claimed: ClaimedDelivery): Promise<Tried> {
  const { event, creditorId, subject, secretSealed, oldSecretSealed } = claimed;
  if (event === null) return { status: null, failure: 'the event is not kept any more' };
  const { post, secretKey, clock } = tools;
  const told = toCloudEvent({ ...event, creditorId, subject });
  const body = JSON.stringify(told);
  const secrets = [secretSealed, ...(oldSecretSealed === null ? [] : [oldSecretSealed])];
  const answer = await post({
    url: claimed.url,
    headers: {
      'content-type': CLOUD_EVENT_TYPE,
      'user-agent': 'santun',
      ...signatureHeaders(
        { id: told.id, timestamp: Math.floor(clock().getTime() / 1_000), body },
        secrets.map((sealed) => unseal(secretKey, WEBHOOK_SECRET, sealed)),
      ),
    },
    body,
  });
  if (answer.kind === 'failed') return { status: null, failure: answer.reason };
  const { status } = answer;
  const isTaken = status >= 200 && status < 300;
  return { status, failure: isTaken ? null : `it answered ${status.toString()}` };
}
