import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The measurement itself, small: its figures are of no use here, but it must run and clean up. */
it('the measurement of selection runs, prints growth, and leaves nothing behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'santun-bench-test-'));
  // as root, the server runs as another user
  await chmod(folder, 0o755);
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['-r', './test/support/typescript-hook.cjs', 'test/bench/selection/select-accounts.ts'],
      {
        env: {
          ...process.env,
          TMPDIR: folder,
          BENCH_SIZES: '500,5000',
          BENCH_TAKE: '50',
          BENCH_ROUNDS: '3',
          BENCH_PROMOTE: '500',
        },
      },
    );
    const sizes = stdout.split('\n').flatMap((line) => /^ +(\d+) +\d/.exec(line)?.[1] ?? []);
    expect(sizes).toEqual(['500', '5000']);
    expect(stdout).toMatch(
      /10 times the accounts: [\d.]+ times as long for 50, [\d.]+ times for one/,
    );
    expect(await readdir(folder)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
