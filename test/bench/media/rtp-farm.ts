import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { FarmAnswer, FarmCommand } from './rtp-farm-messages';

const HOOK = join(__dirname, '..', '..', 'support', 'typescript-hook.cjs');

/** Ends of RTP by number, in another process: what they cost is not taken from the calls. */
export class RtpFarm {
  private constructor(
    private readonly child: ChildProcess,
    readonly ports: readonly number[],
  ) {}

  static async start(ends: number): Promise<RtpFarm> {
    const child = fork(join(__dirname, 'run-rtp-farm.ts'), [String(ends)], {
      execArgv: ['-r', HOOK],
    });
    const opened = await answer(child, 'open');
    return new RtpFarm(child, opened.ports);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  sdp(end: number): string {
    return [
      ...['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'],
      ...[`m=audio ${this.ports[end] ?? 0} RTP/AVP 8`, 'a=rtpmap:8 PCMA/8000', 'a=sendrecv', ''],
    ].join('\r\n');
  }

  talkTo(end: number, sdp: string): void {
    const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
    const host = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1] ?? '127.0.0.1';
    this.tell({ kind: 'talk', end, host, port });
  }

  /** Counts so many packets of each end on their way. */
  async measure(packets: number): Promise<Extract<FarmAnswer, { kind: 'measured' }>> {
    const measured = answer(this.child, 'measured');
    this.tell({ kind: 'measure', packets });
    return measured;
  }

  private tell(command: FarmCommand): void {
    this.child.send(command);
  }

  stop(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    return Promise.resolve();
  }
}

function answer<K extends FarmAnswer['kind']>(
  child: ChildProcess,
  kind: K,
): Promise<Extract<FarmAnswer, { kind: K }>> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => {
      reject(new Error('the RTP ends are gone'));
    });
    child.on('message', (message: FarmAnswer) => {
      if (message.kind === kind) resolve(message as Extract<FarmAnswer, { kind: K }>);
    });
  });
}
