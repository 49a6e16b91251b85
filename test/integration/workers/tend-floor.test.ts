import { floorTurn } from '../../../workers/tend-floor';
import { createTestDatabase } from '../../support/postgres';

test('a part of the floor that fails is told of, and keeps no other from its turn', async () => {
  const test = await createTestDatabase();
  try {
    const failed: string[] = [];
    const turn = floorTurn({ db: test.db, onError: (_error, part) => failed.push(part) });
    const nothing = {
      ...{ conversationsNudged: 0, reflectionsEscalated: 0, paymentsProcessed: 0 },
      ...{ casesOverdue: 0, casesToReview: 0, numbersDoubted: 0 },
    };
    expect(await turn()).toEqual(nothing);
    expect(failed).toEqual([]);
    const { rows } = await test.db.query<{ id: string }>(
      `insert into creditor (code, name) values ('contoh', 'Contoh') returning id`,
    );
    await test.db.query(
      `with source as (insert into payment_source (creditor_id, provider, secret_sealed, created_by)
         values ($1, 'bank-contoh', '', 'test') returning id)
       insert into payment_delivery (source_id, creditor_id, body, body_sha256, next_try_at)
       select id, $1, '{}', '', now() - interval '1 minute' from source`,
      [rows[0]!.id],
    );
    await test.db.query('alter table conversation rename to gone');
    expect(await turn()).toEqual({ ...nothing, paymentsProcessed: 1 });
    expect(failed).toEqual(['conversations']);
  } finally {
    await test.drop();
  }
});
