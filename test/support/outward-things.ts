import { one, type Database } from '../../src/db/database';
import { addMessageChannel } from '../../src/db/message-channels';
import { queueMessage } from '../../src/db/messages';
import { addWebhook } from '../../src/db/webhooks';

/** A webhook with a dead letter, and a message with a channel; ids by the names of their collections. */
export async function addOutwardThings(
  db: Database,
  of: { readonly creditorId: string; readonly debtorId: string; readonly accountId: string },
): Promise<Record<'webhooks' | 'webhook-deliveries' | 'messages' | 'message-channels', string>> {
  const { creditorId, accountId } = of;
  const secretSealed = Buffer.alloc(32);
  const url = 'https://erp.example.com/santun';
  const idOf = async (sql: string, values: unknown[]): Promise<string> =>
    one(await db.query<{ id: string }>(sql, values), sql).id;
  const { webhook, channel } = await db.transaction(async (tx) => {
    await queueMessage(tx, {
      ...of,
      ...{ kind: 'recap', subjectId: accountId, body: { id: 'Terima kasih.', en: 'Thank you.' } },
    });
    const sms = { creditorId, channel: 'sms', url, priority: 1, secretSealed } as const;
    return {
      webhook: await addWebhook(tx, { creditorId, url, eventTypes: [], secretSealed }),
      channel: await addMessageChannel(tx, sms),
    };
  });
  if (webhook === null || channel === null) throw new Error('nothing was added');
  return {
    webhooks: webhook.id,
    'webhook-deliveries': await idOf(
      `insert into webhook_delivery (subscription_id, creditor_id, event_xid, event_id, event_at,
         type, state, ended_at)
       values ($1, $2, '1', 1, now(), 'promise.made', 'dead', now()) returning id`,
      [webhook.id, creditorId],
    ),
    messages: await idOf('select id from message where subject_id = $1', [accountId]),
    'message-channels': channel.id,
  };
}
