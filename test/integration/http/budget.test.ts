import { randomUUID } from 'node:crypto';
import { bindPack, capRule } from '../../support/bind-pack';
import { FactsApi } from '../../support/facts-api';
import { makeLedgerRows } from '../../support/ledger-rows';

let test: FactsApi;
beforeAll(async () => {
  test = await FactsApi.start();
}, 20_000);
afterAll(() => test.api.close());
beforeEach(() => test.renew());

interface Limit {
  rule: string;
  kind: string;
  limit: number;
  used: number;
  remaining: number;
  nextFreeAt: string | null;
  blockedUntil: string | null;
  eventIds: string[];
}
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
/** Every limit of the house, by kind and period. */
const house = (limits: Limit[]) => limits.filter(({ rule }) => rule.includes('house'));

describe('the budget of a person', () => {
  it('tells what of each limit is used, by what, and when it frees', async () => {
    const { debtorId, accountId, phoneId } = test.person;
    await test.db.query(`update creditor set rule_packs = '{ID.POLICY.HOUSE}' where id = $1`, [
      test.floor.creditorId,
    ]);
    const none = await test.get(`debtors/${debtorId}/budget`);
    expect(none.statusCode).toBe(200);
    expect(none.json()).toMatchObject({ debtorId, calls: [{ accountId, phoneId }], events: [] });
    const before = none.json().calls[0].limits as Limit[];
    expect(house(before).length).toBeGreaterThanOrEqual(4);
    for (const each of before) {
      expect(each).toMatchObject({ used: 0, remaining: each.limit, nextFreeAt: null });
    }

    const rows = await makeLedgerRows(test.db, test.floor);
    const id = await rows.addAttempt({ debtorId, accountId, at: hoursAgo(1) });
    // another creditor's letter and call count as well, and are not told by whom
    const contact = { at: hoursAgo(30), direction: 'out', debtorId, source: 'crm' };
    await test.post('contacts', { ...contact, outcome: 'no_answer', externalId: randomUUID() });
    const after = await test.get(`debtors/${debtorId}/budget`);
    const limits = after.json().calls[0].limits as Limit[];
    const gap = limits.find(({ kind }) => kind === 'gap')!;
    expect(gap).toMatchObject({ limit: 1, used: 1, remaining: 0, eventIds: [id] });
    const freesMs = Date.parse(gap.nextFreeAt!) - Date.now();
    expect(freesMs).toBeGreaterThan(59 * 60_000);
    expect(freesMs).toBeLessThan(61 * 60_000);
    const week = house(limits).find((each) => each.kind === 'cap' && each.limit === 7)!;
    expect(week).toMatchObject({ used: 2, remaining: 5, nextFreeAt: null });
    expect(week.eventIds.at(-1)).toBe(id);
    const { events } = after.json() as { events: Record<string, unknown>[] };
    expect(events).toHaveLength(2);
    for (const event of events) {
      expect(Object.keys(event).sort()).toEqual(['at', 'direction', 'id', 'outcome']);
    }
    expect(after.body).not.toContain(test.floor.creditorId);

    const exhausted = await test.get(`debtors/${debtorId}/budget?exhausted=true`);
    expect(exhausted.json().calls[0].limits.map(({ kind }: Limit) => kind)).toContain('gap');
    for (const each of exhausted.json().calls[0].limits as Limit[]) expect(each.remaining).toBe(0);
    const csv = await test.get(`debtors/${debtorId}/budget?format=csv&rule=${gap.rule}`);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const lines = csv.body.trimEnd().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(`${accountId},${phoneId},${gap.rule},`);
    expect(lines[1]).toContain(`,1,1,0,${gap.nextFreeAt!},,${id}`);
  });

  it('C3: shows until when a limit that was reached blocks, as the denial does', async () => {
    const { debtorId, accountId, phoneId } = test.person;
    const two = { ...capRule('two-in-two', 'person', 2, 2), blockFor: { localDays: 30 } };
    await bindPack(test.db, 'TEST.BLOCK', [two]);
    const { campaignId } = test.floor;
    await test.db.query(`update campaign set rule_packs = '{DEMO.OPEN,TEST.BLOCK}' where id = $1`, [
      campaignId,
    ]);
    const rows = await makeLedgerRows(test.db, test.floor);
    const dial = (days: number) =>
      rows.addAttempt({ debtorId, accountId, at: hoursAgo(24 * days) });
    await dial(12);
    const limits = async () =>
      (await test.get(`debtors/${debtorId}/budget?campaignId=${campaignId}&rule=two-in-two`)).json()
        .calls[0].limits;
    expect(await limits()).toMatchObject([{ remaining: 2, used: 0, blockedUntil: null }]);
    await dial(13);
    const [{ blockedUntil, ...left }] = await limits();
    expect(left).toMatchObject({ remaining: 0, used: 0, nextFreeAt: blockedUntil });
    // 30 local days from that of the second call
    const days = (Date.parse(blockedUntil) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(17);
    expect(days).toBeLessThanOrEqual(18);
    const body = { accountId, campaignId, phoneId };
    const { certificate } = (await test.post('gate/check', body)).json();
    const failing = certificate.failing.filter(({ rule }: Limit) => rule === 'two-in-two');
    expect(failing).toMatchObject([{ inputs: { blockedUntil, blockFor: '30 local days' } }]);
  });

  it('is shown to an agent of the person of the own call alone', async () => {
    const { key } = await test.agentInTalk();
    const other = await test.makePerson();
    const of = (debtorId: string) => test.get(`debtors/${debtorId}/budget`, key);
    expect((await of(test.person.debtorId)).statusCode).toBe(200);
    expect((await of(other.debtorId)).statusCode).toBe(403);
    expect((await test.get(`debtors/${randomUUID()}/budget`)).statusCode).toBe(404);
  });
});

describe('where a person is', () => {
  const patch = (body: object) =>
    test.api.call(test.supervisor, `PATCH /v1/debtors/${test.person.debtorId}`, { body });

  it('is told with source and confidence, and changed for a reason', async () => {
    const { debtorId } = test.person;
    const place = async () => (await test.get(`debtors/${debtorId}`)).json().whereabouts;
    expect(await place()).toEqual({
      zones: ['Asia/Jakarta'],
      source: 'province',
      confidence: 'high',
    });
    const reason = 'Alamat baru dari pelanggan';
    const none = await patch({ province: null, reason });
    expect(none.json().whereabouts).toEqual({
      zones: ['Asia/Jakarta', 'Asia/Jayapura', 'Asia/Makassar'],
      source: 'country',
      confidence: 'low',
    });
    const { attemptId } = await test.agentInTalk();
    const stated = { statedZone: 'WIT', reason };
    expect((await patch(stated)).json()).toMatchObject({
      code: 'invalid_fact',
      errors: [{ field: 'sourceAttemptId' }],
    });
    expect((await patch({ ...stated, sourceAttemptId: attemptId })).statusCode).toBe(200);
    expect(await place()).toEqual({
      zones: ['Asia/Jayapura'],
      source: 'stated',
      confidence: 'high',
    });
    const audit = await test.one(
      `select record from audit_entry where subject_id = $1 order by id desc limit 1`,
      [debtorId],
    );
    expect(JSON.parse(String(audit['record']))).toMatchObject({
      why: reason,
      before: { statedZone: null },
      after: { statedZone: 'Asia/Jayapura', sourceAttemptId: attemptId },
    });
  });

  it('must be a place that is known', async () => {
    const reason = 'Alamat baru';
    for (const body of [{ province: 'Atlantis' }, { statedZone: 'GMT+7' }]) {
      const [field] = Object.keys(body);
      expect((await patch({ ...body, reason })).json()).toMatchObject({
        status: 400,
        errors: [{ field }],
      });
    }
    expect((await patch({ province: 'ID-BA' })).statusCode).toBe(400);
    expect((await patch({ province: 'Bali', reason })).json()).toMatchObject({
      province: 'ID-BA',
      whereabouts: { zones: ['Asia/Makassar'] },
    });
  });
});
