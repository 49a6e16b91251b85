import { tellEachComingDue } from '../../../workers/tell-coming-due';
import { inDays, PromiseFloor } from '../../support/promise-floor';

let desk: PromiseFloor;
beforeAll(async () => {
  desk = await PromiseFloor.open();
});
afterAll(() => desk.api.close());
beforeEach(() => desk.begin());

const tellAll = () =>
  tellEachComingDue(desk.db, (error) => {
    throw error;
  });

interface Row {
  readonly step: string;
  readonly state: string;
  readonly body: string;
  readonly sendAt: Date;
}
const messages = () =>
  desk.query<Row>(
    `select step, state, body_id as body, send_at as "sendAt" from message
     where account_id = $1 and kind = 'pre_due' order by id`,
    [desk.accountId],
  );
const dueIn = (days: number) =>
  desk.query(`update account set due_date = $2 where id = $1`, [desk.accountId, inDays(days)]);
const wish = async (messagesPolicy: object) => {
  const manager = await desk.api.key('manager');
  const route = `PUT /v1/creditors/${desk.floor.creditorId}/collection-policy`;
  const written = await desk.api.call(manager, route, { body: { messages: messagesPolicy } });
  expect(written.statusCode).toBe(200);
};

describe('A12: an instalment that is not due yet', () => {
  it('is told of by message so many days before, once, where the creditor wants it', async () => {
    await dueIn(3);
    expect(await tellAll()).toEqual({ done: 0, failed: 0 });
    await wish({ preDueDays: [7, 3, 1], preDueAt: '23:59' });
    await tellAll();
    await tellAll();
    const [told, ...others] = await messages();
    expect(others).toEqual([]);
    expect(told!.state).toBe('queued');
    expect(told!.step).toContain(' d-3:');
    expect(told!.body).toMatch(/angsuran Rp[0-9.]+ jatuh tempo pada .*, 3 hari lagi/);
    expect(told!.sendAt.toISOString()).toBe(`${inDays(0)}T16:59:00.000Z`);
    await dueIn(2);
    await tellAll();
    expect(await messages()).toHaveLength(1);
  });

  it('is not told of any more when the money came, and with what is left after a part', async () => {
    await dueIn(1);
    await wish({ preDueDays: [1], preDueAt: '23:59' });
    await tellAll();
    await desk.pay(500_000);
    await tellAll();
    const left = await messages();
    expect(left.map(({ state }) => state)).toEqual(['cancelled', 'queued']);
    expect(left[0]!.body).not.toBe(left[1]!.body);
    const [{ rest }] = (await desk.query<{ rest: bigint }>(
      'select amount_due_minor as rest from account where id = $1',
      [desk.accountId],
    )) as [{ rest: bigint }];
    await desk.pay(Number(rest));
    await tellAll();
    expect((await messages()).map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
  });
});
