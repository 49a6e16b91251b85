/** Many workers at the gate in a process of its own, to be killed at any moment; ends with its standard input. */
import { openDatabase } from '../../src/db/database';
import { makeGate } from './gate';
import { workAtGate } from './gate-crew';

const [url, workers, maxConnections, sipInstanceId, ...campaignIds] = process.argv.slice(2);
if (url === undefined || sipInstanceId === undefined)
  throw new Error('url, workers, … are missing');

const db = openDatabase({
  url,
  maxConnections: Number(maxConnections),
  onIdleError: () => undefined,
});
const gate = makeGate(db);
let stopping = false;
process.stdin.once('end', () => (stopping = true)).resume();
const crew = Array.from({ length: Number(workers) }, () =>
  workAtGate({
    gate,
    campaignIds,
    sipInstanceId,
    draw: () => Math.random(),
    stopped: () => stopping,
  }),
);
process.stdout.write('working\n');
void Promise.all(crew).then(() => db.close());
