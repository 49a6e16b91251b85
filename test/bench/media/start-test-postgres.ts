import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SERVER_URL_VARIABLE } from '../../support/postgres';

const SUPPORT = join(__dirname, '..', '..', 'support');

/** The PostgreSQL that test floors are made on, as a test run has it. */
export async function startTestPostgres(): Promise<{ stop(): Promise<void> }> {
  const child = spawn(
    process.execPath,
    ['-r', join(SUPPORT, 'typescript-hook.cjs'), join(SUPPORT, 'postgres-server.ts')],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const exited = once(child, 'exit');
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  process.env[SERVER_URL_VARIABLE] = url;
  return {
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
