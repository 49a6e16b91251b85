import { readDebtorBudget } from '../../../dialer/debtor-budget';
import { explainAccount } from '../../../dialer/explain-account';
import { reserveNext } from '../../../dialer/reserve';
import { takeUpTransfer } from '../../../dialer/transfer-gate';
import { readLedger } from '../../../src/db/call-history';
import { one, type Database } from '../../../src/db/database';
import { endOrphan } from '../../../src/db/sip-instances';
import { openCustomerLeg } from '../../../src/db/trunk-routing';
import {
  recordConsulting,
  recordTransferEnded,
  recordTransferResult,
} from '../../../src/db/transfer-progress';
import { askTransfer } from '../../e2e/calls/support/ask-transfer';
import { bindPack, capRule } from '../../support/bind-pack';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { dialTo } from '../../support/talk';

const RULE = 'test.number';
let test: TestDatabase;
let db: Database;
let floor: Floor;
let attemptId: string;
let debtorId: string;
let accountId: string;
let other: { id: string; e164: string };

beforeAll(async () => {
  test = await createTestDatabase();
  ({ db } = test);
  await bindPack(db, 'TEST.NUMBER', [capRule(RULE, 'number', 1)]);
});
afterAll(() => test.drop());

beforeEach(async () => {
  floor = await makeFloor(db, { rulePacks: ['DEMO.OPEN', 'TEST.NUMBER'] });
  await floor.addReadyAgent();
  const added = await floor.addDebtor({ phones: 2 });
  ({ debtorId } = added);
  accountId = added.accountIds[0]!;
  attemptId = await dialTo(db, floor, 'connected');
  other = one(
    await db.query<{ id: string; e164: string }>(
      `select p.id, p.e164 from phone p join attempt t on t.debtor_id = p.debtor_id
       where t.id = $1 and p.id <> t.phone_id`,
      [attemptId],
    ),
    'other number',
  );
});

const refOf = (transferId: string) => ({ transferId, attemptId, actor: 'test' });
const takeUp = (transferId: string) => {
  const { sipInstanceId } = floor;
  return takeUpTransfer(makeGate(db), { transferId, attemptId, sipInstanceId });
};
/** A transfer to the other number that has its permit. */
const permitted = async (): Promise<string> => {
  const transferId = await askTransfer(db, attemptId, 'attended', { phoneId: other.id });
  expect(await takeUp(transferId)).toMatchObject({ kind: 'outside' });
  return transferId;
};
const invite = async (transferId: string): Promise<string | null> => {
  const { callId, trunkId } = one(
    await db.query<{ callId: string; trunkId: string }>(
      `select c.id as "callId", t.id as "trunkId" from call c, trunk t where c.attempt_id = $1 limit 1`,
      [attemptId],
    ),
    'call',
  );
  return openCustomerLeg(db, { attemptId, transferId, callId, trunkId });
};
const fail = (transferId: string) =>
  recordTransferEnded(db, { ...refOf(transferId), to: 'failed', cause: 'no_answer' });
const ask = async (): Promise<unknown> =>
  takeUp(await askTransfer(db, attemptId, 'blind', { phoneId: other.id }));
/** The contact ledger beside the talk. */
const ledger = () =>
  readLedger(db, {
    ...{ debtorId, e164: other.e164, phoneId: other.id, askingAttemptId: attemptId },
    since: new Date(Date.now() - 86_400_000),
  });

