import { Option, type Command } from 'commander';
import { parseConfig } from '../../config/parse-config';
import { ROLES } from '../../config/role';
import { createLog } from '../create-log';
import { firstSignal } from '../lifecycle';
import { startSantun } from '../start';
import { say } from './say';

export function register(program: Command): void {
  program
    .command('start')
    .description('run the roles of this process until SIGTERM or Ctrl-C')
    .addOption(
      new Option('--role <role...>', 'only these; default: SANTUN_ROLES, or all').choices(ROLES),
    )
    .action(start);
}

async function start(options: { role?: string[] }): Promise<void> {
  const config = parseConfig(
    options.role === undefined
      ? process.env
      : { ...process.env, SANTUN_ROLES: options.role.join(',') },
  );
  const log = createLog(config.logLevel);
  const signal = firstSignal(log);
  const santun = await startSantun(config, log);
  if (santun.adminKey !== null) {
    say(`The first admin key, shown this once: ${santun.adminKey}`);
  }
  say(`Santun runs (${config.roles.join(', ')}): ${santun.httpUrl}`);
  log.info({ signal: await signal }, 'stopping');
  await santun.stop();
}
