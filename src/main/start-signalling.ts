import { randomBytes } from 'node:crypto';
import {
  startEmbeddedSignalling,
  type EmbeddedSignalling,
} from '../../sip/embedded/start-embedded-signalling';
import type { ListenerAddress } from '../../sip/embedded/transport/listener';
import { openScreen } from '../../sip/screen/open-screen';
import type { Config } from '../config/parse-config';
import { listeningError } from './listening-error';
import type { RoleContext } from './role-context';
import { readSipCertificate, watchSipCertificate } from './sip-certificate';

export interface OwnSignalling {
  readonly contacts: EmbeddedSignalling['contacts'];
  close(): Promise<void>;
  readonly drachtio: { host: string; port: number; secret: string };
}

type EmbeddedConfig = Extract<Config['signalling'], { kind: 'embedded' }>;

/** The embedded signalling server, with the screen before it. */
export async function startSignalling(
  config: EmbeddedConfig,
  context: RoleContext,
): Promise<OwnSignalling> {
  const { log, registry } = context;
  const secret = randomBytes(16).toString('hex');
  const tls = config.tls === null ? null : await readSipCertificate(config.tls);
  const { screen, stop } = await openScreen(context);
  const server = await startEmbeddedSignalling({
    // reached by this process alone
    admin: { host: '127.0.0.1', port: 0, secret },
    listeners: listenersOf(config),
    log: (level, message, fields) => {
      log[level]({ ...fields }, message);
    },
    screen,
    ...(tls === null ? {} : { tls }),
  }).catch(async (error: unknown) => {
    await stop();
    throw failure(error, config);
  });
  const watch =
    config.tls === null || tls === null
      ? null
      : watchSipCertificate({
          ...{ files: config.tls, before: tls, log, registry },
          renew: (material) => {
            server.renewTls(material);
          },
        });
  return {
    contacts: server.contacts,
    close: async () => {
      await Promise.all([server.close(), stop(), watch?.stop()]);
    },
    drachtio: { host: '127.0.0.1', port: server.adminPort, secret },
  };
}

function listenersOf({ host, sipPort, wsPort, tls }: EmbeddedConfig): ListenerAddress[] {
  const wssPort = tls?.wssPort ?? null;
  return [
    { transport: 'udp', host, port: sipPort },
    { transport: 'tcp', host, port: sipPort },
    { transport: 'ws', host, port: wsPort },
    ...(tls === null ? [] : [{ transport: 'tls', host, port: tls.port } as const]),
    ...(wssPort === null ? [] : [{ transport: 'wss', host, port: wssPort } as const]),
  ];
}

function failure(error: unknown, { host, sipPort, wsPort, tls }: EmbeddedConfig): unknown {
  const { port = sipPort } = error as { port?: number };
  const variables = new Map([
    [sipPort, 'SANTUN_SIP_PORT'],
    [wsPort, 'SANTUN_SIP_WS_PORT'],
    [tls?.port, 'SANTUN_SIP_TLS_PORT'],
    [tls?.wssPort, 'SANTUN_SIP_WSS_PORT'],
  ]);
  const variable = variables.get(port) ?? 'SANTUN_SIP_PORT';
  return listeningError(error, { host, port, variable, hostVariable: 'SANTUN_SIP_HOST' });
}
