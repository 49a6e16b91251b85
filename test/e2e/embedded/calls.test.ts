import type { EmbeddedSignalling } from '../../../sip/embedded/start-embedded-signalling';
import { startEmbeddedSignalling } from '../../../sip/embedded/start-embedded-signalling';
import type { AppDialog, AppMessage, SrfApp } from './support/srf-app';
import { SECRET, connectApp, eventOf, sdp } from './support/srf-app';

const host = '127.0.0.1';

/** Three servers, each with an application of its own: a caller, one in the middle, one that answers. */
let servers: EmbeddedSignalling[];
let caller: SrfApp;
let middle: SrfApp;
let callee: SrfApp;
let answered: Promise<{ dialog: AppDialog; req: AppMessage }>;

beforeAll(async () => {
  servers = await Promise.all(
    [1, 2, 3].map(() =>
      startEmbeddedSignalling({
        admin: { host, port: 0, secret: SECRET },
        listeners: [
          { transport: 'udp', host, port: 0 },
          { transport: 'tcp', host, port: 0 },
        ],
      }),
    ),
  );
  [caller, middle, callee] = (await Promise.all(
    servers.map(({ adminPort }) => connectApp(adminPort)),
  )) as [SrfApp, SrfApp, SrfApp];
});

afterAll(async () => {
  for (const app of [caller, middle, callee]) app.disconnect();
  await Promise.all(servers.map((server) => server.close()));
});

function uriOf(server: number, transport: string, user: string): string {
  const contact = servers[server]!.contacts.find((uri) => uri.endsWith(transport))!;
  return contact.replace('sip:', `sip:${user}@`);
}

beforeAll(() => {
  let settle: ((call: { dialog: AppDialog; req: AppMessage }) => void) | undefined;
  const next = (): void => {
    answered = new Promise((resolve) => (settle = resolve));
  };
  next();
  callee.use('invite', (req, res) => {
    res.send(180);
    void callee.createUAS(req, res, { localSdp: sdp(4_004) }).then((dialog) => {
      settle?.({ dialog, req });
      next();
    });
  });
  middle.use('invite', (req, res) => {
    const transport = req.uri.includes('tcp') ? 'tcp' : 'udp';
    void middle.createB2BUA(req, res, uriOf(2, transport, 'callee')).then(({ uas, uac }) => {
      uas.on('destroy', () => void uac.destroy());
      uac.on('destroy', () => void uas.destroy());
    });
  });
});

describe.each(['udp', 'tcp'])('over %s', (transport) => {
  test('a call is answered, changed, spoken in and ended by the caller', async () => {
    const call = answered;
    const provisional: number[] = [];
    const dialog = await caller.createUAC(
      uriOf(2, transport, 'callee'),
      { localSdp: sdp(4_000), callingNumber: '622150000001' },
      { cbProvisional: (res) => provisional.push(res.status) },
    );
    const { dialog: other, req } = await call;
    expect(provisional).toContain(180);
    expect(req).toMatchObject({ protocol: transport, source_address: host });
    expect(req.receivedOn).toBe(/@([^;]+)/.exec(uriOf(2, transport, 'x'))?.[1]);
    expect(req.get('From')).toContain('sip:622150000001@127.0.0.1');
    expect(dialog.remote.sdp).toBe(sdp(4_004));

    other.on('info', (info: AppMessage, res: { send: (status: number, o: object) => void }) => {
      res.send(200, { headers: { 'X-Heard': info.body } });
    });
    const headers = { 'Content-Type': 'text/plain' };
    const answer = await dialog.request({ method: 'INFO', headers, body: 'café' });
    expect(answer.get('X-Heard')).toBe('café');
    expect(await dialog.modify(sdp(4_002))).toBe(sdp(4_004));
    expect(other.remote.sdp).toBe(sdp(4_002));

    const ended = eventOf(other, 'destroy');
    await dialog.destroy();
    await ended;
  });

  test('a call through a B2BUA ends on both sides when the called side hangs up', async () => {
    const call = answered;
    const dialog = await caller.createUAC(uriOf(1, transport, 'callee'), { localSdp: sdp(4_000) });
    const { dialog: other } = await call;
    expect(other.remote.sdp).toBe(sdp(4_000));
    const ended = eventOf(dialog, 'destroy');
    await other.destroy();
    await ended;
  });

  test('forty calls at once through a B2BUA all come and go', async () => {
    const dialogs = await Promise.all(
      Array.from({ length: 40 }, () =>
        caller.createUAC(uriOf(1, transport, 'callee'), { localSdp: sdp(4_000) }),
      ),
    );
    expect(new Set(dialogs.map(({ id }) => id)).size).toBe(40);
    await Promise.all(dialogs.map((dialog) => dialog.destroy()));
  });
});

test('requests outside a dialog are answered by the application that asked for them', async () => {
  callee.use('options', (req, res) => {
    res.send(200, { headers: { 'X-User': req.uri } });
  });
  const req = await caller.request(uriOf(2, 'udp', 'probe'), { method: 'OPTIONS' });
  const [res] = (await eventOf(req, 'response')) as [AppMessage];
  expect(res.status).toBe(200);
  expect(res.get('X-User')).toContain('probe');
});

test('a call to a port nobody listens on fails at once over TCP', async () => {
  const uri = 'sip:nobody@127.0.0.1:1;transport=tcp';
  await expect(caller.createUAC(uri, { localSdp: sdp(4_000) })).rejects.toMatchObject({
    status: 503,
  });
});
