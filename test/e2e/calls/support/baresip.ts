import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../conformance/support/free-ports';

export interface BaresipEvent {
  readonly event: boolean;
  readonly type?: string;
  readonly class?: string;
  readonly direction?: string;
  readonly param?: string;
}

export interface BaresipOptions {
  /** host:port of the signalling server: UDP, or TLS with a root to check its certificate by. */
  readonly server: string;
  readonly rootFile?: string;
  readonly username: string;
  readonly password: string;
  readonly realm: string;
  /** What starts it on another machine; it cannot be commanded there. */
  readonly elsewhere?: { readonly program: string; readonly address: string };
}

/** A real softphone that answers by itself; commands and events over its ctrl_tcp module. */
export class Baresip {
  readonly events: BaresipEvent[] = [];

  private constructor(
    private readonly control: Socket | null,
    private readonly stopProcess: (signal: NodeJS.Signals) => Promise<void>,
  ) {
    let buffered = '';
    control?.on('data', (data) => {
      buffered += data.toString('utf8');
      for (let frame = takeNetstring(buffered); frame; frame = takeNetstring(buffered)) {
        buffered = frame.rest;
        this.events.push(JSON.parse(frame.text) as BaresipEvent);
      }
    });
    control?.on('error', () => undefined);
  }

  /** Another process may take a port between its choice and baresip's start: then once more. */
  static async start(options: BaresipOptions): Promise<Baresip> {
    return Baresip.launch(options).catch(() => Baresip.launch(options));
  }

  private static async launch(options: BaresipOptions): Promise<Baresip> {
    const folder = await mkdtemp(join(tmpdir(), 'santun-baresip-'));
    const [sipPort = 0, controlPort = 0, rtpPort = 0] = await freePorts(3);
    const { server, username, password, realm, elsewhere, rootFile } = options;
    const address = elsewhere?.address ?? '127.0.0.1';
    const transport = rootFile === undefined ? 'udp' : 'tls';
    await writeFile(
      join(folder, 'config'),
      [
        'module_path /usr/lib/baresip/modules',
        'module g711.so',
        'module aubridge.so',
        'module_app account.so',
        'module_app menu.so',
        'module_app ctrl_tcp.so',
        `ctrl_tcp_listen ${address}:${controlPort}`,
        `sip_listen ${address}:${sipPort}`,
        ...(rootFile === undefined ? [] : [`sip_cafile ${rootFile}`, 'sip_verify_server yes']),
        'audio_source aubridge,santun',
        'audio_player aubridge,santun',
        'audio_alert aubridge,santun',
        `rtp_ports ${rtpPort}-${rtpPort + 20}`,
        `net_interface ${address}`,
        '',
      ].join('\n'),
    );
    await writeFile(
      join(folder, 'accounts'),
      `<sip:${username}@${realm};transport=${transport}>;auth_pass=${password};answermode=auto;` +
        `outbound="sip:${server};transport=${transport}";regint=60;audio_codecs=PCMA,PCMU\n`,
    );
    await writeFile(join(folder, 'contacts'), '');
    const program = elsewhere?.program ?? 'baresip';
    const child = spawn(program, ['-f', folder], { stdio: 'ignore', cwd: folder });
    const exited = once(child, 'exit');
    const stop = async (signal: NodeJS.Signals): Promise<void> => {
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await exited;
      clearTimeout(timer);
      await rm(folder, { recursive: true, force: true });
    };
    try {
      const control = elsewhere === undefined ? await dialControl(controlPort) : null;
      return new Baresip(control, stop);
    } catch (error) {
      await stop('SIGKILL');
      throw error;
    }
  }

  command(command: string, params = ''): void {
    const text = JSON.stringify({ command, params, token: 't' });
    if (this.control === null) throw new Error('this baresip is out of reach');
    this.control.write(`${text.length}:${text},`);
  }

  count(type: string): number {
    return this.events.filter((event) => event.type === type).length;
  }

  /** Ends the process without a goodbye. */
  async kill(): Promise<void> {
    this.control?.destroy();
    await this.stopProcess('SIGKILL');
  }

  async stop(): Promise<void> {
    this.control?.destroy();
    await this.stopProcess('SIGTERM');
  }
}

async function dialControl(port: number): Promise<Socket> {
  const until = Date.now() + 10_000;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      socket.destroy();
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** `<length>:<text>,` at the beginning of what has come so far; null when it is not complete. */
function takeNetstring(buffered: string): { text: string; rest: string } | null {
  const colon = buffered.indexOf(':');
  const length = Number(buffered.slice(0, colon));
  if (colon < 0 || buffered.length < colon + 1 + length + 1) return null;
  const end = colon + 1 + length;
  return { text: buffered.slice(colon + 1, end), rest: buffered.slice(end + 1) };
}
