import { InvalidArgumentError, type Command } from 'commander';
import { runDemo } from '../demo/run-demo';

export function register(program: Command): void {
  program
    .command('demo')
    .description('simulated people and agents, one campaign, everything on this machine')
    .option('--exit', 'stop after the summary instead of keeping the API up', false)
    .option('--seconds <n>', 'length of the campaign', seconds, 120)
    .option('--json', 'print the summary as one JSON object, the last line on stdout', false)
    .action(demo);
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 5 || value > 86_400) {
    throw new InvalidArgumentError('a whole number of seconds from 5 to 86400.');
  }
  return value;
}

async function demo(options: { exit: boolean; seconds: number; json: boolean }): Promise<void> {
  process.exitCode = await runDemo(options);
}
