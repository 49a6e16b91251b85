import { startApi, type Api } from '../../support/http-api';

describe('paging', () => {
  let api: Api;
  let admin: string;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.key('admin');
  });
  afterAll(() => api.close());

  const add = async (name: string): Promise<void> => {
    await api.call(admin, 'POST /v1/pools', { body: { name } });
  };
  const page = async (query: string) => {
    const response = await api.call(admin, `GET /v1/pools?${query}`);
    return response.json() as { items: { name: string }[]; nextCursor: string | null };
  };

  it('walks newest first, stable while rows are added', async () => {
    for (let n = 1; n <= 7; n++) await add(`Tim ${n}`);
    const first = await page('limit=3');
    expect(first.items.map(({ name }) => name)).toEqual(['Tim 7', 'Tim 6', 'Tim 5']);
    await add('Tim 8');
    const second = await page(`limit=3&cursor=${first.nextCursor!}`);
    expect(second.items.map(({ name }) => name)).toEqual(['Tim 4', 'Tim 3', 'Tim 2']);
    const third = await page(`limit=3&cursor=${second.nextCursor!}`);
    expect(third).toMatchObject({ items: [{ name: 'Tim 1' }], nextCursor: null });
    expect((await page('limit=8')).nextCursor).toBeNull();
    expect((await page('limit=7')).nextCursor).not.toBeNull();
  });
});
