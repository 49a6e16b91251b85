import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

const SUPPORT = join(__dirname, '..', '..', 'support');
const STOP_LIMIT_MS = 10_000;

/** A program of the bench in a process of its own. */
export interface Child {
  readonly pid: number;
  stop(): Promise<void>;
}

/** A TypeScript program of this folder; resolves at its first line. @throws Error when it ends before. */
export async function startProgram(
  file: string,
  args: readonly (string | number)[],
): Promise<Child> {
  const hooks = ['typescript-hook.cjs', 'exit-with-parent.cjs'];
  const child = spawn(
    process.execPath,
    [
      ...profileOptions(file),
      ...hooks.flatMap((hook) => ['-r', join(SUPPORT, hook)]),
      join(__dirname, file),
      ...args.map(String),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => {
      reject(new Error(`${file} ended with ${String(code)}`));
    });
    createInterface(child.stdout).once('line', () => {
      resolve();
    });
  });
  return asChild(child);
}

/** sipp with `args`; the scenario's folder is this one. */
export function startSipp(scenario: string, args: readonly (string | number)[]): Child {
  const child = spawn(
    'sipp',
    ['-sf', join(__dirname, scenario), '-i', '127.0.0.1', '-nostdin', ...args.map(String)],
    { stdio: 'ignore' },
  );
  return asChild(child);
}

/** `BENCH_PROFILE=folder` writes a CPU profile of each Node process there when it ends. */
export function profileOptions(name: string): string[] {
  const dir = process.env.BENCH_PROFILE;
  if (dir === undefined) return [];
  return ['--cpu-prof', `--cpu-prof-dir=${join(dir, name)}`, '--cpu-prof-interval=500'];
}

function asChild(child: ChildProcess): Child {
  // sipp knows nothing of us: it must not outlive a bench that dies
  process.once('exit', () => child.kill('SIGKILL'));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  return {
    get pid(): number {
      if (child.pid === undefined) throw new Error('the process did not start');
      return child.pid;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await exited;
      clearTimeout(limit);
    },
  };
}
