import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../src/domain/canonical-json';
import { startApi, type Api } from '../../support/http-api';

const HOUSE = '/v1/rule-packs/ID.POLICY.HOUSE';
const BASE = '/v1/rule-packs/SANTUN.BASE';
const POJK = '/v1/rule-packs/ID.OJK.POJK22';

describe('rule packs', () => {
  let api: Api;
  let first: string;
  let second: string;
  beforeAll(async () => {
    api = await startApi();
    first = await api.key('manager');
    second = await api.key('manager');
  });
  afterAll(() => api.close());

  const binding = async (path: string) =>
    (await api.call(first, `GET ${path}`)).json().bindingVersion as number;
  const packAt = async (path: string, version: number) =>
    (await api.call(first, `GET ${path}/versions/${version}`)).json().pack;
  const propose = (path: string, pack: object, more: object = {}) =>
    api.call(first, `POST ${path}/versions`, { body: { pack, reason: 'uji', ...more } });
  const proposed = async (path: string, change: object = {}, more: object = {}) => {
    const { version: _, ...pack } = await packAt(path, await binding(path));
    const response = await propose(path, { ...pack, ...change }, more);
    expect(response.statusCode).toBe(201);
    return response.json().version as number;
  };
  const act = (key: string, path: string, version: number, action: string, body: object = {}) =>
    api.call(key, `POST ${path}/versions/${version}/${action}`, { body });

  it('lists what ships: bound, by layer, signed by nobody', async () => {
    const { items } = (await api.call(first, 'GET /v1/rule-packs')).json();
    const byId = Object.fromEntries(items.map((item: { id: string }) => [item.id, item]));
    expect(byId['SANTUN.BASE']).toMatchObject({
      layer: 'base',
      bindingVersion: 1,
      reviewed: false,
    });
    expect(byId['ID.OJK.POJK22']).toMatchObject({ layer: 'statute', jurisdiction: 'ID' });
    expect(byId['AU.RG96'].layer).toBe('guideline');
    expect(byId['IT.UNIREC'].layer).toBe('association');
    expect(byId['ID.POLICY.HOUSE'].layer).toBe('policy');
    expect(byId['DEMO.OPEN']).toMatchObject({ simulatedOnly: true, layer: 'policy' });
    expect(byId['ID.POLICY.HOUSE'].versions[0]).toMatchObject({
      state: 'approved',
      binding: true,
      proposedBy: 'release',
      bindsFrom: null,
    });
  });

  it('gives a version whole, as it is hashed', async () => {
    const { pack, sha256 } = (await api.call(first, `GET ${POJK}/versions/1`)).json();
    expect(createHash('sha256').update(canonicalJson(pack)).digest('hex')).toBe(sha256);
    expect(pack.rules[0]).toMatchObject({ force: 'law', cite: 'POJK 22/2023 Pasal 62(2)c' });
    expect((await api.call(first, `GET ${POJK}/versions/9`)).statusCode).toBe(404);
    expect((await api.call(first, 'GET /v1/rule-packs/NO.SUCH')).statusCode).toBe(404);
  });

  it('binds a version when a second person approves, not before', async () => {
    const version = await proposed(HOUSE);
    expect(await binding(HOUSE)).toBe(version - 1);
    const own = await act(first, HOUSE, version, 'approve');
    expect(own.json()).toMatchObject({ status: 409, code: 'second_person_needed' });
    expect(await binding(HOUSE)).toBe(version - 1);
    const other = await act(second, HOUSE, version, 'approve');
    expect(other.json()).toMatchObject({ state: 'approved', binding: true });
    expect(await binding(HOUSE)).toBe(version);
    const again = await act(second, HOUSE, version, 'approve');
    expect(again.json()).toMatchObject({ status: 409, code: 'invalid_transition' });
    expect((await act(second, HOUSE, version, 'reject', { reason: 'x' })).statusCode).toBe(409);
    const { rows } = await api.database.db.query(
      `select action from audit_entry where subject_id = $1 order by id`,
      [`ID.POLICY.HOUSE@${version}`],
    );
    expect(rows.map((row) => row.action)).toEqual(['rule_pack.proposed', 'rule_pack.approved']);
  });

  it('binds later when asked to, and can be taken back until then', async () => {
    const version = await proposed(HOUSE);
    const past = new Date(Date.now() - 60_000).toISOString();
    const over = await act(second, HOUSE, version, 'approve', { bindsFrom: past });
    expect(over.json()).toMatchObject({ status: 422, code: 'rules_not_accepted' });
    const bindsFrom = new Date(Date.now() + 3_600_000).toISOString();
    const approved = await act(second, HOUSE, version, 'approve', { bindsFrom });
    expect(approved.json()).toMatchObject({ state: 'approved', binding: false, bindsFrom });
    const rejected = await act(first, HOUSE, version, 'reject', { reason: 'salah tanggal' });
    expect(rejected.json()).toMatchObject({ state: 'rejected', bindsFrom: null });
  });

  it('does not let an older proposal replace a newer version', async () => {
    const older = await proposed(HOUSE);
    const newer = await proposed(HOUSE);
    expect((await act(second, HOUSE, newer, 'approve')).statusCode).toBe(200);
    const late = await act(second, HOUSE, older, 'approve');
    expect(late.json()).toMatchObject({ status: 409, code: 'superseded' });
    expect(await binding(HOUSE)).toBe(newer);
  });

  it('takes a signature of a named person, once', async () => {
    const signed = await act(second, POJK, 1, 'review', { reviewer: 'Ratna Contoh, S.H.' });
    expect(signed.json()).toMatchObject({ reviewedBy: 'Ratna Contoh, S.H.', binding: true });
    const again = await act(second, POJK, 1, 'review', { reviewer: 'Budi Contoh' });
    expect(again.json()).toMatchObject({ status: 409, code: 'already_exists' });
    expect((await api.call(first, `GET ${POJK}`)).json().reviewed).toBe(true);
  });

  it('never loosens SANTUN.BASE, also not when two people agree', async () => {
    const pack = await packAt(BASE, 1);
    const { version: _, ...rest } = pack;
    const looser = await propose(BASE, { ...rest, rules: pack.rules.slice(1) });
    expect(looser.json()).toMatchObject({ status: 422, code: 'rules_not_accepted' });
    expect(looser.json().errors[0].reason).toContain(pack.rules[0].id);
    const stricter = { ...pack.rules[0], id: 'more', deny: ['guarantor'] };
    const version = await proposed(BASE, { rules: [...pack.rules, stricter] });
    // what was checked against the version of then is checked against that of now
    const base1 = await proposed(BASE, { rules: [...pack.rules] });
    expect((await act(second, BASE, version, 'approve')).statusCode).toBe(200);
    const late = await act(second, BASE, base1, 'approve');
    expect(late.json()).toMatchObject({ status: 422, code: 'rules_not_accepted' });
  });

  it('keeps the law in its place, and lets it become looser when two people say so', async () => {
    const { version: _, ...pack } = await packAt(POJK, 1);
    for (const change of [
      { jurisdiction: 'US' },
      { rules: [] },
      { appliesTo: { collector: ['first_party'] } },
    ]) {
      const response = await propose(POJK, { ...pack, ...change });
      expect(response.json()).toMatchObject({ status: 422, code: 'rules_not_accepted' });
    }
    const rules = pack.rules.filter((rule: { kind: string }) => rule.kind !== 'holiday');
    const version = await proposed(POJK, { rules, effectiveFrom: '2099-01-01' });
    const gap = await act(second, POJK, version, 'approve');
    expect(gap.json().errors[0]).toMatchObject({ field: 'bindsFrom' });
    const looser = await proposed(POJK, { rules });
    expect((await act(second, POJK, looser, 'approve')).json().binding).toBe(true);
  });

  it('says everything that is wrong with a pack', async () => {
    const response = await propose('/v1/rule-packs/BANK.A', {
      id: 'BANK.B',
      version: 7,
      jurisdiction: 'Indonesia',
      effectiveFrom: '2026-01-01',
      reviewed: { by: 'Ratna Contoh', on: '2026-11-01' },
      rules: [{ id: 'a', kind: 'window', force: 'policy', cite: 'kebijakan', windows: [] }],
    });
    expect(response.json()).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(response.json().errors.map((error: { field: string }) => error.field)).toEqual(
      expect.arrayContaining([
        'pack.jurisdiction',
        'pack.rules[0].windows',
        'pack.id',
        'pack.version',
        'pack.reviewed',
      ]),
    );
  });

  it('refuses a rule that waits for a fact that no debt has, and names those there are', async () => {
    const rule = { id: 'bank-w.wait', kind: 'wait', force: 'policy', cite: 'kebijakan', days: 7 };
    const waiting = (fact: string) =>
      propose('/v1/rule-packs/BANK.W', {
        ...{ jurisdiction: 'ID', effectiveFrom: '2026-01-01' },
        rules: [{ ...rule, fact }],
      });
    expect((await waiting('noticeMailedAt')).json()).toMatchObject({
      status: 400,
      errors: [
        {
          field: 'pack.rules[0].fact',
          reason: '"noticeMailedAt" is no dated fact of a debt: no call would ever be allowed',
          accepted: 'noticeMailedOn',
        },
      ],
    });
    expect((await waiting('noticeMailedOn')).statusCode).toBe(201);
  });

  it('refuses a holiday of a calendar that nobody has, until somebody proposes it', async () => {
    const holidays = (calendar: string) =>
      propose('/v1/rule-packs/BANK.H', {
        ...{ jurisdiction: 'ID', effectiveFrom: '2026-01-01' },
        rules: [
          {
            ...{ id: 'bank-h.closing', kind: 'holiday', force: 'policy', cite: 'kebijakan' },
            ...{ calendar, types: ['company'] },
          },
        ],
      });
    const refused = await holidays('BANKH');
    expect(refused.json()).toMatchObject({ status: 422, code: 'rules_not_accepted' });
    expect(refused.json().errors).toMatchObject([
      {
        field: 'pack.rules[0].calendar',
        reason: 'there is no calendar BANKH: no call would ever be allowed',
        accepted: expect.stringMatching(/\bID\b.*; or propose that calendar first$/) as string,
      },
    ]);
    const calendar = { years: [2026], entries: { '2026-12-24': 'company' } };
    const added = await api.call(first, 'POST /v1/calendars/BANKH/revisions', {
      body: { calendar, reason: 'hari tutup' },
    });
    expect(added.statusCode).toBe(201);
    expect((await holidays('BANKH')).statusCode).toBe(201);
  });

  it('takes a pack of one’s own and lets a creditor name it once it binds', async () => {
    const rule = { id: 'bank-a.lunch', kind: 'window', force: 'policy', cite: 'kebijakan bank' };
    const windows = [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '12:00' }];
    const pack = { jurisdiction: 'ID', effectiveFrom: '2026-01-01', rules: [{ ...rule, windows }] };
    expect((await propose('/v1/rule-packs/BANK.A', pack)).statusCode).toBe(201);
    const body = { code: 'bank-a', name: 'Bank A', rulePacks: ['BANK.A'] };
    const early = await api.call(first, 'POST /v1/creditors', { body });
    expect(early.json()).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(early.json().errors[0]).toMatchObject({ field: 'rulePacks', reason: 'unknown: BANK.A' });
    await act(second, '/v1/rule-packs/BANK.A', 1, 'approve');
    const created = await api.call(first, 'POST /v1/creditors', { body });
    expect(created.json()).toMatchObject({ rulePacks: ['BANK.A'], collector: 'third_party' });
  });

  it('runs a version in shadow when asked to', async () => {
    const version = await proposed(HOUSE, {}, { shadowFrom: '2026-11-20T00:00:00Z' });
    const report = await api.call(first, `GET ${HOUSE}/versions/${version}/shadow-report`);
    expect(report.json()).toMatchObject({ decisionsCompared: 0, differing: 0, rules: [] });
    expect(report.json().days).toBeGreaterThan(0);
    const off = await act(first, HOUSE, version, 'shadow', { from: null });
    expect(off.json()).toMatchObject({ shadowFrom: null, state: 'proposed' });
    const bound = await act(first, HOUSE, await binding(HOUSE), 'shadow', { from: null });
    expect(bound.json()).toMatchObject({ status: 409, code: 'invalid_transition' });
  });

  it('is read by supervisors and changed by managers', async () => {
    const supervisor = await api.key('supervisor');
    expect((await api.call(supervisor, `GET ${HOUSE}`)).statusCode).toBe(200);
    expect((await act(supervisor, HOUSE, 1, 'approve')).statusCode).toBe(403);
  });
});