describe('a talk handed on to another number of the person', () => {
  it('is a call to that number: the next one in the same talk is refused by the cap', async () => {
    const transferId = await permitted();
    expect(await invite(transferId)).toEqual(expect.any(String));
    await fail(transferId);
    expect(await ask()).toEqual({ kind: 'none', cause: RULE });
    const { rows } = await db.query(
      `select denied_by, phone_id from decision where attempt_id = $1 and verdict = 'deny'`,
      [attemptId],
    );
    expect(rows).toEqual([{ denied_by: RULE, phone_id: other.id }]);
    expect(await ledger()).toEqual([
      {
        id: transferId,
        at: expect.any(String) as string,
        outcome: 'unknown',
        direction: 'out',
        person: debtorId,
        debts: [accountId],
        number: other.id,
        place: 'mobile',
        mode: 'live',
        creditor: floor.creditorId,
      },
    ]);
  });

  it.each([
    ['busy', 'busy'],
    ['no_answer', 'no_answer'],
    ['cancelled', 'no_answer'],
    ['invalid', 'sit_invalid'],
    ['network_failure', 'not_connected'],
    ['abandoned', 'abandoned'],
  ] as const)(
    'that ended as %s is in the ledger as an attempt would be: %s',
    async (result, is) => {
      const transferId = await permitted();
      await invite(transferId);
      await recordTransferResult(db, { transferId, result });
      expect(await ledger()).toMatchObject([{ id: transferId, outcome: 'reserved' }]);
      await fail(transferId);
      expect(await ledger()).toMatchObject([{ id: transferId, outcome: is }]);
      // what is told later changes nothing
      await recordTransferResult(db, { transferId, result: 'unknown' });
      expect(await ledger()).toMatchObject([{ id: transferId, outcome: is }]);
    },
  );

  it('counts once, however many trunks are tried and however often the job comes', async () => {
    const transferId = await permitted();
    // before an INVITE it is reserved, as an attempt is
    expect(await ledger()).toMatchObject([{ id: transferId, outcome: 'reserved' }]);
    await invite(transferId);
    const [{ at } = { at: '' }] = await ledger();
    expect(await takeUp(transferId)).toEqual({ kind: 'none', cause: 'taken_up' });
    expect(await invite(transferId)).toEqual(expect.any(String));
    expect(await ledger()).toMatchObject([{ id: transferId, at }]);
    await recordConsulting(db, refOf(transferId));
    await fail(transferId);
    expect(await ledger()).toMatchObject([{ id: transferId, at, outcome: 'conversation' }]);
  });

  it('does not count when no INVITE has left', async () => {
    await fail(await permitted());
    expect(await ledger()).toEqual([]);
    await permitted();
  });

  it('counts for whoever has the number, in every later look', async () => {
    const transferId = await permitted();
    await invite(transferId);
    const neighbour = await floor.addDebtor();
    await db.query('update phone set e164 = $1 where debtor_id = $2', [
      other.e164,
      neighbour.debtorId,
    ]);
    await floor.addReadyAgent();
    expect(await reserveNext(makeGate(db), floor.campaignId)).not.toMatchObject({
      kind: 'reserved',
    });
    const denied = await db.query(
      `select denied_by from decision where debtor_id = $1 and verdict = 'deny'`,
      [neighbour.debtorId],
    );
    expect(denied.rows).toContainEqual({ denied_by: RULE });
    const why = await explainAccount(makeGate(db), neighbour.accountIds[0]!, null);
    expect(JSON.stringify(why)).toContain(RULE);
  });

  it('counts though the process died between INVITE and answer', async () => {
    const transferId = await permitted();
    await invite(transferId);
    expect(await endOrphan(db, attemptId, 'sip_instance_dead', 'test')).toBe(true);
    expect(await ledger()).toMatchObject([{ id: transferId, outcome: 'unknown' }]);
    const budget = await readDebtorBudget({ db, whole: db }, makeGate(db).rules, {
      debtorId,
      campaignId: floor.campaignId,
    });
    expect(budget.events.map(({ id }) => id)).toContain(transferId);
    expect(budget.calls.find(({ phoneId }) => phoneId === other.id)).toMatchObject({
      allowedNow: false,
    });
  });

  it('is no contact with the debtor when it goes to an office', async () => {
    const inserted = await db.query<{ id: string }>(
      `insert into office_number (creditor_id, name, e164) values ($1, 'Cabang', '+622150003333')
       returning id`,
      [floor.creditorId],
    );
    const transferId = await askTransfer(db, attemptId, 'blind', {
      officeNumberId: one(inserted, 'office').id,
    });
    expect(await takeUp(transferId)).toMatchObject({ kind: 'outside' });
    expect(await invite(transferId)).toEqual(expect.any(String));
    expect(await ledger()).toEqual([]);
  });
});
