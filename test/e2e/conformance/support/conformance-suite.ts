import { TestCertificates } from '../../../support/test-certificates';
import { newToken, PeerDialog } from '../../../support/sip-peer/peer-dialog';
import type { SipPeer } from '../../../support/sip-peer/sip-peer';
import { TcpSipPeer } from '../../../support/sip-peer/tcp-sip-peer';
import { UdpSipPeer } from '../../../support/sip-peer/udp-sip-peer';
import { WsSipPeer, type WsSipPeerOptions } from '../../../support/sip-peer/ws-sip-peer';
import { BARRIER_USER, ConformanceApp, type SipTransport } from './conformance-app';
import { openTarget, type ConformanceTarget } from './conformance-target';
import { printDifferences, type ReportedDifference } from './reported-differences';

const LOOPBACK = ['IP:127.0.0.1', 'DNS:localhost'];

/** Above the limits of single waits, so that those report what was seen instead. */
const TEST_LIMIT_MS = 20_000;

/** The server under test, one app on it, and the peers a test file opens; all closed at its end. */
export class ConformanceSuite {
  /** What a server that is not ours was seen to do otherwise; printed when the file ends. */
  readonly differences: ReportedDifference[] = [];
  private openedTarget: ConformanceTarget | undefined;
  private connectedApp: ConformanceApp | undefined;
  private readonly closers: (() => Promise<void>)[] = [];

  get target(): ConformanceTarget {
    return this.openedTarget!;
  }

  get app(): ConformanceApp {
    return this.connectedApp!;
  }

  /** Who vouches for the server's certificate, and for those of peers over TLS. */
  private authority: TestCertificates | undefined;

  /** @param withTls the server speaks TLS too; one that is not ours does when it is so configured */
  async open(url?: string, withTls = false): Promise<void> {
    const authority = withTls ? await TestCertificates.open() : undefined;
    this.authority = authority;
    const own = await authority?.issue(LOOPBACK);
    const tls = own && authority && { ...own, trusted: authority.root };
    this.openedTarget = await openTarget(url, { tls });
    this.connectedApp = await ConformanceApp.connect(this.openedTarget.admin);
  }

  async close(): Promise<void> {
    await Promise.all(this.closers.map((close) => close()));
    this.connectedApp?.disconnect();
    await this.openedTarget?.close();
    await this.authority?.close();
  }

  /** Resolves when the app is connected: at once, or after a server that died has been started again. */
  async reconnected(): Promise<void> {
    await this.app.whenConnected();
  }

  async udpPeer(): Promise<UdpSipPeer> {
    return this.kept(await UdpSipPeer.open());
  }

  async tcpPeer(): Promise<TcpSipPeer> {
    return this.kept(await TcpSipPeer.open());
  }

  async tlsPeer(): Promise<TcpSipPeer> {
    const own = await this.authority!.issue(LOOPBACK);
    return this.kept(await TcpSipPeer.open('127.0.0.1', own));
  }

  async wsPeer(options?: WsSipPeerOptions): Promise<WsSipPeer> {
    return this.kept(await WsSipPeer.open(this.app.hostPort('ws'), options));
  }

  async peer(transport: SipTransport): Promise<SipPeer> {
    if (transport === 'udp') return await this.udpPeer();
    if (transport === 'tls') return await this.tlsPeer();
    return transport === 'tcp' ? await this.tcpPeer() : await this.wsPeer();
  }

  /** A second app on the same server that gets no new calls, for scenarios about its own dialogs. */
  async secondApp(): Promise<ConformanceApp> {
    const app = await ConformanceApp.connect(this.target.admin, { routed: false });
    this.closers.push(async () => {
      app.disconnect();
      await Promise.resolve();
    });
    return app;
  }

  /** A call from `peer` to a fresh user of the app. */
  callFrom(peer: SipPeer, user = newUser()): PeerDialog {
    return PeerDialog.calling(peer, this.app.hostPort(peer.transport), user);
  }

  /**
   * Resolves when the server has worked off all that `peer` sent before: an OPTIONS sent now has been
   * to the app and back. What has not been seen by then was not sent.
   */
  async barrier(peer: SipPeer): Promise<void> {
    const probe = PeerDialog.calling(peer, this.app.hostPort(peer.transport), BARRIER_USER);
    probe.say('OPTIONS');
    await peer.waitFor((m) => m.callId === probe.callId && m.status === 200);
  }

  private kept<P extends SipPeer>(peer: P): P {
    this.closers.push(() => peer.close());
    return peer;
  }
}

/** Registers the opening and closing of a suite with the test file; `url` goes before DRACHTIO_URL. */
export function conformanceSuite(url?: string, { withTls = false } = {}): ConformanceSuite {
  jest.setTimeout(TEST_LIMIT_MS);
  const suite = new ConformanceSuite();
  beforeAll(() => suite.open(url, withTls));
  afterAll(async () => {
    printDifferences(suite.differences);
    await suite.close();
  });
  return suite;
}

/** A user part nobody else uses: digits, like a called number. */
export function newUser(): string {
  return `u${newToken()}`;
}
