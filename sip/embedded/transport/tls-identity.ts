import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { PeerCertificate, SecureContextOptions, Server } from 'node:tls';

/** PEM texts. */
export interface TlsMaterial {
  /** Our own certificate, those between it and its root behind it. */
  readonly certificate: string;
  readonly key: string;
  /** Roots that peers' certificates are checked against; null: the public ones that Node brings. */
  readonly trusted: string | null;
}

/** The certificate that all TLS of the server uses; it can be renewed while the server runs. */
export class TlsIdentity {
  private readonly servers = new Set<Pick<Server, 'setSecureContext'>>();

  constructor(private material: TlsMaterial) {}

  get context(): SecureContextOptions {
    const { certificate: cert, key, trusted } = this.material;
    return { cert, key, minVersion: 'TLSv1.2', ...(trusted === null ? {} : { ca: trusted }) };
  }

  /** What this server is told of a renewal until it is closed. */
  serve(server: Server): void {
    this.servers.add(server);
    server.once('close', () => this.servers.delete(server));
  }

  /** For handshakes from now on; connections that stand are left alone. @throws when it is no pair */
  renew(material: TlsMaterial): void {
    this.material = material;
    for (const server of this.servers) server.setSecureContext(this.context);
  }
}

/**
 * Whether a certificate speaks for the host that we wanted to reach (RFC 5922, 7.1 and 7.2): its
 * subjectAltName holds `sip:host` as URI or the host as DNS name or address; the common name counts
 * where it has none of these. A wildcard fits nothing.
 *
 * @param host as the trunk or the URI names it, before it is resolved
 * @returns undefined, or why not, as Node's `checkServerIdentity` has it
 */
export function checkPeerIdentity(host: string, { raw }: PeerCertificate): Error | undefined {
  const certificate = new X509Certificate(raw);
  const names = certificate.subjectAltName?.split(', ') ?? [];
  const byUri = names.some((name) => name.toLowerCase() === `uri:sip:${host.toLowerCase()}`);
  const byHost =
    isIP(host) === 0
      ? certificate.checkHost(host, { subject: commonNameCounts(names), wildcards: false })
      : certificate.checkIP(host);
  if (byUri || byHost !== undefined) return undefined;
  const shown = names.length === 0 ? certificate.subject.replaceAll('\n', ', ') : names.join(', ');
  return new Error(`it is for ${shown.slice(0, 200)}`);
}

const commonNameCounts = (names: readonly string[]): 'never' | 'always' =>
  names.some((name) => /^(?:DNS|URI|IP Address):/.test(name)) ? 'never' : 'always';

const IN_WORDS: Record<string, string> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself and not trusted here',
  SELF_SIGNED_CERT_IN_CHAIN: 'its root is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its issuer is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its issuer is not trusted here',
};

/** Why a TLS connection of ours did not come to stand, for people. */
export function tlsFailure(host: string, error: NodeJS.ErrnoException): string {
  const { code = '', message } = error;
  if (message.startsWith('it is for '))
    return `the certificate of ${host} does not fit: ${message}`;
  const why = IN_WORDS[code];
  if (why !== undefined) return `the certificate of ${host} does not fit: ${why}`;
  return `no TLS with ${host}: ${code === '' ? message : code}`;
}
