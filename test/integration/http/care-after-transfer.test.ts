import { takeUpTransfer } from '../../../dialer/transfer-gate';
import { openCustomerLeg } from '../../../src/db/trunk-routing';
import { askTransfer } from '../../e2e/calls/support/ask-transfer';
import { FactsApi } from '../../support/facts-api';
import { makeGate } from '../../support/gate';
import { InboundDesk } from '../../support/inbound-desk';
import { end } from '../../support/talk';

let facts: FactsApi;
beforeAll(async () => {
  facts = await FactsApi.start();
}, 20_000);
afterAll(() => facts.api.close());
beforeEach(() => facts.renew());

/** When they may be contacted again, days from now; those of before are below 0. */
const rests = async (): Promise<number[]> =>
  (
    await facts.db.query<{ days: number }>(
      `select round(extract(epoch from to_at - now()) / 86400)::int as days from hold
       where debtor_id = $1 and lifted_at is null order by id`,
      [facts.person.debtorId],
    )
  ).rows.map(({ days }) => days);

interface Talk {
  readonly attemptId: string;
  /** To the other number. */
  readonly invite: () => Promise<string | null>;
}

/** Somebody vulnerable, whose rest is over, calls us; the agent hands them on to another number of theirs. */
async function theyCall(): Promise<Talk> {
  const { db, floor, person } = facts;
  const { debtorId, e164 } = person;
  const { creditorId, sipInstanceId } = floor;
  const opened = await facts.post('cases', {
    ...{ kind: 'vulnerability', type: 'elderly', claim: 'Usia 82', debtorId, creditorId },
  });
  expect(opened.statusCode).toBe(201);
  await db.query(
    `update hold set from_at = now() - interval '15 days', to_at = now() - interval '1 day'
     where debtor_id = $1`,
    [debtorId],
  );
  await floor.addReadyAgent();
  const desk = await InboundDesk.open(db, floor);
  const known = { ...person, creditorId };
  const attemptId = await desk.talk(await desk.arrive(e164, known, 1), known);
  const phone = await facts.one(
    `insert into phone (debtor_id, e164, owner, position) values ($1, $2, 'debtor', 9) returning id`,
    [debtorId, `${e164.slice(0, -4)}0000`],
  );
  const transferId = await askTransfer(db, attemptId, 'blind', { phoneId: String(phone['id']) });
  const taken = await takeUpTransfer(makeGate(db), { transferId, attemptId, sipInstanceId });
  expect(taken).toMatchObject({ kind: 'outside' });
  const call = await facts.one('select id from call where attempt_id = $1', [attemptId]);
  const { trunkId } = desk;
  const invite = (): Promise<string | null> =>
    openCustomerLeg(db, { attemptId, transferId, callId: String(call['id']), trunkId });
  return { attemptId, invite };
}

test('K13: a number called in a talk that they began is a contact: they are left in peace after it', async () => {
  const { attemptId, invite } = await theyCall();
  expect(await invite()).toEqual(expect.any(String));
  // as of a call of ours: when all of it is over
  expect(await rests()).toEqual([-1]);
  await end(facts.db, attemptId, 'connected');
  expect(await rests()).toEqual([-1, 14]);
});

test('K13: a talk that they began, and in which nobody was called, is none of our contacts', async () => {
  const { attemptId } = await theyCall();
  await end(facts.db, attemptId, 'connected');
  expect(await rests()).toEqual([-1]);
});
