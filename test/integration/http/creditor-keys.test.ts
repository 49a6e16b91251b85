import { randomUUID } from 'node:crypto';
import { ACCESS } from '../../../src/http/access';
import { factsForCaller } from '../../../src/http/facts-for-caller';
import { addCreditorThings, stateOf, type CreditorThings } from '../../support/creditor-things';
import { filters, nothing, requests, ROUTES, type Asked } from '../../support/creditor-requests';
import { EventStream } from '../../support/event-stream';
import { makeLedgerRows } from '../../support/ledger-rows';
import { startApi, type Api } from '../../support/http-api';

let api: Api;
let admin: string;
let keyOfA: string;
let keyOfB: string;
let a: CreditorThings;
let b: CreditorThings;

beforeAll(async () => {
  api = await startApi();
  admin = await api.key('admin');
  a = await addCreditorThings(api, admin);
  b = await addCreditorThings(api, admin);
  keyOfA = await api.boundKey('manager', a.floor.creditorId);
  keyOfB = await api.boundKey('manager', b.floor.creditorId);
});
afterAll(() => api.close());

const reason = 'because';
const CSV = { 'content-type': 'text/csv' };

/** Status and body, without what names the things and the request. */
async function answerTo(key: string, { route, options }: Asked, things: CreditorThings) {
  const response = await api.call(key, route, options);
  let text = response.body.replace(/"requestId":"[^"]*"/, '');
  for (const name of [things.code, things.number, ...Object.values(things.ids)]) {
    text = text.replaceAll(name, '…');
  }
  return `${response.statusCode} ${text}`;
}

it('answers about what is another creditor’s as about what is not there, and changes nothing of it', async () => {
  const before = await stateOf(api, b);
  const none = nothing(b);
  const ofB = requests(a, b);
  const ofNone = requests(a, none);
  const different: unknown[] = [];
  const found: string[] = [];
  for (const [place, asked] of ofB.entries()) {
    const told = await answerTo(keyOfA, asked, b);
    const unknown = await answerTo(keyOfA, ofNone[place]!, none);
    if (told !== unknown) different.push({ route: asked.route, told, unknown });
    if (asked.route.includes(' /v1/campaign-documents/validate')) continue;
    const isList = /^GET \/v1\/[a-z/-]+(\?|$)/.test(asked.route);
    if (!isList && !/^4(04|22|00) /.test(told)) found.push(`${asked.route}: ${told}`);
    if (/\/[0-9a-f-]{36}/.test(asked.route) && !told.startsWith('404 ')) found.push(told);
  }
  expect({ different, found }).toEqual({ different: [], found: [] });
  expect(await stateOf(api, b)).toBe(before);
}, 60_000);

/** Lists that are the same for everybody, or in which nothing of the creditors stands. */
const OF_NOBODY = [
  ...['GET /v1/pools', 'GET /v1/ledger/keys', 'GET /v1/campaign-document-schema'],
  ...['GET /v1/best-time/uplift', 'GET /v1/best-time/heat-map', 'GET /v1/conflict-triggers'],
  // counts; of whom is told in test/integration/http/agreements.test.ts
  'GET /v1/reports/option-parity',
  // buckets and agents; test/integration/http/figures.test.ts tells whose
  ...['GET /v1/kpis/roll-rates', 'GET /v1/kpis/agents', 'GET /v1/risk/report'],
];
/** Routes that need a query. */
const ASKED = /best-time|kpis|option-parity/;

