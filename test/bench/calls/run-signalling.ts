/**
 * The embedded signalling server in a process of its own, so that both sides of the comparison use
 * the same one: prints `{adminPort, sipPort}` as a JSON line.
 */
import { startEmbeddedSignalling } from '../../../sip/embedded/start-embedded-signalling';

async function main(adminPort: number, sipPort: number, secret: string): Promise<void> {
  const host = '127.0.0.1';
  const server = await startEmbeddedSignalling({
    admin: { host, port: adminPort, secret },
    listeners: [{ transport: 'udp', host, port: sipPort }],
  });
  process.stdout.write(`${JSON.stringify({ adminPort: server.adminPort, sipPort })}\n`);
  process.once('SIGTERM', () => {
    void server.close().then(() => process.exit(0));
  });
}

void main(Number(process.argv[2]), Number(process.argv[3]), process.argv[4] ?? '');
