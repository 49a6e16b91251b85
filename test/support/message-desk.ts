import { randomBytes } from 'node:crypto';
import { placeHold } from '../../src/db/holds';
import { addMessageChannel, CHANNEL_SECRET } from '../../src/db/message-channels';
import { queueMessage, type NewMessage } from '../../src/db/messages';
import type { Database } from '../../src/db/database';
import { newId } from '../../src/db/new-id';
import { seal } from '../../src/db/sealed-secret';
import type { HoldKind } from '../../src/domain/hold-kind';
import type { MessageChannelKind } from '../../src/domain/message-state';
import { createPost, type PostSafely } from '../../src/outbound/post-safely';
import { newWebhookSecret } from '../../src/outbound/sign-delivery';
import { sendMessagesTurn } from '../../workers/send-messages';
import { makeFloor } from './floor';
import { makeGate } from './gate';
import type { HttpReceiver } from './http-receiver';
import { talk } from './talk';

export const MESSAGE_BODY = {
  id: 'Janji bayar Rp 500.000 pada 25 November.',
  en: 'IDR 500,000 on 25 November.',
};

/** A message about a talk that was just held. */
export interface TalkMessage extends NewMessage {
  readonly attemptId: string;
}

/** People, messages to them, the gateway that takes them, and a clock of its own. */
export class MessageDesk {
  /** Ahead of the database's, by which things become due, however long a test takes. */
  now = new Date(Date.now() + 3_600_000);
  readonly errors: unknown[] = [];

  constructor(
    private readonly db: Database,
    private readonly gateway: HttpReceiver,
    private readonly secretKey: Buffer = randomBytes(32),
  ) {}

  /** One turn of a sender. */
  turn(
    post: PostSafely = createPost({ allowed: ['127.0.0.0/8'], limitMs: 2_000 }),
  ): Promise<number> {
    return sendMessagesTurn({
      ...{ gate: makeGate(this.db), post, secretKey: this.secretKey, clock: () => this.now },
      onError: (error) => this.errors.push(error),
    })();
  }

  later(ms: number): void {
    this.now = new Date(this.now.getTime() + ms);
  }

  /** A person who was just spoken to, and what is to be told. */
  async person(): Promise<TalkMessage> {
    const floor = await makeFloor(this.db);
    await floor.addReadyAgent();
    const { debtorId, accountIds } = await floor.addDebtor({ phones: 2 });
    const attemptId = await talk(this.db, floor);
    const [accountId = ''] = accountIds;
    const { creditorId } = floor;
    const subjectId = newId(new Date());
    const body = MESSAGE_BODY;
    return { creditorId, debtorId, accountId, kind: 'recap', subjectId, body, attemptId };
  }

  queue(message: NewMessage): Promise<void> {
    return this.db.transaction((tx) => queueMessage(tx, message));
  }

  /** A channel of the creditor's to the gateway. @returns its id */
  async open(
    creditorId: string,
    channel: MessageChannelKind,
    priority = 1,
    secret = newWebhookSecret(),
  ): Promise<string> {
    const url = `${this.gateway.url}/${channel}`;
    const secretSealed = seal(this.secretKey, CHANNEL_SECRET, secret);
    const added = await this.db.transaction((tx) =>
      addMessageChannel(tx, { creditorId, channel, url, priority, secretSealed }),
    );
    if (added === null) throw new Error(`there is a channel ${channel}`);
    return added.id;
  }

  async stateOf({ subjectId }: NewMessage): Promise<{ state: string; cause: string | null }> {
    const { rows } = await this.db.query<{ state: string; cause: string | null }>(
      'select state, cause from message where subject_id = $1',
      [subjectId],
    );
    return rows[0] ?? { state: 'absent', cause: null };
  }

  async contactsOf({ debtorId }: NewMessage): Promise<Record<string, unknown>[]> {
    const { rows } = await this.db.query<Record<string, unknown>>(
      `select mode, outcome, direction, account_ids, e164 from contact
       where debtor_id = $1 order by id`,
      [debtorId],
    );
    return rows;
  }

  async hold({ accountId }: NewMessage, kind: HoldKind): Promise<void> {
    const input = { accountId, kind, reason: 'because', source: 'test' };
    const placed = await this.db.transaction((tx) => placeHold(tx, input, 'test'));
    if (placed.kind !== 'written') throw new Error('no hold');
  }

  /** Nothing of one test is left for the next. */
  async clear(): Promise<void> {
    await this.db.query('update message_channel set retired_at = now()');
    await this.db.query(
      `update message set state = 'cancelled', next_at = null where next_at is not null`,
    );
  }
}
