import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Networks of an agent's home: both lead to the same router, with other addresses. */
export type HomeLink = 'wifi' | 'cable';

const LINKS: Readonly<Record<HomeLink, { readonly agent: string; readonly router: string }>> = {
  wifi: { agent: '192.168.77.2', router: '192.168.77.1' },
  cable: { agent: '192.168.78.2', router: '192.168.78.1' },
};

/**
 * Another port for each far end, taken at random, and nothing in that was not asked for: a symmetric
 * NAT ("address and port dependent" in mapping and filtering, RFC 4787, 4.1 and 5).
 */
const ROUTER_RULES = `
table ip home {
  chain mapping {
    type nat hook postrouting priority 100;
    oifname "wan" masquerade fully-random
  }
  chain filtering {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    iifname != "wan" accept
  }
  chain upstream {
    type filter hook forward priority -10;
  }
}`;

/** One socket, a packet to each of the ports. */
const SEND_TO_EACH = `
  const [host, ports] = process.argv.slice(1);
  const socket = require('node:dgram').createSocket('udp4');
  const sent = ports.split(',').map((port) => new Promise((done) => socket.send('x', port, host, done)));
  Promise.all(sent).then(() => socket.close());`;

/** A network namespace that lives as long as a process of ours does, however that ends. */
class Namespace {
  private constructor(private readonly holder: ChildProcess) {}

  static async open(): Promise<Namespace> {
    const holder = spawn('unshare', ['--net', 'cat'], { stdio: 'pipe' });
    let refusal = '';
    holder.stderr.on('data', (text) => (refusal += String(text)));
    holder.stdin.on('error', () => undefined);
    const answered = once(holder.stdout, 'data');
    const ended = once(holder, 'close').then(() => {
      throw new Error(`these tests make network namespaces, and so must run as root: ${refusal}`);
    });
    ended.catch(() => undefined);
    holder.stdin.write('there\n');
    await Promise.race([answered, ended]);
    return new Namespace(holder);
  }

  get pid(): string {
    return String(this.holder.pid);
  }

  /** What nsenter is given before the program that is to run in it. */
  get entry(): readonly string[] {
    return [`--net=/proc/${this.pid}/ns/net`];
  }

  async sh(script: string): Promise<string> {
    return (await run('nsenter', [...this.entry, 'sh', '-ec', script])).stdout;
  }

  async close(): Promise<void> {
    const closed = once(this.holder, 'close');
    this.holder.stdin?.end();
    await closed;
  }
}

/**
 * An agent's machine at home: a namespace of its own, behind the namespace of a router with a symmetric
 * NAT. The address `server` is this side's: who listens there is the internet.
 */
export class HomeNetwork {
  private constructor(
    /** Ours, as the home sees it. */
    readonly server: string,
    /** The router's outer address. */
    readonly outside: string,
    private readonly agent: Namespace,
    private readonly router: Namespace,
    private readonly folder: string,
  ) {}

  static async open(): Promise<HomeNetwork> {
    const router = await Namespace.open();
    const agent = await Namespace.open();
    // of the block that no machine on the internet has (RFC 6598), apart for each run
    const net = `100.${randomInt(64, 128)}.${randomInt(256)}`;
    const block = 4 * randomInt(64);
    const [server, outside] = [`${net}.${block + 1}`, `${net}.${block + 2}`];
    const folder = await mkdtemp(join(tmpdir(), 'santun-home-'));
    const home = new HomeNetwork(server, outside, agent, router, folder);
    try {
      await home.wire(`sntn${randomInt(1e6)}`);
    } catch (error) {
      await home.close();
      throw error;
    }
    return home;
  }

  /** The machine's own, which nobody outside can reach. */
  get agentAddress(): string {
    return LINKS.wifi.agent;
  }

  private async wire(outer: string): Promise<void> {
    const { agent, router, server, outside } = this;
    const ip = (...words: string[]): Promise<unknown> => run('ip', words);
    await ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', 'wan', 'netns', router.pid);
    await ip('addr', 'add', `${server}/30`, 'dev', outer);
    await ip('link', 'set', outer, 'up');
    // what is sent to an address of the home gets lost behind this link, as it does on the internet
    for (const { agent: address } of Object.values(LINKS))
      await ip('route', 'add', address, 'dev', outer).catch(() => undefined);
    for (const link of Object.keys(LINKS))
      await ip(
        ...['link', 'add', link, 'netns', agent.pid, 'type', 'veth'],
        ...['peer', 'name', link, 'netns', router.pid],
      );
    await router.sh(`
      ip link set lo up; ip link set wan up; ip addr add ${outside}/30 dev wan
      ${Object.entries(LINKS)
        .map(
          ([link, { router: own }]) => `ip addr add ${own}/24 dev ${link}; ip link set ${link} up`,
        )
        .join('\n')}
      ip route add default via ${server}
      echo 1 > /proc/sys/net/ipv4/ip_forward
      nft -f - <<'RULES'${ROUTER_RULES}\nRULES`);
    await agent.sh('ip link set lo up');
    await this.connect('wifi');
  }

  /** The machine joins a network of the home, and sends everything over it from now on. */
  async connect(link: HomeLink): Promise<void> {
    const { agent: own, router } = LINKS[link];
    await this.agent.sh(
      `ip link set ${link} up; ip addr add ${own}/24 dev ${link}; ip route replace default via ${router}`,
    );
  }

  /** The machine loses a network, its address there, and what went over it. */
  async disconnect(link: HomeLink): Promise<void> {
    await this.agent.sh(`ip addr flush dev ${link}; ip link set ${link} down`);
  }

  /** The internet of this home carries no UDP any more, as that of hotels and offices. */
  async refuseUdp(): Promise<void> {
    await this.router.sh('nft add rule ip home upstream meta l4proto udp counter drop');
  }

  /** Packets that were refused so. */
  async refusedPackets(): Promise<number> {
    const rules = await this.router.sh('nft list chain ip home upstream');
    return Number(/counter packets (\d+)/.exec(rules)?.[1] ?? 0);
  }

  /** The router's ports that so many far ends see, of packets that one socket of the machine sent. */
  async portsSeen(farEnds: number): Promise<number[]> {
    const sockets = Array.from({ length: farEnds }, () =>
      createSocket('udp4').bind(0, this.server),
    );
    try {
      await Promise.all(sockets.map((socket) => once(socket, 'listening')));
      const seen = Promise.all(sockets.map((socket) => once(socket, 'message')));
      const ports = sockets.map((socket) => socket.address().port).join();
      await run('nsenter', [
        ...this.agent.entry,
        process.execPath,
        '-e',
        SEND_TO_EACH,
        this.server,
        ports,
      ]);
      return (await seen).map(([, from]) => (from as RemoteInfo).port);
    } finally {
      for (const socket of sockets) socket.close();
    }
  }

  /** A file that runs the program on the agent's machine, with the arguments that it is given. */
  async launcher(program: string): Promise<string> {
    const file = join(this.folder, basename(program));
    await writeFile(
      file,
      `#!/bin/sh\nexec nsenter ${this.agent.entry.join(' ')} ${program} "$@"\n`,
    );
    await chmod(file, 0o755);
    return file;
  }

  async close(): Promise<void> {
    // their links go with them, and the routes that lead there
    await this.agent.close();
    await this.router.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
