import { makeFloor, type Floor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';
import { makeGate } from '../../support/gate';
import { ask } from '../../../dialer/ask';

let api: Api;
let manager: string;
let floor: Floor;
let code: string;
let pool: string;
beforeAll(async () => {
  api = await startApi();
  manager = await api.key('manager');
  floor = await makeFloor(api.database.db);
  await floor.addReadyAgent();
  const one = async (sql: string, id: string) =>
    (await api.database.db.query<{ text: string }>(sql, [id])).rows[0]!.text;
  code = await one('select code as text from creditor where id = $1', floor.creditorId);
  pool = await one('select name as text from pool where id = $1', floor.poolId);
});
afterAll(() => api.close());

const text = (name: string, more = ''): string =>
  `format: santun-campaign/1\ncreditor: ${code}\nname: ${name}\npools: [${pool}]\nrulePacks: [DEMO.OPEN]\n${more}`;
const post = (path: string, body: object, key = manager) =>
  api.call(key, `POST /v1/campaign-documents${path}`, { body });
const apply = (document: unknown, more: object = {}) =>
  post('', { document, reason: 'because', ...more });
const exported = async (id: string): Promise<{ version: number; document: object; yaml: string }> =>
  (await api.call(manager, `GET /v1/campaigns/${id}/document`)).json();

it('says where a document is wrong, also where it names what is not there', async () => {
  const wrong = text('Salah', 'accounts: { bukket: [1-10] }');
  const { accepted, problems } = (await post('/validate', { document: wrong })).json();
  expect([accepted, problems]).toEqual([
    false,
    [
      {
        field: 'accounts.bukket',
        reason: 'is not a known field',
        accepted: expect.stringMatching(/^bucket\? one of daysPastDue, bucket/) as string,
        line: 6,
        column: 13,
      },
    ],
  ]);
  const named = text('Salah').replace(pool, `${pool}x`).replace('DEMO.OPEN', 'DEMO.OPENN');
  const unknown = (await post('/validate', { document: named })).json().problems;
  expect(
    unknown.map((p: { field: string; line: number }) => `${p.line} ${p.field}`).sort(),
  ).toEqual(['4 pools[0]', '5 rulePacks[0]']);
  const creditor = text('Salah').replace(code, 'contoh-none');
  expect((await post('/validate', { document: creditor })).json().problems[0]).toMatchObject({
    field: 'creditor',
    line: 2,
  });
  const refused = await apply(wrong);
  expect(refused.json()).toMatchObject({ status: 422, code: 'document_not_accepted' });
  expect(refused.json().errors[0].line).toBe(6);
  expect((await post('/validate', { document: text('Benar') })).json()).toEqual({
    accepted: true,
    problems: [],
  });
});

it('makes a draft, then versions with author and reason; the same again changes nothing', async () => {
  const first = (await apply(text('Daur'), { ifVersion: 0 })).json();
  expect(first).toMatchObject({ outcome: 'created', campaign: { state: 'draft', version: 1 } });
  const { id } = first.campaign as { id: string };
  expect((await apply(text('Daur'))).json()).toMatchObject({ outcome: 'unchanged', changes: [] });

  const narrowed = text(
    'Daur',
    'accounts: { bucket: [1-10] }\nretry: { busy: { afterMinutes: 30 } }',
  );
  expect((await post('/diff', { document: narrowed })).json()).toEqual({
    campaignId: id,
    version: 1,
    changes: [
      { field: 'accounts', after: { bucket: ['1-10'] } },
      { field: 'retry', after: { busy: { afterMinutes: 30 } } },
    ],
  });
  const second = (await apply(narrowed, { reason: 'only the early ones', ifVersion: 1 })).json();
  expect(second).toMatchObject({ outcome: 'changed', campaign: { version: 2 } });
  expect((await apply(text('Daur'), { ifVersion: 1 })).json()).toMatchObject({
    status: 409,
    code: 'superseded',
  });

  // fields over REST make a version too, and leave what only the document sets
  await api.call(manager, `PATCH /v1/campaigns/${id}`, {
    body: { settings: { ringTimeoutMs: 20_000 }, reason: 'they pick up late' },
  });
  const third = await exported(id);
  expect(third).toMatchObject({
    version: 3,
    document: { retry: { busy: { afterMinutes: 30 } }, dialing: { ringTimeoutMs: 20_000 } },
  });
  const versions = (await api.call(manager, `GET /v1/campaigns/${id}/versions?limit=2`)).json();
  expect(
    versions.items.map((v: { version: number; reason: string }) => `${v.version} ${v.reason}`),
  ).toEqual(['3 they pick up late', '2 only the early ones']);
  expect(versions.items[0].author).toMatch(/^key:/);
  const rest = await api.call(
    manager,
    `GET /v1/campaigns/${id}/versions?cursor=${versions.nextCursor as string}`,
  );
  expect(rest.json()).toMatchObject({
    items: [{ version: 1, reason: 'because' }],
    nextCursor: null,
  });
  expect((await api.call(manager, `GET /v1/campaigns/${id}/versions/9`)).statusCode).toBe(404);
  await expect(
    api.database.db.query(`update campaign_version set reason = 'x' where campaign_id = $1`, [id]),
  ).rejects.toThrow('kept as it was written');
});

it('gives back a document that applied again changes nothing', async () => {
  const all = text(
    'Lengkap',
    `accounts: { any: [{ bucket: [1-10] }, { amountDueMinor: { from: 5000000 } }] }
reminders: { daysBeforeDue: 3, accounts: {} }
segments: [{ name: Bali, accounts: { province: [ID-BA] } }]
ordering: { amountDue: 3 }
callingHours: [{ days: [mon, tue], from: "09:00", to: "17:00" }]
courtesy: { windows: true, pauses: [{ reason: Banjir, regions: [ID-AC], from: 2026-11-20, to: 2026-11-30 }] }
phones: { order: listed, places: [mobile] }
dialing: { mode: manual, wrapUpLimitMs: 30000, callerIds: ["+622100001"], callerIdByProvince: { ID-BA: "+622100001" } }
skills: [jawa, english]
share: { priority: 4, weight: 20 }
stops: { wrongParty: null, costCapMinor: 500000 }
rules: [{ name: few, when: { metric: ready_agents, is: below, value: 2, forSeconds: 60 }, then: { do: pause } }]
`,
  );
  const { campaign } = (await apply(all)).json();
  const { yaml, document } = await exported(campaign.id as string);
  expect((await apply(yaml)).json()).toMatchObject({ outcome: 'unchanged' });
  expect((await apply(document)).json()).toMatchObject({ outcome: 'unchanged' });
  expect(campaign.rulePacks).toEqual([
    'DEMO.OPEN',
    'ID.POLICY.COURTESY',
    `CAMPAIGN.${campaign.id as string}`,
  ]);
});

it('edits a campaign that runs, which must be able to go on', async () => {
  const { campaign } = (await apply(text('Jalan'))).json();
  for (const command of ['validate', 'start']) {
    await api.call(manager, `POST /v1/campaigns/${campaign.id as string}/${command}`);
  }
  const running = (await apply(text('Jalan', 'share: { priority: 5, weight: 1 }'))).json();
  expect(running).toMatchObject({ outcome: 'changed', campaign: { state: 'running', version: 2 } });
  const stranger = (await apply(text('Jalan', 'dialing: { callerIds: ["+622199999999"] }'))).json();
  expect(stranger).toMatchObject({ status: 422, code: 'document_not_accepted' });
  expect(stranger.errors).toEqual([
    expect.objectContaining({
      field: 'dialing.callerIds[0]',
      line: 6,
      accepted: 'one of +622100001',
    }),
  ]);
  // of a trunk that is switched off
  await api.database.db.query(
    `insert into trunk (name, host, caller_ids, enabled) values ('off', '127.0.0.1', '{+622100009}', false)`,
  );
  const refused = (await apply(text('Jalan', 'dialing: { callerId: "+622100009" }'))).json();
  expect(refused).toMatchObject({ status: 422, code: 'campaign_not_ready' });
  expect((await exported(campaign.id as string)).version).toBe(2);
});

it('narrows the hours in the gate itself, from the next decision on', async () => {
  const { db } = api.database;
  const { accountIds } = await floor.addDebtor({ province: 'ID-JK' });
  const { campaign } = (await apply(text('Jam'))).json();
  const asked = {
    accountId: accountIds[0]!,
    campaignId: campaign.id as string,
    purpose: 'collect',
    phoneId: null,
    stage: 'reserve',
    mode: 'progressive',
    attemptId: null,
  } as const;
  await db.query(`update campaign set state = 'running' where id = $1`, [campaign.id]);
  const failing = async (): Promise<string[]> => {
    const answer = await ask(makeGate(db), db, asked);
    const { failing: rules } = (answer!.permit ?? answer!.denials[0]!).decision;
    return rules.map(({ rule }) => rule);
  };
  expect(await failing()).toEqual([]);
  const jakarta = new Date(Date.now() + 7 * 3_600_000);
  const day = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][(jakarta.getUTCDay() + 3) % 7]!;
  await apply(text('Jam', `callingHours: [{ days: [${day}], from: "09:00", to: "10:00" }]`));
  expect(await failing()).toEqual(['campaign.calling-hours']);
  const today = jakarta.toISOString().slice(0, 10);
  const pause = (region: string) =>
    `courtesy: { pauses: [{ reason: Banjir, regions: [${region}], from: ${today}, to: ${today} }] }`;
  await apply(text('Jam', pause('ID-JK')));
  expect(await failing()).toEqual(['campaign.pause-1']);
  await apply(text('Jam', pause('ID-AC')));
  expect(await failing()).toEqual([]);
  // nobody proposes a campaign's own pack by hand
  const proposed = await api.call(
    manager,
    `POST /v1/rule-packs/CAMPAIGN.${campaign.id as string}/versions`,
    {
      body: { pack: { jurisdiction: '*', effectiveFrom: '2020-01-01', rules: [] }, reason: 'no' },
    },
  );
  expect(proposed.json()).toMatchObject({ code: 'rules_not_accepted', errors: [{ field: 'id' }] });
});