it('lists nothing of another creditor', async () => {
  const wrong: string[] = [];
  const none = nothing(b);
  for (const route of ROUTES.filter((each) => each.startsWith('GET ') && !each.includes(':'))) {
    const [query = ''] = filters(route, b).filter((each) => ASKED.test(route) && each);
    const names = [b.code, b.number, ...Object.values(b.ids)];
    const tells = async (key: string): Promise<boolean> => {
      const answer = await api.call(key, `${route}?${query}`);
      if (answer.statusCode !== 200) wrong.push(`${route}: ${answer.body}`);
      return names.some((name) => answer.body.includes(name));
    };
    if (OF_NOBODY.includes(route)) {
      // the same as of what is not there; and where no creditor is named, the same to everybody
      const [ofNone = ''] = filters(route, none).filter((each) => ASKED.test(route) && each);
      const asked = (key: string, more: string) => api.call(key, `${route}?${more}`);
      const told = await asked(keyOfA, query);
      const same = query === '' ? await asked(keyOfB, '') : await asked(keyOfA, ofNone);
      if ((await tells(keyOfA)) || told.body !== same.body) wrong.push(`${route} tells A of B`);
    } else if (await tells(keyOfA)) wrong.push(`${route} tells A of B`);
    else if (!(await tells(keyOfB))) wrong.push(`${route} tells B nothing`);
  }
  expect(wrong).toEqual([]);
});

it('refuses what concerns the whole platform', async () => {
  for (const [route, access] of Object.entries(ACCESS)) {
    if (access === 'public' || access.reach !== 'platform') continue;
    if (!access.roles.includes('manager')) continue;
    const answer = await api.call(keyOfA, route.replace(/:\w+/g, randomUUID()));
    expect([route, answer.json()]).toMatchObject([route, { status: 403, reach: 'platform' }]);
  }
  for (const body of [
    { scope: 'all', reason },
    { scope: 'trunk', scopeId: randomUUID(), reason },
  ]) {
    const stop = await api.call(keyOfA, 'POST /v1/kill-switches', { body });
    expect(stop.json()).toMatchObject({ status: 403, errors: [{ field: 'scope' }] });
  }
});

it('lets a key do everything with its own creditor’s', async () => {
  const failed: string[] = [];
  for (const { route, options } of requests(b, b)) {
    const { statusCode, body } = await api.call(keyOfB, route, options);
    if ([400, 401, 403, 404].includes(statusCode) || statusCode >= 500)
      failed.push(`${route}: ${body}`);
  }
  expect(failed).toEqual([]);
}, 60_000);

