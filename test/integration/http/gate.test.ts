import { randomUUID } from 'node:crypto';
import { makeFloor, type Floor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';

describe('asking the gate over the API', () => {
  let api: Api;
  let supervisor: string;
  let floor: Floor;
  let accountId: string;
  beforeAll(async () => {
    api = await startApi();
    supervisor = await api.key('supervisor');
    floor = await makeFloor(api.database.db, { rulePacks: ['ID.POLICY.HOUSE'] });
    accountId = (await floor.addDebtor({ province: 'ID-JK' })).accountIds[0]!;
  });
  afterAll(() => api.close());

  // a Sunday in Jakarta
  const at = '2027-12-05T03:00:00Z';

  it('explains a denial in the language that is asked for, citing the article', async () => {
    const body = { accountId, campaignId: floor.campaignId, at };
    const ask = (query: string, language?: string) =>
      api.call(supervisor, `POST /v1/gate/check${query}`, {
        body,
        headers: language === undefined ? {} : { 'accept-language': language },
      });
    const english = await ask('');
    expect(english.statusCode).toBe(200);
    const { certificate } = english.json();
    expect(certificate).toMatchObject({
      verdict: 'deny',
      signature: null,
      nextAllowedAt: '2027-12-06T01:00:00.000Z',
      localTimes: ['Sun 2027-12-05 10:00:00'],
    });
    expect(certificate.words.verdict).toMatch(/^No call is allowed/);
    expect(certificate.failing[0].words).toContain('62');
    for (const indonesian of [await ask('?lang=id'), await ask('', 'fr, id-ID;q=0.8, en;q=0.5')]) {
      expect(indonesian.json().certificate.words.verdict).toMatch(/^Tidak boleh ditelepon/);
    }
    expect((await ask('?lang=fr')).statusCode).toBe(400);
  });

  it('gives no number and no name away', async () => {
    const { rows } = await api.database.db.query<{ e164: string }>('select e164 from phone');
    const body = { accountId, campaignId: floor.campaignId };
    const checked = await api.call(supervisor, 'POST /v1/gate/check', { body });
    const why = await api.call(supervisor, `GET /v1/accounts/${accountId}/why?at=${at}`);
    expect(why.json().campaigns).toHaveLength(1);
    for (const text of [checked.body, why.body]) {
      expect(text).not.toContain(rows[0]!.e164);
      expect(text).not.toContain('Orang');
    }
  });

  it('takes an instant in any offset', async () => {
    const asked = { accountId, campaignId: floor.campaignId, at: '2027-12-05T10:00:00+07:00' };
    const checked = await api.call(supervisor, 'POST /v1/gate/check', { body: asked });
    expect(checked.json().certificate.localTimes).toEqual(['Sun 2027-12-05 10:00:00']);
    const address = `/v1/accounts/${accountId}/why?at=${encodeURIComponent(asked.at)}`;
    expect((await api.call(supervisor, `GET ${address}`)).statusCode).toBe(200);
  });

  it('previews no day that is over', async () => {
    const body = { campaignId: floor.campaignId, date: '2026-01-05' };
    const refused = await api.call(supervisor, 'POST /v1/schedule/preview', { body });
    expect(refused.statusCode).toBe(400);
    expect(refused.json().errors).toEqual([
      {
        field: 'date',
        reason: 'is over',
        accepted: expect.stringMatching(/^\d{4}-\d\d-\d\d or later$/) as string,
      },
    ]);
  });

  it('previews a date by zone and hour', async () => {
    const body = { campaignId: floor.campaignId, date: '2027-12-06' };
    const made = await api.call(supervisor, 'POST /v1/schedule/preview', { body });
    expect(made.statusCode).toBe(200);
    expect(made.json()).toMatchObject({ accounts: 1, examined: 1, dialable: 1 });
    expect(made.json().hours[8]).toMatchObject({ zones: 'Asia/Jakarta', becomeDialable: 1 });
  });

  it('knows no account or campaign that is not there', async () => {
    const nobody = { accountId: randomUUID(), campaignId: floor.campaignId };
    const asked = await api.call(supervisor, 'POST /v1/gate/check', { body: nobody });
    expect(asked.statusCode).toBe(404);
    const body = { campaignId: randomUUID() };
    const previewed = await api.call(supervisor, 'POST /v1/schedule/preview', { body });
    expect(previewed.statusCode).toBe(404);
  });
});
