import { makeFloor, type Floor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';

let api: Api;
let manager: string;
let floor: Floor;
beforeAll(async () => {
  api = await startApi();
  manager = await api.key('manager');
  floor = await makeFloor(api.database.db);
  await floor.addReadyAgent();
});
afterAll(() => api.close());

const EXPERIMENT = `experiment:
  name: later-retries
  share: 20
  challenger: { retry: { busy: { afterMinutes: 90 } } }
  metric: promise_percent
  withinDays: 7
  leastPersons: 100
  alpha: 0.05
  guard: { complaintsPer1000: 2 }
  endsOn: 2099-12-31
`;

async function exported(): Promise<string> {
  const path = `GET /v1/campaigns/${floor.campaignId}/document` as const;
  return (await api.call(manager, path)).json().yaml as string;
}
const post = (path: string, body: object) =>
  api.call(manager, `POST /v1/campaign-documents${path}`, { body });
const apply = (document: string) => post('', { document, reason: 'because' });
const report = (query = '') =>
  api.call(manager, `GET /v1/campaigns/${floor.campaignId}/experiment${query}`);

it('shows an experiment as it was said and as it stands, and gives it back in the document', async () => {
  expect((await report()).statusCode).toBe(404);
  const document = `${await exported()}${EXPERIMENT}`;
  expect((await post('/validate', { document })).json()).toEqual({ accepted: true, problems: [] });
  expect((await apply(document)).json()).toMatchObject({ outcome: 'changed' });
  const arm = { persons: 0, dials: 0, counted: 0, succeeded: 0, percent: null, complaints: 0 };
  expect((await report()).json()).toMatchObject({
    name: 'later-retries',
    state: 'running',
    definition: { share: 20, metric: 'promise_percent', guard: { complaintsPer1000: 2 } },
    endedAt: null,
    arms: { champion: arm, challenger: arm },
    test: { better: 1, worse: 1, needed: 40 },
    guard: { eValue: 1, needed: 20 },
    all: [{ name: 'later-retries', state: 'running' }],
  });
  expect((await report('?name=later-retries')).statusCode).toBe(200);
  expect((await report('?name=earlier')).statusCode).toBe(404);
  const again = await exported();
  expect(again).toContain('name: later-retries');
  expect((await apply(again)).json()).toMatchObject({ outcome: 'unchanged', changes: [] });
});

it('says at which line a document changes what runs', async () => {
  const other = (await exported()).replace('share: 20', 'share: 30');
  const { problems } = (await post('/validate', { document: other })).json();
  const line = other.split('\n').findIndex((text) => text.includes('share: 30')) + 1;
  expect(problems).toMatchObject([
    {
      field: 'experiment.share',
      line,
      reason: expect.stringContaining('as it was said before the first call') as string,
      accepted: '20; or another name: a new experiment',
    },
  ]);
  expect((await apply(other)).json()).toMatchObject({ status: 422, code: 'document_not_accepted' });
});
