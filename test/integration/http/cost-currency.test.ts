import { makeFloor, type Floor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';

describe('a cost limit, and trunks that bill in another currency', () => {
  let api: Api;
  let manager: string;
  let admin: string;
  let floor: Floor;
  let rupiah: string;
  beforeEach(async () => {
    api = await startApi();
    [manager, admin] = [await api.key('manager'), await api.key('admin')];
    floor = await makeFloor(api.database.db);
    await floor.addReadyAgent();
    const { rows } = await api.database.db.query<{ id: string }>('select id from trunk');
    rupiah = rows[0]!.id;
  });
  afterEach(() => api.close());

  const addTrunk = (name: string, terms: object) => {
    const callerIds = ['+622150000001'];
    const body = { name, host: `${name}.example`, callerIds, ...terms };
    return api.call(admin, 'POST /v1/trunks', { body });
  };
  const patchTrunk = (id: string, body: object) =>
    api.call(admin, `PATCH /v1/trunks/${id}`, { body });
  const draft = async (settings: object, name = 'Terbatas'): Promise<string> => {
    const body = { creditorId: floor.creditorId, name, rulePacks: ['DEMO.OPEN'] };
    const made = await api.call(manager, 'POST /v1/campaigns', {
      body: { ...body, poolIds: [floor.poolId], settings },
    });
    return made.json().id as string;
  };
  const command = (id: string, name: string) =>
    api.call(manager, `POST /v1/campaigns/${id}/${name}`);
  const run = async (settings: object): Promise<string> => {
    const id = await draft(settings);
    for (const name of ['validate', 'start'])
      expect((await command(id, name)).statusCode).toBe(200);
    return id;
  };
  const limited = { costCapMinor: '1000' };

  it('a campaign is not started, nor changed while it runs, so that both could meet', async () => {
    const dollar = (await addTrunk('dollar', { costCurrency: 'USD' })).json().id as string;
    const refused = {
      status: 422,
      code: 'campaign_not_ready',
      errors: [
        {
          field: 'settings.trunkIds',
          reason: `the cost limit is in IDR, and it may call by trunks that bill otherwise: ${dollar} (USD)`,
          accepted: `ids of trunks that bill in IDR: ${rupiah}; or no settings.costCapMinor`,
        },
      ],
    };
    // any enabled trunk
    expect((await command(await draft(limited, 'Semua trunk'), 'validate')).json()).toMatchObject(
      refused,
    );
    const id = await run({ ...limited, trunkIds: [rupiah] });
    const change = (settings: object) =>
      api.call(manager, `PATCH /v1/campaigns/${id}`, { body: { settings } });
    const both = [rupiah, dollar];
    expect((await change({ ...limited, trunkIds: both })).json()).toMatchObject(refused);
    expect((await change({ trunkIds: both })).statusCode).toBe(200);
    expect((await change({ ...limited, trunkIds: both })).json()).toMatchObject(refused);
  });

  it('no trunk is added, enabled or billed anew beside a running campaign that could call by it', async () => {
    const dollars = { costCurrency: 'USD' };
    const off = (await addTrunk('off', { ...dollars, enabled: false })).json().id as string;
    await run(limited);
    const refused = (field: string, accepted: string) => ({
      status: 422,
      code: 'invalid_fact',
      errors: [
        {
          field,
          reason:
            'USD cannot be held against the cost limits of running campaigns that may call by it: Terbatas (IDR)',
          accepted: `${accepted}costCurrency IDR; else first name those campaigns' trunks (settings.trunkIds)`,
        },
      ],
    });
    expect((await addTrunk('new', dollars)).json()).toMatchObject(refused('costCurrency', ''));
    expect((await patchTrunk(rupiah, dollars)).json()).toMatchObject(refused('costCurrency', ''));
    expect((await patchTrunk(off, { enabled: true })).json()).toMatchObject(
      refused('enabled', 'false; '),
    );
    expect((await patchTrunk(off, { enabled: true, costCurrency: 'IDR' })).statusCode).toBe(200);
    expect((await addTrunk('idle', { ...dollars, enabled: false })).statusCode).toBe(201);
  });

  it('what is so already is told, and keeps nobody from another change', async () => {
    const id = await run(limited);
    await api.database.db.query(`update trunk set cost_currency = 'USD'`);
    const why = await api.call(manager, `GET /v1/campaigns/${id}/why`);
    expect(why.json().floor).toMatchObject({ currenciesBesideLimit: ['USD'] });
    expect((await patchTrunk(rupiah, { weight: 7 })).statusCode).toBe(200);
    const unlimited = await api.call(manager, `GET /v1/campaigns/${floor.campaignId}/why`);
    expect(unlimited.json().floor).toMatchObject({ currenciesBesideLimit: [] });
  });
});
