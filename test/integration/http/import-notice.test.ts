import { booksDateAt } from '../../../src/domain/books-date';
import { bindPack } from '../../support/bind-pack';
import { startApi, type Api } from '../../support/http-api';

const COLUMNS = 'external_account_id,name,phone,amount_due,due_date,province';
const ROW = 'A-1,Orang 1,081200000001,150000,2026-10-01,ID-JK';
const withNotice = (...days: string[]): string =>
  [`${COLUMNS},notice_mailed_on`, ...days.map((day) => `${ROW},${day}`), ''].join('\n');
const without = (row = ROW): string => `${COLUMNS}\n${row}\n`;

describe('the day on which the notice of a debt was mailed, in a file of accounts', () => {
  let api: Api;
  let manager: string;
  beforeAll(async () => {
    api = await startApi();
    manager = await api.key('manager');
  });
  afterAll(() => api.close());

  let creditors = 0;
  let creditor: { id: string; code: string };
  beforeEach(async () => {
    creditors += 1;
    const body = { code: `c-${creditors}`, name: 'Pinjaman Contoh' };
    creditor = (await api.call(manager, 'POST /v1/creditors', { body })).json();
  });

  const upload = async (body: string, more = '') => {
    const headers = { 'content-type': 'text/csv' };
    const route = `POST /v1/imports?creditor=${creditor.code}${more}`;
    return (await api.call(manager, route, { body, headers })).json();
  };
  const account = async () =>
    (await api.call(manager, `GET /v1/accounts?creditorId=${creditor.id}`)).json().items[0];

  it('is kept once, left as it is by a file without it, and set right by another', async () => {
    expect(await upload(without())).toMatchObject({ newCount: 1 });
    expect(await account()).toMatchObject({ noticeMailedOn: null });
    expect(await upload(withNotice('2026-01-05'), '&dryRun=true')).toMatchObject({
      changedCount: 1,
    });
    expect(await account()).toMatchObject({ noticeMailedOn: null });

    expect(await upload(withNotice('2026-01-05'))).toMatchObject({ changedCount: 1 });
    const kept = await account();
    expect(kept).toMatchObject({ noticeMailedOn: '2026-01-05' });
    expect(await upload(withNotice('2026-01-05'))).toMatchObject({
      changedCount: 0,
      unchangedCount: 1,
    });
    expect(await account()).toEqual(kept);

    for (const file of [without(), without(ROW.replace('150000', '140000')), withNotice('')]) {
      await upload(file);
      expect(await account()).toMatchObject({ noticeMailedOn: '2026-01-05' });
    }
    await upload(withNotice('2026-01-06'));
    expect(await account()).toMatchObject({ noticeMailedOn: '2026-01-06' });
  });

  it('comes with a new account, up to today by the books', async () => {
    const today = booksDateAt(new Date());
    expect(await upload(withNotice(today))).toMatchObject({ newCount: 1 });
    expect(await account()).toMatchObject({ noticeMailedOn: today });
  });

  it('is told when it is no day, or one to come, and changes nothing', async () => {
    expect(await upload(withNotice('2026-02-30', '2100-12-31'))).toMatchObject({
      newCount: 0,
      rejectedCount: 2,
      rejections: [
        { line: 2, field: 'notice_mailed_on', reason: 'no such day' },
        {
          line: 3,
          field: 'notice_mailed_on',
          reason: 'in the future',
          accepted: expect.stringMatching(/^a date up to \d{4}-\d\d-\d\d$/),
        },
      ],
    });
    expect(await account()).toBeUndefined();
  });

  it('ends the wait of a rule that would deny for good', async () => {
    const wait = { id: 'test.wait', kind: 'wait', force: 'policy', cite: 'uji' } as const;
    await bindPack(api.database.db, 'TEST.WAIT', [{ ...wait, fact: 'noticeMailedOn', days: 60 }]);
    await api.database.db.query(`update creditor set rule_packs = '{TEST.WAIT}' where id = $1`, [
      creditor.id,
    ]);
    await upload(without());
    const { debtorId } = await account();
    const call = async () =>
      (await api.call(manager, `GET /v1/debtors/${debtorId}/budget`)).json().calls[0];
    expect(await call()).toMatchObject({ allowedNow: false, nextAllowedAt: null });
    await upload(withNotice('2020-01-05'));
    const { allowedNow, nextAllowedAt } = await call();
    expect(allowedNow || nextAllowedAt !== null).toBe(true);
  });
});
