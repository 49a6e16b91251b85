import { randomBytes } from 'node:crypto';
import { parseConfig } from '../../../src/config/parse-config';
import { servicePort } from '../../support/service-port';
import { startProgram } from './child';
import { cpuSeconds } from './cpu-time';

/** The signalling server that both sides use. */
export interface Signalling {
  readonly kind: 'embedded' | 'drachtio';
  readonly admin: { readonly host: string; readonly port: number; readonly secret: string };
  /** Where callers send to. */
  readonly sipHostPort: string;
  /** 0 when the server runs elsewhere. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/**
 * The server that `DRACHTIO_URL` names (then `DRACHTIO_SIP=host:port`, and `DRACHTIO_PID` for its
 * CPU time), or the embedded one in a process of its own.
 */
export async function openSignalling(): Promise<Signalling> {
  const { DRACHTIO_URL, DRACHTIO_SIP, DRACHTIO_PID } = process.env;
  if (DRACHTIO_URL !== undefined) {
    const { signalling } = parseConfig({ DRACHTIO_URL });
    if (signalling.kind !== 'drachtio' || DRACHTIO_SIP === undefined)
      throw new Error('DRACHTIO_URL needs DRACHTIO_SIP=host:port, where the server takes SIP');
    const pid = DRACHTIO_PID === undefined ? null : Number(DRACHTIO_PID);
    return {
      kind: 'drachtio',
      admin: signalling,
      sipHostPort: DRACHTIO_SIP,
      cpuSeconds: () => (pid === null ? 0 : cpuSeconds(pid)),
      stop: () => Promise.resolve(),
    };
  }
  const admin = {
    host: '127.0.0.1',
    port: await servicePort(),
    secret: randomBytes(16).toString('hex'),
  };
  const sipPort = await servicePort();
  const child = await startProgram('run-signalling.ts', [admin.port, sipPort, admin.secret]);
  return {
    kind: 'embedded',
    admin,
    sipHostPort: `127.0.0.1:${sipPort}`,
    cpuSeconds: () => cpuSeconds(child.pid),
    stop: () => child.stop(),
  };
}