describe('a person who owes both', () => {
  let person: string;
  let accountOfB: string;
  const get = async (key: string, path: string) => {
    const answer = await api.call(key, `GET /v1/${path}`);
    expect([path, answer.statusCode]).toEqual([path, 200]);
    return answer.json();
  };
  const post = (key: string, path: string, body: object = {}) =>
    api.call(key, `POST /v1/${path}`, { body });

  beforeAll(async () => {
    const { db } = api.database;
    const made = await a.floor.addDebtor();
    person = made.debtorId;
    const { rows } = await db.query<{ id: string }>(
      `insert into account (creditor_id, debtor_id, external_id, currency, amount_due_minor, due_date, content_hash)
       values ($1, $2, 'shared', 'IDR', 777000, '2026-10-01', '') returning id`,
      [b.floor.creditorId, person],
    );
    accountOfB = rows[0]!.id;
    await db.query(`update creditor set rule_packs = '{ID.POLICY.HOUSE}'`);
    const ledger = await makeLedgerRows(db, b.floor);
    const at = new Date(Date.now() - 3_600_000).toISOString();
    await ledger.addAttempt({ debtorId: person, accountId: accountOfB, at });
  });

  it('is seen by each with its own accounts, and with what all calls used of the budget', async () => {
    expect(await get(keyOfA, `debtors/${person}`)).toMatchObject({ id: person });
    const { items } = await get(keyOfA, `accounts?debtorId=${person}`);
    expect(items).toHaveLength(1);
    expect((await api.call(keyOfA, `GET /v1/accounts/${accountOfB}`)).statusCode).toBe(404);
    const budget = await get(keyOfA, `debtors/${person}/budget`);
    expect(budget.calls.map(({ accountId }: { accountId: string }) => accountId)).toEqual([
      items[0].id,
    ]);
    const used = budget.calls[0].limits.map((each: { used: number }) => each.used) as number[];
    expect(Math.max(...used)).toBeGreaterThan(0);
    expect(budget.events).toEqual([]);
    expect((await get(keyOfB, `debtors/${person}/budget`)).events).toHaveLength(1);
    expect((await get(keyOfA, `attempts?accountId=${accountOfB}`)).items).toEqual([]);
  });

  it('shows who asked why a call was refused no more of the others than that they called', async () => {
    const { rows } = await api.database.db.query<{ id: string }>(
      'select id from account where debtor_id = $1 and creditor_id = $2',
      [person, a.floor.creditorId],
    );
    const body = { accountId: rows[0]!.id, campaignId: a.floor.campaignId };
    const { certificate } = (await post(keyOfA, 'gate/check', body)).json();
    expect(certificate.accountId).toBe(body.accountId);
    expect(JSON.stringify(certificate)).not.toContain(accountOfB);
    expect(JSON.stringify(certificate)).not.toContain(b.floor.creditorId);
    const facts = {
      events: [
        {
          id: '1',
          at: 'x',
          direction: 'out',
          outcome: 'conversation',
          creditor: 'b',
          debts: ['d'],
        },
        { id: '2', at: 'y', direction: 'out', outcome: 'conversation', creditor: 'a' },
      ],
    };
    const caller = { keyId: 'k', role: 'manager', agentId: null, creditorIds: ['a'] } as const;
    expect(factsForCaller(facts, caller)).toEqual({
      events: [{ at: 'x', direction: 'out', ofAnotherCreditor: true }, facts.events[1]],
    });
    expect(factsForCaller(facts, { ...caller, creditorIds: null })).toBe(facts);
  });

  it('is protected from everybody by whoever places a hold, which no single creditor lifts', async () => {
    const hold = await post(keyOfA, 'holds', { debtorId: person, kind: 'complaint', reason });
    expect(hold.statusCode).toBe(201);
    const { id } = hold.json();
    expect((await get(keyOfB, `holds/${id}`)).debtorId).toBe(person);
    for (const key of [keyOfA, keyOfB]) {
      const lift = await post(key, `holds/${id}/lift`, { reason });
      expect(lift.json()).toMatchObject({ status: 403, code: 'forbidden' });
    }
    expect((await post(admin, `holds/${id}/lift`, { reason })).statusCode).toBe(200);
    // of its own account: it is its own to lift
    const own = await post(keyOfB, 'holds', { accountId: accountOfB, kind: 'dispute', reason });
    expect((await api.call(keyOfA, `GET /v1/holds/${own.json().id}`)).statusCode).toBe(404);
    expect((await post(keyOfB, `holds/${own.json().id}/lift`, { reason })).statusCode).toBe(200);
  });

  it('stops ringing for every creditor with the hold of one', async () => {
    const { db } = api.database;
    const ledger = await makeLedgerRows(db, b.floor);
    const at = new Date().toISOString();
    const attemptId = await ledger.addAttempt({
      ...{ debtorId: person, accountId: accountOfB, at, state: 'ringing' },
    });
    await db.query(
      'insert into open_attempt (debtor_id, attempt_id, campaign_id) values ($1, $2, $3)',
      [person, attemptId, b.floor.campaignId],
    );
    await post(keyOfA, 'holds', { debtorId: person, kind: 'complaint', reason });
    const { rows } = await db.query('select withdraw_cause as cause from attempt where id = $1', [
      attemptId,
    ]);
    expect(rows).toEqual([{ cause: 'hold' }]);
  });

  it('gives consent to one creditor, and says where they are to the platform', async () => {
    const consent = { debtorId: person, kind: 'recording', evidence: 'a letter' };
    expect((await post(keyOfA, 'consents', consent)).json()).toMatchObject({
      ...{ status: 422, errors: [{ field: 'creditorId' }] },
    });
    const towardsA = { ...consent, creditorId: a.floor.creditorId };
    const given = await post(keyOfA, 'consents', towardsA);
    expect(given.statusCode).toBe(201);
    expect((await api.call(keyOfB, `GET /v1/consents/${given.json().id}`)).statusCode).toBe(404);
    const moved = await api.call(keyOfA, `PATCH /v1/debtors/${person}`, {
      body: { province: 'ID-PA', reason },
    });
    expect(moved.json()).toMatchObject({
      status: 403,
      detail: expect.stringMatching(/owes other/),
    });
    const objects = { debtorId: person, reason };
    expect((await post(keyOfA, 'profiling-objections', objects)).statusCode).toBe(201);
    const back = await post(keyOfA, 'profiling-objections', { ...objects, objects: false });
    expect(back.statusCode).toBe(403);
  });
});

