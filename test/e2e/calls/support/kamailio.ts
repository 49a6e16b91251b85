import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CertificateFiles } from '../../../support/test-certificates';
import { freePorts } from '../../conformance/support/free-ports';

export interface KamailioOptions {
  readonly username: string;
  readonly password: string;
  /** The number whose calls go to the contact that registered. */
  readonly number: string;
  /** Where every other call goes: host:port, UDP. */
  readonly behind: string;
  readonly certificate: CertificateFiles;
}

const MODULES = ['tls', 'pv', 'kex', 'tm', 'tmx', 'sl', 'rr', 'maxfwd', 'textops', 'siputils'];
const MORE = ['xlog', 'auth', 'usrloc', 'registrar', 'htable', 'cfgutils'];

/** It takes 423 to be asked for longer, and grants little, so that it is asked again soon. */
const LEAST_ASKED_SECONDS = 700;
const GRANTED_SECONDS = 5;

/**
 * A carrier's SBC: digest on REGISTER and INVITE, over UDP and TLS. Over TLS the first nonce of a call
 * really runs out (kamailio sleeps over it), so that the answer to it is stale.
 */
const configOf = (
  options: KamailioOptions,
  ports: { readonly udp: number; readonly tls: number },
): string => `
debug=0
log_stderror=yes
children=4
tcp_children=2
enable_tls=yes
listen=udp:127.0.0.1:${ports.udp}
listen=tls:127.0.0.1:${ports.tls}
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
${[...MODULES, ...MORE].map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("tls", "private_key", "${options.certificate.keyFile}")
modparam("tls", "certificate", "${options.certificate.certificateFile}")
modparam("tls", "tls_method", "TLSv1.2+")
modparam("tls", "verify_certificate", 0)
modparam("auth", "algorithm", "SHA-256")
modparam("auth", "nonce_expire", 1)
modparam("registrar", "max_expires", ${GRANTED_SECONDS})
modparam("htable", "htable", "waited=>size=4;")

request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  if (has_totag()) {
    if (!loose_route() && is_method("ACK") && !t_check_trans()) exit;
    t_relay();
    exit;
  }
  if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate("carrier.invalid", "${options.password}", "0")) {
      if ($retcode == -2) { sl_send_reply("403", "Forbidden"); exit; }
      www_challenge("carrier.invalid", "1");
      exit;
    }
    if ($hdr(Expires) != "0" && $(hdr(Expires){s.int}) < ${LEAST_ASKED_SECONDS}) {
      append_to_reply("Min-Expires: ${LEAST_ASKED_SECONDS}\\r\\n");
      sl_send_reply("423", "Interval Too Brief");
      exit;
    }
    save("location");
    exit;
  }
  if (!is_method("INVITE")) { sl_send_reply("405", "Method Not Allowed"); exit; }
  record_route();
  if ($rU == "${options.number}") {
    $ru = "sip:${options.username}@127.0.0.1";
    if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
    t_relay();
    exit;
  }
  if ($pr == "tls" && $hdr(Proxy-Authorization) != $null && $sht(waited=>$ci) == $null) {
    $sht(waited=>$ci) = 1;
    usleep("2200000");
  }
  if (!pv_proxy_authenticate("carrier.invalid", "${options.password}", "0")) {
    if ($retcode == -2) { sl_send_reply("403", "Forbidden"); exit; }
    if ($retcode == -4) {
      xlog("L_ERR", "nonce ran out over $pr\\n");
      proxy_challenge("carrier.invalid", "17");
    } else proxy_challenge("carrier.invalid", "1");
    exit;
  }
  consume_credentials();
  $du = "sip:${options.behind}";
  t_relay();
}
`;

/** A running kamailio; stopped with its folder. */
export class Kamailio {
  private constructor(
    readonly udpPort: number,
    readonly tlsPort: number,
    /** What it told on stderr. */
    readonly log: () => string,
    private readonly end: () => Promise<void>,
  ) {}

  /** Another process may take a port between its choice and the start: then once more. */
  static async start(options: KamailioOptions): Promise<Kamailio> {
    return Kamailio.launch(options).catch(() => Kamailio.launch(options));
  }

  private static async launch(options: KamailioOptions): Promise<Kamailio> {
    const folder = await mkdtemp(join(tmpdir(), 'santun-kamailio-'));
    const [udp = 0, tls = 0] = await freePorts(2);
    const file = join(folder, 'kamailio.cfg');
    await writeFile(file, configOf(options, { udp, tls }));
    const args = ['-DD', '-E', '-f', file, '-Y', folder, '-w', folder, '-m', '32', '-M', '8'];
    const child = spawn('kamailio', args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
    let told = '';
    child.stderr.on('data', (data: Buffer) => (told += data.toString()));
    const exited = once(child, 'exit');
    const end = async (): Promise<void> => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(timer);
      await rm(folder, { recursive: true, force: true });
    };
    try {
      await listening(tls, () => child.exitCode !== null);
    } catch (error) {
      await end();
      throw new Error(`kamailio did not start: ${told.slice(-2_000)}`, { cause: error });
    }
    return new Kamailio(udp, tls, () => told, end);
  }

  stop(): Promise<void> {
    return this.end();
  }
}

async function listening(port: number, isOver: () => boolean): Promise<void> {
  const until = Date.now() + 10_000;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      socket.destroy();
      return;
    } catch (error) {
      socket.destroy();
      if (isOver() || Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
