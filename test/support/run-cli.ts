import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const ROOT = join(__dirname, '..', '..');
const LIMIT_MS = 60_000;

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `santun ARGS` in a process of its own, to its end; nothing of the test's environment leaks in. */
export async function runCli(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<CliResult> {
  const hooks = ['typescript-hook.cjs', 'exit-with-parent.cjs'];
  const child = spawn(
    process.execPath,
    [
      ...hooks.flatMap((hook) => ['-r', join(__dirname, hook)]),
      join(ROOT, 'src/main/cli.ts'),
      ...args,
    ],
    {
      cwd: options.cwd ?? ROOT,
      env: { PATH: process.env.PATH, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
    },
  );
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', reject);
  });
  const [code, stdout, stderr] = await Promise.all([
    closed,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}