it('streams the events of its own creditor alone', async () => {
  const stream = await EventStream.open(`${api.url}/v1/events`, keyOfA);
  const whole = await EventStream.open(`${api.url}/v1/events`, admin);
  const rename = (things: CreditorThings) =>
    api.call(admin, `PATCH /v1/campaigns/${things.floor.campaignId}`, { body: { name: 'Lagi' } });
  try {
    await stream.until(({ comments, response }) => response.ok && comments >= 0);
    expect((await rename(b)).statusCode).toBeLessThan(500);
    expect((await rename(a)).statusCode).toBe(200);
    const ofA = ({ data }: { data: { campaignId: string } }): boolean =>
      data.campaignId === a.floor.campaignId;
    await whole.until(({ events }) => events.some(ofA));
    await stream.until(({ events }) => events.some(ofA));
    expect(stream.events.every(({ data }) => data.creditorId === a.floor.creditorId)).toBe(true);
  } finally {
    stream.close();
    whole.close();
  }
});

it('is bound when it is made, for good', async () => {
  const make = (body: object) => api.call(admin, 'POST /v1/api-keys', { body });
  const { creditorId } = a.floor;
  const refused = async (body: object) => (await make({ name: 'x', ...body })).json();
  expect(await refused({ role: 'admin', creditorIds: [creditorId] })).toMatchObject({
    ...{
      status: 400,
      errors: [{ field: 'creditorIds', accepted: expect.stringMatching(/manager/) }],
    },
  });
  expect(await refused({ role: 'manager', creditorIds: [] })).toMatchObject({ status: 400 });
  expect(await refused({ role: 'manager', creditorIds: [randomUUID()] })).toMatchObject({
    ...{ status: 422, code: 'unknown_reference', field: 'creditorIds' },
  });
  const ids = [creditorId, b.floor.creditorId].toSorted();
  const made = (
    await make({ role: 'supervisor', name: 'both', creditorIds: [...ids, ...ids] })
  ).json();
  expect(made.creditorIds).toEqual(ids);
  const me = await api.call(made.key as string, 'GET /v1/me');
  expect(me.json()).toMatchObject({ role: 'supervisor', creditorIds: ids });
  const { items } = (await api.call(made.key as string, 'GET /v1/creditors')).json();
  expect(items.map(({ id }: { id: string }) => id).toSorted()).toEqual(ids);
  await expect(api.database.db.query('delete from api_key_creditor')).rejects.toThrow(/kept/);
});

it('imports into its own creditor alone, with people whom it may call', async () => {
  const { db } = api.database;
  const upload = async (query: string, body: string, headers = {}) =>
    (await api.call(keyOfA, `POST /v1/${query}`, { body, headers: { ...CSV, ...headers } })).json();
  const accounts =
    'external_account_id,external_debtor_id,name,phone,amount_due,due_date\n' +
    'K-1,P-K,Orang Baru,081200077001,150000,2026-10-01\n';
  const once = { 'idempotency-key': randomUUID() };
  const first = await upload(`imports?creditor=${a.code}`, accounts, once);
  expect(first).toMatchObject({ state: 'done', newCount: 1, rejectedCount: 0 });
  expect(await upload(`imports?creditor=${a.code}`, accounts, once)).toEqual(first);
  const facts =
    'external_debtor_id,phone,kind,reason\n' +
    `P-K,,complaint,menolak\n,${b.number},cease,bukan orangnya\n,+6281200077009,cease,bukan orangnya\n`;
  const holds = await upload(`imports/facts?kind=holds&creditor=${a.code}`, facts);
  expect(holds).toMatchObject({ state: 'done', newCount: 1, rejectedCount: 2 });
  const { rows } = await db.query("select 1 from hold where e164 = $1 and source <> 'api'", [
    b.number,
  ]);
  expect(rows).toEqual([]);
});
