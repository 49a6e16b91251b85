import { randomUUID } from 'node:crypto';
import { startApi, type Api } from '../../support/http-api';

jest.setTimeout(30_000);

describe('which trunk takes which number', () => {
  let api: Api;
  let admin: string;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.key('admin');
  });
  afterAll(() => api.close());

  const post = (route: string, body: object) => api.call(admin, `POST ${route}`, { body });
  const addTrunk = async (name: string, terms: object = {}): Promise<string> => {
    const callerIds = ['+622150000001'];
    const made = await post('/v1/trunks', { name, host: `${name}.example`, callerIds, ...terms });
    expect(made.statusCode).toBe(201);
    return made.json().id as string;
  };
  const ask = (query: Record<string, string>) =>
    api.call(admin, `GET /v1/trunks/route?${new URLSearchParams(query).toString()}`);

  it('tells the order and its reasons, and why a trunk is passed over', async () => {
    const group = await post('/v1/trunk-groups', { name: 'Operator A' });
    const groupId = group.json().id as string;
    const onNet = await addTrunk('on-net', { groupId, costPerMinuteMinor: '900' });
    const any = await addTrunk('any', { costPerMinuteMinor: '700' });
    const dear = await addTrunk('dear', { costPerMinuteMinor: '800' });
    const last = await addTrunk('last', { priority: 5 });
    const off = await addTrunk('off', { enabled: false });
    const other = await addTrunk('other', { callerIds: ['+622150000099'] });
    const fixed = await addTrunk('fixed');
    const route = await post('/v1/trunk-routes', {
      ...{ groupId, prefixes: ['telkomsel'], costPerMinuteMinor: '950' },
    });
    expect(route.json()).toMatchObject({ groupId, trunkId: null, prefixes: ['telkomsel'] });
    await post('/v1/trunk-routes', { trunkId: fixed, prefixes: ['+6221'] });

    const answer = await ask({ e164: '+6281200001234', callerId: '+622150000001' });
    expect(answer.json()).toEqual({
      operator: 'telkomsel',
      callerId: '+622150000001',
      order: [
        expect.objectContaining({
          ...{ trunkId: onNet, prefix: '+62812', costPerMinuteMinor: '950' },
          aheadOfNextBy: 'prefix',
        }),
        expect.objectContaining({ trunkId: any, prefix: '', aheadOfNextBy: 'cost' }),
        expect.objectContaining({ trunkId: dear, aheadOfNextBy: 'priority' }),
        expect.objectContaining({ trunkId: last, aheadOfNextBy: null }),
      ],
      passedOver: expect.arrayContaining([
        { trunkId: off, name: 'off', reason: 'disabled' },
        { trunkId: other, name: 'other', reason: 'caller_id' },
        { trunkId: fixed, name: 'fixed', reason: 'no_route' },
      ]) as unknown,
    });
    const landline = await ask({ e164: '+622150001234' });
    expect(landline.json()).toMatchObject({
      ...{ operator: null, callerId: null },
      order: [{ trunkId: fixed }, {}, {}, {}, { trunkId: last }],
    });
    expect((await ask({ e164: '+622150001234', campaignId: randomUUID() })).statusCode).toBe(404);
    const inUse = await api.call(admin, `DELETE /v1/trunk-groups/${groupId}`);
    expect(inUse.json()).toMatchObject({ code: 'in_use' });
    const routeId = route.json().id as string;
    expect((await api.call(admin, `DELETE /v1/trunk-routes/${routeId}`)).statusCode).toBe(204);
    expect((await ask({ e164: '+6281200001234' })).json()).toMatchObject({
      order: [other, any, dear, onNet, last].map((trunkId) => ({ trunkId })),
    });
  });

  it('lets a number rest, and return', async () => {
    await addTrunk('two', { callerIds: ['+622150000001', '+622150000002'] });
    const number = encodeURIComponent('+622150000002');
    const act = (what: string, body: object) => post(`/v1/caller-ids/${number}/${what}`, body);
    expect((await act('rest', {})).json()).toMatchObject({ errors: [{ field: 'reason' }] });
    const rested = await act('rest', { reason: 'people say that it is shown as spam', days: 2 });
    expect(rested.json()).toMatchObject({
      ...{ e164: '+622150000002', recent: { calls: 0 }, rest: { alarms: [] } },
    });
    const shown = async () => {
      const { order } = (await ask({ e164: '+6281200001234' })).json() as {
        order: { name: string; callerIds: string[] }[];
      };
      return order.find(({ name }) => name === 'two')?.callerIds;
    };
    expect(await shown()).toEqual(['+622150000001']);
    for (let time = 0; time < 2; time++)
      expect((await act('return', { reason: 'the label is gone' })).json()).toMatchObject({
        ...{ e164: '+622150000002', rest: null },
      });
    expect(await shown()).toHaveLength(2);
    const unknown = encodeURIComponent('+622150000077');
    const refused = await post(`/v1/caller-ids/${unknown}/rest`, { reason: 'no number of ours' });
    expect(refused.statusCode).toBe(404);
  });

  it.each([
    [{ prefixes: ['telkomsel'] }, 'trunkId', 400],
    [{ trunkId: randomUUID(), groupId: randomUUID(), prefixes: ['+'] }, 'trunkId', 400],
    [{ trunkId: randomUUID(), prefixes: ['0811'] }, 'prefixes.0', 400],
    [{ trunkId: randomUUID(), prefixes: [] }, 'prefixes', 400],
    [{ trunkId: randomUUID(), prefixes: ['+62'] }, 'trunkId', 422],
    [{ groupId: randomUUID(), prefixes: ['+62'] }, 'groupId', 422],
  ])('%j is refused for its %s', async (body, field, status) => {
    const refused = await post('/v1/trunk-routes', body);
    expect(refused.statusCode).toBe(status);
    const { errors, field: named } = refused.json() as {
      errors?: { field: string }[];
      field?: string;
    };
    expect(errors?.[0]?.field ?? named).toBe(field);
  });
});
