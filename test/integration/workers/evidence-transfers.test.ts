import { takeUpTransfer } from '../../../dialer/transfer-gate';
import { one, type Database } from '../../../src/db/database';
import { openCustomerLeg } from '../../../src/db/trunk-routing';
import { recordTransferEnded } from '../../../src/db/transfer-progress';
import type { EvidenceBundle, EvidenceCreditor } from '../../../src/domain/evidence-bundle';
import { maskE164 } from '../../../src/domain/phone-owner';
import { gatherEvidence } from '../../../workers/gather-evidence';
import { askTransfer } from '../../e2e/calls/support/ask-transfer';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { dialTo } from '../../support/talk';

let database: TestDatabase;
let db: Database;
let floor: Floor;
let attemptId: string;
let debtorId: string;
let phone: { id: string; e164: string };
beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database);
  floor = await makeFloor(db);
  await floor.addReadyAgent();
  ({ debtorId } = await floor.addDebtor({ phones: 2 }));
  attemptId = await dialTo(db, floor, 'connected');
  phone = one(
    await db.query<{ id: string; e164: string }>(
      `select p.id, p.e164 from phone p join attempt t on t.debtor_id = p.debtor_id
       where t.id = $1 and p.id <> t.phone_id`,
      [attemptId],
    ),
    'other number',
  );
});
afterAll(() => database.drop());

/** A transfer to the other number that has its permit, and of which an INVITE left, twice: by two trunks. */
async function ring(to: { phoneId: string } | { officeNumberId: string }): Promise<string> {
  const transferId = await permitted(to);
  const { rows } = await db.query<{ callId: string; trunkId: string }>(
    'select c.id as "callId", t.id as "trunkId" from call c, trunk t where c.attempt_id = $1 limit 1',
    [attemptId],
  );
  const [call] = rows;
  if (call === undefined) throw new Error('no call');
  for (const sipStatus of [503, 486]) {
    const legId = await openCustomerLeg(db, { attemptId, transferId, ...call });
    await db.query(
      `update call_leg set sip_status = $2, ended_at = clock_timestamp() where id = $1`,
      [legId, sipStatus],
    );
  }
  await end(transferId, 'busy_here');
  return transferId;
}

async function permitted(to: { phoneId: string } | { officeNumberId: string }): Promise<string> {
  const transferId = await askTransfer(db, attemptId, 'attended', to);
  const { sipInstanceId } = floor;
  const taken = await takeUpTransfer(makeGate(db), { transferId, attemptId, sipInstanceId });
  expect(taken).toMatchObject({ kind: 'outside' });
  return transferId;
}

const end = (transferId: string, cause: string) =>
  recordTransferEnded(db, { transferId, attemptId, actor: 'test', to: 'failed', cause });

async function gathered(
  change: { creditor?: EvidenceCreditor; from?: Date; numbersShown?: boolean } = {},
): Promise<EvidenceBundle> {
  const { creditor = null, from = new Date(0), numbersShown = false } = change;
  const found = await db.transaction((tx) =>
    gatherEvidence(tx, {
      scope: { debtorId, from, to: new Date(Date.now() + 60_000) },
      ...{ creditor, numbersShown, reason: 'pengaduan 18', madeBy: 'test' },
      ...{ madeAt: new Date(), engine: '0.0.0' },
    }),
  );
  if (found === null) throw new Error('no such person');
  return found.bundle;
}

test('a call to another number in a talk is told once, with its number masked and its end', async () => {
  const before = await gathered();
  expect(before).toMatchObject({ format: 'santun-evidence/3', transfers: [] });
  // neither rings a number of the person
  await end(await permitted({ phoneId: phone.id }), 'withdrawn');
  const office = await db.query<{ id: string }>(
    `insert into office_number (creditor_id, name, e164) values ($1, 'Cabang', '+622150003333')
     returning id`,
    [floor.creditorId],
  );
  await ring({ officeNumberId: one(office, 'office').id });
  expect((await gathered()).transfers).toEqual([]);

  const id = await ring({ phoneId: phone.id });
  const bundle = await gathered();
  const [transfer] = bundle.transfers;
  expect(bundle.transfers).toMatchObject([
    {
      ...{ id, attemptId, phoneId: phone.id, kind: 'attended', number: maskE164(phone.e164) },
      ...{ state: 'failed', cause: 'busy_here', sipStatus: 486 },
      ...{ answeredAt: null, joinedAt: null },
    },
  ]);
  expect(Date.parse(transfer?.endedAt ?? '')).toBeGreaterThanOrEqual(
    Date.parse(transfer?.invitedAt ?? ''),
  );
  const permit = bundle.decisions.find((one) => one.id === transfer?.decisionId);
  expect(permit).toMatchObject({ verdict: 'allow', phoneId: phone.id });
  expect(bundle.summary).toMatchObject({ attempts: before.summary.attempts, transfers: 1 });
  expect((await gathered({ numbersShown: true })).transfers[0]?.number).toBe(phone.e164);
});

test('it is told of the period in which it rang, and to the creditor whose talk it was', async () => {
  const later = new Date(Date.now() + 30_000);
  expect((await gathered({ from: later })).transfers).toEqual([]);
  const { creditorId } = await makeFloor(db);
  await db.query(
    `insert into account (creditor_id, debtor_id, external_id, currency, amount_due_minor,
       due_date, content_hash) values ($1, $2, 'B-1', 'IDR', 15000000, '2026-10-01', '')`,
    [creditorId, debtorId],
  );
  const other = { id: creditorId, code: 'lain', name: 'Lain' };
  expect((await gathered({ creditor: other })).transfers).toEqual([]);
  const own = { id: floor.creditorId, code: 'contoh', name: 'Contoh' };
  expect((await gathered({ creditor: own })).transfers).toHaveLength(1);
});
