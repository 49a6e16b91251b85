import { startApi, type Api } from '../../support/http-api';

describe('/docs', () => {
  let api: Api;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  it('is a page whose every file comes from this server', async () => {
    const page = await api.call(null, 'GET /docs');
    expect(page.statusCode).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
    expect(files.length).toBeGreaterThan(3);
    const base = new URL('/docs', api.url);
    for (const file of files) {
      const url = new URL(file, base);
      expect(url.origin).toBe(api.url);
      expect((await api.call(null, `GET ${url.pathname}`)).statusCode).toBe(200);
    }
    const initializer = files.find((file) => file.includes('initializer'))!;
    const script = await api.call(null, `GET ${new URL(initializer, base).pathname}`);
    expect(script.body).toContain('"validatorUrl":null');
  });

  it('reads the document of this program', async () => {
    const document = await api.call(null, 'GET /openapi.json');
    expect(document.json()).toMatchObject({ openapi: '3.1.0', info: { title: 'Santun' } });
    expect((await api.call(null, 'GET /docs/json')).json()).toEqual(document.json());
  });
});
