import { seeBookDay } from '../../../src/db/book-days';
import { makeMoneyFloor, type MadeAccount, type MoneyFloor } from '../../support/money-floor';
import { startApi, type Api } from '../../support/http-api';

let api: Api;
let supervisor: string;
let ours: MoneyFloor;
let theirs: MoneyFloor;
let account: MadeAccount;
const DAYS = 'from=2026-10-05&to=2026-10-05';

beforeAll(async () => {
  api = await startApi();
  const { db } = api.database;
  supervisor = await api.key('supervisor');
  ours = await makeMoneyFloor(db);
  theirs = await makeMoneyFloor(db);
  account = await ours.addAccount({ dueDate: '2026-10-01', dueMinor: 1_000 });
  // the same person owes both
  const { debtorId } = account;
  const other = await theirs.addAccount({ dueDate: '2026-09-01', dueMinor: 9_000, debtorId });
  const at = '2026-10-05T03:00:00Z';
  const talk = { at, code: 'RPC_REFUSE', rootCause: 'forgot' } as const;
  await ours.call({ ...talk, account, agentId: await ours.addAgent() });
  const agentId = await theirs.addAgent();
  await theirs.call({ ...talk, account: other, agentId, rootCause: 'income_lost' });
  await theirs.pay(other, 700, at);
  await seeBookDay(db, () => '2026-10-05');
  await seeBookDay(db, () => '2026-10-06');
});
afterAll(() => api.close());

describe('figures', () => {
  test('M1: a key bound to a creditor sees figures of its own alone', async () => {
    const bound = await api.boundKey('supervisor', ours.floor.creditorId);
    const read = async (path: string, key = bound) =>
      (await api.call(key, `GET /v1/${path}`)).json();
    const kpis = `kpis?${DAYS}&by=creditor&kpi=right_party_contact_rate,recovered`;
    const row = { currency: null, numerator: '1', denominator: '1', value: 1 };
    const contact = 'right_party_contact_rate';
    const own = { ...row, kpi: contact, group: { creditor: ours.floor.creditorId } };
    expect((await read(kpis)).rows).toEqual([own]);
    expect((await read(kpis, supervisor)).rows).toHaveLength(3);
    expect((await read(`kpis/reasons?${DAYS}`)).rows).toMatchObject([{ rootCause: 'forgot' }]);
    expect((await read(`kpis/reasons?${DAYS}`, supervisor)).rows).toHaveLength(2);
    const rolls = 'kpis/roll-rates?from=2026-10-05&to=2026-10-06';
    expect((await read(rolls)).rows).toMatchObject([{ from: '1-10', accounts: 1 }]);
    expect((await read(rolls, supervisor)).rows).toHaveLength(2);
    expect((await read(`kpis/agents?${DAYS}`)).agents).toHaveLength(1);
    expect((await read(`kpis/agents?${DAYS}`, supervisor)).agents).toHaveLength(2);
    // every figure may be asked for by it
    expect((await read(`kpis?${DAYS}&by=creditor`)).rows.length).toBeGreaterThan(3);
    const foreign = await api.call(
      bound,
      `GET /v1/kpis?${DAYS}&creditorId=${theirs.floor.creditorId}`,
    );
    expect(foreign.statusCode).toBe(404);
  });

  test('M1: CSV by format or by Accept; the definitions come with the JSON', async () => {
    const path = `GET /v1/kpis?${DAYS}&by=creditor,hour&kpi=promise_rate&creditorId=${ours.floor.creditorId}`;
    const lines = `kpi,creditor,hour,currency,numerator,denominator,value\r\npromise_rate,${ours.floor.creditorId},10,,0,1,0\r\n`;
    const asked = await api.call(supervisor, `${path}&format=csv`);
    expect([asked.body, asked.headers.get('content-type')]).toEqual([
      lines,
      'text/csv; charset=utf-8',
    ]);
    const accepted = await api.call(supervisor, path, { headers: { accept: 'text/csv' } });
    expect(accepted.body).toBe(lines);
    const json = (await api.call(supervisor, path)).json();
    expect(json.definitions.promise_rate.denominator).toContain('dialed or come in');
    expect(json.daysSeen).toEqual({ first: '2026-10-05', last: '2026-10-05', count: 1 });
    const header = async (of: string) =>
      (await api.call(supervisor, `GET /v1/kpis/${of}?${DAYS}&format=csv`)).body.split('\r\n')[0];
    expect(await header('agents')).toBe(
      'agentId,accounts,rate,expected,adjusted,low,high,standing',
    );
    expect(await header('roll-rates')).toBe(
      'from,to,currency,accounts,dueMinor,shareOfAccounts,shareOfDue',
    );
    expect(await header('reasons')).toContain('rootCause,bucket,creditorId,option,');
  });

  test('M1: bad questions are named with what would be accepted', async () => {
    const refused = async (query: string) => {
      const answer = await api.call(supervisor, `GET /v1/kpis?${query}`);
      const { status, errors } = answer.json();
      return [status, errors?.[0]?.field, errors?.[0]?.accepted];
    };
    expect(await refused('from=2026-10-05&to=2026-10-04')).toEqual([
      400,
      'to',
      '2026-10-05 or later',
    ]);
    expect(await refused('from=2025-01-01&to=2026-10-04')).toEqual([
      ...[400, 'to', 'at most 366 days from 2025-01-01'],
    ]);
    // of a day that is none nothing else is said
    const none = await api.call(supervisor, 'GET /v1/kpis?from=2026-02-30&to=2026-10-04');
    expect(none.json().errors).toMatchObject([{ field: 'from', accepted: 'a date, 2026-12-01' }]);
    expect((await refused(`${DAYS}&zone=Jakarta`))[1]).toBe('zone');
    expect((await refused(`${DAYS}&by=agent,age`))[2]).toContain(
      'bucket, agent, hour, creditor, campaign',
    );
    expect((await refused(`${DAYS}&by=agent,agent`))[1]).toBe('by');
    expect((await refused(`${DAYS}&kpi=profit`))[2]).toContain('penetration');
    expect((await refused('from=2026-10-05'))[1]).toBe('to');
    expect((await refused(`${DAYS}&format=xml`))[1]).toBe('format');
  });
});
