import { execFile } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * How to start `santun …` from TypeScript; it ends with its standard input.
 * @param env the whole environment but PATH @param cwd where the person stands
 */
export function santunCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd = ROOT,
): {
  readonly command: string;
  readonly commandArgs: string[];
  readonly options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv };
} {
  const hooks = ['typescript-hook.cjs', 'exit-with-parent.cjs'];
  return {
    command: process.execPath,
    commandArgs: [
      ...hooks.flatMap((hook) => ['-r', join(__dirname, hook)]),
      ...[join(ROOT, 'src/main/cli.ts'), ...args],
    ],
    options: { cwd, env: { PATH: process.env.PATH, ...env } },
  };
}

/** `santun …` from TypeScript, to its end. */
export function runSantun(...given: Parameters<typeof santunCommand>): Promise<CommandResult> {
  const { command, commandArgs, options } = santunCommand(...given);
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      commandArgs,
      { ...options, timeout: 60_000 },
      (error, stdout, stderr) => {
        if (child.exitCode === null) reject(error ?? new Error('no exit code'));
        else resolve({ exitCode: child.exitCode, stdout, stderr });
      },
    );
  });
}
