import { cancelMessages, queueMessage, type NewMessage } from '../../../../src/db/messages';
import { newId } from '../../../../src/db/new-id';
import { makeFloor } from '../../../support/floor';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

const BODY = { id: 'Besok jatuh tempo janji bayar Anda.', en: 'Your promise is due tomorrow.' };

describe('A13: messages to people', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  async function newMessage(): Promise<NewMessage> {
    const floor = await makeFloor(database.db);
    const { debtorId, accountIds } = await floor.addDebtor();
    const [accountId = ''] = accountIds;
    const { creditorId } = floor;
    const subjectId = newId(new Date());
    return { creditorId, debtorId, accountId, kind: 'promise_reminder', subjectId, body: BODY };
  }
  const kept = async (subjectId: string): Promise<Record<string, unknown>[]> =>
    (
      await database.db.query<Record<string, unknown>>(
        `select step, state, cause, send_at, useless_after, next_at from message
         where subject_id = $1 order by id`,
        [subjectId],
      )
    ).rows;

  it('A13: are queued once for each kind, subject and step', async () => {
    const { db } = database;
    const message = await newMessage();
    const sendAt = new Date('2026-12-01T03:00:00Z');
    const queue = (step: string) =>
      db.transaction((tx) => queueMessage(tx, { ...message, step, sendAt }));
    await Promise.all([queue('d-1'), queue('d-1')]);
    await queue('d-0');
    const uselessAfter = new Date('2026-12-02T03:00:00Z');
    const row = { state: 'queued', cause: null, send_at: sendAt, next_at: sendAt };
    expect(await kept(message.subjectId)).toEqual([
      { step: 'd-1', ...row, useless_after: uselessAfter },
      { step: 'd-0', ...row, useless_after: uselessAfter },
    ]);
    const { rows } = await db.query<{ payload: Record<string, unknown> }>(
      `select payload from event where type = 'message.queued' and payload->>'subjectId' = $1`,
      [message.subjectId],
    );
    expect(rows).toHaveLength(2);
    expect(rows[0]?.payload).not.toHaveProperty('body');
  });

  it('A13: are cancelled as long as they have not left', async () => {
    const { db } = database;
    const message = await newMessage();
    const { subjectId } = message;
    await db.transaction((tx) => queueMessage(tx, { ...message, step: 'left' }));
    await db.query(
      `update message set state = 'sent', sent_at = now(), next_at = null where subject_id = $1`,
      [subjectId],
    );
    await db.transaction((tx) => queueMessage(tx, { ...message, step: 'waits' }));
    await db.transaction((tx) => cancelMessages(tx, { subjectId, reason: 'promise_kept' }));
    expect(await kept(subjectId)).toMatchObject([
      { step: 'left', state: 'sent', cause: null },
      { step: 'waits', state: 'cancelled', cause: 'promise_kept', next_at: null },
    ]);
  });

  it('A13: are queued and cancelled by a key that is bound to their creditor', async () => {
    const message = await newMessage();
    const { subjectId, creditorId } = message;
    const bound = database.db.scopedTo({ keyId: newId(new Date()), creditorIds: [creditorId] });
    await bound.transaction((tx) => queueMessage(tx, message));
    await bound.transaction((tx) => cancelMessages(tx, { subjectId, reason: 'promise_kept' }));
    expect(await kept(subjectId)).toMatchObject([{ state: 'cancelled' }]);
    const stranger = await newMessage();
    await expect(bound.transaction((tx) => queueMessage(tx, stranger))).rejects.toThrow(
      'row-level security',
    );
  });

  it.each([
    ['empty', '  ', 'is empty'],
    ['too long', 'x'.repeat(1_001), 'has 1001 characters, more than 1000'],
    ['with a control character', 'Besok\u0000', 'has control characters'],
    ['that reads backwards', 'Rp \u202e000.05', 'has control characters'],
  ])('A13: are refused with a text that is %s', async (_what, text, reason) => {
    const message = await newMessage();
    await expect(
      database.db.transaction((tx) =>
        queueMessage(tx, { ...message, body: { ...BODY, id: text } }),
      ),
    ).rejects.toThrow(`the promise_reminder message (id) ${reason}`);
  });
});
