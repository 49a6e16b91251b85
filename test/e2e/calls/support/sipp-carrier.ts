import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../conformance/support/free-ports';

export interface CarrierReport {
  /** 0: every call went through the scenario to its end. */
  readonly exitCode: number | null;
  /** Start lines of what the carrier received, in order. */
  readonly received: readonly string[];
  /** Everything that went over the wire, literally. */
  readonly messages: string;
}

export interface SippCarrier {
  readonly port: number;
  /** What the carrier saw; settles when its call is over. */
  readonly report: Promise<CarrierReport>;
  /** How many messages with this beginning it has received so far. */
  count(startOfLine: string): Promise<number>;
  stop(): Promise<void>;
}

const LIMIT_SECONDS = 40;

/**
 * Runs one scenario of test/e2e/scenarios as the carrier, for one call.
 *
 * @param wanted its port; any free one when absent
 * @param files that the scenario names
 */
export async function startSippCarrier(
  scenario: string,
  extra: readonly string[] = [],
  wanted?: number,
  files: Readonly<Record<string, Buffer>> = {},
): Promise<SippCarrier> {
  const [free = 0] = wanted === undefined ? await freePorts(1) : [];
  const port = wanted ?? free;
  const folder = await mkdtemp(join(tmpdir(), 'santun-sipp-'));
  const file = join(folder, 'messages.log');
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  const child = spawn(
    'sipp',
    [
      '-sf',
      join(process.cwd(), 'test/e2e/scenarios', `${scenario}.xml`),
      ...['-i', '127.0.0.1', '-p', String(port), '-m', '1', '-nostdin', '-skip_rlimit'],
      ...['-timeout', `${LIMIT_SECONDS}s`, '-timeout_error', '-recv_timeout', '25000'],
      ...['-trace_msg', '-message_file', file],
      ...extra,
    ],
    { stdio: 'ignore', cwd: folder },
  );
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
    child.once('error', () => {
      resolve(null);
    });
  });
  const report = exited.then(async (exitCode) => {
    const messages = await readFile(file, 'utf8').catch(() => '');
    await rm(folder, { recursive: true, force: true });
    return { exitCode, messages, received: receivedLines(messages) };
  });
  await listening(port);
  return {
    port,
    report,
    count: async (startOfLine) =>
      receivedLines(await readFile(file, 'utf8').catch(() => '')).filter((line) =>
        line.startsWith(startOfLine),
      ).length,
    stop: async () => {
      if (child.exitCode === null) child.kill('SIGKILL');
      await report;
    },
  };
}

/** sipp has bound its port once the kernel lists it as one of its own; it says so nowhere else. */
async function listening(port: number): Promise<void> {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  const until = Date.now() + 5_000;
  while (Date.now() < until) {
    if ((await readFile('/proc/net/udp', 'utf8')).includes(local)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('sipp did not open its port');
}

function receivedLines(messages: string): string[] {
  return [...messages.matchAll(/message received \[\d+\] bytes\s*:\s*\r?\n\r?\n([^\r\n]+)/g)].map(
    (match) => match[1] ?? '',
  );
}
