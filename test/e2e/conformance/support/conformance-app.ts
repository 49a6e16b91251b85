import Srf from 'drachtio-srf';
import type { AdminAddress } from './conformance-target';
import type { AppRequest, AppResponse, AppSrf } from './srf-types';

export interface IncomingRequest {
  req: AppRequest;
  res: AppResponse;
}

export type SipTransport = 'udp' | 'tcp' | 'tls' | 'ws';

const CONNECT_LIMIT_MS = 5_000;
const REQUEST_LIMIT_MS = 5_000;
const ROUTED_METHODS = ['invite', 'register', 'options', 'message'];

/** User part of the OPTIONS that `barrier` sends; the app answers these by itself. */
export const BARRIER_USER = 'barrier';

/**
 * An application on the server under test, built on drachtio-srf alone. Incoming requests outside
 * known dialogs are kept and handed out by method and called user, so that scenarios running side by
 * side do not see each other's calls.
 */
export class ConformanceApp {
  readonly srf: AppSrf;
  readonly incoming: IncomingRequest[] = [];
  private readonly arrivals = new Set<() => void>();
  /** How often the server has dropped this app, as it does when it dies. */
  lossCount = 0;
  private connected = false;
  private hostPorts = new Map<SipTransport, string>();

  private constructor(
    private readonly admin: AdminAddress,
    routed: boolean,
  ) {
    this.srf = new Srf() as unknown as AppSrf;
    if (!routed) return;
    for (const method of ROUTED_METHODS) {
      this.srf.use(method, (req, res) => {
        this.receive({ req, res });
      });
    }
  }

  /** Connects; with `routed: false` the app gets no incoming calls, only those of its own dialogs. */
  static async connect(admin: AdminAddress, { routed = true } = {}): Promise<ConformanceApp> {
    const app = new ConformanceApp(admin, routed);
    await app.connect();
    return app;
  }

  /** Closes the connection to the server; a second call does nothing. */
  disconnect(): void {
    if (this.connected) this.srf.disconnect();
    this.connected = false;
  }

  /** `host:port` at which the server takes SIP over this transport. */
  hostPort(transport: SipTransport): string {
    const hostPort = this.hostPorts.get(transport);
    if (hostPort === undefined) throw new Error(`the server offers no ${transport} contact`);
    return hostPort;
  }

  /** The nth request with this method for this user, whether it has come already or is still to come. */
  async request(method: string, user: string, nth = 1): Promise<IncomingRequest> {
    return await new Promise<IncomingRequest>((resolve, reject) => {
      const look = (): void => {
        const found = this.requestsFor(method, user)[nth - 1];
        if (!found) return;
        clearTimeout(timer);
        this.arrivals.delete(look);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.arrivals.delete(look);
        const seen = this.incoming.map(({ req }) => `${req.method} ${req.uri}`).join(', ');
        reject(new Error(`the app got no ${method} #${nth} for ${user}; it got: ${seen}`));
      }, REQUEST_LIMIT_MS);
      this.arrivals.add(look);
      look();
    });
  }

  requestsFor(method: string, user: string): IncomingRequest[] {
    return this.incoming.filter(({ req }) => req.method === method && addressedTo(req, user));
  }

  private receive(request: IncomingRequest): void {
    if (addressedTo(request.req, BARRIER_USER)) {
      request.res.send(200);
      return;
    }
    this.incoming.push(request);
    for (const look of [...this.arrivals]) look();
  }

  /** Resolves when the server has let the app in, now or after a reconnection. */
  async whenConnected(): Promise<void> {
    if (this.connected) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`no signalling server at ${this.admin.host}:${this.admin.port}`));
      }, CONNECT_LIMIT_MS);
      this.srf.on('connect', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private async connect(): Promise<void> {
    this.srf.on('error', () => undefined); // drachtio-srf reconnects by itself
    this.srf.on('close', () => {
      this.connected = false;
      this.lossCount += 1;
    });
    this.srf.on('connect', (error, hostPorts) => {
      if (error) return;
      this.hostPorts = parseHostPorts(hostPorts);
      this.connected = true;
    });
    this.srf.connect({ ...this.admin });
    await this.whenConnected();
  }
}

function addressedTo(req: AppRequest, user: string): boolean {
  // A REGISTER's Request-URI names the domain; whom it is for stands in the To header (section 10.2).
  const address = req.method === 'REGISTER' ? (req.get('To') ?? '') : req.uri;
  return address.includes(`sip:${user}@`);
}

/** `udp/127.0.0.1:5060,ws/127.0.0.1:5080` to a table; the first contact of a transport counts. */
function parseHostPorts(list: string): Map<SipTransport, string> {
  const table = new Map<SipTransport, string>();
  for (const entry of list.split(',')) {
    const [transport, hostPort] = entry.trim().split('/');
    if (hostPort !== undefined && !table.has(transport as SipTransport)) {
      table.set(transport as SipTransport, hostPort);
    }
  }
  return table;
}
