import { importFile, csv } from '../../support/import-file';
import { startApi, type Api } from '../../support/http-api';

describe('the audit of what people change', () => {
  let api: Api;
  let admin: string;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.key('admin');
  });
  afterAll(() => api.close());

  const write = async (route: string, body?: unknown) => {
    const answer = await api.call(admin, route, body === undefined ? {} : { body });
    if (answer.statusCode >= 300) throw new Error(`${route}: ${answer.body}`);
    return answer.body === '' ? null : answer.json();
  };
  const audit = async (query: string) =>
    (await api.call(admin, `GET /v1/audit?${query}`)).json().items;

  it('keeps who did it, from what, to what, oldest last', async () => {
    const creditor = await write('POST /v1/creditors', {
      code: 'audit-a',
      name: 'Pinjaman Contoh',
    });
    const pool = await write('POST /v1/pools', { name: 'Tim Audit' });
    const draft = {
      creditorId: creditor.id,
      name: 'K',
      poolIds: [pool.id],
      rulePacks: ['DEMO.OPEN'],
    };
    const campaign = await write('POST /v1/campaigns', draft);
    await write(`PATCH /v1/campaigns/${campaign.id}`, { name: 'Kampanye' });
    const entries = await audit(`subject=campaign&subjectId=${campaign.id}`);
    const { items: keys } = (await api.call(admin, 'GET /v1/api-keys')).json();
    const actor = `key:${keys[0].id}`;
    expect(entries).toMatchObject([
      {
        action: 'campaign.edited',
        actor,
        creditorId: creditor.id,
        before: { name: 'K', version: 1 },
        after: { name: 'Kampanye', version: 2 },
        chain: `creditor:${creditor.id}`,
        seq: null,
      },
      { action: 'campaign.created', before: null, after: { name: 'K', poolIds: [pool.id] } },
    ]);
    expect(await audit(`actor=${actor}&subject=pool`)).toMatchObject([
      { action: 'pool.created', subjectId: pool.id, chain: 'installation' },
    ]);
    expect(await audit(`creditorId=${creditor.id}&subject=creditor`)).toHaveLength(1);
    const weighed = await api.call(admin, `PATCH /v1/creditors/${creditor.id as string}`, {
      body: { weight: 3 },
    });
    expect(weighed.json()).toMatchObject({ weight: 3 });
    const [said] = await audit(`creditorId=${creditor.id}&subject=creditor`);
    expect(said).toMatchObject({ before: { weight: 1 }, after: { weight: 3 } });
    expect(await audit('actor=key:nobody')).toEqual([]);
    expect(await audit(`until=2026-01-01T00:00:00Z`)).toEqual([]);
    const from = encodeURIComponent('2020-01-01T07:00:00+07:00');
    expect((await audit(`from=${from}&limit=2`)).length).toBe(2);
  });

  it('keeps trunks, agents and keys without their secrets', async () => {
    const trunk = await write('POST /v1/trunks', {
      ...{ name: 'Operator', host: '127.0.0.1', callerIds: ['+622100001'] },
      ...{ username: 'u', password: 'sangat-rahasia' },
    });
    await write(`PATCH /v1/trunks/${trunk.id}`, { maxChannels: 4 });
    await write(`DELETE /v1/trunks/${trunk.id}`);
    const agent = await write('POST /v1/agents', { name: 'Siti Rahma', sipUsername: 'siti' });
    await write(`PATCH /v1/agents/${agent.id}`, { active: false });
    const reset = await write(`POST /v1/agents/${agent.id}/sip-password`);
    const key = await write('POST /v1/api-keys', { role: 'supervisor', name: 'papan' });
    await write(`DELETE /v1/api-keys/${key.id}`);
    await write(`DELETE /v1/api-keys/${key.id}`);
    const actions = async (query: string): Promise<string[]> =>
      (await audit(query)).map(({ action }: { action: string }) => action).reverse();
    expect(await actions(`subjectId=${trunk.id}`)).toEqual([
      'trunk.created',
      'trunk.changed',
      'trunk.deleted',
    ]);
    expect(await actions(`subjectId=${agent.id}`)).toEqual([
      'agent.created',
      'agent.changed',
      'agent.sip_password_reset',
    ]);
    expect(await actions(`subjectId=${key.id}`)).toEqual(['api_key.created', 'api_key.revoked']);
    const kept = JSON.stringify(await audit('limit=200'));
    for (const secret of ['sangat-rahasia', agent.sipPassword, reset.sipPassword, key.key]) {
      expect(kept).not.toContain(secret);
    }
    expect(kept).not.toContain('Siti');
  });

  it('keeps imports and numbers without the person', async () => {
    await write('POST /v1/creditors', { code: 'bank-a', name: 'Bank A' });
    await importFile(
      api.database.db,
      csv('P1,D1,Budi Contoh,+6281200001234,,,ID-JK,,,,100000,2026-10-01'),
      { actor: 'key:importer' },
    ).catch(() => undefined);
    const [imported] = await audit('subject=import');
    expect(imported).toMatchObject({ action: 'import.finished', actor: 'key:importer' });
    const { rows } = await api.database.db.query<{ id: string }>(
      `insert into debtor (name) values ('Budi Contoh') returning id`,
    );
    await write(`POST /v1/debtors/${rows[0]!.id}/phones`, {
      number: '0812 0000 9876',
      owner: 'debtor',
    });
    const [added] = await audit('subject=phone');
    expect(added).toMatchObject({ action: 'phone.added', after: { owner: 'debtor' } });
    const kept = JSON.stringify(await audit('limit=200'));
    expect(kept).not.toContain('Budi');
    // whole or masked; an id may have these four signs within it
    expect(kept).not.toMatch(/[^0-9a-f-]9876|00009876/);
  });

  it('is for admins and managers', async () => {
    for (const role of ['supervisor', 'agent'] as const) {
      const agentId = role === 'agent' ? await anyAgent() : undefined;
      const answer = await api.call(await api.key(role, agentId), 'GET /v1/audit');
      expect(answer.statusCode).toBe(403);
    }
  });

  async function anyAgent(): Promise<string> {
    return (await write('POST /v1/agents', { name: 'A', sipUsername: 'agen-audit' })).id;
  }
});
