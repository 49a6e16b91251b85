import { addTask, closeTask } from '../../../src/db/tasks';
import { createCreditor } from '../../../src/db/creditors';
import { makeFloor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';

let api: Api;
let creditorId: string;
let manager: string;
beforeAll(async () => {
  api = await startApi();
  manager = await api.key('manager');
});
afterAll(() => api.close());
beforeEach(async () => {
  const code = `lender-${String(Date.now())}${String(Math.random()).slice(2, 8)}`;
  creditorId = (await createCreditor(api.database.db, { code, name: 'Pemberi Contoh' }))!.id;
});

describe('a creditor’s collection policy', () => {
  const read = () => api.call(manager, `GET /v1/creditors/${creditorId}/collection-policy`);
  const write = (body: object, key = manager) =>
    api.call(key, `PUT /v1/creditors/${creditorId}/collection-policy`, { body });

  it('is its defaults until one is written, and then one version after the other', async () => {
    const defaults = (await read()).json();
    expect(defaults.version).toBe(0);
    expect(Object.keys(defaults.policy).sort()).toEqual(
      'allocation conversation figures messages options promise protection risk speech'.split(' '),
    );
    expect((await write({})).json()).toEqual({ ...defaults, version: 1 });
    expect((await write({})).json().version).toBe(1);
  });

  it('names what it does not know, and is written by managers', async () => {
    const refused = await write({ promises: {} });
    expect(refused.statusCode).toBe(400);
    expect(refused.body).toContain('promises');
    expect((await write({}, await api.key('supervisor'))).statusCode).toBe(403);
    expect((await read()).json().version).toBe(0);
  });
});

describe('tasks', () => {
  const subjectId = '00000000-0000-4000-8000-000000000001';
  const db = () => api.database.db;
  const task = (assignee: 'role:supervisor' | `agent:${string}`) => ({
    creditorId,
    kind: 'reflection' as const,
    subjectId,
    assignee,
    dueAt: new Date('2026-11-21T10:00:00Z'),
  });
  const listed = async (key: string, query = '') =>
    (await api.call(key, `GET /v1/tasks?done=false${query}`)).json().items as { id: string }[];
  const finish = (key: string, id: string, result = 'sudah dibicarakan') =>
    api.call(key, `POST /v1/tasks/${id}/done`, { body: { result } });

  it('are one a kind and subject, shown to whom they are for, and done once', async () => {
    const { agentId } = await (await makeFloor(db())).addReadyAgent();
    const agent = await api.key('agent', agentId);
    const supervisor = await api.key('supervisor');
    for (let i = 0; i < 2; i++) {
      await db().transaction((tx) => addTask(tx, task(`agent:${agentId}`)));
    }
    const [own, ...others] = await listed(agent, '&overdue=true');
    expect(others).toEqual([]);
    const given = { body: { assignee: 'role:supervisor' } };
    expect((await api.call(supervisor, `POST /v1/tasks/${own!.id}/assign`, given)).statusCode).toBe(
      200,
    );
    expect(await listed(agent)).toEqual([]);
    expect((await finish(agent, own!.id)).statusCode).toBe(404);
    expect((await finish(supervisor, own!.id)).statusCode).toBe(200);
    expect((await finish(supervisor, own!.id)).statusCode).toBe(200);
    expect((await finish(supervisor, own!.id, 'lain')).json().code).toBe('invalid_transition');
    expect(await listed(supervisor)).toEqual([]);
  });

  it('end by themselves when what they are about is settled, and name an agent who is none', async () => {
    const supervisor = await api.key('supervisor');
    await db().transaction((tx) => addTask(tx, task('role:supervisor')));
    const [open] = await listed(supervisor);
    const nobody = { body: { assignee: `agent:${subjectId}` } };
    const refused = await api.call(supervisor, `POST /v1/tasks/${open!.id}/assign`, nobody);
    expect(refused.json()).toMatchObject({ code: 'unknown_reference', field: 'assignee' });
    const over = { kind: 'reflection', subjectId, actor: 'system', result: 'settled' } as const;
    await db().transaction((tx) => closeTask(tx, over));
    expect(await listed(supervisor)).toEqual([]);
  });
});