describe('packs of a creditor', () => {
  let api: Api;
  let manager: string;
  beforeAll(async () => {
    api = await startApi();
    manager = await api.key('manager');
  });
  afterAll(() => api.close());

  it('are those usual in the country, unless it names others', async () => {
    const create = async (body: object) =>
      (await api.call(manager, 'POST /v1/creditors', { body: { name: 'X', ...body } })).json();
    expect((await create({ code: 'aa' })).rulePacks).toEqual([
      'ID.POLICY.HOUSE',
      'ID.POLICY.CUTI',
      'ID.POLICY.COURTESY',
    ]);
    expect((await create({ code: 'bb', country: 'US' })).rulePacks).toEqual([]);
    expect((await create({ code: 'cc', rulePacks: [] })).rulePacks).toEqual([]);
  });

  it('change for all of its campaigns, and are policy alone', async () => {
    const created = await api.call(manager, 'POST /v1/creditors', {
      body: { code: 'dd', name: 'Bank D' },
    });
    const path = `/v1/creditors/${created.json().id as string}`;
    const change = (body: object) => api.call(manager, `PATCH ${path}`, { body });
    expect(
      (await change({ rulePacks: ['ID.POLICY.CUTI'], collector: 'first_party' })).json(),
    ).toEqual({ ...created.json(), rulePacks: ['ID.POLICY.CUTI'], collector: 'first_party' });
    const reasons = async (id: string) =>
      (await change({ rulePacks: [id] })).json().errors[0].reason as string;
    expect(await reasons('ID.OJK.POJK22')).toMatch('applies by itself');
    expect(await reasons('SANTUN.BASE')).toMatch('applies by itself');
    expect(await reasons('DEMO.OPEN')).toMatch('made-up people');
    expect(await reasons('NO.SUCH')).toBe('unknown: NO.SUCH');
    expect((await api.call(manager, `GET ${path}`)).json().rulePacks).toEqual(['ID.POLICY.CUTI']);
  });
});
