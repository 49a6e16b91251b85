import { Counter, Gauge } from 'prom-client';
import { webhookDelivery } from '../../workers/deliver-webhooks';
import { numberLookUps } from '../../workers/look-up-numbers';
import { sendMessagesTurn } from '../../workers/send-messages';
import { readMessageBacklog } from '../db/message-sends';
import { readWebhookBacklog, tidyDeliveries } from '../db/webhook-deliveries';
import { createPost } from '../outbound/post-safely';
import { repeat, type Repeating } from './repeat';
import type { RoleContext } from './role-context';

const TURN_INTERVAL_MS = 500;
/** A recap is with the gateway within seconds of the talk. */
const MESSAGE_INTERVAL_MS = 1_000;
const LOOK_UP_INTERVAL_MS = 1_000;
/** A register that takes longer is as good as away. */
const LOOK_UP_LIMIT_MS = 5_000;
const LOOK_INTERVAL_MS = 15_000;
const TIDY_INTERVAL_MS = 3_600_000;

/** What leaves the house beside calls. */
export function startOutward(context: RoleContext): Repeating[] {
  return [
    startWebhooks(context),
    startWebhookGauges(context),
    startTidying(context),
    startMessages(context),
    startNumberLookUps(context),
  ];
}

function startMessages({ db, gate, log, registry, config, secretKey }: RoleContext): Repeating {
  const handed = new Counter({
    name: 'santun_messages_handed_over_total',
    help: 'Messages handed to gateways, by what these said',
    labelNames: ['result'],
    registers: [registry],
  });
  const onError = (error: unknown): void => {
    log.error({ err: error }, 'messages could not be sent');
  };
  const turn = sendMessagesTurn({
    ...{ gate, secretKey, clock: () => new Date(), onError },
    post: createPost({ allowed: config.outboundAllow }),
    onSent: (result) => {
      handed.inc({ result });
    },
  });
  const turns = repeat(MESSAGE_INTERVAL_MS, turn, onError);
  const looks = startMessageGauges(db, registry, log);
  return {
    stop: async () => {
      await Promise.all([turns.stop(), looks.stop()]);
    },
  };
}

function startNumberLookUps({ db, log, registry, config, secretKey }: RoleContext): Repeating {
  const asked = new Counter({
    name: 'santun_number_look_ups_total',
    help: 'Numbers looked up before they are dialed, by what came back',
    labelNames: ['result'],
    registers: [registry],
  });
  const onError = (error: unknown): void => {
    log.error({ err: error }, 'numbers could not be looked up');
  };
  const lookUps = numberLookUps({
    ...{ db, secretKey, clock: () => new Date(), onError },
    post: createPost({ allowed: config.outboundAllow, limitMs: LOOK_UP_LIMIT_MS }),
    onAsked: (result) => {
      asked.inc({ result });
    },
  });
  const turns = repeat(LOOK_UP_INTERVAL_MS, () => lookUps.turn(), onError);
  return {
    stop: async () => {
      await turns.stop();
      await lookUps.settled();
    },
  };
}

function startMessageGauges(
  db: RoleContext['db'],
  registry: RoleContext['registry'],
  log: RoleContext['log'],
): Repeating {
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name, help, registers: [registry] });
  const overdue = gauge('santun_messages_overdue', 'Messages whose time has come and that wait');
  const oldest = gauge(
    'santun_messages_oldest_age_seconds',
    'How long the oldest of them has been waiting',
  );
  const noChannel = gauge(
    'santun_messages_without_channel',
    'Messages of creditors that have no channel for them',
  );
  return repeat(
    LOOK_INTERVAL_MS,
    async () => {
      const now = new Date();
      const backlog = await readMessageBacklog(db, now);
      overdue.set(backlog.overdue);
      oldest.set(ageS(backlog.oldestAt, now));
      noChannel.set(backlog.noChannel);
    },
    (error) => {
      log.warn({ err: error }, 'the backlog of messages could not be read');
    },
  );
}

const ageS = (at: Date | null, now: Date): number =>
  at === null ? 0 : Math.max(0, (now.getTime() - at.getTime()) / 1_000);

function startWebhooks({ db, log, registry, config, secretKey }: RoleContext): Repeating {
  const tried = new Counter({
    name: 'santun_webhook_tries_total',
    help: 'Tries to deliver an event to a webhook, by what came of them',
    labelNames: ['result'],
    registers: [registry],
  });
  const onError = (error: unknown): void => {
    log.error({ err: error }, 'webhooks could not be delivered');
  };
  const delivery = webhookDelivery({
    db,
    secretKey,
    post: createPost({ allowed: config.outboundAllow }),
    clock: () => new Date(),
    random: Math.random,
    onTried: (result) => {
      tried.inc({ result });
    },
    onError,
  });
  const turns = repeat(TURN_INTERVAL_MS, () => delivery.turn(), onError);
  return {
    stop: async () => {
      await turns.stop();
      await delivery.stop();
    },
  };
}

function startWebhookGauges({ db, log, registry }: RoleContext): Repeating {
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name, help, registers: [registry] });
  const queued = gauge('santun_webhook_backlog', 'Deliveries to webhooks that wait');
  const oldest = gauge(
    'santun_webhook_oldest_age_seconds',
    'Age of the oldest event that waits for a webhook',
  );
  const dead = gauge('santun_webhook_dead_letters', 'Deliveries that were given up');
  const paused = gauge('santun_webhooks_paused', 'Webhooks that stand still: nothing got through');
  return repeat(
    LOOK_INTERVAL_MS,
    async () => {
      const backlog = await readWebhookBacklog(db);
      queued.set(backlog.queued);
      oldest.set(ageS(backlog.oldestAt, new Date()));
      dead.set(backlog.dead);
      paused.set(backlog.paused);
    },
    (error) => {
      log.warn({ err: error }, 'the backlog of webhooks could not be read');
    },
  );
}

function startTidying({ db, log }: RoleContext): Repeating {
  return repeat(
    TIDY_INTERVAL_MS,
    () => tidyDeliveries(db, new Date()),
    (error) => {
      log.error({ err: error }, 'old deliveries could not be removed');
    },
  );
}
