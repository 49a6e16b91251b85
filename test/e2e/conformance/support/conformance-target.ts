import type { Screen } from '../../../../sip/embedded/transaction/screen';
import type { TlsMaterial } from '../../../../sip/embedded/transport/tls-identity';
import { startEmbeddedSignalling } from '../../../../sip/embedded/start-embedded-signalling';

export interface AdminAddress {
  host: string;
  port: number;
  secret: string;
}

/** The signalling server under test. */
export interface ConformanceTarget {
  /** False when DRACHTIO_URL names a server that is not ours. */
  readonly embedded: boolean;
  readonly admin: AdminAddress;
  close(): Promise<void>;
}

const PLAIN = ['udp', 'tcp', 'ws'] as const;

/** A server of others that may be killed or muted, and that a supervisor starts again. */
export const EXPENDABLE_URL = process.env['DRACHTIO_EXPENDABLE_URL'];

/**
 * The server that DRACHTIO_URL (`drachtio://secret@host:adminport`) names, else an embedded one of our own.
 * A foreign server hands each new call to any one of the apps connected to it, so test files must not
 * run beside each other on it: `npm run conformance` runs them one after the other.
 */
export async function openTarget(
  url = process.env['DRACHTIO_URL'],
  {
    screen,
    tls,
    host = '127.0.0.1',
  }: {
    readonly screen?: Screen;
    readonly tls?: TlsMaterial | undefined;
    readonly host?: string;
  } = {},
): Promise<ConformanceTarget> {
  if (url !== undefined && url !== '') {
    const { username, hostname, port } = new URL(url);
    const admin = { host: hostname, port: Number(port), secret: decodeURIComponent(username) };
    return { embedded: false, admin, close: async () => {} };
  }
  const secret = 'conformance';
  const server = await startEmbeddedSignalling({
    admin: { host: '127.0.0.1', port: 0, secret },
    listeners: [...PLAIN, ...(tls === undefined ? [] : (['tls'] as const))].map((transport) => ({
      ...{ transport, host, port: 0 },
    })),
    ...(tls === undefined ? {} : { tls }),
    ...(screen === undefined ? {} : { screen }),
  });
  return {
    embedded: true,
    admin: { host: '127.0.0.1', port: server.adminPort, secret },
    close: () => server.close(),
  };
}
