import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../support/eventually';

/** A real TURN server that is reached over TCP alone. */
export class Coturn {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(host: string, port: number, secret: string): Promise<Coturn> {
    const folder = await mkdtemp(join(tmpdir(), 'santun-coturn-'));
    const child = spawn(
      'turnserver',
      [
        ...['-n', '--no-cli', '--no-udp', '--no-tls', '--no-dtls', '--log-file=stdout'],
        ...['--use-auth-secret', `--static-auth-secret=${secret}`, '--realm=santun'],
        ...[`--listening-ip=${host}`, `--relay-ip=${host}`, `--listening-port=${port}`],
        ...['--relay-threads=1', `--pidfile=${join(folder, 'pid')}`],
        ...[`--userdb=${join(folder, 'userdb')}`, '--min-port=9000', '--max-port=9900'],
      ],
      { stdio: 'ignore', cwd: folder },
    );
    const coturn = new Coturn(child, folder);
    try {
      await eventually('coturn answers', 10_000, () => isOpen(host, port));
    } catch (error) {
      await coturn.stop();
      throw error;
    }
    return coturn;
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    if (this.child.exitCode === null && this.child.kill('SIGKILL')) await exited;
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function isOpen(host: string, port: number): Promise<true> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}
