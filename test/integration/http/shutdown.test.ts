import { once } from 'node:events';
import { connect } from 'node:net';
import { startApi } from '../../support/http-api';

describe('close', () => {
  it('answers what is in hand and waits for nobody who asked for nothing', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let asked: () => void = () => undefined;
    const inHand = new Promise<void>((resolve) => (asked = resolve));
    const api = await startApi({
      readiness: async () => {
        asked();
        await held;
        return [{ name: 'database', ok: true }];
      },
    });
    const { port, hostname } = new URL(api.url);
    const unused = connect(Number(port), hostname);
    await once(unused, 'connect');
    const answer = api.call(null, 'GET /readyz');
    await inHand;
    const closed = api.close();
    release();
    expect((await answer).statusCode).toBe(200);
    await closed;
  });
});
