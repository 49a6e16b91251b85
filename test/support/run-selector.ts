/** A scheduler in a process of its own, turn after turn; ends with its standard input, and tells how many it reserved. */
import { newFairness, runCampaignTurn } from '../../dialer/campaign-loop';
import { promoteRunning } from '../../dialer/promote';
import { openDatabase } from '../../src/db/database';
import { makeGate } from './gate';

const [url] = process.argv.slice(2);
if (url === undefined) throw new Error('url is missing');

const db = openDatabase({ url, maxConnections: 8, onIdleError: () => undefined });
const gate = makeGate(db);
const fairness = newFairness();
const onError = (error: unknown): void => {
  process.stderr.write(`${String(error)}\n`);
};
const queue = {
  send: () => Promise.resolve(),
  discard: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
let stopping = false;
process.stdin.once('end', () => (stopping = true)).resume();

async function work(): Promise<void> {
  let reserved = 0;
  while (!stopping) {
    await promoteRunning(gate, onError);
    // a few a turn, so that the two of them alternate
    const options = { gate, queue, onError, fairness, maxReservations: 4 };
    reserved += (await runCampaignTurn(options)).reserved;
  }
  await db.close();
  process.stdout.write(`reserved ${reserved}\n`);
}

process.stdout.write('working\n');
void work();
