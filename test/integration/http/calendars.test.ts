import { startApi, type Api } from '../../support/http-api';

const ID = '/v1/calendars/ID';
const YEAR = new Date().getUTCFullYear();
/** A working day of next year that the calendar has not. */
const DAY = `${YEAR + 1}-11-04`;

describe('calendars', () => {
  let api: Api;
  let first: string;
  let second: string;
  beforeEach(async () => {
    api = await startApi();
    first = await api.key('manager');
    second = await api.key('manager');
  });
  afterEach(() => api.close());

  const propose = (body: object, path = ID) =>
    api.call(first, `POST ${path}/revisions`, { body: { reason: 'Keppres', ...body } });
  const proposed = async (body: object) => {
    const response = await propose(body);
    expect(response.statusCode).toBe(201);
    return response.json().revision as string;
  };
  const act = (key: string, revision: string, action: string, body: object = {}, path = ID) =>
    api.call(key, `POST ${path}/revisions/${revision}/${action}`, { body });
  const binding = async () => (await api.call(first, `GET ${ID}`)).json().bindingRevision as string;
  const election = { [DAY]: { type: 'national', name: 'Pilkada', decree: 'Keppres 1/2027' } };
  /** Makes sure that the year of the tests is covered, whenever they run. */
  const cover = { coverYears: [YEAR, YEAR + 1] };

  it('lists what ships, which years it covers and which are guesses', async () => {
    const { items } = (await api.call(first, 'GET /v1/calendars')).json();
    const indonesia = items.find((item: { id: string }) => item.id === 'ID');
    expect(indonesia).toMatchObject({
      bindingRevision: '2026-11',
      years: [2023, 2024, 2025, 2026, 2027],
      estimatedYears: [2027],
      inUse: false,
    });
    expect(indonesia.revisions.map((one: { revision: string }) => one.revision)).toEqual([
      '2026-11',
      '2025-07',
      '2024-10',
    ]);
    await api.call(first, 'POST /v1/creditors', { body: { code: 'aa', name: 'A' } });
    expect((await api.call(first, `GET ${ID}`)).json().inUse).toBe(true);
    const whole = await api.call(first, `GET ${ID}/revisions/2026-11`);
    expect(whole.json().calendar.entries['2024-11-27'].decree).toBe('Keppres 33/2024');
  });

  it('adds a day on top of the latest when a second person approves', async () => {
    const revision = await proposed({ add: election, ...cover });
    expect((await act(first, revision, 'approve')).json().code).toBe('second_person_needed');
    expect(await binding()).toBe('2026-11');
    expect((await act(second, revision, 'approve')).json()).toMatchObject({ binding: true });
    expect(await binding()).toBe(revision);
    const { calendar } = (await api.call(first, `GET ${ID}/revisions/${revision}`)).json();
    expect(calendar.entries[DAY]).toEqual(election[DAY]);
    expect(calendar.entries['2026-12-25'].type).toBe('national');
    const cancelled = await proposed({ cancel: [DAY] });
    expect(cancelled).not.toBe(revision);
    expect((await act(second, cancelled, 'approve')).statusCode).toBe(200);
    const after = (await api.call(first, `GET ${ID}/revisions/${cancelled}`)).json().calendar;
    expect(after.entries[DAY]).toMatchObject({ status: 'cancelled', name: 'Pilkada' });
  });

  it('does not lose the day of one proposal by approving another', async () => {
    const one = await proposed({ add: election, ...cover });
    const other = await proposed({
      add: { [`${YEAR + 1}-11-05`]: { type: 'regional', name: 'Hari jadi', regions: ['ID-BA'] } },
      ...cover,
    });
    expect((await act(second, one, 'approve')).statusCode).toBe(200);
    expect((await act(second, other, 'approve')).json()).toMatchObject({
      status: 409,
      code: 'superseded',
    });
    const whole = await propose({ calendar: { years: [YEAR, YEAR + 1], entries: {} } });
    expect(whole.json()).toMatchObject({ status: 422, code: 'rules_not_accepted' });
    expect(whole.json().errors.map((error: { field: string }) => error.field)).toContain(
      `calendar.entries.${DAY}`,
    );
  });

  it('takes a calendar of one’s own as a whole', async () => {
    const path = '/v1/calendars/BANK-A';
    const entries = { [`${YEAR}-06-01`]: { type: 'company', name: 'Ulang tahun bank' } };
    expect((await propose({ add: election }, path)).statusCode).toBe(404);
    const response = await propose({ calendar: { years: [YEAR], entries } }, path);
    expect(response.statusCode).toBe(201);
    const { revision } = response.json();
    expect((await act(second, revision, 'approve', {}, path)).json().binding).toBe(true);
    const summary = (await api.call(first, `GET ${path}`)).json();
    expect(summary).toMatchObject({ years: [YEAR], missingNextYear: true, inUse: false });
  });

  it('says what is wrong', async () => {
    const fields = async (body: object) => {
      const response = await propose(body);
      expect(response.statusCode).toBe(400);
      return response.json().errors.map((error: { field: string }) => error.field) as string[];
    };
    expect(await fields({ add: { '2099-01-01': { type: 'national', name: 'x' } } })).toEqual([
      'add.2099-01-01',
    ]);
    const february = await propose({ add: { '2026-02-30': { type: 'national', name: 'x' } } });
    expect(february.json().errors).toEqual([
      { field: 'add.2026-02-30', reason: 'there is no such day', accepted: 'a date, 2026-12-01' },
    ]);
    expect(await fields({ cancel: ['2026-11-23'] })).toEqual(['cancel']);
    expect(
      await fields({ calendar: { years: [2026], entries: { '2026-02-30': 'national' } } }),
    ).toEqual([expect.stringContaining('2026-02-30')]);
    expect(
      await fields({ calendar: { years: [2026], entries: { '2027-01-01': 'national' } } }),
    ).toEqual(['calendar.entries["2027-01-01"]']);
    expect(await fields({})).toHaveLength(1);
  });

  it('can bind later, and be rejected until then', async () => {
    const revision = await proposed({ add: election, ...cover });
    const bindsFrom = new Date(Date.now() + 3_600_000).toISOString();
    const later = await act(second, revision, 'approve', { bindsFrom });
    expect(later.json()).toMatchObject({ binding: false, bindsFrom });
    expect(await binding()).toBe('2026-11');
    expect((await act(first, revision, 'reject', { reason: 'dicabut' })).json().state).toBe(
      'rejected',
    );
  });
});