it('counts and shows whom it takes, numbers masked', async () => {
  await floor.addDebtor({ province: 'ID-BA', accounts: 2 });
  const document = text(
    'Lihat',
    'accounts: { daysPastDue: { from: 1 } }\nsegments: [{ name: Bali, accounts: { province: [ID-BA] } }]',
  );
  const seen = (await post('/preview', { document }, await api.key('supervisor'))).json();
  expect(seen.segments[0]).toEqual({ segment: 'Bali', accounts: 2 });
  const bySegment = seen.segments.map((one: { accounts: number }) => one.accounts) as number[];
  expect(seen.accounts).toBe(bySegment.reduce((sum, accounts) => sum + accounts, 0));
  expect(seen.samples.length).toBe(Math.min(20, seen.accounts as number));
  expect(seen.samples.map((s: { phone: string }) => s.phone).join()).toMatch(/^[+\d*•x… ,-]+$/u);
  expect(JSON.stringify(seen)).not.toMatch(/\+62812000\d{5}/);
  expect(JSON.stringify(seen)).not.toContain('Orang');
});

it('publishes its schema', async () => {
  const schema = (await api.call(manager, 'GET /v1/campaign-document-schema')).json();
  expect(Object.keys(schema.properties as object)).toContain('callingHours');
});
