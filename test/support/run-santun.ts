import { execFile } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `santun …` from TypeScript, to its end. @param env the whole environment but PATH @param cwd where the person stands */
export function runSantun(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd = ROOT,
): Promise<CommandResult> {
  const hooks = ['typescript-hook.cjs', 'exit-with-parent.cjs'];
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [
        ...hooks.flatMap((hook) => ['-r', join(__dirname, hook)]),
        ...[join(ROOT, 'src/main/cli.ts'), ...args],
      ],
      { cwd, env: { PATH: process.env.PATH, ...env }, timeout: 60_000 },
      (error, stdout, stderr) => {
        if (child.exitCode === null) reject(error ?? new Error('no exit code'));
        else resolve({ exitCode: child.exitCode, stdout, stderr });
      },
    );
  });
}
