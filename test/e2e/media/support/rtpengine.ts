import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NgClient } from '../../../../sip/media/engine/ng-client';
import type { MediaEngineAddress } from '../../../../sip/media/engine/engine-address';
import { eventually } from '../../../support/eventually';
import { servicePort } from '../../../support/service-port';

/** Ports for audio, about six a call: rtpengine binds what is free in the range. */
const PORTS = 400;

/** A real rtpengine on loopback, without its kernel module. */
export class Rtpengine {
  private child: ChildProcess | null = null;
  readonly client: NgClient;

  private constructor(
    readonly address: MediaEngineAddress,
    private readonly portMin: number,
    private readonly folder: string,
    private readonly spool: string | null,
    private readonly audioHost: string,
    private readonly ports: number,
  ) {
    this.client = new NgClient(address);
  }

  /**
   * @param spool where it captures what it is told to record; several may share one
   * @param audioHost the address that audio goes to and comes from
   */
  static async start(
    spool: string | null = null,
    audioHost = '127.0.0.1',
    ports = PORTS,
  ): Promise<Rtpengine> {
    for (let tries = 3; ; tries--) {
      const engine = await Rtpengine.prepare(spool, audioHost, ports);
      try {
        await engine.run();
        return engine;
      } catch (error) {
        await engine.stop();
        // of two that make the folders of one spool at once, one finds them made and ends
        if (tries === 1) throw error;
      }
    }
  }

  private static async prepare(
    spool: string | null,
    audioHost: string,
    ports: number,
  ): Promise<Rtpengine> {
    const port = await servicePort();
    const address = { name: `127.0.0.1:${port}`, host: '127.0.0.1', port, weight: 1 };
    // below the ephemeral ports, apart for each engine of a test run
    const portMin = 10_000 + 2 * Math.floor(Math.random() * 4_600);
    const folder = await mkdtemp(join(tmpdir(), 'santun-rtpengine-'));
    return new Rtpengine(address, portMin, folder, spool, audioHost, ports);
  }

  /** Starts the process, also again after `kill`: it then knows nothing of its calls. */
  async run(): Promise<void> {
    const { port } = this.address;
    const child = spawn(
      'rtpengine',
      [
        ...['--config-file=none', '--table=-1', `--interface=${this.audioHost}`],
        ...[`--listen-ng=127.0.0.1:${port}`, `--pidfile=${join(this.folder, 'pid')}`],
        ...[`--port-min=${this.portMin}`, `--port-max=${this.portMin + this.ports}`],
        ...['--foreground', '--log-stderr', '--log-level=3', '--delete-delay=0', '--num-threads=2'],
        ...(this.spool === null
          ? []
          : [`--recording-dir=${this.spool}`, '--recording-method=pcap', '--recording-format=eth']),
      ],
      { stdio: 'ignore' },
    );
    this.child = child;
    const answers = eventually('rtpengine answers', 10_000, async () => {
      if (child.exitCode !== null) return false;
      return (await this.client.send({ command: 'ping' }, 150)).kind === 'ok' ? true : null;
    });
    if (!(await answers)) throw new Error(`rtpengine ended with ${child.exitCode}`);
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Ends the process without a goodbye. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child === null || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async stop(): Promise<void> {
    await this.kill();
    this.client.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
