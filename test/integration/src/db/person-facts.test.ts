import { readPersonFacts } from '../../../../src/db/call-history';
import { makeFloor, type Floor } from '../../../support/floor';
import { makeLedgerRows, type LedgerRows } from '../../../support/ledger-rows';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

let test: TestDatabase;
let floor: Floor;
let rows: LedgerRows;
beforeEach(async () => {
  test = await createTestDatabase();
  floor = await makeFloor(test.db);
  rows = await makeLedgerRows(test.db, floor);
});
afterEach(() => test.drop());

async function person(phones = 1) {
  const { debtorId, accountIds } = await floor.addDebtor({ phones });
  return { debtorId, accountId: accountIds[0]! };
}

describe('what bears on a call', () => {
  const facts = (
    of: { debtorId: string; accountId: string },
    phone: { id: string; e164: string },
  ) =>
    readPersonFacts(test.db, {
      ...of,
      e164: phone.e164,
      phoneId: phone.id,
      creditorId: floor.creditorId,
    });

  it('is nothing for a person of whom nothing is known', async () => {
    const one = await person();
    expect(await facts(one, await rows.phoneOf(one.debtorId))).toEqual({
      consents: [],
      preferences: [],
      holds: [],
      locateConsentId: null,
    });
  });

  it('holds of the person, this account, this number and this creditor alone', async () => {
    const one = await person(2);
    const other = await makeFloor(test.db);
    const [asked, second] = [await rows.phoneOf(one.debtorId), await rows.phoneOf(one.debtorId, 1)];
    const hold = (kind: string, values: Record<string, unknown>): Promise<unknown> =>
      test.db.query(
        `insert into hold (kind, reason, source, placed_by, debtor_id, account_id, e164,
           creditor_id, from_at, to_at, starts_on, days, lifted_at, lifted_by, lift_reason)
         select $1, 'test', 'test', 'test', debtor_id, account_id, e164, creditor_id,
           coalesce(from_at, '2026-11-01'), to_at, starts_on, days, lifted_at, lifted_by, lift_reason
         from jsonb_populate_record(null::hold, $2)`,
        [kind, JSON.stringify(values)],
      );
    const { debtorId: debtor_id, accountId: account_id } = one;
    const { debtorId: otherDebtor, accountIds } = await floor.addDebtor();
    await hold('cease', { debtor_id });
    await hold('dispute', { debtor_id, account_id });
    await hold('dnc', { e164: asked.e164, to_at: '2026-12-01T00:00:00Z' });
    await hold('mourning', { debtor_id, starts_on: '2026-11-20', days: 7 });
    await hold('attorney', { debtor_id, creditor_id: floor.creditorId });
    await hold('wrong_number', { debtor_id, e164: asked.e164 });
    // none of these bears on this call
    await hold('dispute', { debtor_id: otherDebtor, account_id: accountIds[0] });
    await hold('attorney', { debtor_id, creditor_id: other.creditorId });
    await hold('wrong_number', { debtor_id, e164: second.e164 });
    await hold('dnc', { e164: second.e164 });
    await hold('cease', {
      debtor_id,
      lifted_at: '2026-11-02T00:00:00Z',
      lifted_by: 'test',
      lift_reason: 'test',
    });
    const from = '2026-11-01T00:00:00.000Z';
    const { holds } = await facts(one, asked);
    const order = ['cease', 'dispute', 'dnc', 'mourning', 'attorney', 'wrong_number'];
    const sorted = holds.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
    expect(sorted.map(({ id: _id, ...each }) => each)).toEqual([
      { kind: 'cease', from },
      { kind: 'dispute', from, debt: account_id },
      { kind: 'dnc', from, to: '2026-12-01T00:00:00.000Z', number: asked.id },
      { kind: 'mourning', startsOn: '2026-11-20', days: 7 },
      { kind: 'attorney', from },
      { kind: 'wrong_number', from, number: asked.id },
    ]);
  });

  it('is consents with their withdrawal, refused times, and the consent to locate', async () => {
    const one = await person();
    const asked = await rows.phoneOf(one.debtorId);
    const windows = [{ days: [7], from: '09:00', to: '12:00' }];
    const consent = async (values: Record<string, unknown>): Promise<string> =>
      (
        await test.db.query<{ id: string }>(
          `insert into consent (debtor_id, kind, phone_id, channel, given_at, valid_from, valid_to,
             windows, evidence, source, captured_by)
           select $1, kind, phone_id, channel, '2026-11-02', valid_from, valid_to, windows, 'r', 't', 't'
           from jsonb_populate_record(null::consent, $2) returning id`,
          [one.debtorId, JSON.stringify(values)],
        )
      ).rows[0]!.id;
    const time = { kind: 'time', valid_from: '2026-11-02', valid_to: '2026-12-02', windows };
    const first = await consent(time);
    const second = await consent({ kind: 'frequency' });
    await consent({ ...time, channel: 'whatsapp' });
    const locate = await consent({ kind: 'locate', phone_id: asked.id });
    await test.db.query(
      `insert into consent_withdrawal (consent_id, at, reason, withdrawn_by)
       values ($1, '2026-11-05T01:02:03.4567Z', 'test', 'test')`,
      [first],
    );
    await test.db.query(
      `insert into contact_preference (debtor_id, kind, days, from_clock, to_clock, source, recorded_by)
       values ($1, 'refused', '{1,2}', '12:00', '13:00', 't', 't'),
              ($1, 'preferred', '{3}', '15:00', '16:00', 't', 't')`,
      [one.debtorId],
    );
    expect(await facts(one, asked)).toEqual({
      consents: [
        {
          kind: 'time',
          id: first,
          from: '2026-11-02T00:00:00.000Z',
          to: '2026-12-02T00:00:00.000Z',
          windows,
          includesHolidays: false,
          revokedAt: '2026-11-05T01:02:03.456Z',
        },
        { kind: 'frequency', id: second, givenAt: '2026-11-02T00:00:00.000Z' },
      ],
      preferences: [{ days: [1, 2], from: '12:00', to: '13:00' }],
      holds: [],
      locateConsentId: locate,
    });
    await test.db.query(
      `insert into consent_withdrawal (consent_id, reason, withdrawn_by) values ($1, 't', 't')`,
      [locate],
    );
    expect((await facts(one, asked)).locateConsentId).toBeNull();
  });

  it('is a restriction once the consent to be called at all is taken back, until a newer one', async () => {
    const one = await person();
    const asked = await rows.phoneOf(one.debtorId);
    const consent = async (givenAt: string): Promise<string> =>
      (
        await test.db.query<{ id: string }>(
          `insert into consent (debtor_id, kind, channel, given_at, evidence, source, captured_by)
           values ($1, 'channel', 'voice', $2, 'r', 't', 't') returning id`,
          [one.debtorId, givenAt],
        )
      ).rows[0]!.id;
    const id = await consent('2026-11-01T00:00:00Z');
    expect((await facts(one, asked)).holds).toEqual([]);
    await test.db.query(
      `insert into consent_withdrawal (consent_id, at, reason, withdrawn_by)
       values ($1, '2026-11-06T00:00:00Z', 't', 't')`,
      [id],
    );
    const restriction = { id, kind: 'pdp_restriction', from: '2026-11-06T00:00:00.000Z' };
    await consent('2026-11-02T00:00:00Z');
    expect((await facts(one, asked)).holds).toEqual([restriction]);
    await consent('2026-11-07T00:00:00Z');
    expect((await facts(one, asked)).holds).toEqual([]);
  });
});
