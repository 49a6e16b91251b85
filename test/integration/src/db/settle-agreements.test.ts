import { DateTime } from 'luxon';
import type { Database } from '../../../../src/db/database';
import { settleAccount } from '../../../../src/db/settle-account';
import { pay, takeBack, ZONE } from '../../../support/agreed-floor';
import { AgreementDesk } from '../../../support/agreement-desk';
import { startApi, type Api } from '../../../support/http-api';

describe('settleAgreements', () => {
  let api: Api;
  let db: Database;
  let desk: AgreementDesk;
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    desk = await AgreementDesk.open(api);
  });

  const settle = (days = 0): Promise<void> =>
    db.transaction((tx) =>
      settleAccount(tx, {
        ...{ accountId: desk.accountId, cause: 'test', actor: 'test' },
        now: DateTime.now().setZone(ZONE).plus({ days }).toJSDate(),
      }),
    );
  const changes = async (id: string): Promise<string[]> => {
    const { rows } = await db.query<{ said: string }>(
      `select (payload->>'state') || ' ' || (payload->>'reason') as said from event
       where type = 'agreement.state_changed' and payload->>'agreementId' = $1 order by id`,
      [id],
    );
    return rows.map(({ said }) => said);
  };

  it('K10: writes the rest off when a settlement is kept, once, and puts it on when it is taken back', async () => {
    const { id } = await desk.agree('settlement');
    const paid = await pay(db, desk.floor, desk.accountId, 97_500_000);
    expect(await desk.stateOf(id)).toMatchObject({ state: 'completed', stateReason: 'kept' });
    expect(await desk.owed()).toBe(0n);
    await settle();
    expect(await changes(id)).toEqual(['completed kept']);
    expect(await desk.holds()).toEqual([]);
    await takeBack(db, desk.accountId, paid);
    expect(await desk.owed()).toBe(100_000_000n);
    expect(await desk.stateOf(id)).toMatchObject({ state: 'active' });
    await pay(db, desk.floor, desk.accountId, 97_500_000);
    expect(await desk.owed()).toBe(0n);
    const { rows } = await db.query(
      `select kind, amount_minor::text as amount, voided_at from adjustment where subject_id = $1`,
      [id],
    );
    expect(rows).toEqual([{ kind: 'write_off', amount: '2500000', voided_at: null }]);
    expect(await changes(id)).toEqual(['completed kept', 'active accepted', 'completed kept']);
  });

  it('K10: lets a settlement lapse that is not paid in full, and the whole debt stands', async () => {
    const { id } = await desk.agree('settlement');
    await pay(db, desk.floor, desk.accountId, 95_000_000);
    expect(await desk.stateOf(id)).toMatchObject({ state: 'active' });
    await settle(10);
    expect(await desk.stateOf(id)).toMatchObject({ state: 'broken', stateReason: 'not_paid' });
    expect(await desk.owed()).toBe(5_000_000n);
  });

  it('K7: keeps a plan that is paid, and breaks one of which two instalments were missed', async () => {
    const { id } = await desk.agree('plan');
    await pay(db, desk.floor, desk.accountId, 33_333_400);
    expect(await desk.promises(id)).toEqual(['kept', 'open', 'open']);
    expect(await desk.stateOf(id)).toMatchObject({ state: 'active' });
    await pay(db, desk.floor, desk.accountId, 66_666_600);
    expect(await desk.promises(id)).toEqual(['kept', 'kept', 'kept']);
    expect(await desk.stateOf(id)).toMatchObject({ state: 'completed', stateReason: 'kept' });

    await desk.beginTalk();
    const other = await desk.agree('plan');
    // the first is due in 14 days, with a day of grace; more than 10 days late it breaks
    await settle(16);
    expect(await desk.stateOf(other.id)).toMatchObject({ state: 'active' });
    expect((await desk.holds()).filter((kind) => kind === 'plan')).toEqual([]);
    await settle(25);
    expect(await desk.stateOf(other.id)).toMatchObject({
      state: 'broken',
      stateReason: 'late_payment',
    });
    expect(await desk.promises(other.id)).toEqual(['broken', 'cancelled', 'cancelled']);
    await settle(25);
    expect(await changes(other.id)).toEqual(['broken late_payment']);
  });

  it('K8: keeps another due date, and remembers a policy that has changed since', async () => {
    const { id } = await desk.agree('reschedule');
    await desk.writePolicy({ reschedule: { maxDays: 0 }, plan: { lateDaysToBreak: 1 } });
    expect((await desk.offers()).some(({ kind }) => kind === 'reschedule')).toBe(false);
    await settle();
    expect(await desk.stateOf(id)).toMatchObject({ state: 'active', policyVersion: 0 });
    await pay(db, desk.floor, desk.accountId, 100_000_000);
    expect(await desk.stateOf(id)).toMatchObject({ state: 'completed' });
  });

  it('K9: ends a deferment when all is paid, and what waits for approval with it', async () => {
    const { id } = await desk.agree('deferment', { reason: 'sakit' });
    const waiting = (await desk.accept((await desk.offer('plan')).offerId)).json() as {
      id: string;
    };
    expect(await desk.stateOf(waiting.id)).toMatchObject({ state: 'pending_approval' });
    await pay(db, desk.floor, desk.accountId, 100_000_000);
    expect(await desk.stateOf(id)).toMatchObject({
      state: 'completed',
      stateReason: 'nothing_owed',
    });
    expect(await desk.stateOf(waiting.id)).toMatchObject({ state: 'cancelled' });
    expect(await desk.holds()).toEqual([]);
  });
});
